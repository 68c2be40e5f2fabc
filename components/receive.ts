import type { Facts } from '../src/facts/types.ts';
import type { Answer, Effect, Event } from './events.ts';
import { enoughFacts } from './facts.ts';
import { asksFor, checkHome, greet, loggedIn, planned, previous, type Step, stay } from './flow.ts';
import { isHalfDone, runAfter } from './run.ts';
import { takeTyped } from './screens/sign-in.ts';
import type { SignInView } from './services.ts';
import { answersOf, NO_HOME, NOTHING_TYPED, type Run, type State } from './state.ts';
import { checkedLines, runLines, stepLeft, undoCommand } from './transcript.ts';
import { recover as words } from './words/runs.ts';

const ANSWERS: { readonly [Type in Answer['type']]: true } = {
  leftover: true,
  fact: true,
  facts: true,
  offer: true,
  'no offer': true,
  'sign-in': true,
  'login over': true,
  'secret read': true,
  home: true,
  'home finding': true,
  'home checked': true,
  taking: true,
  'not taking': true,
  'uninstall shown': true,
  'uninstall not shown': true,
  'asking afterwards': true,
  'uninstall ended': true,
  planned: true,
  'not planned': true,
  run: true,
  'run ended': true,
  finding: true,
  'check slow': true,
  verified: true,
  qr: true,
  'in sandbox': true,
  'no sandbox': true,
};

export const isAnswer = (event: Event): event is Answer => event.type in ANSWERS;

/** Takes in what the world answered. */
export function receive(state: State, answer: Answer): Step {
  switch (answer.type) {
    case 'leftover':
      if (answer.leftover === null || state.stage !== 'look') return greet({ ...state, leftover: null });
      return stay({ ...state, leftover: answer.leftover, stage: 'recover', overlay: null });
    case 'fact':
      return receiveFact(state, { ...state.facts, [answer.name]: answer.fact } as Facts);
    case 'facts':
      return receiveAll(state, answer.facts);
    case 'offer':
      return receiveOffer({ ...state, offer: answer.offer, offerProblem: null });
    case 'no offer':
      return stay({ ...state, offer: null, offerProblem: answer.problem, planProblem: answer.problem });
    case 'sign-in':
      return state.stage === 'log in' ? receiveLogin(state, answer.view) : receiveSignIn(state, answer);
    case 'login over':
      return loginOver(state);
    case 'secret read':
      return secretRead(state, answer);
    case 'home': {
      const home = { ...state.home, is: answer.home ?? state.home.is, known: state.home.known || answer.known };
      return greet({ ...state, home });
    }
    case 'home finding': {
      const findings = [...state.home.findings, answer.finding];
      return stay(state.home.worst === null ? { ...state, home: { ...state.home, slow: null, findings } } : state);
    }
    case 'home checked':
      return stay({ ...state, home: { ...state.home, worst: answer.worst } });
    case 'taking':
    case 'not taking':
    case 'uninstall shown':
    case 'uninstall not shown':
      return stay(shown(state, answer));
    case 'asking afterwards': {
      const { uninstalling } = state;
      return stay(uninstalling === null ? state : { ...state, uninstalling: { ...uninstalling, asking: true } });
    }
    case 'uninstall ended':
      return receiveUninstallEnd(state, answer);
    case 'planned':
      return stay(current(state, answer) ? { ...state, plan: answer.plan, planProblem: null } : state);
    case 'not planned':
      return stay(current(state, answer) ? { ...state, plan: null, planProblem: answer.problem } : state);
    case 'run':
      if (state.run === null || state.run.ended) return stay(state);
      return stay({ ...state, run: runAfter(state.run, answer.event, answer.at) });
    case 'run ended':
      return runEnded(state, answer);
    case 'finding': {
      const { live, findings, worst } = state.verification;
      if (state.stage !== 'verify' || worst !== null) return stay(state);
      return stay({ ...state, verification: { live, findings: [...findings, answer.finding], worst } });
    }
    case 'check slow':
      return stay(receiveSlow(state, answer));
    case 'verified':
      return verified(state, answer.worst);
    case 'qr':
      return stay(state.overlay?.kind === 'qr' ? { ...state, overlay: { kind: 'qr', code: answer.code } } : state);
    case 'in sandbox':
      return stay(
        {
          ...state,
          sandbox: answer.folder,
          told: undefined,
          stage: 'look',
          overlay: null,
          offer: null,
          gathered: false,
          home: NO_HOME,
        },
        { do: 'check leftover' },
        { do: 'look back', facts: null },
        { do: 'gather facts' },
      );
    case 'no sandbox':
      return stay({ ...state, remark: answer.problem.what });
  }
}

