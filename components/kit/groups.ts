/** Steps in a row that do the same to many things: read as one, opened on request. */
export interface StepGroup {
  readonly id: string;
  /** Index of the first step, and how many there are. */
  readonly from: number;
  readonly count: number;
  /** `Point the cron job … to Claude` */
  readonly headline: string;
}

/** Fewer than this are read faster one by one. */
const LEAST = 4;

/**
 * Every step in order, alone or in a group. `kinds` and `headlines` run in parallel; `own`: a group that is one whatever is
 * in it.
 */
export function groupSteps(
  kinds: readonly string[],
  headlines: readonly string[],
  own: StepGroup | null = null,
): readonly StepGroup[] {
  const groups: StepGroup[] = [];
  for (let from = 0; from < headlines.length; ) {
    if (own !== null && own.from === from) {
      groups.push(own);
      from += own.count;
      continue;
    }
    let count = 1;
    while (
      from + count < headlines.length &&
      from + count !== own?.from &&
      kinds[from + count] === kinds[from] &&
      sharedWords(headlines[from] ?? '', headlines[from + count] ?? '').head.length >= 2
    ) {
      count += 1;
    }
    if (count < LEAST) count = 1;
    groups.push({ id: `${count > 1 ? 'group ' : ''}${from}`, from, count, headline: titleOf(headlines, from, count) });
    from += count;
  }
  return groups;
}

function titleOf(headlines: readonly string[], from: number, count: number): string {
  const first = headlines[from] ?? '';
  if (count === 1) return first;
  let [head, tail] = [first.split(' '), first.split(' ')];
  for (const headline of headlines.slice(from + 1, from + count)) {
    head = sharedWords(head.join(' '), headline).head;
    tail = sharedWords(tail.join(' '), headline).tail;
  }
  return [...head, '…', ...tail].join(' ');
}

function sharedWords(a: string, b: string): { head: string[]; tail: string[] } {
  const [x, y] = [a.split(' '), b.split(' ')];
  const most = Math.min(x.length, y.length);
  let head = 0;
  while (head < most && x[head] === y[head]) head += 1;
  let tail = 0;
  while (tail < most - head && x[x.length - 1 - tail] === y[y.length - 1 - tail]) tail += 1;
  return { head: x.slice(0, head), tail: x.slice(x.length - tail) };
}
