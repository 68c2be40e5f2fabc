import { childOf, copyPlain, isContainer, type Plain, put, sameKind, sameValue, toIndex } from './data.ts';
import { difference } from './difference.ts';
import { shown } from './snippet.ts';
import type { Item } from './tree.ts';
import { boxAt, itemIn, relink, replay, type Step, takeStep } from './tree-edits.ts';
import { CannotEdit, type Edit, type Path } from './types.ts';

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
  ) {}

  /** Throws {@link CannotEdit} before anything is changed. */
  apply(edit: Edit): void {
    const step = this.#plan(edit);
    if (step === null) return;
    this.#applyToTree(step);
    this.#applyToData(step);
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
        return this.#planSet(edit.path, copyPlain(edit.value), edit.before);
      case 'delete': {
        if (edit.path.length === 0) throw new CannotEdit('The whole file cannot be deleted.');
        const parent = edit.path.slice(0, -1);
        const segment = edit.path.at(-1) as string | number;
        return childOf(this.#find(parent), segment) === undefined ? null : { op: 'drop', parent, segment };
      }
      case 'insert': {
        const list = this.#find(edit.path);
        const value = copyPlain(edit.value);
        if (list === undefined) return this.#planSet(edit.path, [value], undefined);
        if (!Array.isArray(list)) throw new CannotEdit(`${shown(edit.path)} is not an array.`);
        const at = edit.at ?? list.length;
        if (!Number.isInteger(at) || at < 0) throw new CannotEdit(`${at} is not an index.`);
        return { op: 'add', parent: edit.path, at: Math.min(at, list.length), value };
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

  #planSet(path: Path, value: unknown, before: string | undefined): Step | null {
    if (value === undefined) throw new CannotEdit(`No value was given for ${shown(path)}.`);
    if (path.length === 0) return sameValue(this.data, value) ? null : { op: 'root', value };
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
        return sameValue(child, value) ? null : { op: 'put', parent: above, segment, value, before: undefined };
      }
      const nested = isLast ? value : nest(path.slice(depth + 1), value);
      if (!Array.isArray(parent)) return { op: 'put', parent: above, segment, value: nested, before };
      const at = toIndex(segment);
      if (at !== parent.length) {
        throw new CannotEdit(`${shown(above)} has ${parent.length} elements: ${segment} is not a place in it.`);
      }
      return { op: 'add', parent: above, at, value: nested };
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
      this.#replace(this.root, this.data, step.value);
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
    else this.#replace(item, childOf(this.#find(step.parent), step.segment), step.value);
  }

  /** A new value for an item: written over, or taken apart when old and new are of one kind. */
  #replace(item: Item, old: unknown, value: unknown): void {
    if (item.fresh !== null || item.box === null || !sameKind(old, value)) {
      item.fresh = { value };
      return;
    }
    const wasTouched = item.box.touched;
    for (const edit of difference(old, value)) replay(item, edit);
    if (wasTouched) relink(item, value);
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
