import { childOf, copyPlain, isContainer, type Plain, put, sameKind, sameValue, toIndex } from './data.ts';
import { difference } from './difference.ts';
import { addedItem, type Box, type Item } from './tree.ts';
import { CannotEdit, type Edit, type Path } from './types.ts';

/** One structural step that the data and the tree both take: what an {@link Edit} comes down to. */
type Step =
  | { readonly op: 'root'; readonly value: unknown; readonly source: string | undefined }
  | {
      readonly op: 'put';
      readonly parent: Path;
      readonly segment: string | number;
      readonly value: unknown;
      readonly before: string | undefined;
      readonly source: string | undefined;
    }
  | {
      readonly op: 'add';
      readonly parent: Path;
      readonly at: number;
      readonly value: unknown;
      readonly source: string | undefined;
    }
  | { readonly op: 'drop'; readonly parent: Path; readonly segment: string | number };

/** Lists up to this length are searched for an equal element, to take an insertion back by value. */
const SEARCHED = 200;
/** Objects with more members than this get an index by key. */
const INDEX_FROM = 16;

/**
 * Carries edits out twice: on plain data (what is intended) and on the tree of positions (what will be written).
 * Values that edits add are shared between the two, so an edit inside an added value is made once.
 */
export class Session {
  /** Values given for a whole object or array: the order of keys in them follows the text, not the value. */
  readonly anyOrderIn = new Set<object>();
  /** Keys of the objects that got a member in the middle: an object of JavaScript only grows at the end. */
  readonly #orders = new Map<Plain, string[]>();

  constructor(
    public data: unknown,
    readonly root: Item,
    /** The text, for the inverse edits to quote. */
    private readonly text: string,
  ) {}

  /** Throws {@link CannotEdit} before anything is changed. With `wantsInverse`, gives the edits that take it back. */
  apply(edit: Edit, wantsInverse = false): Edit[] {
    const step = this.#plan(edit);
    if (step === null) return [];
    const inverse = wantsInverse ? this.#inverse(step) : [];
    this.#applyToTree(step);
    this.#applyToData(step);
    return inverse;
  }

  /** To be called after the last edit: puts the members of the data into their intended order. */
  finish(): void {
    for (const [object, order] of this.#orders) {
      const values = order.map((key) => object[key]);
      for (const key of order) delete object[key];
      for (const [i, key] of order.entries()) put(object, key, values[i]);
    }
    this.#orders.clear();
  }

