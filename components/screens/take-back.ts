import type { GoingStep, UndoView } from '../../src/history/types.ts';
import { plural } from '../../src/text.ts';
import { undo } from '../flow.ts';
import { groupSteps } from '../kit/groups.ts';
import { BACK, LEAVE } from '../kit/keys.ts';
import { problemLines } from '../kit/problem.ts';
import { cut, dim, type Line, line, strong } from '../kit/text.ts';
import { isNarrow, marked, SPINNER, type View, widthIn } from '../kit/view.ts';
import type { State } from '../state.ts';
import { takeBack as words } from '../words/runs.ts';
import { shared } from '../words/shared.ts';
import { changeEntry, type Entry, GO, listOfChanges, namesUnder } from './changes.ts';
import type { Screen } from './screen.ts';

const list = listOfChanges({
  entries: (state) => (state.taking?.view == null ? [] : goingEntries(state.taking.view, state)),
  go(state) {
    if (state.taking?.view == null) return null;
    return { id: GO, label: runOf(state)?.purpose === 'undo' ? words.redo : words.undo };
  },
  headline: words.changes,
  apply: undo,
});

/** What taking one run back would change, before it does. */
export const takeBack: Screen = {
  ...list,
  keys: (state, at) => [...(state.taking?.view == null ? [] : list.keys(state, at, words.keyUndo)), BACK, LEAVE],
  draw(state, view, at) {
    const { taking } = state;
    if (taking === null) return { title: [], body: [] };
    const run = runOf(state);
    const width = widthIn(view);
    const says = words.title(run?.title ?? '', run?.purpose === 'undo');
    const copied = isNarrow(view) ? '' : words.copies;
    const title = [
      line(strong(cut(says, width))),
      line(dim(run === undefined ? '' : words.made(run.startedAt)), dim(copied)),
    ];
    if (taking.problem !== null) return { title, body: problemLines(taking.problem, view) };
    if (taking.view === null) return { title, body: [line(SPINNER, ' ', shared.comparing)] };
    const since = run?.changedSince.length ?? 0;
    const above: Line[] = [
      ...newerRows(state, taking.id, view),
      ...(since === 0 ? [] : marked('look', words.changedSince(since), width)),
      ...(at.choices.length > 1 ? [] : [line(dim(words.nothing))]),
    ];
    return { title, ...list.draw(above, state, view, at) };
  },
};

const runOf = ({ taking, home }: State) => home.is?.backups.find(({ id }) => id === taking?.id);

/** Runs that were made on top, and are taken back with it. */
function newerRows(state: State, id: string, view: View): readonly Line[] {
  const newer = (state.home.is?.backups ?? []).filter((run) => run.inForce && run.id > id);
  if (newer.length === 0) return [];
  return marked('look', words.newer(newer.map(({ title }) => title)), widthIn(view));
}

/** What is taken back, many like steps as one row, then each file with how much of it goes. */
export function goingEntries({ steps, changes }: UndoView, state: State): readonly Entry[] {
  const rows = groupSteps(steps.map(({ words }) => words)).map((group, index): Entry => {
    const { id, from, count, headline } = group;
    const inside = steps.slice(from, from + count).map((step, n) => goingEntry(step, from + n));
    const row = { id: `going ${id}`, label: `${index + 1}  ${headline}`, headline };
    if (count === 1) return { ...goingEntry(steps[from], from), ...row, ...namesUnder(group) };
    const names = state.opened.includes(row.id) ? {} : namesUnder(group);
    return { ...row, aside: plural(count, 'step'), changes: [], says: [], inside, ...names };
  });
  return [...rows, ...changes.map((change, index) => changeEntry(change, index, state))];
}

function goingEntry(step: GoingStep | undefined, index: number): Entry {
  const { headline = '', because, names = [headline] } = step?.words ?? {};
  const outside = (step?.changes ?? []).flatMap((change) => ('outside' in change ? [change.outside] : []));
  const says = [...(because === undefined ? [] : [because]), ...outside];
  return { id: `step ${index}`, label: `     ${names.join(', ')}`, headline, changes: [], says, inside: [] };
}
