import { childOf, isContainer } from './data.ts';
import { Lines } from './lines.ts';
import { readValue } from './read.ts';
import { beginOf, type Item, scan } from './tree.ts';
import { itemIn } from './tree-edits.ts';
import type { Path } from './types.ts';

/** One `$include` of a config: OpenClaw merges the named files under the other members of the object that holds it. */
export interface Include {
  /** The object that holds it. */
  readonly path: Path;
  /** As written: relative to the file, in the order in which they are merged. */
  readonly targets: readonly string[];
}

/** Every `$include` of a text, outermost first. Empty when the text does not parse. */
export function includesOf(text: string): Include[] {
  const value = valueIn(text);
  const found: Include[] = [];
  interface Trail {
    readonly parent: Trail | null;
    readonly segment: string | number;
  }
  let level: { value: unknown; at: Trail | null }[] = [{ value, at: null }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { value, at } of level) {
      if (!isContainer(value)) continue;
      const targets = targetsOf(value);
      if (targets.length > 0) {
        const path: (string | number)[] = [];
        for (let step = at; step !== null; step = step.parent) path.push(step.segment);
        found.push({ path: path.reverse(), targets });
      }
      const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
      for (const [segment, child] of entries) {
        if (isContainer(child)) next.push({ value: child, at: { parent: at, segment } });
      }
    }
    level = next;
  }
  return found;
}

/**
 * The include that decides the value at `path`, or null when this file does. An object with `$include` decides what it
 * has itself (scalars of its own win, objects are merged; OpenClaw config/includes, 2026.1 to 2026.9); everything else
 * below it comes from the included files, so that is where it is to be edited. An array that stands here as well as in
 * an included file is made longer by it: such a path is reported too.
 */
export function includeOwning(text: string, path: Path): Include | null {
  let value = valueIn(text);
  let owner: Include | null = null;
  for (const [depth, segment] of path.entries()) {
    const targets = targetsOf(value);
    if (targets.length > 0) owner = { path: path.slice(0, depth), targets };
    const child = childOf(value, segment);
    if (child === undefined) return owner;
    // Elements of an array are never merged: what is in this one is decided here.
    if (Array.isArray(value)) owner = null;
    value = child;
  }
  const targets = targetsOf(value);
  if (targets.length > 0) return { path, targets };
  return Array.isArray(value) ? owner : null;
}

function targetsOf(value: unknown): string[] {
  if (Array.isArray(value)) return [];
  const include = childOf(value, '$include');
  return (Array.isArray(include) ? include : [include]).filter((target) => typeof target === 'string');
}

function valueIn(text: string): unknown {
  try {
    return readValue(text);
  } catch {
    return undefined;
  }
}

/**
 * Where the member, element or (for the empty path) value at `path` begins; line and column from 1, columns in UTF-16
 * code units. Of duplicate keys the last, which is the one that is read. null when there is none.
 */
export function locate(text: string, path: Path): { line: number; column: number } | null {
  let item: Item | undefined;
  try {
    item = scan(text);
  } catch {
    return null;
  }
  for (const segment of path) {
    if (item.box === null) return null;
    item = itemIn(item.box, segment);
    if (item === undefined) return null;
  }
  return new Lines(text).placeOf(beginOf(item));
}
