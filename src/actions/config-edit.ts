import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { restoreFiles } from '../engine/index.ts';
import type { Action, ActionKind, RevertContext, RevertOutcome } from '../engine/types.ts';
import { edit as applyEdits, type Edit, edited, parse } from '../json5/index.ts';
import { masked } from '../system/masked.ts';
import { Problem } from '../system/problem.ts';
import { readTextFile } from '../system/text-file.ts';
import { ChangedKeys, changedKeysBetween, changedKeysLeft, claimed, copiedEdits, takeBack } from './changed-keys.ts';
import { Copied, forgetAgain } from './forget-key.ts';
import { Described, type EditData, Edits, JsonPath, parseParams } from './params.ts';
import { asText } from './patch.ts';
import { resolveAsFound, resolveEdits, secretsFor } from './secret-values.ts';
import { Settles, settle } from './settle.ts';

export const CONFIG_EDIT = 'config-edit';
const SCHEMA = 1;

/** Changes keys of one JSON or JSON5 file and leaves every other byte as it is. */
export const ConfigEditParams = z.object({
  ...Described.shape,
  file: z.string(),
  edits: Edits,
  /** Text that an absent file starts from; without it an absent file is a problem. */
  create: z.optional(z.string()),
  /** What a person calls this file: `openclaw.json`. */
  name: z.string(),
  /**
   * Lists (`to`) that the file's owner makes by itself, once, of the keys of an object (`from`). What we put there is in
   * the list then as well, and leaves it with the key. `anew`: a list that is there now goes with what stands now, and the
   * owner makes another one later.
   */
  copies: z.optional(z.array(z.object({ from: JsonPath, to: JsonPath, anew: z.optional(z.boolean()) }))),
  /**
   * Files that the file's owner makes from it, and where in them it puts what we put here: it leaves them once it has left
   * this one.
   */
  copiedTo: z.optional(z.union([Copied, z.array(Copied)])),
  /** Places that a step before this one may have moved: an edit in `from` goes to `to` where only that is there. */
  moves: z.optional(z.array(z.object({ from: JsonPath, to: JsonPath }))),
  /** Only people change these places: they are read again when the run is done. */
  stays: z.optional(z.boolean()),
  /** Places where a service of ours goes on writing: what stands there is ours, whatever it is by now. */
  ours: z.optional(z.array(JsonPath)),
  /** The file's owner guards it against becoming much smaller. */
  settles: z.optional(Settles),
});
export type ConfigEditParams = z.infer<typeof ConfigEditParams>;

const NO_MARKS: ChangedKeys = { salt: '', marks: [] };

const Undo = z.object({ marks: ChangedKeys });
type Undo = z.infer<typeof Undo>;

export function configEdit(id: string, params: ConfigEditParams): Action<ConfigEditParams> {
  const files = [params.file, ...copiesOf(params).flatMap((copied) => copied.files)];
  return { id, kind: CONFIG_EDIT, schema: SCHEMA, params, touches: files.map((path) => ({ path, as: 'file' })) };
}

/** Receipts up to 1.0 hold one. */
function copiesOf({ copiedTo = [] }: ConfigEditParams): readonly Copied[] {
  return Array.isArray(copiedTo) ? copiedTo : [copiedTo];
}

