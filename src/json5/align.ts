/** Finding the common subsequence of two lists of ids: which elements of an array stayed. */

/** Pairs of indexes, rising in both lists, of elements that stayed. */
export type Pairs = readonly (readonly [number, number])[];

/** Largest table (cells) that is worth an exact answer: 4 million cells are 8 MB and some 20 ms. */
const EXACT_CELLS = 4_000_000;

/**
 * A longest common subsequence; beyond {@link EXACT_CELLS} one through the elements that are unique in both lists,
 * in O(n log n). `-1` stands for "equals nothing".
 */
export function align(a: readonly number[], b: readonly number[]): Pairs {
  let start = 0;
  const shorter = Math.min(a.length, b.length);
  while (start < shorter && a[start] === b[start] && a[start] !== -1) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1] && a[endA - 1] !== -1) {
    endA--;
    endB--;
  }
  const pairs: [number, number][] = [];
  for (let i = 0; i < start; i++) pairs.push([i, i]);
  const find = (endA - start) * (endB - start) <= EXACT_CELLS ? longest : throughUnique;
  if (endA > start && endB > start) for (const pair of find(a, b, start, endA, endB)) pairs.push(pair);
  for (let i = endA; i < a.length; i++) pairs.push([i, endB + i - endA]);
  return pairs;
}

type Find = (
  a: readonly number[],
  b: readonly number[],
  start: number,
  endA: number,
  endB: number,
) => [number, number][];

const longest: Find = (a, b, start, endA, endB) => {
  const rows = endA - start;
  const columns = endB - start;
  const width = columns + 1;
  const table = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const id = a[start + i] as number;
      table[i * width + j] =
        id !== -1 && id === b[start + j]
          ? (table[(i + 1) * width + j + 1] as number) + 1
          : Math.max(table[(i + 1) * width + j] as number, table[i * width + j + 1] as number);
    }
  }
  const pairs: [number, number][] = [];
  let i = 0;
  let j = 0;
  while (i < rows && j < columns) {
    const id = a[start + i] as number;
    if (id !== -1 && id === b[start + j]) pairs.push([start + i++, start + j++]);
    else if ((table[(i + 1) * width + j] as number) >= (table[i * width + j + 1] as number)) i++;
    else j++;
  }
  return pairs;
};

const throughUnique: Find = (a, b, start, endA, endB) => {
  const places = (list: readonly number[], end: number) => {
    const found = new Map<number, number>();
    for (let i = start; i < end; i++) found.set(list[i] as number, found.has(list[i] as number) ? -1 : i);
    return found;
  };
  const inA = places(a, endA);
  const inB = places(b, endB);
  // The longest rising run of places in `b`, by patience.
  const piles: { i: number; j: number; previous: number }[] = [];
  const nodes: { i: number; j: number; previous: number }[] = [];
  const tops: number[] = [];
  for (const [id, i] of inA) {
    const j = inB.get(id) ?? -1;
    if (i < 0 || j < 0 || id === -1) continue;
    let low = 0;
    let high = piles.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((piles[middle] as { j: number }).j < j) low = middle + 1;
      else high = middle;
    }
    const node = { i, j, previous: low > 0 ? (tops[low - 1] as number) : -1 };
    tops[low] = nodes.push(node) - 1;
    piles[low] = node;
  }
  const pairs: [number, number][] = [];
  for (let at = piles.length > 0 ? (tops[piles.length - 1] as number) : -1; at >= 0; ) {
    const node = nodes[at] as { i: number; j: number; previous: number };
    pairs.push([node.i, node.j]);
    at = node.previous;
  }
  return pairs.reverse();
};