  #put(object: Plain, key: string, value: unknown, before: string | undefined): void {
    if (!Object.hasOwn(object, key)) {
      let order = this.#orders.get(object);
      if (before !== undefined && Object.hasOwn(object, before)) {
        order ??= Object.keys(object);
        order.splice(order.indexOf(before), 0, key);
        this.#orders.set(object, order);
      } else order?.push(key);
    }
    put(object, key, value);
  }

  #drop(object: Plain, key: string): void {
    delete object[key];
    const order = this.#orders.get(object);
    order?.splice(order.indexOf(key), 1);
  }

  // ── what an edit comes down to ────────────────────────────────────────────────────────────────────────────────────

  #plan(edit: Edit): Step | null {
    switch (edit.op) {
      case 'set':
        return this.#planSet(edit.path, copyPlain(edit.value), edit.before, edit.source);
      case 'delete': {
        if (edit.path.length === 0) throw new CannotEdit('The whole file cannot be deleted.');
        const parent = edit.path.slice(0, -1);
        const segment = edit.path.at(-1) as string | number;
        return childOf(this.#find(parent), segment) === undefined ? null : { op: 'drop', parent, segment };
      }
      case 'insert': {
        const list = this.#find(edit.path);
        const value = copyPlain(edit.value);
        if (list === undefined) return this.#planSet(edit.path, [value], undefined, undefined);
        if (!Array.isArray(list)) throw new CannotEdit(`${shown(edit.path)} is not an array.`);
        const at = edit.at ?? list.length;
        if (!Number.isInteger(at) || at < 0) throw new CannotEdit(`${at} is not an index.`);
        return { op: 'add', parent: edit.path, at: Math.min(at, list.length), value, source: edit.source };
      }
      case 'remove': {
        const list = this.#find(edit.path);
        if (list === undefined) return null;
        if (!Array.isArray(list)) throw new CannotEdit(`${shown(edit.path)} is not an array.`);
        const segment = list.findIndex((element) => sameValue(element, edit.value));
        return segment < 0 ? null : { op: 'drop', parent: edit.path, segment };
      }
    }
  }

  #planSet(path: Path, value: unknown, before: string | undefined, source: string | undefined): Step | null {
    if (value === undefined) throw new CannotEdit(`No value was given for ${shown(path)}.`);
    if (path.length === 0) return sameValue(this.data, value) ? null : { op: 'root', value, source };
    let parent = this.data;
    for (const [depth, segment] of path.entries()) {
      if (!isContainer(parent)) {
        throw new CannotEdit(`${shown(path.slice(0, depth))} is neither an object nor an array.`);
      }
      const child = childOf(parent, segment);
      const isLast = depth === path.length - 1;
      if (child !== undefined && !isLast) {
        parent = child;
        continue;
      }
      const above = path.slice(0, depth);
      if (child !== undefined) {
        return sameValue(child, value) ? null : { op: 'put', parent: above, segment, value, before: undefined, source };
      }
      const nested = isLast ? value : nest(path.slice(depth + 1), value);
      const origin = isLast ? source : undefined;
      if (!Array.isArray(parent)) return { op: 'put', parent: above, segment, value: nested, before, source: origin };
      const at = toIndex(segment);
      if (at !== parent.length) {
        throw new CannotEdit(`${shown(above)} has ${parent.length} elements: ${segment} is not a place in it.`);
      }
      return { op: 'add', parent: above, at, value: nested, source: origin };
    }
    return null;
  }

  #find(path: Path): unknown {
    let value = this.data;
    for (const segment of path) {
      value = childOf(value, segment);
      if (value === undefined) return undefined;
    }
    return value;
  }

  // ── the intended data ─────────────────────────────────────────────────────────────────────────────────────────────

  #applyToData(step: Step): void {
    if (step.op === 'root') {
      if (sameKind(this.data, step.value)) this.anyOrderIn.add(step.value as object);
      this.data = step.value;
      return;
    }
    const parent = this.#find(step.parent) as Plain | unknown[];
    if (step.op === 'drop') {
      if (Array.isArray(parent)) parent.splice(toIndex(step.segment), 1);
      else this.#drop(parent, String(step.segment));
    } else if (step.op === 'add') {
      (parent as unknown[]).splice(step.at, 0, step.value);
    } else {
      const old = childOf(parent, step.segment);
      if (sameKind(old, step.value)) this.anyOrderIn.add(step.value as object);
      if (Array.isArray(parent)) parent[toIndex(step.segment)] = step.value;
      else this.#put(parent, String(step.segment), step.value, step.before);
    }
  }

  // ── the tree ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #applyToTree(step: Step): void {
    if (step.op === 'root') {
      this.#replace(this.root, this.data, step.value, step.source);
      return;
    }
    const box = boxAt(this.root, step.parent);
    if (box === null) return;
    if (step.op !== 'put') {
      takeStep(box, step);
      return;
    }
    const item = itemIn(box, step.segment);
    if (item === undefined) takeStep(box, step);
    else this.#replace(item, childOf(this.#find(step.parent), step.segment), step.value, step.source);
  }

  /** A new value for an item: written over, or taken apart when old and new are of one kind. */
  #replace(item: Item, old: unknown, value: unknown, source: string | undefined): void {
    if (item.fresh !== null || item.box === null || !sameKind(old, value)) {
      item.fresh = { value, source };
      return;
    }
    const wasTouched = item.box.touched;
    for (const edit of difference(old, value)) replay(item, edit);
    if (wasTouched) relink(item, value);
  }

  // ── the way back ──────────────────────────────────────────────────────────────────────────────────────────────────

  #inverse(step: Step): Edit[] {
    if (step.op === 'root') {
      return [quoting({ op: 'set', path: [], value: this.data } as const, this.#sourceOf([]))];
    }
    const list = this.#find(step.parent);
    if (step.op === 'add') {
      // By value, where that is no matter of doubt: it still finds the element after others moved it.
      const elements = list as unknown[];
      return elements.length > SEARCHED || elements.some((element) => sameValue(element, step.value))
        ? [{ op: 'delete', path: [...step.parent, step.at] }]
        : [{ op: 'remove', path: step.parent, value: copyPlain(step.value) }];
    }
    const path = [...step.parent, step.segment];
    const old = childOf(list, step.segment);
    if (old === undefined) return [{ op: 'delete', path }];
    const value = copyPlain(old);
    const source = this.#sourceOf(path);
    if (step.op === 'put') return [quoting({ op: 'set', path, value } as const, source)];
    if (Array.isArray(list)) {
      return [quoting({ op: 'insert', path: step.parent, value, at: toIndex(step.segment) } as const, source)];
    }
    const before = this.#nextKey(list as Plain, step.parent, String(step.segment));
    return [quoting({ op: 'set', path, value, ...(before === undefined ? {} : { before }) } as const, source)];
  }

  /** The member that follows `key`, apart from those whose place is not theirs to choose. */
  #nextKey(object: Plain, path: Path, key: string): string | undefined {
    const item = itemAt(this.root, path);
    const box = item?.fresh === null ? item.box : null;
    if (box === null) {
      const keys = this.#orders.get(object) ?? Object.keys(object);
      return keys.slice(keys.indexOf(key) + 1).find((next) => !isIndexKey(next));
    }
    const [first] = membersOf(box, key);
    for (let i = first === undefined ? box.live.length : box.live.indexOf(first) + 1; i < box.live.length; i++) {
      const item = box.live[i] as Item;
      if (item.dead || item.key === key || isIndexKey(item.key as string)) continue;
      // Of duplicates, the first gives the key its place.
      if (membersOf(box, item.key as string)[0] === item) return item.key as string;
    }
    return undefined;
  }

  /** How the value at `path` is written, when it is still as in the text. */
  #sourceOf(path: Path): string | undefined {
    const item = path.length === 0 ? this.root : itemAt(this.root, path);
    if (item === undefined || item.fresh !== null || item.box?.touched) return undefined;
    return this.text.slice(item.start, item.end);
  }
}

