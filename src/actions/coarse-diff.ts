/** One piece of a unified diff. Line numbers count from 1. */
export interface Hunk {
  readonly oldStart: number;
  readonly newStart: number;
  readonly oldLines: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

/** An array of lines, or the same without one string for each of them. */
export type LineList = Pick<readonly string[], 'length' | 'at'>;

/** The lines of a text, cut out when they are asked for: the millions of a large file take more memory than its text. */
export class LinesOf implements LineList {
  readonly length: number;
  readonly #text: string;
  /** Where each line begins, and where one after the last would. */
  readonly #starts: Uint32Array;

  constructor(text: string) {
    let count = 1;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
    const starts = new Uint32Array(count + 1);
    for (let line = 1; line < count; line++) starts[line] = text.indexOf('\n', starts[line - 1]) + 1;
    starts[count] = text.length + 1;
    this.#text = text;
    this.#starts = starts;
    this.length = count;
  }

  at(line: number): string | undefined {
    const next = this.#starts[line + 1];
    return next === undefined ? undefined : this.#text.slice(this.#starts[line], next - 1);
  }
}

/** How far ahead two texts are searched for where they meet again. */
const AHEAD = 64;

/**
 * Whether lines come and go more than `limit` times, wherever they stand: then every diff is longer than that. Linear,
 * where looking for the shortest one to find out takes seconds (sixty thousand cron jobs).
 */
export function differBeyond(limit: number, before: LineList, after: LineList): boolean {
  const counts = new Map<string, number>();
  const count = (lines: LineList, one: 1 | -1) => {
    for (let at = 0; at < lines.length; at++) {
      const line = lines.at(at) as string;
      counts.set(line, (counts.get(line) ?? 0) + one);
    }
  };
  count(before, 1);
  count(after, -1);
  let changes = 0;
  for (const count of counts.values()) changes += Math.abs(count);
  return changes > limit;
}

/**
 * A diff in linear time for two texts that differ in many places, where the shortest diff would take minutes (ten
 * thousand cron jobs, each changed in one line). Right, but not always the shortest.
 */
export function coarseHunks(before: LineList, after: LineList, context: number): Hunk[] {
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
    if (i < before.length && j < after.length && before.at(i) === after.at(j)) {
      if (open !== null) {
        open.lines.push(` ${before.at(i)}`);
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
      lines: Array.from({ length: lead }, (_, at) => ` ${before.at(i - lead + at)}`),
      unchanged: 0,
    };
    open.unchanged = 0;
    const [gone, come] = meeting(before, after, i, j);
    for (const end = i + gone; i < end; i++) open.lines.push(`-${before.at(i)}`);
    for (const end = j + come; j < end; j++) open.lines.push(`+${after.at(j)}`);
  }
  close();
  return hunks;
}

/** How many lines to leave on each side until both go on alike. */
function meeting(before: LineList, after: LineList, i: number, j: number): readonly [number, number] {
  for (let sum = 1; sum <= AHEAD; sum++) {
    for (let gone = 0; gone <= sum; gone++) {
      const come = sum - gone;
      const [old, young] = [before.at(i + gone), after.at(j + come)];
      if (old !== undefined && old === young) return [gone, come];
    }
  }
  return [Math.min(AHEAD, before.length - i), Math.min(AHEAD, after.length - j)];
}
