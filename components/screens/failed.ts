import { plural } from '../../src/text.ts';
import { asksFor, enter, goHome, leave, lookAgain, recover, stay, undo, uninstall } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, copies } from '../kit/keys.ts';
import { problemLines } from '../kit/problem.ts';
import { BLANK, type Line, line, strong } from '../kit/text.ts';
import { endsLeftover, isHalfDone } from '../run.ts';
import type { ReportLine, Run, State } from '../state.ts';
import { ourCommand, undoNext } from '../transcript.ts';
import { runRows } from './apply.ts';
import { byChoice, type Screen, withList } from './screen.ts';

/** It did not work, or was stopped: what is done, what is not, and what can be done about it. */
export const failed: Screen = {
  choices,
  keys: ({ run }) => [accept('choose'), ...copies(run?.problem?.next)],
  enter: byChoice({
    undo,
    home: (state) => goHome(state),
    uninstall,
    'sign in': (state) => enter({ ...state, flow: 'finish', run: null }, 'sign in'),
    'recover undo': (state) => recover(state, 'undo'),
    retry(state) {
      const again = lookAgain(state);
      return stay({ ...again.state, stage: 'review', plan: null, planProblem: null, run: null }, ...again.effects);
    },
    leave: (state) => leave(state, state.exitCode),
  }),
  last: (state) => [lastLine(state)],
  draw(state, view, at) {
    const { run } = state;
    const body: Line[] = [];
    // What went wrong is said once, with what to do about it.
    const steps = run?.steps.map((step) => ({ ...step, problem: run.problem === null ? step.problem : null }));
    if (run !== null && steps !== undefined) body.push(...runRows({ ...run, steps }, view).lines);
    const tone = run?.problem?.code === 'cancelled' ? 'look' : 'bad';
    if (run?.problem != null) body.push(BLANK, ...problemLines(run.problem, view, tone));
    return { title: [line(strong(whatHappened(run)))], ...withList([...body, BLANK], at, view, { whole: true }) };
  },
};

function choices(state: State): readonly Choice[] {
  const { run } = state;
  if (isHalfDone(run)) return [{ id: 'leave', label: 'Leave', aside: `then: ${ourCommand('recover', state)}` }];
  if (run?.purpose === 'uninstall') {
    return [
      { id: 'uninstall', label: 'Try it again' },
      { id: 'leave', label: 'Leave', aside: 'it can be run later as well' },
    ];
  }
  if (endsLeftover(run)) {
    const missing = run?.problem?.code === 'secret-missing';
    const { noun, bySignIn } = asksFor({ ...state, flow: 'finish' });
    const label = bySignIn ? 'Sign in, then finish it' : `Give the ${noun}, then finish it`;
    return [
      ...(missing ? [{ id: 'sign in', label, aside: `the ${noun} is needed again` }] : []),
      { id: 'recover undo', label: 'Put everything back', aside: 'undo the unfinished run' },
      { id: 'leave', label: 'Leave it for now', aside: 'asked again next time' },
    ];
  }
  if (run?.purpose === 'undo') {
    return [
      { id: 'undo', label: 'Try the undo again' },
      { id: 'leave', label: 'Leave', aside: 'the undo can be run later as well' },
    ];
  }
  if (run?.receipt?.outcome !== 'partly applied') {
    return [
      { id: 'retry', label: 'Try again', aside: 'look again, then review again' },
      { id: 'leave', label: 'Leave', aside: 'nothing of this run is left behind' },
    ];
  }
  const done = run.steps.filter((step) => step.state === 'done').length;
  return [
    { id: 'undo', label: 'Undo what was done', aside: plural(done, 'step') },
    { id: 'retry', label: 'Try the rest again', aside: 'what is done stays done' },
    { id: 'leave', label: 'Keep it like this', aside: 'leave; undo later' },
  ];
}

function whatHappened(run: Run | null): string {
  if (isHalfDone(run)) return 'It stopped in the middle. What was done so far stays as it is.';
  if (run?.purpose === 'undo') return 'Not everything could be put back';
  if (run?.purpose === 'uninstall') return 'Not everything could be removed';
  if (endsLeftover(run)) return 'The unfinished run could not be ended';
  const partly = run?.receipt?.outcome === 'partly applied';
  const first = run?.stopping === true ? 'Stopped.' : 'It did not work.';
  if (run?.receipt == null) return `${first} Nothing was started.`;
  return partly ? `${first} Some of it is done.` : `${first} Everything was put back.`;
}

function lastLine(state: State): ReportLine {
  const { run } = state;
  if (isHalfDone(run)) {
    return { tone: 'bad', text: `Stopped in the middle; nothing was put back. Next: ${ourCommand('recover', state)}` };
  }
  if (run?.purpose === 'uninstall') {
    return { tone: 'look', text: `Not all was removed. To go on: ${ourCommand('uninstall', state)}` };
  }
  if (run?.purpose === 'undo') return { tone: 'look', text: `Not all was undone. ${undoNext(state)}` };
  if (endsLeftover(run)) return { tone: 'look', text: 'The unfinished run is still there.' };
  return run?.receipt?.outcome === 'partly applied'
    ? { tone: 'look', text: `Partly applied. ${undoNext(state)}` }
    : { tone: 'ok', text: 'Nothing of this run is left behind.' };
}
