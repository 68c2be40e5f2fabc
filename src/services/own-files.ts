import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataHome } from '../system/folders.ts';
import { version } from '../system/version.ts';
import type { World } from '../system/world.ts';
import { MAX_API_VERSION } from './max-api.ts';

/** What services need after this package is gone. */
export function dataFolder(world: Pick<World, 'env' | 'home' | 'platform'>): string {
  return join(dataHome(world), 'clawauth-setup');
}

/** A program of ours that a service runs, bundled into one file. */
export type Runtime = 'normalizer' | 'claude-sync';

/** Where services start it from. The release is part of it: a running service keeps its own. */
export function runtimeFile(data: string, name: Runtime): string {
  return join(data, 'runtime', version, `${name}.mjs`);
}

/** Where the service `claude-sync` says how things are. */
export function syncStateFile(data: string): string {
  return join(data, 'claude-sync.json');
}

export function keyFile(data: string): string {
  return join(data, 'normalizer.key');
}

export function maxApiFolder(data: string): string {
  return join(data, `claude-max-api-proxy-${MAX_API_VERSION}`);
}

/** Where this package has it; null in a checkout that was not built. */
export function packagedRuntime(name: Runtime): string | null {
  // Beside a chunk of the bundle, or above the sources.
  const places = [`./${name}.mjs`, `../${name}.mjs`, `../../dist/${name}.mjs`];
  return places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync) ?? null;
}
