import type { GoingStep, UndoView } from '../../src/history/types.ts';
import { minute, plural } from '../../src/text.ts';
import { undo } from '../flow.ts';
import { groupSteps } from '../kit/groups.ts';
import { BACK, LEAVE } from '../kit/keys.ts';
import { problemLines } from '../kit/problem.ts';
import { cut, dim, type Line, line, strong } from '../kit/text.ts';
import { isNarrow, marked, SPINNER, type View, widthIn } from '../kit/view.ts';
import type { State } from '../state.ts';
import { changeEntry, type Entry, GO, listOfChanges, namesUnder } from './changes.ts';
import type { Screen } from './screen.ts';

const list = listOfChanges({
  entries: (state) => (state.taking?.view == null ? [] : goingEntries(state.taking.view, state)),
  go(state) {
    if (state.taking?.view == null) return null;
    return { id: GO, label: runOf(state)?.purpose === 'undo' ? 'Bring it back' : 'Undo it' };
  },
  headline: 'What the undo changes',
  apply: undo,
});

/** What taking one run back would change, before it does. */
export const takeBack: Screen = {
  ...list,
  keys: (state, at) => [...(state.taking?.view == null ? [] : list.keys(state, at, 'undo it')), BACK, LEAVE],
  draw(state, view, at) {
    const { taking } = state;
    if (taking === null) return { title: [], body: [] };
    const run = runOf(state);
    const width = widthIn(view);
    const verb = run?.purpose === 'undo' ? 'Bring back' : 'Undo';
    const copied = isNarrow(view) ? '' : '. A copy of each file is kept first.';
    const title = [
      line(strong(cut(`${verb}: ${run?.title ?? ''}`, width))),
      line(dim(run === undefined ? '' : `made ${minute(run.startedAt)}`), dim(copied)),
    ];
    if (taking.problem !== null) return { title, body: problemLines(taking.problem, view) };
    if (taking.view === null) return { title, body: [line(SPINNER, ' Comparing with the files as they are now')] };
    const since = run?.changedSince.length ?? 0;
    const says = `${plural(since, 'file')} changed since: only what is ours comes out, your changes stay.`;
    const above: Line[] = [
      ...newerRows(state, taking.id, view),
      ...(since === 0 ? [] : marked('look', says, width)),
      ...(at.choices.length > 1 ? [] : [line(dim('Nothing here would change.'))]),
    ];
    return { title, ...list.draw(above, state, view, at) };
  },
};

const runOf = ({ taking, home }: State) => home.is?.backups.find(({ id }) => id === taking?.id);

/** Runs that were made on top, and are taken back with it. */
function newerRows(state: State, id: string, view: View): readonly Line[] {
  const newer = (state.home.is?.backups ?? []).filter((run) => run.inForce && run.id > id);
  const many =
    newer.length === 1 ? 'One newer run goes with it' : `${newer.length} newer runs go with it, newest first`;
  if (newer.length === 0) return [];
  return marked('look', `${many}: ${newer.map(({ title }) => title).join('; ')}.`, widthIn(view));
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
