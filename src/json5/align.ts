import { diffArrays } from 'diff';

/** Finding the common subsequence of two lists of ids: which elements of an array stayed. */

/** Pairs of indexes, rising in both lists, of elements that stayed. */
export type Pairs = readonly (readonly [number, number])[];

/** Beyond so many changes the shortest way from one list to the other takes longer than anybody waits. */
const EXACT_CHANGES = 500;

/**
 * A longest common subsequence; beyond {@link EXACT_CHANGES} one through the elements that are unique in both lists,
 * in O(n log n). `-1` stands for "equals nothing".
 */
export function align(a: readonly number[], b: readonly number[]): Pairs {
  const comparator = (one: number, other: number) => one === other && one !== -1;
  const changes = diffArrays([...a], [...b], { comparator, maxEditLength: EXACT_CHANGES });
  if (changes === undefined) return throughUnique(a, b);
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  for (const { added, removed, count } of changes) {
    if (!added && !removed) for (let n = 0; n < count; n++) pairs.push([i + n, j + n]);
    if (!added) i += count;
    if (!removed) j += count;
  }
  return pairs;
}

function throughUnique(a: readonly number[], b: readonly number[]): Pairs {
  const inB = uniquePlaces(b);
  const both = [...uniquePlaces(a)].flatMap(([id, i]) => {
    const j = inB.get(id);
    return j === undefined ? [] : [{ i, j }];
  });
  // The longest run that rises in `b` too, by patience: each remembers the one before it.
  const tops: { i: number; j: number; before: unknown }[] = [];
  for (const { i, j } of both) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tops[middle] as { j: number }).j < j) low = middle + 1;
      else high = middle;
    }
    tops[low] = { i, j, before: tops[low - 1] };
  }
  const pairs: [number, number][] = [];
  for (let at = tops.at(-1); at !== undefined; at = at.before as typeof at) pairs.push([at.i, at.j]);
  return pairs.reverse();
}

/** Where each id stands that stands there once. */
function uniquePlaces(list: readonly number[]): Map<number, number> {
  const places = new Map<number, number>();
  const twice = new Set<number>([-1]);
  list.forEach((id, place) => {
    if (places.has(id)) twice.add(id);
    else places.set(id, place);
  });
  for (const id of twice) places.delete(id);
  return places;
}
