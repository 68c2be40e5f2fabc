import { existsSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { realWorld } from '../../src/system/real-world.ts';
import type { ReadFiles, World } from '../../src/system/world.ts';
import { removeTree } from './tree.ts';

export interface TempWorld {
  readonly world: World;
  /** The temporary HOME, absolute and real. */
  readonly home: string;
  /** Absolute path of `name` under the home. */
  path(...name: string[]): string;
  /** Writes a file under the home, making folders; gives its absolute path. */
  write(name: string, content: string | Uint8Array, mode?: number): string;
  /** Deletes the home. */
  remove(): void;
}

/**
 * The real world with a throw-away HOME and an environment of nothing but HOME and PATH (plus `env`): real files, real
 * children, and no way to the home of whoever runs the tests.
 */
export function tempWorld(
  options: {
    env?: Record<string, string | undefined>;
    overrides?: Partial<World>;
    /** In memory where the system offers that: for tests that wait for many an fsync. Programs may not run from there. */
    inMemory?: boolean;
  } = {},
): TempWorld {
  const parent = options.inMemory && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const home = realpathSync(mkdtempSync(join(parent, 'clawauth-test-')));
  const env = { HOME: home, PATH: process.env.PATH, ...options.env };
  return {
    world: realWorld({ cwd: home, ...options.overrides, home, env }),
    home,
    path: (...name) => join(home, ...name),
    write(name, content, mode = 0o600) {
      const path = join(home, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content, { mode });
      return path;
    },
    remove: () => removeTree(home),
  };
}

/** These files on a machine where nothing else runs: what does run beside a test would be read each time anew. */
export function withNothingRunning(files: ReadFiles): ReadFiles {
  return { ...files, list: async (path) => (path === '/proc' ? [] : files.list(path)) };
}