function receiveSlow(state: State, { of, says }: Extract<Answer, { type: 'check slow' }>): State {
  if (of === 'home') return state.home.worst === null ? { ...state, home: { ...state.home, slow: says } } : state;
  if (of === 'uninstall') {
    const { uninstalling } = state;
    return uninstalling === null ? state : { ...state, uninstalling: { ...uninstalling, slow: says } };
  }
  if (state.stage !== 'verify' || state.verification.worst !== null) return state;
  return { ...state, verification: { ...state.verification, slow: says } };
}

/** Whether a plan was made for the answers that are in force now. */
const current = (state: State, answer: Extract<Answer, { type: 'planned' | 'not planned' }>) =>
  state.stage === 'review' && JSON.stringify(answersOf(state)) === JSON.stringify(answer.answers);

/** An offer is made twice: as soon as it can be, and again when the slow facts are in. */
function receiveFact(state: State, facts: Facts): Step {
  const first = state.offer === null && !enoughFacts(state.facts) && enoughFacts(facts);
  const effects: Effect[] = [
    { do: 'make offer', facts },
    { do: 'look back', facts },
  ];
  return stay({ ...state, facts }, ...(first ? effects : []));
}

function receiveAll(state: State, facts: Facts): Step {
  return stay({ ...state, facts, gathered: true }, { do: 'look back', facts }, { do: 'make offer', facts });
}

/** Late facts may change the answers that the person left alone, so a plan in sight is made again. */
function receiveOffer(state: State): Step {
  return state.stage === 'review' ? planned(state) : checkHome(state);
}

/** While it is being ended, only that it came to a login all the same is news. */
function receiveLogin(state: State, view: SignInView): Step {
  if (view.state === 'signed in') return loggedIn(state);
  if (view.state === 'stopped' || state.signIn.session.state === 'ending') return stay(state);
  return stay({ ...state, signIn: { ...state.signIn, session: view } });
}

/** A login that was stopped came to nothing: back to where it was begun. */
function loginOver(state: State): Step {
  if (state.stage !== 'log in' || state.signIn.session.state !== 'ending') return stay(state);
  const signIn = { ...state.signIn, session: { state: 'idle' as const } };
  return stay({ ...state, stage: previous(state) ?? state.stage, signIn });
}

function receiveSignIn(state: State, answer: Extract<Answer, { type: 'sign-in' }>): Step {
  const view = answer.view;
  const { name, bySignIn } = asksFor(state);
  // What a session of another way still says is about its own secret.
  if (state.secret !== null || (view.state === 'got token' && !bySignIn)) return stay(state);
  if (view.state !== 'got token') {
    return stay({ ...state, signIn: { ...state.signIn, mode: modeFor(state, view), session: view } });
  }
  const { token: value, expires, remarks = [] } = view;
  const secret = { name, value, expires, from: 'claude' as const, remarks };
  const overlay = state.overlay?.kind === 'qr' ? null : state.overlay;
  return stay({ ...state, secret, overlay, signIn: { ...state.signIn, session: { state: 'idle' }, ...NOTHING_TYPED } });
}

/** A sign-in that failed leaves the paste field; one that goes on after all comes back, unless something is typed there. */
function modeFor(state: State, view: SignInView): State['signIn']['mode'] {
  const { mode, session, reading } = state.signIn;
  if (view.state === 'failed') return mode === 'elsewhere' ? mode : 'paste';
  return session.state === 'failed' && mode === 'paste' && reading === null ? 'claude' : mode;
}

/** Enter may have come before it. */
function secretRead(state: State, { reading, ask }: Extract<Answer, { type: 'secret read' }>): Step {
  if (state.stage !== 'sign in' || state.secret !== null || ask !== state.signIn.asked) return stay(state);
  const next: State = { ...state, signIn: { ...state.signIn, reading } };
  return state.signIn.entered ? takeTyped(next) : stay(next);
}

/** Previews of what an undo or an uninstall would do; one that was asked for before is not taken for the present one. */
function shown(
  state: State,
  answer: Extract<Answer, { type: 'taking' | 'not taking' | 'uninstall shown' | 'uninstall not shown' }>,
): State {
  const { taking, uninstalling } = state;
  switch (answer.type) {
    case 'taking':
      return taking?.id === answer.id ? { ...state, taking: { ...taking, view: answer.view, problem: null } } : state;
    case 'not taking':
      return taking?.id === answer.id ? { ...state, taking: { ...taking, problem: answer.problem } } : state;
    case 'uninstall shown':
      return uninstalling === null ? state : { ...state, uninstalling: { ...uninstalling, view: answer.view } };
    case 'uninstall not shown':
      return uninstalling === null ? state : { ...state, uninstalling: { ...uninstalling, problem: answer.problem } };
  }
}

