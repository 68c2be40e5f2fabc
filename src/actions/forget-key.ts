import * as z from 'zod/mini';
import type { Action, ActionKind, RevertContext, RevertOutcome } from '../engine/types.ts';
import { edit as applyEdits, type Edit, parse } from '../json5/index.ts';
import { readTextFile } from '../system/text-file.ts';
import { Described, JsonPath, parseParams } from './params.ts';
import { asText } from './patch.ts';

export const FORGET_KEY = 'forget-key';
const SCHEMA = 1;

/** A key in files that another program makes from what it was given: its configuration, a credential. */
export const Copied = z.object({ files: z.array(z.string()), path: JsonPath });
export type Copied = z.infer<typeof Copied>;

/**
 * Takes one key out of files that another program makes from its configuration, and again when the step is taken back:
 * that program may have written it there since, from what was ours.
 */
export const ForgetKeyParams = z.object({
  ...Described.shape,
  ...Copied.shape,
});
export type ForgetKeyParams = z.infer<typeof ForgetKeyParams>;

export function forgetKey(id: string, params: ForgetKeyParams): Action<ForgetKeyParams> {
  const touches = params.files.map((path) => ({ path, as: 'file' as const }));
  return { id, kind: FORGET_KEY, schema: SCHEMA, params, touches };
}

export const forgetKeyKind: ActionKind<ForgetKeyParams> = {
  kind: FORGET_KEY,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(ForgetKeyParams, FORGET_KEY, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply({ files, path }, { world, dry, door, backups, note }) {
    let any = false;
    for (const file of files) {
      const before = await readTextFile(world, file);
      const after = without(before, path);
      if (before !== null && after === null) note(`${file} does not parse; it was left alone.`);
      else if (after !== null && after !== before) {
        any = true;
        await door.replace(backups.of(file), after);
      }
    }
    if (!any) dry?.tell('nothing now; an undo looks for copies again');
  },

  revert: (params, _undo, context) => forgetAgain(params, context),
};

/** Each file as it was where nobody wrote since, else without the key, or with the one that it had before. */
export async function forgetAgain(
  { files, path }: Copied,
  { original, world, door, backups }: Pick<RevertContext, 'original' | 'world' | 'door' | 'backups'>,
): Promise<RevertOutcome> {
  const notes: string[] = [];
  let taken = 0;
  for (const file of files) {
    if (await original.untouchedSince(file)) {
      await original.restoreUntouched([file]);
      continue;
    }
    const now = await readTextFile(world, file);
    const before = asText((await original.before(file)).content);
    const then = takenBack(before, now, path);
    if (now !== null && then === null) notes.push(`${file} was changed since and does not parse; it was left alone.`);
    else if (before === null && then !== null && then !== now && isEmpty(then)) {
      await door.remove(backups.of(file));
      taken++;
    } else if (then !== null && then !== now) {
      await door.replace(backups.of(file), then);
      taken++;
    }
  }
  const state: RevertOutcome['state'] = notes.length > 0 ? 'left in place' : taken > 0 ? 'ours removed' : 'restored';
  return { state, notes };
}

/** `text` without the key; null when there is no text or it does not parse. */
function without(text: string | null, path: ForgetKeyParams['path']): string | null {
  const found = text === null ? null : valueAt(text, path);
  if (text === null || found === null) return null;
  return found.there ? applyEdits(text, [{ op: 'delete', path }] as Edit[]) : text;
}

/** What somebody wrote since, with the key as it was before us: its old value, or none. */
function takenBack(before: string | null, now: string | null, path: ForgetKeyParams['path']): string | null {
  const old = before === null ? null : valueAt(before, path);
  if (now === null || !old?.there) return without(now, path);
  return valueAt(now, path) === null ? null : applyEdits(now, [{ op: 'set', path, value: old.value }] as Edit[]);
}

/** A file that was made for our key alone says nothing without it. */
function isEmpty(text: string): boolean {
  const hollow = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(hollow);
  const parsed = parse(text);
  return parsed.ok && hollow(parsed.value);
}

function valueAt(
  text: string,
  path: ForgetKeyParams['path'],
): { readonly there: boolean; readonly value?: unknown } | null {
  const parsed = parse(text);
  if (!parsed.ok) return null;
  let value: unknown = parsed.value;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return { there: false };
    value = (value as Record<string, unknown>)[key];
  }
  return { there: true, value };
}
