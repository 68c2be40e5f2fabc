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

/** Where services start the normalizer from. The release is part of it: a running service keeps its own. */
export function runtimeFile(data: string): string {
  return join(data, 'runtime', version, 'normalizer.mjs');
}

export function keyFile(data: string): string {
  return join(data, 'normalizer.key');
}

export function maxApiFolder(data: string): string {
  return join(data, `claude-max-api-proxy-${MAX_API_VERSION}`);
}

/** The bundled normalizer of this package; null in a checkout that was not built. */
export function packagedRuntime(): string | null {
  // Beside a chunk of the bundle, or above the sources.
  const places = ['./normalizer.mjs', '../normalizer.mjs', '../../dist/normalizer.mjs'];
  return places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync) ?? null;
}
