import { constants, type Stats } from 'node:fs';
import { access, lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf, fileProblem } from './file-problems.ts';
import { openPlain, readGiven, readPlainNow } from './plain-file.ts';
import type { FileStat, ReadFiles } from './world.ts';

/** The reading side of the real disk. There is no writing side here: the engine's write door is the only one. */
export const realFiles: ReadFiles = {
  read: (path) => orNull(path, async () => new Uint8Array(await readPlain(path))),
  readText: (path) => orNull(path, async () => (await readPlain(path)).toString('utf8')),
  readTextNow(path) {
    try {
      return readPlainNow(path).toString('utf8');
    } catch (error) {
      return absent(error, path);
    }
  },
  readGiven: (path, maxBytes, signal) => orNull(path, () => readGiven(path, maxBytes, signal)),
  tail: (path, maxBytes) => orNull(path, () => readTail(path, maxBytes)),
  lstat: (path) => orNull(path, async () => toFileStat(await lstat(path))),
  stat: (path) => orNull(path, async () => toFileStat(await stat(path))),
  async sameFile(a, b) {
    const [one, other] = await Promise.all([a, b].map((path) => stat(path).catch(() => null)));
    return one != null && other != null && one.ino === other.ino && one.dev === other.dev;
  },
  realpath: (path) => orNull(path, () => realpath(path)),
  readlink: (path) => orNull(path, () => readlink(path), 'EINVAL'),
  list: (directory) => orNull(directory, async () => (await readdir(directory)).sort()),
  async writable(path) {
    if (await may(path, constants.W_OK)) return true;
    if (await may(path, constants.F_OK)) return false;
    return may(dirname(path), constants.W_OK | constants.X_OK);
  },
  executable: async (path) => (await may(path, constants.X_OK)) && (await stat(path)).isFile(),
};

export function toFileStat(stats: Stats): FileStat {
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'symlink' : 'other',
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    size: stats.size,
    mtimeMs: stats.mtimeMs,
    ...(stats.isFile() && stats.nlink > 1 ? { links: stats.nlink, inode: stats.ino } : {}),
  };
}

async function readPlain(path: string): Promise<Buffer> {
  const file = await openPlain(path);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function readTail(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await openPlain(path);
  try {
    const { size } = await file.stat();
    const wanted = Math.min(size, maxBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, size - wanted);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function orNull<T>(path: string, work: () => Promise<T>, alsoAbsent?: string): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    return absent(error, path, alsoAbsent);
  }
}

/** Null for an error that says that nothing is there; any other is thrown. */
function absent(error: unknown, path: string, alsoAbsent?: string): null {
  const errno = errnoOf(error);
  if (errno === 'ENOENT' || errno === 'ENOTDIR' || (alsoAbsent !== undefined && errno === alsoAbsent)) return null;
  throw fileProblem(error, 'read', path);
}

async function may(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}
