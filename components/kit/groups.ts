import type { Words } from '../../src/engine/types.ts';

/** What the words of a step tell about reading several as one. */
type Told = Pick<Words, 'headline' | 'many' | 'names'>;

/** Steps in a row that do the same to many things: read as one, opened on request. */
export interface StepGroup {
  readonly id: string;
  /** Index of the first step, and how many there are. */
  readonly from: number;
  readonly count: number;
  /** `Point 4 cron jobs to Claude` */
  readonly headline: string;
  /** What they do that to, where the headline does not say. */
  readonly names: readonly string[];
}

/** Every step in order, alone or in a group. `own`: a group that is one whatever is in it. */
export function groupSteps(steps: readonly Told[], own: StepGroup | null = null): readonly StepGroup[] {
  const groups: StepGroup[] = [];
  for (let from = 0; from < steps.length; ) {
    const group = own !== null && own.from === from ? own : groupAt(steps, from, own?.from ?? steps.length);
    groups.push(group);
    from += group.count;
  }
  return groups;
}

function groupAt(steps: readonly Told[], from: number, ownFrom: number): StepGroup {
  const { headline = '', many, names = [] } = steps[from] ?? {};
  const end = ownFrom > from ? ownFrom : steps.length;
  let count = 1;
  while (many !== undefined && from + count < end && steps[from + count]?.many === many) count += 1;
  if (count === 1 || many === undefined) {
    const untold = names.every((name) => headline.includes(name)) ? [] : names;
    return { id: String(from), from, count: 1, headline, names: untold };
  }
  const all = steps.slice(from, from + count).flatMap((step) => step.names ?? []);
  return { id: `group ${from}`, from, count, headline: many.replace('#', String(count)), names: all };
}
