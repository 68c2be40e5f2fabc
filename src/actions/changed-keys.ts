import { createHash, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import type { RevertContext } from '../engine/types.ts';
import { parse } from '../json5/index.ts';
import { readTextFile } from '../system/text-file.ts';
import type { EditData } from './params.ts';

/** One step of a path that survives reordering: array items that carry an `id` are found by it. */
const Step = z.union([z.string(), z.number(), z.object({ id: z.string() })]);
type Step = z.infer<typeof Step>;

/**
 * One place where a step left its mark in a JSON document. Holds salted hashes, never values: enough to tell later
 * whether the value that stands there is still ours, and nothing to steal from a receipt.
 */
export const ChangedKey = z.object({
  at: z.array(Step),
  /** `set`: this leaf got a value. `gone`: it was removed. `list`: an array got this content, by items put `in` and taken `out`. */
  did: z.enum(['set', 'gone', 'list', 'in', 'out']),
  print: z.optional(z.string()),
});
export type ChangedKey = z.infer<typeof ChangedKey>;

export const ChangedKeys = z.object({ salt: z.string(), marks: z.array(ChangedKey) });
export type ChangedKeys = z.infer<typeof ChangedKeys>;

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where `after` differs from `before`, leaf by leaf. */
export function changedKeysBetween(
  before: unknown,
  after: unknown,
  salt = randomBytes(12).toString('hex'),
): ChangedKeys {
  const marks: ChangedKey[] = [];
  walk(before, after, [], salt, marks);
  return { salt, marks };
}

function walk(before: unknown, after: unknown, at: readonly Step[], salt: string, marks: ChangedKey[]): void {
  if (isDeepStrictEqual(before, after)) return;
  if (
    isObject(after) &&
    (isObject(before) || before === undefined) &&
    (isObject(before) || Object.keys(after).length)
  ) {
    const old = isObject(before) ? before : {};
    for (const key of new Set([...Object.keys(old), ...Object.keys(after)])) {
      if (!(key in after)) marks.push({ at: [...at, key], did: 'gone' });
      else walk(old[key], after[key], [...at, key], salt, marks);
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const ids = idsOf(before);
    if (ids && idsOf(after)?.join('\0') === ids.join('\0')) {
      ids.forEach((id, index) => {
        walk(before[index], after[index], [...at, { id }], salt, marks);
      });
      return;
    }
    const [put, taken] = [minus(after, before), minus(before, after)];
    if (put.length + taken.length > 0) {
      marks.push({ at: [...at], did: 'list', print: print(after, salt) });
      for (const item of taken) marks.push({ at: [...at], did: 'out', print: print(item, salt) });
      for (const item of put) marks.push({ at: [...at], did: 'in', print: print(item, salt) });
      return;
    }
  }
  marks.push({ at: [...at], did: 'set', print: print(after, salt) });
}

/** What the running step changed in one JSON5 file so far, for a `redo`; undefined where that cannot be told. */
export async function changedKeysLeft(
  file: string,
  { backups, world }: Pick<RevertContext, 'backups' | 'world'>,
): Promise<ChangedKeys | undefined> {
  const read = (text: string | null) => (text === null ? { ok: true as const, value: undefined } : parse(text));
  const before = await backups.before(file);
  const was = read(before === null ? null : new TextDecoder().decode(before));
  const is = read(await readTextFile(world, file));
  return was.ok && is.ok ? changedKeysBetween(was.value, is.value) : undefined;
}

export interface TakenBack {
  /** Edits that take our part out of the document as it is now. */
  readonly edits: readonly EditData[];
  /** Places where somebody else's value stands now; left alone. Dotted paths. */
  readonly kept: readonly string[];
}

/**
 * What to change in `current` so that our marks are gone and everything else stays. `before` is the document from
 * before our step: where a value is still ours, the old one comes back. `copies`: lists that the step made of keys, which
 * are still ours without those that have left since, see {@link copiedEdits}.
 */
export function takeBack(
  before: unknown,
  current: unknown,
  { salt, marks }: ChangedKeys,
  copies: readonly Copied[] = [],
): TakenBack {
  const edits: EditData[] = [];
  const kept: string[] = [];
  const removed: (string | number)[][] = [];
  const whole = new Set<string>();
  for (const change of marks) {
    const present = locate(current, change.at);
    const previous = locate(before, change.at);
    if (change.did === 'list') {
      if (!present || !previous || print(present.value, salt) !== change.print) continue;
      edits.push({ op: 'set', path: present.path, value: previous.value });
      whole.add(JSON.stringify(change.at));
      continue;
    }
    if ((change.did === 'in' || change.did === 'out') && whole.has(JSON.stringify(change.at))) continue;
    const name = nameOf(change.at);
    if (change.did === 'in' || change.did === 'out') {
      const list = present?.value;
      if (!present || !Array.isArray(list)) {
        kept.push(name);
        continue;
      }
      const ours = (Array.isArray(list) ? list : []).find((item) => print(item, salt) === change.print);
      const old = Array.isArray(previous?.value) ? previous.value : [];
      if (change.did === 'in') {
        if (ours !== undefined) edits.push({ op: 'remove', path: present.path, value: ours });
      } else if (ours === undefined) {
        const index = old.findIndex((item) => print(item, salt) === change.print);
        if (index >= 0)
          edits.push({ op: 'insert', path: present.path, value: old[index], at: Math.min(index, list.length) });
      }
      continue;
    }
    const asMade = present ? [present.value, refilled(copies, before, current, present)] : [];
    const stillOurs =
      change.did === 'gone'
        ? present?.value === undefined
        : asMade.some((value) => print(value, salt) === change.print);
    if (!stillOurs) {
      if (
        !(present && previous && canonical(present.value) === canonical(previous.value)) &&
        present?.value !== undefined
      )
        kept.push(name);
      continue;
    }
    const path = present?.path ?? resolvePath(current, change.at);
    if (!path) continue;
    if (previous?.value === undefined) {
      edits.push({ op: 'delete', path });
      removed.push(path);
    } else edits.push({ op: 'set', path, value: previous.value });
  }
  return { edits: pruneEmpty(before, current, edits, removed), kept };
}

/**
 * The marks as they would be had the step itself made what stands at `places` now: a service of ours goes on writing there,
 * and whatever it wrote is ours.
 */
export function claimed(
  before: unknown,
  current: unknown,
  { salt, marks }: ChangedKeys,
  places: readonly (readonly Step[])[],
): ChangedKeys {
  const own = marks.filter(({ at }) => !places.some((place) => samePath(place, at.slice(0, place.length))));
  for (const place of places) {
    walk(locate(before, place)?.value, locate(current, place)?.value, place, salt, own);
  }
  return { salt, marks: own };
}

const nameOf = (at: readonly Step[]) => at.map((step) => (typeof step === 'object' ? step.id : String(step))).join('.');

/** Places below `keys` that got a value and have none any more. Dotted paths. */
export function goneSince(current: unknown, { marks }: ChangedKeys, keys: readonly (readonly Step[])[]): string[] {
  const below = (at: readonly Step[]) => keys.some((key) => samePath(key, at.slice(0, key.length)));
  const gone = marks.filter(({ at, did }) => did === 'set' && below(at) && locate(current, at)?.value === undefined);
  return gone.map(({ at }) => nameOf(at));
}

/** Whether somebody put another value to a place since we did. */
export function setSince(current: unknown, at: readonly Step[], { salt, marks }: ChangedKeys): boolean {
  const ours = marks.find((change) => change.did === 'set' && JSON.stringify(change.at) === JSON.stringify(at));
  const present = ours && locate(current, at)?.value;
  return present !== undefined && print(present, salt) !== ours?.print;
}

/** A list (`to`) that somebody makes of the keys of an object (`from`). */
export interface Copied {
  readonly from: readonly Step[];
  readonly to: readonly Step[];
  /** It is made anew, even where there was one before. */
  readonly anew?: boolean | undefined;
}

/**
 * What `edits` take out of the objects at `from`, out of the lists at `to` as well: copies that somebody made of their
 * keys since `before`. A list that has nothing else goes.
 */
export function copiedEdits(
  copies: readonly Copied[],
  before: unknown,
  current: unknown,
  edits: readonly EditData[],
): EditData[] {
  return copies.flatMap(({ from, to, anew = false }): EditData[] => {
    const list = locate(current, to);
    const listBefore = locate(before, to)?.value;
    if (!list || !Array.isArray(list.value) || (listBefore !== undefined && !anew)) return [];
    // What was put there by name leaves by name.
    if (edits.some(({ path }) => samePath(path, list.path))) return [];
    const old = locate(before, from)?.value;
    const keys = Object.keys(objectOr(locate(current, from)?.value)).filter((key) => {
      if (isObject(old) && Object.hasOwn(old, key)) return false;
      const path = [...from, key].map(String);
      return edits.some((edit) => edit.op === 'delete' && edit.path.every((part, i) => String(part) === path[i]));
    });
    const stays = Array.isArray(listBefore) ? listBefore : [];
    const gone = list.value.filter((item) => typeof item === 'string' && keys.includes(item) && !stays.includes(item));
    if (gone.length === 0) return [];
    if (gone.length < list.value.length) return gone.map((value) => ({ op: 'remove', path: list.path, value }));
    const parent = locate(current, to.slice(0, -1));
    const alone = to.length > 1 && isObject(parent?.value) && Object.keys(parent.value).length === 1;
    return [{ op: 'delete', path: alone ? list.path.slice(0, -1) : list.path }];
  });
}

/** A list that was made of the keys in `before`, with those that `current` has no more back in their places. */
function refilled(copies: readonly Copied[], before: unknown, current: unknown, { path, value }: Found): unknown {
  const copy = copies.find(({ to }) => samePath(to, path));
  if (copy === undefined || !Array.isArray(value)) return value;
  const has = objectOr(locate(current, copy.from)?.value);
  const whole = [...value];
  Object.keys(objectOr(locate(before, copy.from)?.value)).forEach((key, index, had) => {
    if (whole.includes(key) || Object.hasOwn(has, key)) return;
    whole.splice(whole.indexOf(had[index - 1]) + 1, 0, key);
  });
  return whole;
}

const samePath = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((part, i) => String(part) === String(b[i]));
const objectOr = (value: unknown): Json => (isObject(value) ? value : {});

/** Deleting our last key of an object that we made deletes the object too. */
function pruneEmpty(
  before: unknown,
  current: unknown,
  edits: readonly EditData[],
  removed: readonly (readonly (string | number)[])[],
): EditData[] {
  const gone = new Set(removed.map((path) => JSON.stringify(path)));
  const containers = new Set(
    removed.flatMap((path) => path.slice(0, -1).map((_, i) => JSON.stringify(path.slice(0, i + 1)))),
  );
  const deepestFirst = [...containers].map((text) => JSON.parse(text) as (string | number)[]);
  deepestFirst.sort((a, b) => b.length - a.length);
  for (const path of deepestFirst) {
    const value = locate(current, path)?.value;
    if (!isObject(value) || locate(before, path)?.value !== undefined) continue;
    if (Object.keys(value).every((key) => gone.has(JSON.stringify([...path, key])))) gone.add(JSON.stringify(path));
  }
  const covered = (path: readonly (string | number)[]) =>
    path.some((_, i) => i > 0 && gone.has(JSON.stringify(path.slice(0, i))));
  const kept = edits.filter((edit) => edit.op !== 'delete');
  const deletes = [...gone].map((text) => JSON.parse(text) as (string | number)[]).filter((path) => !covered(path));
  return [...kept, ...deletes.map((path): EditData => ({ op: 'delete', path }))];
}

interface Found {
  readonly path: (string | number)[];
  readonly value: unknown;
}

function locate(root: unknown, at: readonly Step[]): Found | null {
  const path: (string | number)[] = [];
  let value = root;
  for (const step of at) {
    const key = keyIn(value, step);
    if (key === null) return null;
    path.push(key);
    value = (value as Json)[key as string];
  }
  return { path, value };
}

/** The path as it would be written now, when only its last part is missing. */
function resolvePath(root: unknown, at: readonly Step[]): (string | number)[] | null {
  const parent = locate(root, at.slice(0, -1));
  const last = at.at(-1);
  return parent && isObject(parent.value) && typeof last === 'string' ? [...parent.path, last] : null;
}

function keyIn(value: unknown, step: Step): string | number | null {
  if (typeof step === 'object') {
    return Array.isArray(value) ? (placesOf(value).get(step.id) ?? null) : null;
  }
  if (Array.isArray(value)) return typeof step === 'number' && step < value.length ? step : null;
  return isObject(value) && Object.hasOwn(value, String(step)) ? step : null;
}

/** Places by id, kept for as long as the list: tens of thousands of marks look into the same one. */
const places = new WeakMap<readonly unknown[], ReadonlyMap<unknown, number>>();

/** The first place of every `id` in a list that nobody changes any more. */
function placesOf(list: readonly unknown[]): ReadonlyMap<unknown, number> {
  const known = places.get(list);
  if (known !== undefined) return known;
  const found = new Map<unknown, number>();
  for (const [index, item] of list.entries()) {
    if (isObject(item) && !found.has(item.id)) found.set(item.id, index);
  }
  places.set(list, found);
  return found;
}

function idsOf(list: readonly unknown[]): string[] | null {
  const ids = list.map((item) => (isObject(item) && typeof item.id === 'string' ? item.id : null));
  return ids.length > 0 && !ids.includes(null) && new Set(ids).size === ids.length ? (ids as string[]) : null;
}

/** Items of `a` that `b` does not have, counting repeats. */
function minus(a: readonly unknown[], b: readonly unknown[]): unknown[] {
  const left = new Map<string, number>();
  for (const text of b.map(canonical)) left.set(text, (left.get(text) ?? 0) + 1);
  return a.filter((item) => {
    const text = canonical(item);
    const count = left.get(text) ?? 0;
    if (count > 0) left.set(text, count - 1);
    return count === 0;
  });
}

function print(value: unknown, salt: string): string {
  return createHash('sha256').update(salt).update(canonical(value)).digest('hex').slice(0, 32);
}

function canonical(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? String(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}
