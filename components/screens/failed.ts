import { plural } from '../../src/text.ts';
import { asksFor, enter, goHome, leave, lookAgain, recover, stay, undo, uninstall } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, copies } from '../kit/keys.ts';
import { problemLines } from '../kit/problem.ts';
import { BLANK, type Line, line, strong } from '../kit/text.ts';
import { endsLeftover, isHalfDone } from '../run.ts';
import type { ReportLine, Run, State } from '../state.ts';
import { ourCommand, undoNext } from '../transcript.ts';
import { recover as recovering, failed as words } from '../words/runs.ts';
import { keys, shared } from '../words/shared.ts';
import { runRows } from './apply.ts';
import { byChoice, type Screen, withList } from './screen.ts';

/** It did not work, or was stopped: what is done, what is not, and what can be done about it. */
export const failed: Screen = {
  choices,
  keys: ({ run }) => [accept(keys.choose), ...copies(run?.problem?.next)],
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
  if (isHalfDone(run))
    return [{ id: 'leave', label: shared.leave, aside: words.thenRun(ourCommand('recover', state)) }];
  if (run?.purpose === 'uninstall') {
    return [
      { id: 'uninstall', label: words.tryAgain },
      { id: 'leave', label: shared.leave, aside: words.later },
    ];
  }
  if (endsLeftover(run)) {
    const missing = run?.problem?.code === 'secret-missing';
    const { noun, bySignIn } = asksFor({ ...state, flow: 'finish' });
    const label = bySignIn ? words.signIn : words.give(noun);
    return [
      ...(missing ? [{ id: 'sign in', label, aside: words.neededAgain(noun) }] : []),
      { id: 'recover undo', label: recovering.undo, aside: words.undoInterrupted },
      { id: 'leave', label: words.forNow, aside: words.nextTime },
    ];
  }
  if (run?.purpose === 'undo') {
    return [
      { id: 'undo', label: words.tryUndo },
      { id: 'leave', label: shared.leave, aside: words.undoLater },
    ];
  }
  if (run?.receipt?.outcome !== 'partly applied') {
    return [
      { id: 'retry', label: words.tryAgain, aside: words.reviewAgain },
      { id: 'leave', label: shared.leave, aside: words.nothingLeft },
    ];
  }
  const done = run.steps.filter((step) => step.state === 'done').length;
  return [
    { id: 'undo', label: words.undoDone, aside: plural(done, 'step') },
    { id: 'retry', label: words.tryRest, aside: words.staysDone },
    { id: 'leave', label: shared.keepIt, aside: words.leaveUndoLater },
  ];
}

function whatHappened(run: Run | null): string {
  if (isHalfDone(run)) return words.halfDone;
  if (run?.purpose === 'undo') return words.notPutBack;
  if (run?.purpose === 'uninstall') return words.notRemoved;
  if (endsLeftover(run)) return words.notEnded;
  const partly = run?.receipt?.outcome === 'partly applied';
  const first = run?.stopping === true ? words.stopped : words.failed;
  if (run?.receipt == null) return `${first} ${words.notStarted}`;
  return `${first} ${partly ? words.partly : words.allBack}`;
}

function lastLine(state: State): ReportLine {
  const { run } = state;
  if (isHalfDone(run)) {
    return { tone: 'bad', text: words.lastHalfDone(ourCommand('recover', state)) };
  }
  if (run?.purpose === 'uninstall') {
    return { tone: 'look', text: words.lastRemoved(ourCommand('uninstall', state)) };
  }
  if (run?.purpose === 'undo') return { tone: 'look', text: `${words.lastUndone} ${undoNext(state)}` };
  if (endsLeftover(run)) return { tone: 'look', text: words.lastInterrupted };
  return run?.receipt?.outcome === 'partly applied'
    ? { tone: 'look', text: `${words.lastPartly} ${undoNext(state)}` }
    : { tone: 'ok', text: words.lastNothing };
}
