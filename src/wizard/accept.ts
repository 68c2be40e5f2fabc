import { blocker as blockedBy } from '../doctor/index.ts';
import type { Answers, Drift } from '../methods/types.ts';
import { choicesOf, cursorOf } from './choices.ts';
import { edited } from './edit.ts';
import type { Effect } from './events.ts';
import { backTo, driftId, newestRun, putBackEdits } from './home.ts';
import { blocker, enoughFacts } from './look.ts';
import { checkedLines, trail } from './report.ts';
import { startRun } from './run.ts';
import { takeReading } from './sign-in.ts';
import { answersOf, type State } from './state.ts';
import {
  begin,
  enter,
  goHome,
  greet,
  leave,
  lookAgain,
  onward,
  recover,
  type Step,
  showUninstall,
  stay,
  takeBack,
  undo,
  uninstall,
} from './transitions.ts';

/** Enter. */
export function accept(state: State): Step {
  const chosen = choicesOf(state)[cursorOf(state)];
  if (state.overlay?.kind === 'edit') return stay(edited(state, 'accept'));
  if (state.overlay?.kind === 'leave') {
    return chosen?.id === 'leave' ? leave(state, 130) : stay({ ...state, overlay: null });
  }
  if (state.overlay?.kind === 'confirm') return confirmed(state, state.overlay.draft);
  if (state.overlay !== null) return stay({ ...state, overlay: null });
  if (chosen?.disabled !== undefined || chosen?.soon === true) return stay(state);
  switch (state.stage) {
    case 'recover':
      return recover(state, chosen?.id === 'resume' || chosen?.id === 'leave' ? chosen.id : 'undo');
    case 'look':
      return acceptLook(state, chosen?.id);
    case 'home':
      return acceptHome(state, chosen?.id);
    case 'drift':
      return chosen?.id === 'go' ? putBack(state) : stay(toggledDrift(state, chosen?.id));
    case 'backups':
      return chosen === undefined ? stay({ ...state, stage: 'home' }) : takeBack(state, chosen.id, 'backups');
    case 'take back':
      return state.taking?.view == null ? stay(state) : undo(state);
    case 'uninstall': {
      const view = state.uninstalling?.view ?? null;
      if (view === null) return stay(state);
      if (view.steps.length === 0) return stay({ ...state, stage: 'home' });
      return stay({ ...state, overlay: { kind: 'confirm', draft: '' } });
    }
    case 'uninstalled':
      return leave(state, state.exitCode);
    case 'choose':
      if (chosen === undefined) return stay(state);
      return onward({ ...state, edits: editsFor(state, chosen.id) });
    case 'sign in':
      return state.token === null ? takeReading(state) : onward(state);
    case 'role':
      if (chosen === undefined) return stay(state);
      return onward({ ...state, edits: { ...state.edits, role: chosen.id as Answers['role'] } });
    case 'models':
      return chosen?.id === 'go' ? onward(state) : stay(edited(state, 'open'));
    case 'review':
      return acceptReview(state);
    case 'failed':
      return acceptFailed(state, chosen?.id);
    case 'verify':
      return acceptVerify(state, chosen?.id);
    case 'done':
      if (chosen?.id === 'home') return goHome(state);
      return chosen?.id === 'undo' ? undo(state) : leave(state, state.exitCode);
    case 'undone':
      return chosen?.id === 'again' ? goHome(state) : leave(state, state.exitCode);
    default:
      return stay(state);
  }
}

/** Whether Enter on the first screen goes on. */
export const canContinue = (state: State) =>
  state.leftover === null &&
  state.home.known &&
  state.offer !== null &&
  enoughFacts(state.facts) &&
  blocker(state.facts) === null;

function acceptLook(state: State, chosen: string | undefined): Step {
  const instead = blockedBy(state.facts)?.choices?.find(({ flag }) => flag === chosen);
  if (instead !== undefined) return stay(state, { do: 'choose installation', told: instead.told });
  if (chosen === 'sandbox') return stay(state, { do: 'enter sandbox' });
  if (chosen === 'again') return lookAgain(state);
  if (chosen === 'leave') return leave(state, 0);
  if (!canContinue(state)) return stay(state);
  return state.home.is?.inForce == null ? onward(state) : greet({ ...state, home: { ...state.home, greeted: false } });
}

