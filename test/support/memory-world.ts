import { posix } from 'node:path';
import { Cancelled } from '../../src/system/problem.ts';
import { redact, Secret } from '../../src/system/secret.ts';
import type { FileStat, Processes, Ran, ReadFiles, RunOptions, World } from '../../src/system/world.ts';

export type MemoryEntry =
  | string
  | Uint8Array
  | { readonly content?: string | Uint8Array; readonly mode?: number; readonly uid?: number; readonly mtimeMs?: number }
  | { readonly link: string };

export type Answer =
  | Partial<Ran>
  | ((argv: readonly string[], options: RunOptions) => Partial<Ran> | Promise<Partial<Ran>>);

export interface MemoryWorldOptions {
  /** Absolute path → text, bytes, `{ content, mode }`, `{ link }`. Folders exist because something is in them. */
  readonly files?: Readonly<Record<string, MemoryEntry>>;
  /**
   * Answers for children by command line: the longest key that the joined argv (its program by base name or full
   * path) starts with. A command without an answer is `not found`.
   */
  readonly commands?: Readonly<Record<string, Answer>>;
  readonly overrides?: Partial<World>;
}

export interface MemoryWorld extends World {
  /** Every child that was asked for, in order. */
  readonly ran: { readonly argv: readonly string[]; readonly stdin: Secret | string | undefined }[];
  /** Changes the files under a running test; null deletes. */
  set(path: string, entry: MemoryEntry | null): void;
  /** Moves the clock. */
  advance(ms: number): void;
}

/** A World in memory for tests of code that reads and asks: Linux, home `/home/ana`, uid 1000, 2026-11-21 00:00 UTC. */
export function memoryWorld(options: MemoryWorldOptions = {}): MemoryWorld {
  const entries = new Map(Object.entries(options.files ?? {}));
  const ran: MemoryWorld['ran'] = [];
  let now = Date.UTC(2026, 10, 21);
  let ticks = 0;
  return {
    files: memoryFiles(entries),
    processes: memoryProcesses(options.commands ?? {}, ran),
    clock: {
      now: () => now,
      monotonic: () => ticks,
      sleep: async (ms, signal) => {
        if (signal?.aborted) throw new Cancelled();
        now += ms;
        ticks += ms;
      },
    },
    env: { HOME: '/home/ana', PATH: '/usr/bin:/bin' },
    home: '/home/ana',
    cwd: '/home/ana',
    platform: 'linux',
    arch: 'x64',
    uid: 1000,
    username: 'ana',
    hostname: 'box',
    nodeVersion: '22.14.0',
    execPath: '/usr/bin/node',
    ...options.overrides,
    ran,
    set: (path, entry) => void (entry === null ? entries.delete(path) : entries.set(path, entry)),
    advance: (ms) => {
      now += ms;
      ticks += ms;
    },
  };
}

function memoryFiles(entries: Map<string, MemoryEntry>): ReadFiles {
  const isDirectory = (path: string) => {
    const prefix = path === '/' ? '/' : `${path}/`;
    return path === '/' || [...entries.keys()].some((key) => key.startsWith(prefix));
  };
  /** Follows links in every component; null when something on the way is absent. */
  const resolve = (path: string, depth = 0): string | null => {
    if (depth > 40) return null;
    let at = '/';
    const parts = posix.normalize(path).split('/').filter(Boolean);
    for (const [index, part] of parts.entries()) {
      at = posix.join(at, part);
      const link = linkOf(entries.get(at));
      if (link !== undefined) {
        return resolve(posix.join(posix.resolve(posix.dirname(at), link), ...parts.slice(index + 1)), depth + 1);
      }
      if (!entries.has(at) && !isDirectory(at)) return null;
    }
    return at;
  };
  const place = (path: string) => {
    const parent = resolve(posix.dirname(path));
    return parent === null ? null : posix.join(parent, posix.basename(path));
  };
  const statOf = (path: string): FileStat | null => {
    const entry = entries.get(path);
    const base = { uid: 1000, gid: 1000, size: 0, mtimeMs: Date.UTC(2026, 10, 1) };
    if (entry === undefined) return isDirectory(path) ? { ...base, kind: 'directory', mode: 0o755 } : null;
    if (linkOf(entry) !== undefined) return { ...base, kind: 'symlink', mode: 0o777 };
    const more = typeof entry === 'string' || entry instanceof Uint8Array || 'link' in entry ? {} : entry;
    return {
      ...base,
      kind: 'file',
      size: bytesOf(entry).length,
      mode: more.mode ?? 0o600,
      ...(more.uid === undefined ? {} : { uid: more.uid }),
      ...(more.mtimeMs === undefined ? {} : { mtimeMs: more.mtimeMs }),
    };
  };
  const read = async (path: string) => {
    const real = resolve(path);
    const entry = real === null ? undefined : entries.get(real);
    return entry === undefined ? null : bytesOf(entry);
  };
  return {
    read,
    readGiven: read,
    readText: async (path) => {
      const bytes = await read(path);
      return bytes === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    },
    lstat: async (path) => {
      const at = place(path);
      return at === null ? null : statOf(at);
    },
    stat: async (path) => {
      const real = resolve(path);
      return real === null ? null : statOf(real);
    },
    realpath: async (path) => resolve(path),
    readlink: async (path) => {
      const at = place(path);
      return (at === null ? undefined : linkOf(entries.get(at))) ?? null;
    },
    list: async (directory) => {
      const real = resolve(directory);
      if (real === null || entries.has(real)) return null;
      const prefix = real === '/' ? '/' : `${real}/`;
      const names = [...entries.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
      return [...new Set(names.map((name) => name.split('/')[0] as string))].sort();
    },
    writable: async (path) => {
      const real = resolve(path);
      return real === null ? resolve(posix.dirname(path)) !== null : ((statOf(real)?.mode ?? 0) & 0o200) !== 0;
    },
    executable: async (path) => {
      const real = resolve(path);
      const stat = real === null ? null : statOf(real);
      return stat?.kind === 'file' && (stat.mode & 0o111) !== 0;
    },
  };
}

function memoryProcesses(commands: Readonly<Record<string, Answer>>, ran: MemoryWorld['ran']): Processes {
  return {
    async run(argv, options) {
      if (options.signal?.aborted) throw new Cancelled();
      ran.push({ argv, stdin: options.stdin });
      const lines = [argv.join(' '), [posix.basename(argv[0]), ...argv.slice(1)].join(' ')];
      const key = Object.keys(commands)
        .filter((start) => lines.some((line) => line === start || line.startsWith(`${start} `)))
        .sort((a, b) => b.length - a.length)[0];
      const base: Ran = { exitCode: 0, signal: null, stdout: '', stderr: '', outcome: 'exited', durationMs: 1 };
      if (key === undefined) return { ...base, exitCode: null, outcome: 'not found' };
      const answer = commands[key] as Answer;
      const given = { ...base, ...(typeof answer === 'function' ? await answer(argv, options) : answer) };
      const secrets = options.stdin instanceof Secret ? [options.stdin] : [];
      return { ...given, stdout: redact(given.stdout, secrets), stderr: redact(given.stderr, secrets) };
    },
  };
}

function linkOf(entry: MemoryEntry | undefined): string | undefined {
  return typeof entry === 'object' && 'link' in entry ? entry.link : undefined;
}

function bytesOf(entry: MemoryEntry): Uint8Array {
  if (entry instanceof Uint8Array) return entry;
  const content = typeof entry === 'string' ? entry : 'content' in entry ? (entry.content ?? '') : '';
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}