/** JavaScript keeps keys like `10` in front of all others, in rising order. */
function isIndexKey(key: string): boolean {
  const index = toIndex(key);
  return index >= 0 && index < 2 ** 32 - 1;
}

function quoting<T extends Edit>(edit: T, source: string | undefined): Edit {
  return source === undefined ? edit : ({ ...edit, source } as Edit);
}

/** One edit of a {@link difference}, below an item of the tree. */
function replay(item: Item, edit: Edit): void {
  if (edit.op === 'remove') return;
  if (edit.op === 'insert') {
    const box = boxAt(item, edit.path);
    if (box !== null) takeStep(box, { op: 'add', parent: [], at: edit.at ?? 0, value: edit.value, source: undefined });
    return;
  }
  const segment = edit.path.at(-1) as string | number;
  const box = boxAt(item, edit.path.slice(0, -1));
  if (box === null) return;
  const existing = itemIn(box, segment);
  if (edit.op === 'delete') takeStep(box, { op: 'drop', parent: [], segment });
  else if (existing !== undefined) existing.fresh = { value: edit.value, source: undefined };
  else takeStep(box, { op: 'put', parent: [], segment, value: edit.value, before: edit.before, source: undefined });
}

/** Makes the added values below an item, kept or edited, those of the new data again. */
function relink(top: Item, data: unknown): void {
  const stack: [Item, unknown][] = [[top, data]];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [item, value] = next;
    if (item.fresh !== null) item.fresh.value = value;
    else if (item.box?.touched) {
      for (const [i, child] of item.box.live.entries()) {
        if (!child.dead) stack.push([child, childOf(value, child.key ?? i)]);
      }
    }
  }
}