function acceptHome(state: State, chosen: string | undefined): Step {
  switch (chosen) {
    case 'drift':
      return stay({ ...state, stage: 'drift' });
    case 'renew':
      return begin(state, 'renew', 'sign in');
    case 'models':
      return begin(state, 'models', 'role');
    case 'switch':
      return begin(state, 'switch', 'choose');
    case 'finish':
      return finish(state);
    case 'take over': {
      // What the way means is read before anything of ours stands there.
      const begun = begin(state, 'switch', 'choose').state;
      const method = state.home.is?.inForce?.method;
      return stay(method === undefined ? begun : { ...begun, edits: { method } });
    }
    case 'undo': {
      const run = state.home.is === null ? undefined : newestRun(state.home.is);
      return run === undefined ? stay(state) : takeBack(state, run.id, 'home');
    }
    case 'backups':
      return stay({ ...state, stage: 'backups' });
    case 'uninstall':
      return showUninstall(state);
    case 'leave':
      return leave(state, 0);
    default:
      return stay(state);
  }
}

/** On with the answers of a run that was stopped: from the sign-in where it did not come to store the token. */
function finish(state: State): Step {
  const { inForce = null, unfinished = null } = state.home.is ?? {};
  if (inForce?.answers == null || unfinished === null) return stay(state);
  const { tokenExpires: _, ...edits } = inForce.answers;
  if (unfinished.needsToken) return stay({ ...begin(state, 'switch', 'choose').state, edits });
  return onward({ ...begin(state, 'models', 'models').state, edits });
}

function toggledDrift(state: State, id: string | undefined): State {
  const home = state.home.is;
  const at = home?.drift.findIndex((drift, index) => driftId(drift, index) === id) ?? -1;
  const drift = home?.drift[at];
  if (home === null || id === undefined || drift === undefined || backTo(drift, home) === null) return state;
  const chosen = state.home.putBack.includes(id);
  const putBack = chosen ? state.home.putBack.filter((one) => one !== id) : [...state.home.putBack, id];
  return { ...state, home: { ...state.home, putBack } };
}

/** What the person wants back goes into a plan; what is kept needs none. */
function putBack(state: State): Step {
  const { putBack: chosen, is } = state.home;
  const isKept = (drift: Drift, index: number) => !chosen.includes(driftId(drift, index));
  const kept = is?.drift.filter(isKept) ?? [];
  const receiptId = is?.inForce?.receiptId ?? null;
  const effects: Effect[] =
    kept.length === 0 || receiptId === null ? [] : [{ do: 'keep drift', receiptId, drift: kept }];
  if (chosen.length > 0) {
    const begun = begin(state, 'put back', 'drift');
    const step = onward({ ...begun.state, edits: putBackEdits(state) });
    return { ...step, effects: [...effects, ...step.effects] };
  }
  const asked = is === null ? null : { ...is, drift: is.drift.filter((drift, index) => !isKept(drift, index)) };
  return stay({ ...state, stage: 'home', home: { ...state.home, is: asked } }, ...effects);
}

function confirmed(state: State, draft: string): Step {
  const wanted = state.uninstalling?.view?.confirm ?? 'uninstall';
  if (draft.trim() !== wanted) return stay({ ...state, remark: `Type ${wanted}, or Esc` });
  return uninstall(state);
}

/** What was decided for one way means nothing to another, but for what Claude is used for. */
function editsFor(state: State, method: string): State['edits'] {
  if (answersOf(state)?.method === method) return { ...state.edits, method };
  const { role, agents, newAgent } = state.edits;
  const kept = { role, agents, newAgent };
  return { ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)), method };
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
  if (chosen === 'home') return goHome(state);
  if (chosen === 'uninstall') return uninstall(state);
  if (chosen === 'sign in') return enter({ ...state, flow: 'finish', run: null }, 'sign in');
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
    return stay({
      ...state,
      stage: 'done',
      exitCode: state.receipt === null ? 1 : 3,
      report: [...state.report, ...checkedLines(state)],
    });
  if (state.verification.live === null || chosen === 'again') {
    const live = chosen === 'again' ? (state.verification.live ?? false) : chosen === 'yes';
    return stay(
      { ...state, verification: { live, findings: [], worst: null } },
      { do: 'verify', facts: state.facts, answers, live, models: state.flow !== 'renew' },
    );
  }
  return stay(state);
}