export const configEditKind: ActionKind<ConfigEditParams, Undo> = {
  kind: CONFIG_EDIT,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(ConfigEditParams, CONFIG_EDIT, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply(params, context) {
    const before = await readTextFile(context.world, params.file);
    const start = startText(params, before);
    const secrets = await secretsFor(params.edits, context);
    const { text: after, value } = edited(start, resolveEdits(editsIn(start, params), secrets) as Edit[]);
    if (after !== before) await context.door.replace(context.backups.of(params.file), after);
    await settle(params.file, params.settles, context);
    // A preview is never undone.
    const isDry = context.dry !== undefined;
    return { marks: isDry ? NO_MARKS : changedKeysBetween(readValue(start, params), value) };
  },

  async missing(params, world) {
    if (!params.stays) return [];
    const text = await readTextFile(world, params.file);
    const parsed = parse(text ?? '');
    const now = parsed.ok ? parsed.value : undefined;
    const edits = parsed.ok ? editsIn(text ?? '', params) : params.edits;
    // Of edits about one place the last one counts.
    const last = edits.filter((edit, index) => !edits.slice(index + 1).some((later) => overlap(edit.path, later.path)));
    const gone = last.filter((edit) => !stands(edit, now)).map(({ path }) => path.join('.'));
    return gone.length === 0 ? [] : [`${gone.join(', ')} in ${params.name}`];
  },

  async revert(params, undo, context) {
    let outcome = await withoutEdits(params, undo, context);
    for (const copied of copiesOf(params)) outcome = both(outcome, await forgetAgain(copied, context));
    await settle(params.file, params.settles, context);
    return outcome;
  },

  async redo(params, _undo, context) {
    const left = z.safeParse(ChangedKeys, context.left);
    const copies = copiesOf(params).flatMap(({ files }) => files);
    if (copies.length > 0) {
      // The owner of the file makes those that changed since again.
      await context.original.restoreUntouched(copies);
      const done = await restoredExactly(params.file, context);
      if (done) return done;
    }
    // With the folders that were removed along with a file of our own.
    if (!left.success || (await context.original.untouchedSince(params.file))) return restoreFiles(context);
    return bringBack(params, left.data, context);
  },
};

async function withoutEdits(
  params: ConfigEditParams,
  undo: Undo | undefined,
  context: RevertContext,
): Promise<RevertOutcome> {
  const done = await restoredExactly(params.file, context);
  if (done) return { ...done, left: await changedKeysLeft(params.file, context) };
  const current = await readTextFile(context.world, params.file);
  if (current === null) return { state: 'already gone', notes: [`${params.name} is gone.`] };
  const outcome = await takeOut(params, undo, current, context);
  return { ...outcome, left: await changedKeysLeft(params.file, context) };
}

/** What became of the edits, and of what was made from them. */
function both(edits: RevertOutcome, copies: RevertOutcome): RevertOutcome {
  const notes = [...edits.notes, ...copies.notes];
  const tells = copies.state === 'left in place' || (copies.state === 'ours removed' && edits.state === 'restored');
  return { ...edits, state: tells ? copies.state : edits.state, notes };
}

/** Exact bytes where nobody wrote the file since; null where somebody did. */
async function restoredExactly(file: string, context: RevertContext): Promise<RevertOutcome | null> {
  if (!(await context.original.untouchedSince(file))) return null;
  await context.original.restoreUntouched([file]);
  return { state: 'restored', notes: [] };
}

async function takeOut(
  params: ConfigEditParams,
  undo: Undo | undefined,
  current: string,
  context: RevertContext,
): Promise<RevertOutcome> {
  const before = asText((await context.original.before(params.file)).content);
  if (current === before) return { state: 'restored', notes: [] };
  const taken = withoutOurs(params, undo, before, current);
  if ('blocked' in taken) return { state: 'left in place', notes: taken.blocked };
  const rest = withoutEmpty(readValue(taken.text, params));
  const isEmpty = [{}, readValue(params.create ?? '{}', params)].some((empty) => isDeepStrictEqual(rest, empty));
  if (taken.edited && isEmpty && context.original.isOurs(params.file)) {
    await context.door.remove(context.backups.of(params.file));
  } else if (taken.text !== current) await context.door.replace(context.backups.of(params.file), taken.text);
  return { state: taken.edited ? 'ours removed' : 'already gone', notes: taken.notes };
}

/** Undoes our taking out in a text that somebody wrote since a switch: what they changed stays. */
async function bringBack(params: ConfigEditParams, left: ChangedKeys, context: RevertContext): Promise<RevertOutcome> {
  const { file, name } = params;
  const current = await readTextFile(context.world, file);
  const before = asText((await context.original.before(file)).content);
  const [old, now] = [before === null ? null : parse(before), current === null ? null : parse(current)];
  if (current === null || !now?.ok || !old?.ok) {
    return { state: 'left in place', notes: [`${name} was changed since; it was left as it is.`] };
  }
  const { edits, kept } = takeBack(old.value, now.value, left);
  if (edits.length > 0) await context.door.replace(context.backups.of(file), applyEdits(current, [...edits] as Edit[]));
  const notes = kept.map((path) => `${name}: ${path} was changed since and stays as it is now.`);
  return { state: 'ours removed', notes: capped(notes) };
}

/** `current` without what we changed in it; `blocked` says why that cannot be had. */
function withoutOurs(
  params: ConfigEditParams,
  undo: Undo | undefined,
  before: string | null,
  current: string,
): { text: string; edited: boolean; notes: string[] } | { blocked: string[] } {
  const parsed = parse(current);
  if (!parsed.ok) {
    const { line, column, message } = parsed.error;
    return {
      blocked: [
        `${params.name} was changed since and does not parse (line ${line}, column ${column}: ${message}), so it was left alone.`,
        'Fix it, then run the undo again. The copy from before is kept.',
      ],
    };
  }
  const start = startText(params, before);
  const old = readValue(start, params);
  const made = undo?.marks ?? marksOfCrash(params, start, parsed.value);
  const marks = claimed(old, parsed.value, made, params.ours ?? []);
  const { edits: own, kept } = takeBack(old, parsed.value, marks);
  const edits = [...own, ...copiedEdits(params.copies ?? [], old, parsed.value, own)];
  const text = edits.length > 0 ? applyEdits(current, [...edits] as Edit[]) : current;
  const notes = kept.map((path) => `${params.name}: ${path} was changed since and stays as it is now.`);
  return { text, edited: edits.length > 0, notes: capped(notes) };
}

/** A crash left no record: our marks follow from the params. A secret that went in is whatever stands at its place. */
function marksOfCrash(params: ConfigEditParams, start: string, current: unknown): ChangedKeys {
  const edits = editsIn(start, params).map((edit) => {
    if (!('value' in edit)) return edit;
    const present = valueAt(current, edit.path);
    return { ...edit, value: resolveAsFound(edit.value, present) } as EditData;
  });
  return changedKeysBetween(readValue(start, params), readValue(applyEdits(start, edits as Edit[]), params));
}

/** The edits, each where its place is in this text. */
function editsIn(text: string, params: ConfigEditParams): EditData[] {
  const { edits, moves = [] } = params;
  if (moves.length === 0) return edits;
  const value = readValue(text, params);
  return edits.map((edit) => {
    const move = moves.find(({ from }) => from.every((key, index) => key === edit.path[index]));
    if (move === undefined || valueAt(value, move.from) !== undefined) return edit;
    if (valueAt(value, move.to) === undefined) return edit;
    return { ...edit, path: [...move.to, ...edit.path.slice(move.from.length)] };
  });
}

/** Whether an edit shows in `now`. What others put beside it is theirs, and a secret is whatever stands at its place. */
function stands(edit: EditData, now: unknown): boolean {
  const present = valueAt(now, edit.path);
  if (edit.op === 'delete') return present === undefined;
  const value = resolveAsFound(edit.value, present);
  if (edit.op === 'set') return holds(present, value);
  const items: readonly unknown[] = Array.isArray(present) ? present : [];
  return items.some((item) => holds(item, edit.value)) === (edit.op === 'insert');
}

const overlap = (a: readonly (string | number)[], b: typeof a) => {
  const length = Math.min(a.length, b.length);
  return isDeepStrictEqual(a.slice(0, length), b.slice(0, length));
};

function holds(present: unknown, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return isDeepStrictEqual(present, value);
  return Object.entries(value).every(([key, inner]) => holds(valueAt(present, [key]), inner));
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], value);
}

/** Without the objects that have nothing in them, at any depth. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const inner = Object.entries(value).map(([key, one]) => [key, withoutEmpty(one)] as const);
  return Object.fromEntries(inner.filter(([, one]) => !isDeepStrictEqual(one, {})));
}

function startText(params: ConfigEditParams, before: string | null): string {
  const start = before ?? params.create;
  if (start !== undefined) return start;
  throw new Problem('file-missing', `${params.file} is not there.`, { next: 'clawauth-setup status' });
}

function readValue(text: string, params: ConfigEditParams): unknown {
  const parsed = parse(text);
  if (parsed.ok) return parsed.value;
  const { message, line, column } = parsed.error;
  throw new Problem('config-unparseable', `${params.name} does not parse: ${message}.`, {
    why: 'Nothing was written.',
    at: { file: params.file, line, column, text: masked(parsed.error.text) },
  });
}

/** A thousand notes help nobody. */
function capped(notes: readonly string[]): string[] {
  return notes.length <= 8 ? [...notes] : [...notes.slice(0, 8), `… and ${notes.length - 8} more places.`];
}
