import { Lines } from './lines.ts';
import { beginOf, type Item, scan } from './tree.ts';
import { itemIn } from './tree-edits.ts';
import type { Path } from './types.ts';

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
