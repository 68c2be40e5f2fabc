import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import * as z from 'zod/mini';
import { databaseHolder, hashFile, restoreFiles } from '../engine/index.ts';
import type { Action, ActionKind, ApplyContext, RevertContext, RevertOutcome, Touch } from '../engine/types.ts';
import { edit as applyEdits, EditRefused, editsBetween, parse } from '../json5/index.ts';
import { readTextFile } from '../system/text-file.ts';
import { type ChangedKeys, changedKeysBetween, changedKeysLeft, goneSince } from './changed-keys.ts';
import { CommandParams, CommandUndo } from './command-params.ts';
import { type DatabaseState, databaseStates, whyRowsStay } from './database-rows.ts';
import { parseParams } from './params.ts';
import { asText } from './patch.ts';
import { holds, justRun, listIn, type Program, runProgram, shown } from './program.ts';
import { ProgramMetadata } from './program-metadata.ts';
import { settle } from './settle.ts';
import { takeOut, writtenFiles } from './written-file.ts';

export const COMMAND = 'command';
const SCHEMA = 1;

export function command(id: string, params: CommandParams, touches: readonly Touch[]): Action<CommandParams> {
  return { id, kind: COMMAND, schema: SCHEMA, params, touches };
}

export const commandKind: ActionKind<CommandParams, CommandUndo> = {
  kind: COMMAND,
  // A credential that was renewed: taking out the one that we stored first takes out what was stored over it.
  goneWithOlder: true,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(CommandParams, COMMAND, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply(params, context) {
    if (params.program !== null) await runWithInput(params.program, params.input, context);
    for (const line of params.outside) context.dry?.tell(line);
    if (params.program === null || context.dry !== undefined) return { marks: {}, rows: {} };
    if (params.readBack && !params.readBackLast) await runProgram(params.readBack, context);
    const marks: Record<string, ChangedKeys> = {};
    for (const kept of params.keepText) {
      marks[kept.file] = await keepText(kept, context);
      await settle(kept.file, kept.settles, context);
    }
    for (const { file } of params.shared ?? []) {
      const found = await changedKeysLeft(file, context);
      if (found !== undefined) marks[file] = found;
    }
    const states = await statesOf(params, context, 'read');
    const entries = Object.entries(states ?? {});
    return {
      marks,
      rows: Object.fromEntries(entries.map(([path, state]) => [path, state.rows])),
      stamps: Object.fromEntries(entries.map(([path, state]) => [path, state.stamps])),
    };
  },

  async prove({ readBack, readBackLast }, context) {
    if (readBack === undefined || !readBackLast) return;
    context.asking('Checking that it was saved');
    context.answered({ argv: readBack.argv, ran: await runProgram(readBack, context) });
  },

  async missing({ keepText, undo: { ownKeys = [] } }, world, undo) {
    const places: string[] = [];
    for (const { file, name } of keepText) {
      const marks = undo?.marks[file];
      if (marks === undefined) continue;
      const now = parse((await readTextFile(world, file)) ?? '');
      const gone = goneSince(now.ok ? now.value : undefined, marks, ownKeys);
      if (gone.length > 0) places.push(`${gone.join(', ')} in ${name}`);
    }
    return places;
  },

  async revert(params, undo, context) {
    const { by, program } = params.undo;
    if (by === 'nothing') return { state: 'kept', notes: [params.undo.otherwise] };
    hideAllBut(writtenFiles(params), context);
    const done = async (outcome: RevertOutcome) => {
      const left = await leftBy(params, context);
      for (const { file, settles } of params.keepText) await settle(file, settles, context);
      return { ...outcome, left };
    };
    if (by === 'files') {
      const states = await statesToChange(params, undo, context);
      const blocked = await whyFilesStay(params, undo, states, context);
      if (blocked === null) return done(await putFilesBack(params, undo, states, context));
      context.note(blocked);
    }
    const unproved = undo === undefined || params.readBackLast === true;
    if (unproved && (await storedNothing(params, context))) return { state: 'restored', notes: [] };
    if (program) return done(await askProgram(params, program, undo, context));
    return { state: 'left in place', notes: [params.undo.otherwise] };
  },

  async redo(params, _undo, context) {
    const { program, keepText, undo } = params;
    if (undo.by === 'nothing') return { state: 'kept', notes: [] };
    hideAllBut(writtenFiles(params), context);
    if (keepText.length === 0 && (undo.databases?.paths ?? []).length === 0) {
      const files = await restoreFiles(context);
      // What it did outside of files only it can do again; a secret is not at hand any more.
      if (program === null || typeof program.stdin === 'object') return files;
      await runProgram(program, context);
      return { ...files, state: files.state === 'left in place' ? files.state : 'restored' };
    }
    const left = z.safeParse(CommandUndo, context.left);
    if (!left.success) return restoreFiles(context);
    const states = await statesToChange(params, left.data, context);
    const blocked = await whyFilesStay(params, left.data, states, context);
    if (blocked !== null) return { state: 'left in place', notes: [blocked] };
    return putFilesBack(params, left.data, states, context);
  },
};

async function runWithInput(program: Program, input: CommandParams['input'], context: ApplyContext): Promise<void> {
  if (input !== undefined) await context.door.replace(context.backups.of(input.file), input.text, { mode: 0o644 });
  try {
    await runProgram(program, context);
  } finally {
    if (input !== undefined) await context.door.remove(context.backups.of(input.file));
  }
}

/** The program's changes in the text from before. A text that cannot take them stays as the program wrote it. */
async function keepText(kept: CommandParams['keepText'][number], context: ApplyContext): Promise<ChangedKeys> {
  const before = asText(await context.backups.before(kept.file));
  const now = await readTextFile(context.world, kept.file);
  const [old, fresh] = [before === null ? null : parse(before), now === null ? null : parse(now)];
  if (!fresh?.ok || now === null) return changedKeysBetween(undefined, undefined);
  const marks = changedKeysBetween(old?.ok ? old.value : undefined, fresh.value);
  if (before === null || before === now) return marks;
  let text = now;
  if (old?.ok) {
    try {
      text = applyEdits(before, editsBetween(old.value, fresh.value));
      context.note(`${kept.name}: comments and formatting kept.`);
    } catch (error) {
      if (!(error instanceof EditRefused)) throw error;
      context.note(`${kept.name}: the program rewrote it and its comments could not be kept; undo brings them back.`);
    }
  }
  await writeThrough(kept.file, text, context);
  return marks;
}

/** OpenClaw's writer puts a file in the place of a link (2026.9.6): the link is made again and what it leads to written. */
async function writeThrough(file: string, text: string, { door, backups }: Pick<ApplyContext, 'door' | 'backups'>) {
  await door.relink(backups.of(file));
  await door.replace(backups.of(file), text);
}

/** The state that taking back left, as `apply` keeps the one that it left itself. */
async function leftBy(params: CommandParams, context: RevertContext): Promise<CommandUndo | undefined> {
  const none = params.keepText.length === 0 && (params.undo.databases?.paths ?? []).length === 0;
  if (none || context.dry !== undefined) return undefined;
  const marks: Record<string, ChangedKeys> = {};
  for (const { file } of writtenFiles(params)) {
    const found = await changedKeysLeft(file, context);
    if (found !== undefined) marks[file] = found;
  }
  const entries = Object.entries((await statesOf(params, context, 'read')) ?? {});
  return { marks, rows: Object.fromEntries(entries.map(([path, state]) => [path, state.rows])) };
}

type States = Readonly<Record<string, DatabaseState>>;

function statesOf(
  params: CommandParams,
  context: Pick<ApplyContext, 'world' | 'signal'>,
  how: 'exclusive' | 'read',
): Promise<States | null> {
  const { databases } = params.undo;
  if (!databases || databases.paths.length === 0) return Promise.resolve({});
  return databaseStates(databases, { world: context.world, signal: context.signal, how });
}

/** What databases hold that are about to be replaced. A preview only peeks, at those that are not what the step left. */
async function statesToChange(
  params: CommandParams,
  undo: CommandUndo | undefined,
  context: RevertContext,
): Promise<States | null> {
  const { dry, found, original, signal } = context;
  const { databases } = params.undo;
  if (dry === undefined || databases === undefined) return statesOf(params, context, 'exclusive');
  const states: Record<string, DatabaseState> = {};
  const unknown: string[] = [];
  for (const path of databases.paths) {
    const asLeft = { open: false, rows: undo?.rows[path] ?? null, stamps: undo?.stamps?.[path] ?? null };
    if (found.has(`put back: ${path}`)) states[path] = asLeft;
    else if ((await databaseHolder(dry.world, path)) !== null) states[path] = { ...asLeft, open: true };
    else if ((await original.untouchedSince(path)) && (await original.untouchedSince(`${path}-wal`))) {
      states[path] = asLeft;
    } else unknown.push(path);
  }
  if (unknown.length === 0) return states;
  const peeked = await databaseStates({ ...databases, paths: unknown }, { world: dry.world, signal, how: 'peek' });
  return peeked === null ? null : { ...states, ...peeked };
}

/** What a program keeps beside the texts that a person knows goes without saying. */
function hideAllBut(shown: readonly { readonly file: string }[], { dry, original }: RevertContext): void {
  dry?.hide(...original.paths().filter((path) => !shown.some(({ file }) => file === path)));
}

/**
 * Whether a step that failed, or was never proved, left nothing behind: by the program's own answer, and by every file that is
 * no database. Such a file may have other rows by now without one of them being ours.
 */
async function storedNothing({ readBack, undo }: CommandParams, context: RevertContext): Promise<boolean> {
  if (readBack?.holds === undefined) return false;
  const databases = undo.databases?.paths ?? [];
  for (const path of context.original.paths().filter((one) => !databases.some((base) => one.startsWith(base)))) {
    const [before, now] = [(await context.original.before(path)).state.sha256, await hashFile(path)];
    if ((before ?? null) !== now) return false;
  }
  const ran = await justRun(readBack, context);
  return ran.exitCode === 0 && listIn(readBack.holds, ran.stdout) !== null && !holds(readBack.holds, ran.stdout);
}

/** null when every file may go back; else why not, in one sentence. */
async function whyFilesStay(
  params: CommandParams,
  undo: CommandUndo | undefined,
  states: States | null,
  context: RevertContext,
): Promise<string | null> {
  if (states === null && context.dry === undefined) return whyBytesStay(params, context);
  if (states === null) return null;
  const why = whyRowsStay(states, undo?.rows);
  return why === null ? null : `${why}, so it is not replaced.`;
}

/** Where no Node has SQLite: only databases that nobody has open and whose bytes are what this step left may go back. */
async function whyBytesStay(params: CommandParams, { original, world }: RevertContext): Promise<string | null> {
  for (const path of params.undo.databases?.paths ?? []) {
    const holder = await databaseHolder(world, path);
    if (holder !== null) return `${path} is open in ${holder}, so it is not replaced.`;
    for (const part of [path, `${path}-wal`]) {
      if (!(await original.untouchedSince(part))) return `${path} was written to since, so it is not replaced.`;
    }
  }
  return null;
}

async function putFilesBack(
  params: CommandParams,
  undo: CommandUndo | undefined,
  states: States | null,
  context: RevertContext,
): Promise<RevertOutcome> {
  const { original } = context;
  const metadata = new ProgramMetadata(params.undo);
  const stays = await metadataStays(params, metadata, undo, states, context);
  const databases = params.undo.databases?.paths ?? [];
  if (databases.length > 0) context.dry?.tell(databasesLine(params, states));
  for (const database of databases) await putDatabaseBack(database, context);
  const texts = writtenFiles(params).map(({ file }) => file);
  const { changedSince } = await original.restoreUntouched();
  const notes: string[] = [];
  let state: RevertOutcome['state'] = 'restored';
  for (const kept of writtenFiles(params).filter(({ file }) => changedSince.includes(file))) {
    notes.push(...(await takeOut(kept, undo?.marks, context, stays ? metadata : null)));
    state = 'ours removed';
  }
  const others = changedSince.filter((path) => !texts.includes(path));
  notes.push(...others.slice(0, 5).map((path) => `${path} was changed since and stays as it is now.`));
  return { state, notes };
}

/**
 * Whether the program wrote a text since. The step before this one may have put back the database that tells: what it
 * found out holds for this one too.
 */
async function metadataStays(
  params: CommandParams,
  metadata: ProgramMetadata,
  undo: CommandUndo | undefined,
  states: States | null,
  { world, found }: RevertContext,
): Promise<boolean> {
  const words = params.keepText.map(({ file }) => `written since: ${file}`);
  const wrote = await metadata.wroteSince(undo, states, (file) => readTextFile(world, file));
  if (wrote) for (const word of words) found.add(word);
  return wrote || words.some((word) => found.has(word));
}

function databasesLine({ undo: { databases, program } }: CommandParams, states: States | null): string {
  const line = `puts back  ${(databases?.paths ?? []).map((path) => basename(path)).join(', ')}`;
  if (states !== null) return line;
  return program
    ? `${line}; where it was written to since, OpenClaw takes its part out and what it keeps for itself stays: ${shown(program)}`
    : `${line}; one that is open or was written to since stays as it is`;
}

/** Its side files go first and come back last: no `-wal` may ever lie beside a database it does not belong to. */
async function putDatabaseBack(database: string, context: RevertContext): Promise<void> {
  const { original, door, backups, world, found } = context;
  found.add(`put back: ${database}`);
  const before = await original.before(database);
  for (const end of ['-wal', '-journal', '-shm']) {
    if ((await world.files.lstat(database + end)) !== null) await door.remove(backups.of(database + end));
  }
  const mode = before.state.stat ? { mode: before.state.stat.mode } : {};
  if (before.content === null) {
    if ((await world.files.lstat(database)) !== null) await door.remove(backups.of(database));
    return;
  }
  await door.replace(backups.of(database), before.content, mode);
  // A copy made by SQLite itself holds what its `-wal` held.
  const asItLay = createHash('sha256').update(before.content).digest('hex') === before.state.sha256;
  for (const end of asItLay ? ['-wal', '-shm'] : []) {
    const side = await original.before(database + end);
    if (side.content !== null) await door.replace(backups.of(database + end), side.content, mode);
  }
}

/** The program takes its part back itself; then the texts get their comments back, and the side files their content. */
async function askProgram(
  params: CommandParams,
  program: Program,
  undo: CommandUndo | undefined,
  context: RevertContext,
): Promise<RevertOutcome> {
  const { original, door, backups } = context;
  const metadata = new ProgramMetadata(params.undo);
  const texts = new Map<string, string | null>();
  for (const { file } of params.keepText) texts.set(file, await readTextFile(context.world, file));
  const databases = params.undo.databases?.paths ?? [];
  const side = original.paths().filter((path) => !texts.has(path) && !databases.some((base) => path.startsWith(base)));
  // A step that failed left no marks: what lies there is its work alone when nobody wrote since.
  const whole = new Map<string, string>();
  for (const { file } of undo === undefined ? params.keepText : []) {
    const before = asText((await original.before(file)).content);
    if (before !== null && (await original.untouchedSince(file))) whole.set(file, before);
  }
  const untouched: string[] = [];
  for (const path of side) if (await original.untouchedSince(path)) untouched.push(path);

  await runProgram(program, context);

  const notes: string[] = [];
  for (const kept of params.keepText) {
    const text = texts.get(kept.file);
    if (typeof text !== 'string') continue;
    // Our own text from before the program ran, so that its rewriting costs no comment.
    const old = whole.get(kept.file);
    const written = (await readTextFile(context.world, kept.file)) ?? '{}';
    await writeThrough(kept.file, metadata.carry(old ?? text, written), context);
    if (old !== undefined) continue;
    notes.push(...(await takeOut(kept, undo?.marks, context, metadata)));
  }
  for (const path of untouched) {
    const { content, state } = await original.before(path);
    if (state.stat && state.stat.kind !== 'file') continue;
    if (content !== null) await door.replace(backups.of(path), content, state.stat ? { mode: state.stat.mode } : {});
    else if ((await context.world.files.lstat(path))?.kind === 'file') await door.remove(backups.of(path));
  }
  if (metadata.any) {
    const names = params.keepText.map(({ name }) => name).join(', ');
    notes.push(`What the program wrote into ${names} for itself stays: its database relies on it.`);
  }
  return { state: 'ours removed', notes };
}
