/** One piece of a unified diff. Line numbers count from 1. */
export interface Hunk {
  readonly oldStart: number;
  readonly newStart: number;
  readonly oldLines: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

/** How far ahead two texts are searched for where they meet again. */
const AHEAD = 64;

/**
 * Whether lines come and go more than `limit` times, wherever they stand: then every diff is longer than that. Linear,
 * where looking for the shortest one to find out takes seconds (sixty thousand cron jobs).
 */
export function differBeyond(limit: number, before: readonly string[], after: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const line of before) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of after) counts.set(line, (counts.get(line) ?? 0) - 1);
  let changes = 0;
  for (const count of counts.values()) changes += Math.abs(count);
  return changes > limit;
}

/**
 * A diff in linear time for two texts that differ in many places, where the shortest diff would take minutes (ten
 * thousand cron jobs, each changed in one line). Right, but not always the shortest.
 */
export function coarseHunks(before: readonly string[], after: readonly string[], context: number): Hunk[] {
  const hunks: Hunk[] = [];
  let open: { oldStart: number; newStart: number; lines: string[]; unchanged: number } | null = null;
  const close = () => {
    if (open === null) return;
    const lines = open.lines.slice(0, open.lines.length - Math.max(0, open.unchanged - context));
    const count = (sign: string) => lines.filter((line) => line.startsWith(sign) || line.startsWith(' ')).length;
    hunks.push({ oldStart: open.oldStart, newStart: open.newStart, oldLines: count('-'), newLines: count('+'), lines });
    open = null;
  };
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      if (open !== null) {
        open.lines.push(` ${before[i]}`);
        open.unchanged += 1;
        if (open.unchanged > 2 * context) close();
      }
      i++;
      j++;
      continue;
    }
    // Nothing changed so far, or for more lines than the two hunks show.
    const lead = Math.min(context, i);
    open ??= {
      oldStart: i - lead + 1,
      newStart: j - lead + 1,
      lines: before.slice(i - lead, i).map((line) => ` ${line}`),
      unchanged: 0,
    };
    open.unchanged = 0;
    const [gone, come] = meeting(before, after, i, j);
    for (const end = i + gone; i < end; i++) open.lines.push(`-${before[i]}`);
    for (const end = j + come; j < end; j++) open.lines.push(`+${after[j]}`);
  }
  close();
  return hunks;
}

/** How many lines to leave on each side until both go on alike. */
function meeting(before: readonly string[], after: readonly string[], i: number, j: number): readonly [number, number] {
  for (let sum = 1; sum <= AHEAD; sum++) {
    for (let gone = 0; gone <= sum; gone++) {
      const come = sum - gone;
      const [old, young] = [before[i + gone], after[j + come]];
      if (old !== undefined && old === young) return [gone, come];
    }
  }
  return [Math.min(AHEAD, before.length - i), Math.min(AHEAD, after.length - j)];
}
