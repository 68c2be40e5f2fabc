import * as z from 'zod/mini';
import type { World } from '../system/world.ts';
import { NodeWords, nodeArgv } from './params.ts';

/**
 * Databases that a program writes, and the rows in them that count for nothing: what the program notes for itself each
 * time it is merely asked something. Without them, two states of a database can be told apart by what matters.
 */
export const Databases = z.object({
  /** A Node with `node:sqlite` (22.13 and later). */
  node: NodeWords,
  paths: z.array(z.string()),
  bookkeeping: z.array(
    z.object({ table: z.string(), column: z.optional(z.string()), values: z.optional(z.array(z.string())) }),
  ),
  /** Rows that the program renews at each write to its text files. */
  stamps: z.optional(z.array(z.object({ table: z.string(), column: z.string(), values: z.array(z.string()) }))),
});
export type Databases = z.infer<typeof Databases>;

/**
 * `open`: another process has it open now. `rows`: hash of the rows that count; null when the file is absent. `stamps`:
 * hash of the `stamps` rows; null when there is none.
 */
export interface DatabaseState {
  readonly open: boolean;
  readonly rows: string | null;
  readonly stamps: string | null;
}

/**
 * Asks SQLite itself, in a child: exclusive locking of a WAL database succeeds only when nobody else has it open.
 * Read-only unless `exclusive`, which may fold a left-over `-wal` into the file but changes no row. A read-only look
 * leaves an empty `-wal` and a `-shm` behind, unless `peek`: then SQLite takes the file for one that nobody writes, which
 * holds while there is no `-wal` with something in it.
 */
const SCRIPT = `
const { DatabaseSync } = require('node:sqlite');
const { createHash } = require('node:crypto');
const { existsSync, statSync } = require('node:fs');
const { pathToFileURL } = require('node:url');
const { paths, bookkeeping, stamps = [], how } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const name = (text) => '"' + text.replaceAll('"', '""') + '"';
const rowsOf = (db) => {
  const hash = createHash('sha256');
  for (const { name: table } of db.prepare("select name from sqlite_master where type = 'table' order by name").all()) {
    const rules = bookkeeping.filter((rule) => rule.table === table);
    if (rules.some((rule) => !rule.column)) continue;
    const prints = [];
    try {
      for (const row of db.prepare('select * from ' + name(table)).iterate()) {
        if (rules.some((rule) => rule.values.includes(String(row[rule.column])))) continue;
        const text = JSON.stringify(row, (_, v) => v instanceof Uint8Array ? Buffer.from(v).toString('base64') : v);
        prints.push(createHash('sha256').update(text).digest('base64'));
      }
    } catch { continue; }
    if (prints.length > 0) hash.update(table + prints.sort().join());
  }
  return hash.digest('hex');
};
const stampsOf = (db) => {
  const found = [];
  for (const { table, column, values } of stamps) {
    try {
      for (const row of db.prepare('select * from ' + name(table)).iterate()) {
        if (values.includes(String(row[column]))) found.push(JSON.stringify(row));
      }
    } catch { continue; }
  }
  return found.length === 0 ? null : createHash('sha256').update(found.sort().join()).digest('hex');
};
const answer = {};
for (const path of paths) {
  if (!existsSync(path)) { answer[path] = { open: false, rows: null, stamps: null }; continue; }
  let open = false;
  const logged = (statSync(path + '-wal', { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (how === 'peek' && logged && !existsSync(path + '-shm')) process.exit(1);
  const still = how === 'peek' && !logged;
  const db = new DatabaseSync(still ? pathToFileURL(path) + '?immutable=1' : path, { readOnly: how !== 'exclusive' });
  try {
    if (how === 'exclusive') {
      try { db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; ROLLBACK'); } catch { open = true; }
    }
    answer[path] = { open, rows: open ? '' : rowsOf(db), stamps: open ? null : stampsOf(db) };
  } catch (error) {
    answer[path] = { open: true, rows: '', stamps: null };
  } finally { db.close(); }
}
process.stdout.write(JSON.stringify(answer));
`;

/** State of each database, by path; null when it could not be told. */
export async function databaseStates(
  { node, paths, bookkeeping, stamps }: Databases,
  { world, signal, how }: { world: World; signal: AbortSignal; how: 'exclusive' | 'read' | 'peek' },
): Promise<Readonly<Record<string, DatabaseState>> | null> {
  const ran = await world.processes.run(nodeArgv(node, '--no-warnings', '-e', SCRIPT), {
    stdin: JSON.stringify({ paths, bookkeeping, stamps, how }),
    timeoutMs: 120_000,
    signal,
    env: { NODE_OPTIONS: undefined },
  });
  if (ran.exitCode !== 0) return null;
  try {
    return JSON.parse(ran.stdout) as Record<string, DatabaseState>;
  } catch {
    return null;
  }
}

/** Why one of these may not be replaced, `rows` being what the step left in each; null where all may. */
export function whyRowsStay(
  states: Readonly<Record<string, DatabaseState>>,
  rows: Readonly<Record<string, string | null>> | undefined,
): string | null {
  for (const [path, state] of Object.entries(states)) {
    if (state.open) return `${path} is open in another program`;
    const expected = rows?.[path];
    if (expected !== undefined && expected !== state.rows) return `${path} was written to since`;
  }
  return null;
}
