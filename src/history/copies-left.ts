import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Receipt } from '../engine/types.ts';
import { secretFor } from '../methods/handed.ts';
import type { Finding } from '../methods/types.ts';
import { meantHere } from '../openclaw/container-meant.ts';
import { sqliteNodeOf } from '../openclaw/node-runtime.ts';
import { shapeOf } from '../openclaw/secret-shape.ts';
import { editorAt } from '../system/file-problems.ts';
import type { World } from '../system/world.ts';
import { shellQuote } from '../text.ts';
import { copies as words } from './words.ts';

const CREDENTIAL = /sk-ant-[a-z]+\d*-[A-Za-z0-9_-]{8,4096}/g;
/** Copies that OpenClaw makes and never reads: anything else may hold what is not ours, and is opened, not removed. */
const BACKUP = /\.(bak|migrated|clobbered|last-good)\b[^/]*$/;
/** Packages that OpenClaw installed: never its own data. */
const SKIPPED = new Set(['node_modules', '.git']);

/** Runs of 1.0 that stored a token: they kept no hash of it. Their ids. */
export function withoutHash(runs: readonly Receipt[]): string[] {
  const stored = ({ steps }: Receipt) => secretFor({ actions: steps.map(({ action }) => action) }) !== undefined;
  return runs.filter((run) => run.secrets === undefined && stored(run)).map(({ id }) => id);
}

/**
 * Whether OpenClaw's folder still holds a readable copy of what we stored there, whoever made it. `wanted`: sha256 (hex) of
 * the secrets that the runs were handed → what each is called; `unproved`: ids of runs that kept none, for which any token may be theirs. Every
 * file is read, databases as the bytes they are: a row that was deleted stays readable in them until SQLite uses its place
 * again.
 */
export async function copiesLeft(
  world: World,
  wanted: ReadonlyMap<string, string>,
  unproved: readonly string[] = [],
): Promise<readonly Finding[]> {
  if (wanted.size + unproved.length === 0) return [];
  const { installs, meant } = await meantHere(world);
  const install = installs.find((one) => one.wins) ?? null;
  const { state } = meant.found;
  const found: { file: string; line: number; ours: string | null }[] = [];
  for await (const file of filesIn(world, state.realStateDir)) {
    const bytes = await world.files.read(file).catch(() => null);
    if (bytes === null) continue;
    const nounOf = (secret: string) => wanted.get(createHash('sha256').update(secret).digest('hex')) ?? null;
    const other = (secret: string) => (unproved.length > 0 && shapeOf(secret) === 'token' ? 'token' : null);
    const ours = lineWith(bytes, nounOf);
    const line = ours ?? lineWith(bytes, other);
    if (line !== null) found.push({ file, line: line.number, ours: ours?.noun ?? null });
  }
  if (found.length === 0) {
    const nouns = [...new Set([...wanted.values(), ...(unproved.length > 0 ? ['token'] : [])])];
    return [{ verdict: 'ok', says: words.none(nouns.join(' or the '), state.stateDir) }];
  }
  const node = install === null ? ['node'] : sqliteNodeOf({ install });
  return found.map(({ file, line, ours }) => {
    const look = editorAt(file, line);
    if (ours !== null) {
      const next = isDatabase(file) ? vacuum(node, file) : BACKUP.test(file) ? `rm ${shellQuote(file)}` : look;
      return { verdict: 'warning', says: words.left(ours, file), next };
    }
    const why = words.noHash(unproved.join(' and '));
    const says = words.unknown(file, why);
    return { verdict: 'warning', says, next: isDatabase(file) ? `ls -l ${shellQuote(file)}` : look };
  });
}

/** The first line with one of the secrets, from 1, and what that is called; null without any. */
function lineWith(
  bytes: Uint8Array,
  nounOf: (secret: string) => string | null,
): { readonly number: number; readonly noun: string } | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf('sk-ant-'); at !== -1; at = buffer.indexOf('sk-ant-', at + 1)) {
    const text = buffer.toString('latin1', at, at + 4200);
    const [found] = text.match(CREDENTIAL) ?? [];
    const noun = found && text.startsWith(found) ? nounOf(found) : null;
    if (noun !== null) return { number: buffer.toString('latin1', 0, at).split('\n').length, noun };
  }
  return null;
}

async function* filesIn(world: World, folder: string): AsyncGenerator<string> {
  for (const name of (await world.files.list(folder).catch(() => null)) ?? []) {
    if (SKIPPED.has(name)) continue;
    const path = join(folder, name);
    const kind = (await world.files.lstat(path).catch(() => null))?.kind;
    if (kind === 'directory') yield* filesIn(world, path);
    else if (kind === 'file') yield path;
  }
}

function isDatabase(file: string): boolean {
  return /\.sqlite(-wal|-shm)?$/.test(file);
}

/** Writes a database anew without its free space; `file` may be its `-wal`. */
function vacuum(node: readonly string[], file: string): string {
  const path = file.replace(/-(wal|shm)$/, '');
  const script = `const{DatabaseSync}=require('node:sqlite');const d=new DatabaseSync(process.argv[1]);d.exec('VACUUM;PRAGMA wal_checkpoint(TRUNCATE)')`;
  return [...node, '-e', script, path].map(shellQuote).join(' ');
}
