import type { Facts } from '../facts/types.ts';
import type { Answer, Effect, Event } from './events.ts';
import { enoughFacts } from './look.ts';
import { planned, type Step, stay } from './moves.ts';
import { checkedLines, runLines } from './report.ts';
import { runAfter } from './run.ts';
import type { SignInView } from './services.ts';
import { answersOf, type Run, type State } from './state.ts';

const ANSWERS: { readonly [Type in Answer['type']]: true } = {
  leftover: true,
  fact: true,
  facts: true,
  offer: true,
  'no offer': true,
  'sign-in': true,
  'token read': true,
  planned: true,
  'not planned': true,
  run: true,
  'run ended': true,
  finding: true,
  verified: true,
  qr: true,
  'in sandbox': true,
  'no sandbox': true,
};

export const isAnswer = (event: Event): event is Answer => event.type in ANSWERS;

/** Takes in what the world answered. */
export function learn(state: State, answer: Answer): Step {
  switch (answer.type) {
    case 'leftover':
      if (answer.leftover === null || state.stage !== 'look') return stay({ ...state, leftover: null });
      return stay({ ...state, leftover: answer.leftover, stage: 'recover', overlay: null });
    case 'fact':
      return learnFact(state, { ...state.facts, [answer.name]: answer.fact } as Facts);
    case 'facts':
      return learnAll(state, answer.facts);
    case 'offer':
      return learnOffer({ ...state, offer: answer.offer, offerProblem: null });
    case 'no offer':
      return stay({ ...state, offer: null, offerProblem: answer.problem, planProblem: answer.problem });
    case 'sign-in':
      return learnSignIn(state, answer);
    case 'token read':
      return stay(
        state.stage === 'sign in' && state.signIn.mode !== 'claude' && answer.ask === state.signIn.asked
          ? { ...state, signIn: { ...state.signIn, reading: answer.reading } }
          : state,
      );
    case 'planned':
      return stay(current(state, answer) ? { ...state, plan: answer.plan, planProblem: null } : state);
    case 'not planned':
      return stay(current(state, answer) ? { ...state, plan: null, planProblem: answer.problem } : state);
    case 'run':
      if (state.run === null || state.run.ended) return stay(state);
      return stay({ ...state, run: runAfter(state.run, answer.event, answer.at) });
    case 'run ended':
      return runEnded(state, answer);
    case 'finding':
      return stay(
        state.stage === 'verify' && state.verification.worst === null
          ? {
              ...state,
              verification: { ...state.verification, findings: [...state.verification.findings, answer.finding] },
            }
          : state,
      );
    case 'verified':
      return verified(state, answer.worst);
    case 'qr':
      return stay(state.overlay?.kind === 'qr' ? { ...state, overlay: { kind: 'qr', code: answer.code } } : state);
    case 'in sandbox':
      return stay(
        { ...state, sandbox: answer.folder, stage: 'look', overlay: null, offer: null, gathered: false },
        { do: 'check leftover' },
        { do: 'gather facts' },
      );
    case 'no sandbox':
      return stay({ ...state, remark: answer.problem.what });
  }
}

/** Whether a plan was made for the answers that are in force now. */
const current = (state: State, answer: Extract<Answer, { type: 'planned' | 'not planned' }>) =>
  state.stage === 'review' && JSON.stringify(answersOf(state)) === JSON.stringify(answer.answers);

/** An offer is made twice: as soon as it can be, and again when the slow facts are in. */
function learnFact(state: State, facts: Facts): Step {
  const first = state.offer === null && !enoughFacts(state.facts) && enoughFacts(facts);
  return stay({ ...state, facts }, ...(first ? ([{ do: 'make offer', facts }] as Effect[]) : []));
}

function learnAll(state: State, facts: Facts): Step {
  return stay({ ...state, facts, gathered: true }, { do: 'make offer', facts });
}

/** Late facts may change the answers that the person left alone, so a plan in sight is made again. */
function learnOffer(state: State): Step {
  return state.stage === 'review' ? planned(state) : stay(state);
}

function learnSignIn(state: State, answer: Extract<Answer, { type: 'sign-in' }>): Step {
  const view = answer.view;
  if (state.token !== null) return stay(state);
  if (view.state !== 'got token') {
    return stay({ ...state, signIn: { ...state.signIn, mode: modeFor(state, view), session: view } });
  }
  const { token: secret, expires, remarks = [] } = view;
  const token = { secret, expires, from: 'claude' as const, remarks };
  const overlay = state.overlay?.kind === 'qr' ? null : state.overlay;
  return stay({ ...state, token, overlay, signIn: { ...state.signIn, session: { state: 'idle' }, reading: null } });
}

/** A sign-in that failed leaves the paste field; one that goes on after all comes back, unless something is typed there. */
function modeFor(state: State, view: SignInView): State['signIn']['mode'] {
  const { mode, session, reading } = state.signIn;
  if (view.state === 'failed') return mode === 'elsewhere' ? mode : 'paste';
  return session.state === 'failed' && mode === 'paste' && reading === null ? 'claude' : mode;
}

function runEnded(state: State, answer: Extract<Answer, { type: 'run ended' }>): Step {
  if (state.run === null || state.run.ended) return stay(state);
  const { receipt, problem } = answer.result;
  const since = state.run.startedAt === 0 ? answer.at : state.run.startedAt;
  const run: Run = { ...state.run, ended: true, receipt, problem, ms: answer.at - since };
  const ended: State = { ...state, run };
  const report = [...state.report, ...runLines(ended)];
  const good = problem === null && (receipt === null || receipt.outcome === 'applied');
  if (run.purpose === 'recover') {
    if (!good && receipt?.outcome !== 'put back') return stay({ ...ended, stage: 'failed', exitCode: 3 });
    return stay(
      { ...ended, stage: 'look', leftover: null, report, run: null, gathered: false },
      { do: 'gather facts' },
    );
  }
  if (run.purpose === 'undo') {
    if (!good) return stay({ ...ended, stage: 'failed', exitCode: 3 });
    const exitCode = state.exitCode === 3 ? 1 : state.exitCode;
    return stay({ ...ended, stage: 'undone', report, receipt: null, exitCode });
  }
  if (good) {
    return stay({ ...ended, stage: 'verify', report, receipt, exitCode: 0 });
  }
  const partly = receipt?.outcome === 'partly applied';
  const code = partly ? 3 : run.stopping ? 130 : 1;
  return stay({ ...ended, stage: 'failed', receipt: partly ? receipt : null, exitCode: code });
}

/** Good checks fold into the report and the run is done; errors stay on screen with what can be done. */
function verified(state: State, worst: State['verification']['worst']): Step {
  if (state.stage !== 'verify' || state.verification.worst !== null) return stay(state);
  const next: State = { ...state, verification: { ...state.verification, worst } };
  if (worst === 'error' || worst === 'crashed' || worst === 'timed out') return stay(next);
  return stay({ ...next, stage: 'done', report: [...state.report, ...checkedLines(next)] });
}
