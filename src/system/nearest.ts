import { dirname } from 'node:path';
import type { ReadFiles } from './world.ts';

/** `path` itself where it is there, else the nearest folder above it that is. Throws what `stat` throws. */
export async function nearestPresent(files: Pick<ReadFiles, 'stat'>, path: string): Promise<string> {
  let at = path;
  while ((await files.stat(at)) === null && at !== dirname(at)) at = dirname(at);
  return at;
}

/** The candidate that needs the fewest edits to become `word`; null when none is close enough to be a slip. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const cost = candidate.startsWith(word) && word.length >= 3 ? 1 : distance(word, candidate);
    if (cost < least) {
      least = cost;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
