import { needsSignIn, ofWhose } from '../src/facts/claude-login.ts';
import { signInMethod, storing, storingAs } from '../src/methods/asking.ts';
import type { MethodSecret, StoringMethod } from '../src/methods/question.ts';
import type { Effect } from './events.ts';
import { blocker } from './facts.ts';
import { startRun } from './run.ts';
import {
  answersOf,
  type Flow,
  methodOf,
  NO_HOME,
  NOTHING_TYPED,
  noFacts,
  type ReportLine,
  type Stage,
  type State,
} from './state.ts';
import { checkedLines, runLines } from './transcript.ts';
import { logIn as loginWords } from './words/set-up.ts';
import { shared } from './words/shared.ts';
import { asksForToken, fixesByLogin, toFix, triedOf, wrongOf } from './wrong.ts';

/** The screens of each flow, in order. */
const PATHS: Readonly<Record<Flow, readonly Stage[]>> = {
  'set up': ['look', 'choose', 'log in', 'sign in', 'role', 'models', 'review', 'apply'],
  switch: ['home', 'choose', 'log in', 'sign in', 'role', 'models', 'review', 'apply'],
  renew: ['home', 'sign in', 'review', 'apply'],
  models: ['home', 'role', 'models', 'review', 'apply'],
  'put back': ['home', 'drift', 'review', 'apply'],
  fix: ['home', 'doctor', 'log in', 'sign in', 'review', 'apply'],
  finish: ['recover', 'sign in', 'apply'],
};

/** Screens that are reached from the overview without a flow. */
const ASIDE: Partial<Record<Stage, Stage>> = {
  drift: 'home',
  backups: 'home',
  uninstall: 'home',
};

/** A sign-in belongs to a path only while a secret is asked for, or a Claude Code that is signed in. */
function pathOf(state: State): readonly Stage[] {
  const method = methodOf(state);
  const asks = state.flow === 'fix' ? asksForToken(state) : method === null || method.secret !== undefined;
  const needsLogin = state.stage === 'log in' || asksForLogin(state);
  const stages = PATHS[state.flow].filter((stage) => {
    if (stage === 'log in') return needsLogin;
    return stage !== 'sign in' || asks || state.flow === 'finish';
  });
  // What is wrong is fixed from the first screen too, where nothing of ours is set up yet.
  return state.flow === 'fix' && state.home.is?.inForce == null ? ['look', ...stages.slice(1)] : stages;
}

/** Where Esc goes; undefined where it goes nowhere. */
export function previous(state: State): Stage | undefined {
  if (state.stage === 'apply') return undefined;
  if (state.stage === 'take back') return state.taking?.from;
  const path = pathOf(state);
  const at = path.indexOf(state.stage);
  return at > 0 ? path[at - 1] : at < 0 ? ASIDE[state.stage] : undefined;
}

/** Stages that were answered before `stage`, in order. */
export function answered(state: State, stage: Stage): readonly Stage[] {
  const path = pathOf(state);
  return path.slice(0, Math.max(0, path.indexOf(stage)));
}

/** `[2, 5]` for the second of five steps; null outside of a flow. Role and models are one step. */
export function stepOf(state: State): readonly [number, number] | null {
  if (state.stage === 'apply' && state.run?.purpose !== 'apply') return null;
  const steps = pathOf(state)
    .slice(1)
    .filter((stage) => stage !== 'models');
  const stage = state.stage === 'models' ? 'role' : state.stage === 'verify' ? 'apply' : state.stage;
  const at = steps.indexOf(stage);
  return at < 0 ? null : [at + 1, steps.length];
}

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
  const purpose = state.flow === 'fix' ? { fix: toFix(state) } : state.flow === 'renew' ? 'renew' : 'set up';
  // What stands in the way of every other plan may be just what is to be fixed.
  const planProblem = state.flow === 'fix' ? null : blocker(state);
  if (planProblem !== null) return stay({ ...blank, planProblem });
  return stay(blank, { do: 'make plan', facts: state.facts, answers, secret: state.secret, purpose });
}

/** The method whose secret the sign-in is for: of what was chosen, of what is fixed, or of a run that was cut off. */
function askingFor(state: State): StoringMethod {
  const { leftover } = state;
  const left = leftover === null || leftover === 'unknown' ? undefined : leftover.secrets[0];
  if (state.flow === 'finish') return (left === undefined ? undefined : storingAs(left)) ?? signInMethod;
  const chosen = methodOf(state)?.id;
  return (state.flow === 'fix' ? undefined : storing.find(({ id }) => id === chosen)) ?? signInMethod;
}

