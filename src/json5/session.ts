import { childOf, copyPlain, isContainer, type Plain, put, sameKind, sameValue, toIndex } from './data.ts';
import { difference } from './difference.ts';
import { shown } from './snippet.ts';
import type { Item } from './tree.ts';
import { boxAt, itemAt, itemIn, membersOf, relink, replay, type Step, takeStep } from './tree-edits.ts';
import { CannotEdit, type Edit, type Path } from './types.ts';

/** Lists up to this length are searched for an equal element, to take an insertion back by value. */
const SEARCHED = 200;
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
