import { align } from './align.ts';
import { copyPlain, isContainer, type Plain, sameKind } from './data.ts';
import type { Edit, Path } from './types.ts';

/** A path as a list that shares its beginning: made into an array only for an edit. */
interface Trail {
  readonly parent: Trail | null;
  readonly segment: string | number;
}

type Task =
  | { readonly kind: 'compare'; readonly from: unknown; readonly to: unknown; readonly at: Trail | null }
  | { readonly kind: 'emit'; readonly edits: readonly Edit[] };

/**
 * The edits that turn `from` into `to`: equal parts are not named, members are deleted, set and added one by one, and
 * array elements are matched first by equality, then by their `id`, `key` or `name`, then by position. So a file that a
 * program rewrote can be put back into the original, commented text.
 */
export function editsBetween(from: unknown, to: unknown): Edit[] {
  return difference(copyPlain(from), copyPlain(to));
}

/** As {@link editsBetween}, for plain data; values in the edits are shared with `to`. */
export function difference(from: unknown, to: unknown): Edit[] {
  const ids = new Interner();
  const edits: Edit[] = [];
  const tasks: Task[] = [{ kind: 'compare', from, to, at: null }];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    if (task.kind === 'emit') {
      for (const edit of task.edits) edits.push(edit);
      continue;
    }
    if (ids.idOf(task.from) === ids.idOf(task.to)) continue;
    if (!sameKind(task.from, task.to)) edits.push({ op: 'set', path: pathOf(task.at), value: task.to });
    else if (Array.isArray(task.from)) compareArrays(task.from, task.to as unknown[], task.at, ids, tasks);
    else compareObjects(task.from as Plain, task.to as Plain, task.at, tasks);
  }
  return edits;
}

function pathOf(trail: Trail | null, ...last: (string | number)[]): Path {
  const path = last.reverse();
  for (let at = trail; at !== null; at = at.parent) path.push(at.segment);
  return path.reverse();
}

function compareObjects(from: Plain, to: Plain, at: Trail | null, tasks: Task[]): void {
  const own: Edit[] = [];
  const nested: Task[] = [];
  for (const key of Object.keys(from)) {
    if (!Object.hasOwn(to, key)) own.push({ op: 'delete', path: pathOf(at, key) });
  }
  const keys = Object.keys(to);
  // Every new member goes in front of the kept one that follows it in `to`.
  let before: string | undefined;
  const anchors = new Map<string, string | undefined>();
  for (const key of keys.toReversed()) {
    if (Object.hasOwn(from, key)) before = key;
    else anchors.set(key, before);
  }
  for (const key of keys) {
    if (Object.hasOwn(from, key)) {
      nested.push({ kind: 'compare', from: from[key], to: to[key], at: { parent: at, segment: key } });
    } else {
      const anchor = anchors.get(key);
      const edit = { op: 'set', path: pathOf(at, key), value: to[key] } as const;
      own.push(anchor === undefined ? edit : { ...edit, before: anchor });
    }
  }
  for (const task of nested.reverse()) tasks.push(task);
  if (own.length > 0) tasks.push({ kind: 'emit', edits: own });
}

function compareArrays(from: unknown[], to: unknown[], at: Trail | null, ids: Interner, tasks: Task[]): void {
  const kept = align(
    from.map((value) => ids.idOf(value)),
    to.map((value) => ids.idOf(value)),
  );
  const nested: Task[] = [];
  const structural: Edit[] = [];
  // Element edits use the indexes of `from`, so they come first; the structural ones run from the end to the start.
  let endFrom = from.length;
  let endTo = to.length;
  for (let k = kept.length - 1; k >= -1; k--) {
    const [i, j] = kept[k] ?? [-1, -1];
    gap(from, to, i + 1, endFrom, j + 1, endTo, at, ids, nested, structural);
    endFrom = i;
    endTo = j;
  }
  if (structural.length > 0) tasks.push({ kind: 'emit', edits: structural });
  for (const task of nested) tasks.push(task);
}