export function asksFor(state: State): MethodSecret {
  return askingFor(state).secret;
}

/** Asks for the secret anew: through Claude Code's sign-in where that makes it. */
export function startSignIn(state: State): Step {
  const { id, secret } = askingFor(state);
  const mode = secret.bySignIn ? ('claude' as const) : ('paste' as const);
  const signIn = { ...state.signIn, of: secret.name, mode, ...NOTHING_TYPED, session: { state: 'starting' as const } };
  return stay({ ...state, secret: null, signIn }, { do: 'start sign-in', facts: state.facts, method: id });
}

/** The facts of the Claude Code that has to be signed in: of the one that the method wants, else where OpenClaw runs. */
function loginFacts(state: State): State['facts'] {
  const whose = state.flow === 'fix' ? undefined : methodOf(state)?.signsIn;
  return ofWhose(whose ?? 'OpenClaw', state.facts);
}

/** Whether Claude Code has to be signed in for what the person came to do, and is not. */
function asksForLogin(state: State): boolean {
  if (state.flow === 'fix') return fixesByLogin(state);
  return methodOf(state)?.signsIn !== undefined && needsSignIn(loginFacts(state));
}

/** Goes to a screen of the question part and starts what that screen needs. */
export function enter(state: State, stage: Stage): Step {
  const next: State = { ...state, stage, overlay: null };
  if (stage === 'sign in') {
    const { of, session } = state.signIn;
    const other = of !== null && of !== asksFor(state).name;
    if (other || (state.secret === null && session.state === 'idle')) {
      const begun = startSignIn(next);
      return other ? stay(begun.state, { do: 'cancel sign-in' }, ...begun.effects) : begun;
    }
  }
  if (stage === 'log in') return logIn(next);
  if (stage === 'review') return planned(next);
  return stay(next);
}

/** A sign-in of Claude Code, in a new session. */
export function logIn(state: State): Step {
  const signIn = {
    ...state.signIn,
    mode: 'claude' as const,
    session: { state: 'starting' as const },
    ...NOTHING_TYPED,
  };
  return stay({ ...state, signIn }, { do: 'start login', facts: loginFacts(state) });
}

/** Claude Code is signed in: the list of what is wrong is judged again, and every other flow goes on. */
export function loggedIn(state: State): Step {
  const signIn = { ...state.signIn, session: { state: 'idle' as const } };
  const report = [...state.report, { tone: 'ok' as const, text: loginWords.signedIn }];
  const next: State = { ...state, overlay: null, signIn, report, settled: shared.nothingElse };
  if (state.flow === 'fix') return lookAgain({ ...next, stage: 'doctor' });
  const step = onward(next);
  return stay(step.state, ...step.effects, { do: 'gather facts' });
}

/** The next screen of the flow. */
export function onward(state: State): Step {
  const path = pathOf(state);
  const at = path.indexOf(state.stage);
  const to = at < 0 ? undefined : path[at + 1];
  if (state.stage === 'sign in' && to === 'apply') return recover(state, 'resume');
  return to === undefined ? stay(state) : enter(state, to);
}

/** Finishes or takes back what a crash left, or ends that run as it is. */
export function recover(state: State, how: 'resume' | 'undo' | 'leave'): Step {
  return stay(
    { ...state, stage: 'apply', overlay: null, run: startRun(how === 'leave' ? 'leave' : 'recover', []) },
    { do: 'recover', how, secret: state.secret },
  );
}

/** Takes a run back: the one that is shown, else the one that was just made. */
export function undo(state: State): Step {
  const receiptId = state.taking?.id ?? state.receipt?.id;
  if (receiptId === undefined) return stay(state);
  const run = startRun('undo', []);
  return stay({ ...state, stage: 'apply', overlay: null, run, report: folded(state) }, { do: 'undo', receiptId });
}

/** A list of changes begins on the row that leads on. */
function cursorsWithout({ cursors }: State, stage: Stage): State['cursors'] {
  const { [stage]: _, ...rest } = cursors;
  return rest;
}

