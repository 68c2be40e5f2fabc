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
  const rows: string[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      rows.push(` ${before[i]}`);
      i++;
      j++;
      continue;
    }
    const [gone, come] = meeting(before, after, i, j);
    for (const end = i + gone; i < end; i++) rows.push(`-${before[i]}`);
    for (const end = j + come; j < end; j++) rows.push(`+${after[j]}`);
  }
  return hunksOf(rows, context);
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

function hunksOf(rows: readonly string[], context: number): Hunk[] {
  const hunks: Hunk[] = [];
  let old = 1;
  let young = 1;
  let open: { oldStart: number; newStart: number; lines: string[]; unchanged: number } | null = null;
  const close = () => {
    if (open === null) return;
    const lines = open.lines.slice(0, open.lines.length - Math.max(0, open.unchanged - context));
    const count = (sign: string) => lines.filter((line) => line.startsWith(sign) || line.startsWith(' ')).length;
    hunks.push({ ...open, oldLines: count('-'), newLines: count('+'), lines });
    open = null;
  };
  rows.forEach((row, index) => {
    const same = row.startsWith(' ');
    if (!same && open === null) {
      const lead: string[] = [];
      for (let at = index - 1; at >= 0 && lead.length < context && rows[at]?.startsWith(' '); at--) {
        lead.unshift(rows[at] as string);
      }
      open = { oldStart: old - lead.length, newStart: young - lead.length, lines: lead, unchanged: 0 };
    }
    if (open !== null) {
      open.lines.push(row);
      open.unchanged = same ? open.unchanged + 1 : 0;
      if (open.unchanged > 2 * context) close();
    }
    if (!row.startsWith('+')) old++;
    if (!row.startsWith('-')) young++;
  });
  close();
  return hunks;
}