/** Good checks fold into the report and the run is done; errors stay on screen with what can be done. */
function verified(state: State, worst: State['verification']['worst']): Step {
  if (state.stage !== 'verify' || state.verification.worst !== null) return stay(state);
  const next: State = { ...state, verification: { ...state.verification, worst } };
  if (worst === 'error' || worst === 'crashed' || worst === 'timed out') return stay(next);
  return stay({ ...next, stage: 'done', report: [...state.report, ...checkedLines(next, stepLeft(next))] });
}

/** A run has ended: where the person stands now, and what is said about it for good. */
export function runEnded(state: State, answer: Extract<Answer, { type: 'run ended' }>): Step {
  if (state.run === null || state.run.ended) return stay(state);
  const { receipt, problem } = answer.result;
  const since = state.run.startedAt === 0 ? answer.at : state.run.startedAt;
  const run: Run = { ...state.run, ended: true, receipt, problem, ms: answer.at - since };
  const ended: State = { ...state, run };
  const report = [...state.report, ...runLines(ended)];
  const good = problem === null && (receipt === null || receipt.outcome === 'applied');
  if (run.purpose === 'leave') {
    if (problem !== null) return stay({ ...ended, stage: 'failed', exitCode: 3 });
    return recovered(ended, words.left);
  }
  if (run.purpose === 'recover') {
    if (!good && receipt?.outcome !== 'put back') return stay({ ...ended, stage: 'failed', exitCode: 3 });
    const finished = receipt?.outcome !== 'put back' && receipt?.purpose !== 'recover';
    const settled = finished ? words.finished(undoCommand(state)) : words.undone;
    return recovered({ ...ended, report }, settled);
  }
  if (run.purpose === 'undo') {
    if (!good) return stay({ ...ended, stage: 'failed', exitCode: 3 });
    const exitCode = state.exitCode === 3 ? 1 : state.exitCode;
    return stay({ ...ended, stage: 'undone', report, receipt: null, taking: null, exitCode });
  }
  if (good) {
    return stay({ ...ended, stage: 'verify', report, receipt, exitCode: 0 });
  }
  const partly = receipt?.outcome === 'partly applied';
  return stay({ ...ended, stage: 'failed', receipt: partly ? receipt : null, exitCode: exitCodeOf(run) });
}

/** Of a run that did not do what it was for. */
function exitCodeOf({ receipt, problem, stopping }: Pick<Run, 'receipt' | 'problem' | 'stopping'>): 1 | 3 | 130 {
  if (receipt?.outcome === 'partly applied' || isHalfDone({ problem })) return 3;
  return stopping ? 130 : 1;
}

/** What a crash left is settled: everything is looked at anew. */
function recovered(state: State, settled: string): Step {
  const fresh: State = { ...state, stage: 'look', leftover: null, run: null, gathered: false, settled };
  return stay(
    { ...fresh, flow: 'set up', secret: null, home: NO_HOME, offer: null, exitCode: 0 },
    { do: 'look back', facts: null },
    { do: 'gather facts' },
  );
}

/** After an uninstall: what OpenClaw does now stands with it. */
function receiveUninstallEnd(state: State, answer: Extract<Answer, { type: 'uninstall ended' }>): Step {
  if (state.run?.purpose !== 'uninstall' || state.run.ended || state.uninstalling === null) return stay(state);
  const { receipt, problem, findings, purged } = answer.result;
  const since = state.run.startedAt === 0 ? answer.at : state.run.startedAt;
  const ended: State = {
    ...state,
    run: { ...state.run, ended: true, receipt, problem, ms: answer.at - since },
    uninstalling: { ...state.uninstalling, findings, purged },
  };
  if (problem !== null || receipt?.outcome !== 'applied') {
    return stay({ ...ended, stage: 'failed', exitCode: exitCodeOf({ ...state.run, receipt, problem }) });
  }
  const broken = findings.some((finding) => finding.verdict === 'error');
  return stay({
    ...ended,
    stage: 'uninstalled',
    report: [...state.report, ...runLines(ended)],
    exitCode: broken ? 3 : 0,
  });
}