/** Shows what taking a run back would change. */
export function takeBack(state: State, id: string, from: 'home' | 'backups'): Step {
  const taking = { id, from, view: null, problem: null };
  return stay(
    { ...state, stage: 'take back', overlay: null, taking, opened: [], cursors: cursorsWithout(state, 'take back') },
    { do: 'show undo', receiptId: id },
  );
}

/** What is known of an uninstall only afterwards. */
const NOT_YET = { asking: false, slow: null, findings: [], purged: false };

/** Shows what an uninstall would change: with the facts where they are in, else without. */
export function showUninstall(state: State): Step {
  const uninstalling = { view: null, problem: null, purge: false, ...NOT_YET };
  const facts = state.gathered ? state.facts : null;
  const cursors = cursorsWithout(state, 'uninstall');
  const next: State = { ...state, stage: 'uninstall', overlay: null, uninstalling, opened: [], cursors };
  return stay(next, { do: 'show uninstall', facts });
}

export function uninstall(state: State): Step {
  const run = startRun('uninstall', []);
  const { uninstalling: before } = state;
  const uninstalling = before && { ...before, ...NOT_YET };
  const next: State = { ...state, stage: 'apply', overlay: null, run, uninstalling, report: folded(state) };
  return stay(next, { do: 'uninstall', purge: before?.purge ?? false });
}

/** From the overview into a flow; answers of an earlier one are forgotten, since the facts know better. */
export function begin(state: State, flow: Flow, stage: Stage): Step {
  return enter({ ...state, flow, edits: {}, cursors: {}, plan: null, planProblem: null, opened: [] }, stage);
}

/** Shows what is wrong, from the overview, or from the first screen where something is. */
export function showWrong(state: State): Step {
  const shows = state.stage === 'home' || (state.stage === 'look' && wrongOf(state).length > 0);
  return shows ? begin({ ...state, leaves: triedOf(state) }, 'fix', 'doctor') : stay(state);
}

/**
 * Looks around anew and ends on the overview, or on the first screen where nothing is in force any more. `said`: what the
 * screen that is left keeps in the transcript.
 */
export function goHome(state: State, said: readonly ReportLine[] = []): Step {
  const again = lookAgain(state);
  const fresh: State = {
    ...again.state,
    report: [...folded(state), ...said],
    offer: null,
    home: NO_HOME,
    stage: 'look',
    flow: 'set up',
    edits: {},
    cursors: {},
    secret: null,
    receipt: null,
    run: null,
    plan: null,
    planProblem: null,
    opened: [],
    taking: null,
    uninstalling: null,
    verification: { live: null, findings: [], worst: null },
    exitCode: 0,
    settled: shared.nothingElse,
  };
  return stay(fresh, ...again.effects);
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
    home: { ...state.home, checking: false, slow: null, findings: [], worst: null },
  };
  return stay(fresh, { do: 'look back', facts: null }, { do: 'gather facts' });
}

/** The end. What was answered and done is printed for good by the reducer, which knows what each screen says. */
export function leave(state: State, exitCode: State['exitCode']): Step {
  return stay({ ...state, stage: 'left', overlay: null, remark: null, exitCode }, { do: 'leave', exitCode });
}

/** The report with what the present screen shows as results: for leaving that screen. */
export function folded(state: State): State['report'] {
  if (state.stage === 'failed' || state.stage === 'apply') return [...state.report, ...runLines(state)];
  if (state.stage === 'verify') return [...state.report, ...checkedLines(state)];
  return state.report;
}

/**
 * From the first screen to the overview, once it is known that something is in force. By itself only the first time,
 * and before the first screen can be left: nothing changes under the person's hands.
 */
export function greet(state: State): Step {
  const { is, greeted } = state.home;
  if (state.stage !== 'look' || state.leftover !== null || greeted || is?.inForce == null) return stay(state);
  return checkHome({ ...state, stage: 'home', overlay: null, home: { ...state.home, greeted: true } });
}

/** Starts the quick local checks of the overview, when all that they need is there. */
export function checkHome(state: State): Step {
  if (state.stage !== 'home' || state.home.checking || state.home.worst !== null) return stay(state);
  if (!state.gathered || state.offer === null || blocker(state) !== null) return stay(state);
  const answers = state.home.is?.inForce?.answers ?? state.offer.defaults;
  const checking: State = { ...state, home: { ...state.home, checking: true } };
  return stay(checking, { do: 'check home', facts: state.facts, answers });
}
