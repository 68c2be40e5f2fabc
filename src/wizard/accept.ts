import type { Answers } from '../methods/types.ts';
import { choicesOf, cursorOf } from './choices.ts';
import { edited } from './edit.ts';
import { blocker, enoughFacts } from './look.ts';
import { enter, leave, lookAgain, recover, type Step, stay, undo } from './moves.ts';
import { checkedLines, trail } from './report.ts';
import { startRun } from './run.ts';
import { takeReading } from './sign-in.ts';
import { answersOf, type State } from './state.ts';

/** Enter. */
export function accept(state: State): Step {
  const chosen = choicesOf(state)[cursorOf(state)];
  if (state.overlay?.kind === 'edit') return stay(edited(state, 'accept'));
  if (state.overlay?.kind === 'leave') {
    return chosen?.id === 'leave' ? leave(state, 130) : stay({ ...state, overlay: null });
  }
  if (state.overlay !== null) return stay({ ...state, overlay: null });
  if (chosen?.disabled !== undefined) return stay(state);
  switch (state.stage) {
    case 'recover':
      if (chosen?.id === 'leave') return stay({ ...state, stage: 'look', leftover: null });
      return recover(state, chosen?.id === 'resume' ? 'resume' : 'undo');
    case 'look':
      return acceptLook(state, chosen?.id);
    case 'choose':
      if (chosen === undefined) return stay(state);
      return enter(
        { ...state, edits: { ...state.edits, method: chosen.id } },
        methodNeedsToken(state, chosen.id) ? 'sign in' : 'role',
      );
    case 'sign in':
      return state.token === null ? takeReading(state) : enter(state, 'role');
    case 'role':
      if (chosen === undefined) return stay(state);
      return enter({ ...state, edits: { ...state.edits, role: chosen.id as Answers['role'] } }, 'models');
    case 'models':
      return chosen?.id === 'go' ? enter(state, 'review') : stay(edited(state, 'open'));
    case 'review':
      return acceptReview(state);
    case 'failed':
      return acceptFailed(state, chosen?.id);
    case 'verify':
      return acceptVerify(state, chosen?.id);
    case 'done':
      return chosen?.id === 'undo' ? undo(state) : leave(state, state.exitCode);
    case 'undone':
      return chosen?.id === 'again' ? startOver(state) : leave(state, state.exitCode);
    default:
      return stay(state);
  }
}

const methodNeedsToken = (state: State, id: string) =>
  state.offer?.methods.find((method) => method.id === id)?.needsToken ?? false;

/** Whether Enter on the first screen goes on. */
export const canContinue = (state: State) =>
  state.leftover === null && state.offer !== null && enoughFacts(state.facts) && blocker(state.facts) === null;

function acceptLook(state: State, chosen: string | undefined): Step {
  if (chosen === 'sandbox') return stay(state, { do: 'enter sandbox' });
  if (chosen === 'again') return lookAgain(state);
  if (chosen === 'leave') return leave(state, 0);
  return canContinue(state) ? enter(state, 'choose') : stay(state);
}

function acceptReview(state: State): Step {
  const answers = answersOf(state);
  if (state.plan === null || answers === null) return stay(state);
  const kept = [...state.report, ...trail(state, 'apply')];
  if (state.plan.plan.actions.length === 0) {
    return stay({ ...state, stage: 'verify', overlay: null, report: kept, run: null });
  }
  const run = startRun(
    'apply',
    state.plan.steps.map((step) => step.headline),
  );
  return stay(
    { ...state, stage: 'apply', overlay: null, report: kept, run },
    { do: 'cancel sign-in' },
    { do: 'apply', plan: state.plan, answers, token: state.token?.secret ?? null },
  );
}

function acceptFailed(state: State, chosen: string | undefined): Step {
  if (chosen === 'undo') return undo(state);
  if (chosen === 'recover undo') return recover(state, 'undo');
  if (chosen === 'retry') {
    const again = lookAgain(state);
    return stay({ ...again.state, stage: 'review', plan: null, planProblem: null, run: null }, ...again.effects);
  }
  return leave(state, state.exitCode);
}

function acceptVerify(state: State, chosen: string | undefined): Step {
  const answers = answersOf(state);
  if (answers === null) return stay(state);
  if (chosen === 'undo') return undo(state);
  if (chosen === 'keep')
    return stay({ ...state, stage: 'done', exitCode: 1, report: [...state.report, ...checkedLines(state)] });
  if (state.verification.live === null || chosen === 'again') {
    const live = chosen === 'again' ? (state.verification.live ?? false) : chosen === 'yes';
    return stay(
      { ...state, verification: { live, findings: [], worst: null } },
      { do: 'verify', facts: state.facts, answers, live },
    );
  }
  return stay(state);
}

/** Back to the first screen after an undo, with the answers kept. */
function startOver(state: State): Step {
  const again = lookAgain(state);
  const verification = { live: null, findings: [], worst: null };
  return stay({ ...again.state, stage: 'look', run: null, verification, exitCode: 0 }, ...again.effects);
}
