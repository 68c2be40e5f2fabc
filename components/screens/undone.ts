import { goHome, leave } from '../flow.ts';
import { accept } from '../kit/keys.ts';
import { reportLine } from '../kit/view.ts';
import type { ReportLine, State } from '../state.ts';
import { undone as words } from '../words/runs.ts';
import { keys, shared } from '../words/shared.ts';
import { byChoice, type Screen, withList } from './screen.ts';

/** A run was taken back. */
export const undone: Screen = {
  choices: () => [
    { id: 'leave', label: shared.leave },
    { id: 'again', label: words.again, aside: words.lookAgain },
  ],
  keys: () => [accept(keys.choose)],
  enter: byChoice({
    leave: (state) => leave(state, state.exitCode),
    again: (state) => goHome(state, [undoneLine(state)]),
  }),
  last: (state) => [undoneLine(state)],
  draw: (state, view, at) => ({
    title: [reportLine(undoneLine(state), view)],
    ...withList([], at, view, { whole: true }),
  }),
};

/** Claims no more than the steps did: what stayed is said in their notes. */
function undoneLine({ run }: State): ReportLine {
  const steps = run?.steps ?? [];
  if (steps.some(({ state }) => state === 'left in place')) {
    return { tone: 'look', text: words.partly };
  }
  return steps.some(({ kept }) => kept === true)
    ? { tone: 'ok', text: words.othersKept }
    : { tone: 'ok', text: words.all };
}