/** Adds an item to an object or array of the text, or takes one away. */
function takeStep(box: Box, step: Exclude<Step, { op: 'root' }>): void {
  if (box.live === box.items) box.live = box.items.slice();
  if (step.op === 'add') {
    box.live.splice(step.at, 0, addedItem(null, step.value, step.source));
    return;
  }
  if (box.kind === 'array') {
    const [item] = box.live.splice(toIndex(step.segment), 1);
    if (item !== undefined) item.dead = true;
    return;
  }
  const key = String(step.segment);
  if (step.op === 'drop') {
    // All duplicates: JSON5 would read the one before the last next.
    for (const item of membersOf(box, key)) item.dead = true;
    box.byKey?.delete(key);
    return;
  }
  const item = addedItem(key, step.value, step.source);
  const next = step.before === undefined ? undefined : membersOf(box, step.before)[0];
  if (next === undefined) box.live.push(item);
  else box.live.splice(box.live.indexOf(next), 0, item);
  box.byKey?.set(key, [item]);
}

function membersOf(box: Box, key: string): Item[] {
  if (box.byKey === null && box.live.length > INDEX_FROM) {
    box.byKey = new Map();
    for (const item of box.live) {
      if (item.dead) continue;
      const same = box.byKey.get(item.key as string);
      if (same === undefined) box.byKey.set(item.key as string, [item]);
      else same.push(item);
    }
  }
  if (box.byKey !== null) return box.byKey.get(key) ?? [];
  return box.live.filter((item) => item.key === key && !item.dead);
}

/** The item that JSON5 reads for `segment`: of duplicates the last. */
export function itemIn(box: Box, segment: string | number): Item | undefined {
  return box.kind === 'array' ? box.live[toIndex(segment)] : membersOf(box, String(segment)).at(-1);
}

function itemAt(root: Item, path: Path): Item | undefined {
  let item: Item | undefined = root;
  for (const segment of path) {
    if (item.box === null || item.fresh !== null) return undefined;
    item = itemIn(item.box, segment);
    if (item === undefined) return undefined;
  }
  return item;
}

/** The object or array at `path`, marked as touched with all above it; null when the path leads into an added value. */
function boxAt(root: Item, path: Path): Box | null {
  let item: Item | undefined = root;
  for (let depth = 0; ; depth++) {
    if (item === undefined || item.fresh !== null || item.box === null) return null;
    item.box.touched = true;
    if (depth === path.length) return item.box;
    item = itemIn(item.box, path[depth] as string | number);
  }
}

/** `value` inside the objects that `path` names; an index 0 makes an array. */
function nest(path: Path, value: unknown): unknown {
  let nested = value;
  for (const segment of path.toReversed()) {
    if (typeof segment === 'number') {
      if (segment !== 0) throw new CannotEdit(`There is no array yet for the index ${segment}.`);
      nested = [nested];
    } else {
      const made: Plain = {};
      put(made, segment, nested);
      nested = made;
    }
  }
  return nested;
}

/** `agents.list[0].model`, as OpenClaw writes paths in its own messages. */
export function shown(path: Path): string {
  if (path.length === 0) return 'The file';
  return path
    .map((segment, i) =>
      typeof segment === 'number'
        ? `[${segment}]`
        : /^[A-Za-z_$][\w$-]*$/.test(segment)
          ? `${i === 0 ? '' : '.'}${segment}`
          : `[${JSON.stringify(segment)}]`,
    )
    .join('');
}
