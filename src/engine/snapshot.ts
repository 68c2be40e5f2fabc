import { dirname, join, resolve } from 'node:path';
import type { World } from '../system/world.ts';
import { hashFile, TREE_MARK } from './disk.ts';
import type { Entry, Touch } from './types.ts';

/** What SQLite keeps beside a database. */
const SQLITE_PARTS = ['', '-wal', '-shm', '-journal'] as const;
const SQLITE_FILE = /\.sqlite$/;
const SQLITE_PART = /\.sqlite(-wal|-shm|-journal)$/;

/**
 * The present state of everything that `touches` covers, one entry per path: directories become themselves and what is
 * directly in them, databases all their parts. Only plain files are read; sockets and pipes never are.
 */
export async function snapshot(world: World, touches: readonly Touch[]): Promise<Entry[]> {
  const entries = new Map<string, Entry>();
  const add = async (path: string, database?: string) => {
    const present = entries.get(path);
    if (present !== undefined) {
      if (database !== undefined && present.database === undefined) present.database = database;
      return;
    }
    entries.set(path, await entryOf(world, path, database));
  };
  const addDatabase = async (path: string) => {
    for (const part of SQLITE_PARTS) await add(path + part, path);
  };

  for (const touch of touches) {
    if (touch.as === 'sqlite') await addDatabase(touch.path);
    if (touch.as === 'tree') entries.set(touch.path, await treeEntry(world, touch.path));
  }
  for (const touch of touches) {
    if (touch.as === 'file') await add(touch.path);
    if (touch.as !== 'directory') continue;
    await add(touch.path);
    const names = await world.files.list(touch.path);
    const entry = entries.get(touch.path);
    if (entry !== undefined && names !== null) entry.names = [...names];
    for (const name of names ?? []) {
      const path = join(touch.path, name);
      if (SQLITE_FILE.test(name) && (await world.files.lstat(path))?.kind === 'file') await addDatabase(path);
    }
    for (const name of names ?? []) {
      const path = join(touch.path, name);
      if (!entries.has(path)) await add(path, SQLITE_PART.test(name) ? databaseOf(path) : undefined);
    }
  }
  return [...entries.values()];
}

export async function entryOf(world: World, path: string, database?: string): Promise<Entry> {
  const own = await world.files.lstat(path);
  const extra = database === undefined ? {} : { database };
  if (own === null) {
    const missingFolders = await missingAbove(world, path);
    return { path, sha256: null, stat: null, ...extra, ...(missingFolders.length > 0 ? { missingFolders } : {}) };
  }
  const place: { link?: string; real?: string } = {};
  if (own.kind === 'symlink') {
    const link = (await world.files.readlink(path)) ?? '';
    place.link = link;
    place.real = (await world.files.realpath(path)) ?? resolve(dirname(path), link);
  }
  const stat = own.kind === 'symlink' ? await world.files.stat(path) : own;
  const sha256 = stat?.kind === 'file' ? await (world.files.sha256 ?? hashFile)(path) : null;
  return { path, sha256, stat, ...place, ...extra };
}

/** The present state of a folder that is, or will be, ours as a whole. */
export async function treeEntry(world: World, path: string): Promise<Entry> {
  const entry = await entryOf(world, path);
  const folder = entry.stat?.kind === 'directory' && entry.link === undefined;
  const tree = folder && (await world.files.lstat(join(path, TREE_MARK)))?.kind === 'file';
  return { ...entry, tree };
}

export function absent(path: string): Entry {
  return { path, sha256: null, stat: null };
}

/** The same bytes in the same kind of thing, through the same link. */
export function sameContent(a: Entry, b: Entry): boolean {
  return (
    a.sha256 === b.sha256 &&
    a.link === b.link &&
    a.stat?.kind === b.stat?.kind &&
    (a.tree ?? false) === (b.tree ?? false)
  );
}

/** {@link sameContent} with the same permissions and owner. */
export function sameState(a: Entry, b: Entry): boolean {
  return (
    sameContent(a, b) && a.stat?.mode === b.stat?.mode && a.stat?.uid === b.stat?.uid && a.stat?.gid === b.stat?.gid
  );
}

function databaseOf(path: string): string {
  return path.replace(/-(wal|shm|journal)$/, '');
}

async function missingAbove(world: World, path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let folder = dirname(path); (await world.files.lstat(folder)) === null; folder = dirname(folder)) {
    missing.unshift(folder);
  }
  return missing;
}