/** Pairs what can be paired between two kept elements; the rest is deleted and inserted. From the end to the start. */
function gap(
  from: unknown[],
  to: unknown[],
  startFrom: number,
  endFrom: number,
  startTo: number,
  endTo: number,
  at: Trail | null,
  ids: Interner,
  nested: Task[],
  structural: Edit[],
): void {
  if (startFrom === endFrom && startTo === endTo) return;
  const same = align(
    from.slice(startFrom, endFrom).map((value) => ids.identityOf(value)),
    to.slice(startTo, endTo).map((value) => ids.identityOf(value)),
  );
  let highFrom = endFrom;
  let highTo = endTo;
  for (let k = same.length - 1; k >= -1; k--) {
    const pair = same[k];
    const lowFrom = pair === undefined ? startFrom : startFrom + pair[0] + 1;
    const lowTo = pair === undefined ? startTo : startTo + pair[1] + 1;
    const byPosition = highFrom - lowFrom === highTo - lowTo;
    for (let i = highFrom - 1; i >= lowFrom; i--) {
      const j = lowTo + i - lowFrom;
      if (byPosition && ids.mayBeSame(from[i], to[j])) {
        nested.push({ kind: 'compare', from: from[i], to: to[j], at: { parent: at, segment: i } });
      } else {
        structural.push({ op: 'delete', path: pathOf(at, i) });
        if (byPosition) structural.push({ op: 'insert', path: pathOf(at), value: to[j], at: i });
      }
    }
    if (!byPosition) {
      for (let j = highTo - 1; j >= lowTo; j--) {
        structural.push({ op: 'insert', path: pathOf(at), value: to[j], at: lowFrom });
      }
    }
    if (pair !== undefined) {
      const i = startFrom + pair[0];
      nested.push({
        kind: 'compare',
        from: from[i],
        to: to[startTo + pair[1]],
        at: { parent: at, segment: i },
      });
      highFrom = i;
      highTo = startTo + pair[1];
    }
  }
}

/** Gives equal values (by `Object.is`, whatever their key order) equal numbers, in one pass over each value. */
class Interner {
  readonly #byText = new Map<string, number>();
  readonly #byContainer = new Map<object, number>();

  idOf(value: unknown): number {
    if (!isContainer(value)) return this.#intern(scalarText(value));
    const known = this.#byContainer.get(value);
    if (known !== undefined) return known;
    const order: (Plain | unknown[])[] = [];
    const stack: (Plain | unknown[])[] = [value];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      order.push(next);
      for (const child of Object.values(next)) {
        if (isContainer(child) && !this.#byContainer.has(child)) stack.push(child);
      }
    }
    // Children come after their parents in `order`, so the reverse has them ready.
    for (const container of order.reverse()) {
      const text = Array.isArray(container)
        ? `[${container.map((child) => this.#childId(child)).join()}`
        : `{${Object.keys(container)
            .sort()
            .map((key) => `${JSON.stringify(key)}:${this.#childId((container as Plain)[key])}`)
            .join()}`;
      this.#byContainer.set(container, this.#intern(text));
    }
    return this.#byContainer.get(value) as number;
  }

  #childId(value: unknown): number {
    return isContainer(value) ? (this.#byContainer.get(value) as number) : this.#intern(scalarText(value));
  }

  #intern(text: string): number {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    this.#byText.set(text, this.#byText.size);
    return this.#byText.size - 1;
  }

  /** A number for what names an object (its `id`, `key` or `name`); -1 for what has no name. */
  identityOf(value: unknown): number {
    const name = nameOf(value);
    return name === undefined ? -1 : this.#intern(`#${name}`);
  }

  mayBeSame(a: unknown, b: unknown): boolean {
    if (isContainer(a) !== isContainer(b)) return false;
    if (!isContainer(a)) return true;
    return sameKind(a, b) && nameOf(a) === nameOf(b);
  }
}

function scalarText(value: unknown): string {
  return typeof value === 'string' ? `s${value}` : Object.is(value, -0) ? '-0' : String(value);
}

function nameOf(value: unknown): string | undefined {
  if (!isContainer(value) || Array.isArray(value)) return undefined;
  for (const key of ['id', 'key', 'name']) {
    if (!Object.hasOwn(value, key)) continue;
    const name = value[key];
    if (typeof name === 'string' || typeof name === 'number') return `${key} ${scalarText(name)}`;
  }
  return undefined;
}
