import { basename, dirname } from 'node:path';
import { decodeText } from './text-file.ts';
import type { FileStat, ReadFiles, World } from './world.ts';

/**
 * The world as it would be with other contents in these files (absolute, null for absent). Starts no program: what only
 * a program can tell is not different yet.
 */
export function withFiles(world: World, contents: ReadonlyMap<string, Uint8Array | null>): World {
  return {
    ...world,
    files: overlay(world.files, contents),
    processes: {
      run: async () => ({
        exitCode: null,
        signal: null,
        stdout: '',
        stderr: 'not run',
        outcome: 'not started',
        durationMs: 0,
      }),
    },
  };
}

function overlay(files: ReadFiles, contents: ReadonlyMap<string, Uint8Array | null>): ReadFiles {
  /** What would stand at `path`; undefined where nothing changes. */
  const would = async (path: string): Promise<Uint8Array | null | undefined> => {
    if (contents.has(path)) return contents.get(path) ?? null;
    const real = await files.realpath(path);
    return real !== null && contents.has(real) ? (contents.get(real) ?? null) : undefined;
  };
  const statOf = async (path: string, ask: (path: string) => Promise<FileStat | null>): Promise<FileStat | null> => {
    const bytes = await would(path);
    if (bytes === null) return null;
    const now = await ask(path);
    if (bytes === undefined || now?.kind === 'symlink') return now;
    const made: FileStat = { kind: 'file', mode: 0o600, uid: 0, gid: 0, size: 0, mtimeMs: 0 };
    return { ...(now ?? made), kind: 'file', size: bytes.length };
  };
  return {
    ...files,
    async read(path) {
      const bytes = await would(path);
      return bytes === undefined ? files.read(path) : bytes;
    },
    async readText(path) {
      const bytes = await would(path);
      return bytes === undefined ? files.readText(path) : bytes === null ? null : decodeText(path, bytes);
    },
    lstat: (path) => statOf(path, files.lstat),
    stat: (path) => statOf(path, files.stat),
    async realpath(path) {
      const real = await files.realpath(path);
      const bytes = await would(path);
      return bytes === undefined ? real : bytes === null ? null : (real ?? path);
    },
    async list(directory) {
      const names = await files.list(directory);
      const here = [...contents].filter(([path]) => dirname(path) === directory);
      if (here.length === 0) return names;
      const left = new Set(names ?? []);
      for (const [path, bytes] of here) {
        if (bytes === null) left.delete(basename(path));
        else left.add(basename(path));
      }
      return names === null && left.size === 0 ? null : [...left].sort();
    },
  };
}
