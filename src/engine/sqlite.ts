import { basename } from 'node:path';
import { openedBy } from '../system/listener.ts';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { hashFile, type Own } from './disk.ts';
import { entryOf } from './snapshot.ts';
import type { Store } from './store.ts';
import type { Entry } from './types.ts';

/**
 * Runs inside another Node (ours may have no SQLite). `backup` came with 22.16 and 23.8; older ones give
 * the same consistent copy with VACUUM INTO.
 */
const BACKUP_SCRIPT = `
const [, from, to] = process.argv;
const { DatabaseSync, backup } = require('node:sqlite');
const db = new DatabaseSync(from, { readOnly: true });
db.exec('PRAGMA busy_timeout = 20000');
(async () => {
  if (backup) await backup(db, to);
  else db.prepare('VACUUM INTO ?').run(to);
  db.close();
})().catch((error) => { console.error(error.message); process.exit(1); });
`;

/**
 * Copies one database so that the copy is consistent, sets `blob` on its entries, and says how.
 * - Nobody has it open: its files as they are, proven unchanged over the whole copy.
 * - Somebody has, and `sqliteNode` is given: SQLite's backup API; the copy is one file without `-wal`.
 * - Otherwise a `Problem`: stop whoever holds it.
 */
export async function copyDatabase(
  store: Store,
  parts: readonly Entry[],
  options: { readonly sqliteNode?: readonly string[]; readonly signal?: AbortSignal },
): Promise<string | null> {
  const database = parts[0]?.database;
  const main = parts.find((part) => part.path === database);
  if (database === undefined || main?.sha256 == null) return null;

  const held = await heldBy(store.world, parts);
  if (held === null) {
    await copyParts(store, parts);
    return `${database} was copied with its -wal while nobody had it open.`;
  }
  if (options.sqliteNode === undefined) throw busy(store, database, held);
  const copy = store.temp();
  // Made by us first, so that it is 0600 from the start; SQLite takes an empty file for an empty database.
  await store.disk.replace(copy, new Uint8Array(), { mode: 0o600 }, store.temp());
  const [program = 'node', ...words] = options.sqliteNode;
  const ran = await store.world.processes.run(
    [program, ...words, '--no-warnings', '--experimental-sqlite', '-e', BACKUP_SCRIPT, database, copy],
    { timeoutMs: 120_000, signal: options.signal },
  );
  const size = (await store.world.files.stat(copy))?.size ?? 0;
  if (ran.exitCode !== 0 || size === 0) throw busy(store, database, held, ran.stderr.trim() || ran.outcome);
  const sha = await store.keep(copy, size);
  if (sha !== null) main.blob = sha;
  await store.disk.remove(copy);
  return `${database} was copied through SQLite's backup API while ${held} had it open.`;
}

async function copyParts(store: Store, parts: readonly Entry[]): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    for (const part of parts) {
      const sha = part.stat?.kind === 'file' ? await store.keep(part.path, part.stat.size) : null;
      if (sha === null) delete part.blob;
      else part.blob = sha;
    }
    const now = await Promise.all(parts.map((part) => hashFile(part.path)));
    if (parts.every((part, index) => (part.blob ?? null) === now[index])) {
      for (const part of parts) part.sha256 = part.blob ?? null;
      return;
    }
  }
  throw busy(store, parts[0]?.database ?? '', 'a program');
}

/** Throws when somebody has the database open: replacing it under a running program would corrupt it. */
export async function mustBeFree(store: Store, parts: readonly Entry[]): Promise<void> {
  const held = await heldBy(store.world, parts);
  if (held !== null) throw busy(store, parts[0]?.database ?? parts[0]?.path ?? '', held);
}

function busy({ freesDatabases }: Store, database: string, held: string, detail?: string): Problem {
  return new Problem('database-busy', `${database} is in use by ${held}.`, {
    why: `It cannot be copied or put back safely while a program has it open.${detail ? ` (${detail})` : ''}`,
    next: freesDatabases,
  });
}

/** Who has a database or one of its parts open, in words; null for nobody. */
export async function databaseHolder(world: World, database: string): Promise<string | null> {
  return heldBy(world, await Promise.all(['', '-wal', '-shm'].map((part) => entryOf(world, database + part))));
}

/** Who has one of these files open, in words; null for nobody. */
export async function heldBy(world: World, parts: readonly Entry[]): Promise<string | null> {
  const paths = new Set<string>();
  for (const { path } of parts) {
    paths.add(path);
    const real = await world.files.realpath(path);
    if (real !== null) paths.add(real);
  }
  if (world.platform === 'linux') return heldOnLinux(world, paths);
  const ran = await world.processes.run(['lsof', '-t', '--', ...paths], { timeoutMs: 10_000 });
  const pids = ran.stdout.split('\n').filter((line) => /^\d+$/.test(line) && Number(line) !== process.pid);
  if (pids.length > 0) return `process ${pids[0]}`;
  if (ran.outcome === 'exited') return null;
  // Without lsof the only sign is SQLite's shared memory file, which the last user removes.
  const shared = parts.some((part) => part.path.endsWith('-shm') && part.sha256 !== null);
  return shared ? 'a program' : null;
}

async function heldOnLinux(world: World, paths: ReadonlySet<string>): Promise<string | null> {
  for (const pid of (await world.files.list('/proc')) ?? []) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    // Other people's processes cannot be looked into; they cannot have a 0600 database of ours open either.
    if (!(await hasOpen(world, pid, paths))) continue;
    const name = (await world.files.readText(`/proc/${pid}/comm`).catch(() => null))?.trim();
    return name ? `${name} (process ${pid})` : `process ${pid}`;
  }
  return null;
}

/** A process in a container has the file open under the container's name for it. */
async function hasOpen(world: World, pid: string, paths: ReadonlySet<string>): Promise<boolean> {
  const names = new Set([...paths].map((path) => basename(path)));
  for (const target of await openedBy(world, pid)) {
    if (paths.has(target)) return true;
    if (world.files.sameFile === undefined || !names.has(basename(target))) continue;
    for (const path of paths) if (await world.files.sameFile(`/proc/${pid}/root${target}`, path)) return true;
  }
  return false;
}

export function blobOf(store: Store, entry: Entry): Own | null {
  const sha = entry.blob ?? entry.sha256;
  return sha === null ? null : store.blob(sha);
}
