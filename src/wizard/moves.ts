import type { Effect } from './events.ts';
import { blocker } from './look.ts';
import { checkedLines, lastLines, runLines, trail } from './report.ts';
import { startRun } from './run.ts';
import { answersOf, noFacts, type Stage, type State } from './state.ts';

/** A new state and the work it asks for. */
export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export const stay = (state: State, ...effects: Effect[]): Step => ({ state, effects });

/** Asks for the plan of the present answers, once all facts are in. */
export function planned(state: State): Step {
  const blank: State = { ...state, plan: null, planProblem: null };
  const answers = answersOf(state);
  if (!state.gathered || answers === null) return stay(blank);
  const planProblem = blocker(state.facts);
  if (planProblem !== null) return stay({ ...blank, planProblem });
  return stay(blank, { do: 'make plan', facts: state.facts, answers, token: state.token?.secret ?? null });
}

/** Goes to a screen of the question part and starts what that screen needs. */
export function enter(state: State, stage: Stage): Step {
  const next: State = { ...state, stage, overlay: null };
  if (stage === 'sign in' && state.token === null && state.signIn.session.state === 'idle') {
    return stay(
      { ...next, signIn: { ...next.signIn, session: { state: 'starting' } } },
      { do: 'start sign-in', facts: state.facts },
    );
  }
  if (stage === 'review') return planned(next);
  return stay(next);
}

/** Finishes or takes back what a crash left. */
export function recover(state: State, how: 'resume' | 'undo'): Step {
  return stay(
    { ...state, stage: 'apply', overlay: null, run: startRun('recover', []) },
    { do: 'recover', how, token: state.token?.secret ?? null },
  );
}

/** Takes the receipt in force back. */
export function undo(state: State): Step {
  if (state.receipt === null) return stay(state);
  const run = startRun('undo', []);
  return stay(
    { ...state, stage: 'apply', overlay: null, run, report: folded(state) },
    { do: 'undo', receiptId: state.receipt.id },
  );
}

/** Forgets the facts and gathers them anew; the answers stay. */
export function lookAgain(state: State): Step {
  const fresh: State = {
    ...state,
    report: folded(state),
    facts: noFacts(),
    gathered: false,
    offerProblem: null,
    overlay: null,
  };
  return stay(fresh, { do: 'gather facts' });
}

/** The end: what was answered and done is printed for good. */
export function leave(state: State, exitCode: State['exitCode']): Step {
  const asked = trail(state);
  const before = [...folded(state), ...asked];
  const gap: State['report'] = before.length > 0 ? [{ tone: 'plain', text: '' }] : [];
  const report = [...before, ...gap, ...lastLines(state)];
  return stay({ ...state, stage: 'left', overlay: null, remark: null, report, exitCode }, { do: 'leave', exitCode });
}

/** The report with what the present screen shows as results: for leaving that screen. */
export function folded(state: State): State['report'] {
  if (state.stage === 'failed' || state.stage === 'apply') return [...state.report, ...runLines(state)];
  if (state.stage === 'verify') return [...state.report, ...checkedLines(state)];
  return state.report;
}
