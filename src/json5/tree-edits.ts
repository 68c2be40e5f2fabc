import { childOf, toIndex } from './data.ts';
import { addedItem, type Box, type Item } from './tree.ts';
import type { Edit, Path } from './types.ts';

/** One structural step that the data and the tree both take: what an {@link Edit} comes down to. */
export type Step =
  | { readonly op: 'root'; readonly value: unknown }
  | {
      readonly op: 'put';
      readonly parent: Path;
      readonly segment: string | number;
      readonly value: unknown;
      readonly before: string | undefined;
    }
  | {
      readonly op: 'add';
      readonly parent: Path;
      readonly at: number;
      readonly value: unknown;
    }
  | { readonly op: 'drop'; readonly parent: Path; readonly segment: string | number };

/** Objects with more members than this get an index by key. */
const INDEX_FROM = 16;

/** One edit of a {@link difference}, below an item of the tree. */
export function replay(item: Item, edit: Edit): void {
  if (edit.op === 'remove') return;
  if (edit.op === 'insert') {
    const box = boxAt(item, edit.path);
    if (box !== null) takeStep(box, { op: 'add', parent: [], at: edit.at ?? 0, value: edit.value });
    return;
  }
  const segment = edit.path.at(-1) as string | number;
  const box = boxAt(item, edit.path.slice(0, -1));
  if (box === null) return;
  const existing = itemIn(box, segment);
  if (edit.op === 'delete') takeStep(box, { op: 'drop', parent: [], segment });
  else if (existing !== undefined) existing.fresh = { value: edit.value };
  else takeStep(box, { op: 'put', parent: [], segment, value: edit.value, before: edit.before });
}

/** Makes the added values below an item, kept or edited, those of the new data again. */
export function relink(top: Item, data: unknown): void {
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
export function takeStep(box: Box, step: Exclude<Step, { op: 'root' }>): void {
  if (box.live === box.items) box.live = box.items.slice();
  if (step.op === 'add') {
    box.live.splice(step.at, 0, addedItem(null, step.value));
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
  const item = addedItem(key, step.value);
  const next = step.before === undefined ? undefined : membersOf(box, step.before)[0];
  if (next === undefined) box.live.push(item);
  else box.live.splice(box.live.indexOf(next), 0, item);
  box.byKey?.set(key, [item]);
}

/** The members of that name in an object, as edited: more than one where keys are doubled. */
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

/** The object or array at `path`, marked as touched with all above it; null when the path leads into an added value. */
export function boxAt(root: Item, path: Path): Box | null {
  let item: Item | undefined = root;
  for (let depth = 0; ; depth++) {
    if (item === undefined || item.fresh !== null || item.box === null) return null;
    item.box.touched = true;
    if (depth === path.length) return item.box;
    item = itemIn(item.box, path[depth] as string | number);
  }
}
