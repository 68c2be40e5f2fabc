import type { Change } from '../../src/engine/types.ts';
import type { GoingStep } from '../../src/history/types.ts';
import { minute, plural } from '../../src/text.ts';
import { tilde } from '../facts.ts';
import { stay, undo } from '../flow.ts';
import { changeSays, diffLines, isFileChange, shownDiff } from '../kit/diff.ts';
import { groupSteps } from '../kit/groups.ts';
import { accept, BACK, LEAVE, SCROLL, WHAT_CHANGES } from '../kit/keys.ts';
import { problemLines } from '../kit/problem.ts';
import { cut, dim, type Line, line, lineWidth, sides, strong } from '../kit/text.ts';
import { isNarrow, marked, SPINNER, type View, widthIn } from '../kit/view.ts';
import type { State } from '../state.ts';
import type { Changes, Screen } from './screen.ts';

/** What taking one run back would change, before it does. */
export const takeBack: Screen = {
  keys: ({ taking }) => [
    ...(taking?.view == null ? [] : [accept('undo it')]),
    BACK,
    ...(changesOf(taking) === null ? [] : [WHAT_CHANGES]),
    LEAVE,
    ...SCROLL,
  ],
  enter: (state) => (state.taking?.view == null ? stay(state) : undo(state)),
  changes: ({ taking }) => changesOf(taking),
  draw(state, view) {
    const { taking } = state;
    if (taking === null) return { title: [], body: [] };
    const run = state.home.is?.backups.find((one) => one.id === taking.id);
    const width = widthIn(view);
    const verb = run?.purpose === 'undo' ? 'Bring back' : 'Undo';
    const copied = isNarrow(view) ? '' : '. A copy of what is here now is kept first.';
    const title = [
      line(strong(cut(`${verb}: ${run?.title ?? ''}`, width))),
      line(dim(run === undefined ? '' : `made ${minute(run.startedAt)}`), dim(copied)),
    ];
    if (taking.problem !== null) return { title, body: problemLines(taking.problem, view) };
    if (taking.view === null) return { title, body: [line(SPINNER, ' Comparing with what is here now')] };
    const { steps, changes } = taking.view;
    const since = run?.changedSince.length ?? 0;
    const says = `${plural(since, 'file')} changed since: only what is ours comes out, your changes stay.`;
    const body: Line[] = [
      ...newerRows(state, taking.id, view),
      ...goingRows(steps, view),
      ...(since === 0 ? [] : marked('look', says, width)),
      ...changeRows(changes, state, view),
    ];
    if (body.length === 0) body.push(line(dim('Nothing here would change.')));
    const room = view.rows - 1 - body.length - 9;
    return { title, body: [...body, ...firstDiff(changes, state, view, room)], scroll: state.scroll };
  },
};

function changesOf(taking: State['taking']): Changes | null {
  const changes = taking?.view?.changes ?? [];
  return changes.length === 0 ? null : { headline: 'What the undo changes', changes };
}

/** Runs that were made on top, and are taken back with it. */
function newerRows(state: State, id: string, view: View): readonly Line[] {
  const newer = (state.home.is?.backups ?? []).filter((run) => run.inForce && run.id > id);
  const many =
    newer.length === 1 ? 'One newer run goes with it' : `${newer.length} newer runs go with it, newest first`;
  if (newer.length === 0) return [];
  return marked('look', `${many}: ${newer.map(({ title }) => title).join('; ')}.`, widthIn(view));
}

/** What is taken back, many like steps as one line. */
export function goingRows(steps: readonly GoingStep[], view: View): readonly Line[] {
  const headlines = steps.map(({ words }) => words.headline);
  const kinds = headlines.map(() => '');
  return groupSteps(kinds, headlines).map(({ headline, count }) => {
    const many = count === 1 ? '' : `  ${count} times`;
    return line('  ', cut(headline, widthIn(view) - 2 - many.length), dim(many));
  });
}

/** Each file with how much of it goes. */
export function changeRows(changes: readonly Change[], state: State, view: View): readonly Line[] {
  const width = widthIn(view);
  return changes.map((change) => {
    if (!isFileChange(change)) return line('  ', dim(cut(change.outside, width - 2)));
    const right = line(dim(changeSays(change)));
    return sides(line('  ', cut(tilde(change.file, state.facts), width - 4 - lineWidth(right))), right, width);
  });
}

/** As much of the first diff as the window has rows for. */
function firstDiff(changes: readonly Change[], state: State, view: View, room: number): readonly Line[] {
  const change = changes.find(isFileChange);
  if (change === undefined || room < 5 || view.reader) return [];
  const all = diffLines(change.patch, view);
  const shown = all.slice(0, room - 3);
  return shownDiff(tilde(change.file, state.facts), shown, all.length - shown.length, view);
}
