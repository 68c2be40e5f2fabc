import type { SignInSession, SignInView } from '../../components/services.ts';
import {
  bestClaude,
  type ClaudeInstall,
  SIGN_IN_COMMANDS,
  type SignInFor,
  type SignInOptions,
  type SignInState,
  startSignIn,
  TOKEN_LASTS_MS,
} from '../claude/index.ts';
import type { Facts } from '../facts/types.ts';
import { methods, planFor } from '../methods/index.ts';
import { refuseUnwritable, UNWRITABLE } from '../plan/writable.ts';
import { factValue } from '../system/fact.ts';
import { withPasteable } from '../system/pasteable.ts';
import type { ProblemData } from '../system/problem.ts';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { viewOf } from './problem-view.ts';
import { signIn as words } from './words/asking.ts';

/** {@link signInSession}, or at once the `Problem` for which no new token could be stored here. */
export function signInOrRefusal(
  world: World,
  facts: Facts,
  methodId: string,
  onState: (view: SignInView) => void,
): SignInSession {
  let session = NO_SESSION;
  let cancelled = false;
  const begin = async () => {
    const method = methods.find(({ id }) => id === methodId);
    try {
      if (method) await refuseUnwritable(planFor(facts, method.defaults(facts), { hasSecret: true }), world);
    } catch (error) {
      // What else is in the way has its own screen.
      if (error instanceof Problem && (method?.storeRefusals?.has(error.code) || UNWRITABLE.has(error.code))) {
        if (!cancelled) onState({ state: 'failed', problem: viewOf(error, world) });
        return;
      }
    }
    // What is only pasted needs no session.
    if (!cancelled && method?.secret?.bySignIn !== false)
      session = signInSession(world, bestClaude(factValue(facts.claude) ?? []), onState);
  };
  void begin();
  return {
    submitCode: (code) => session.submitCode(code),
    retry: () => session.retry(),
    cancel: async () => {
      cancelled = true;
      await session.cancel();
    },
  };
}

const NO_SESSION: SignInSession = { submitCode: () => {}, retry: () => {}, cancel: async () => {} };

/**
 * Runs Claude Code's sign-in for the wizard and tells its states in the wizard's words. A `failed` view need not be the
 * last: a screen that is not known may be followed by one that is.
 */
export function signInSession(
  world: World,
  claude: ClaudeInstall | null,
  onState: (view: SignInView) => void,
  pace?: SignInOptions['pace'],
): SignInSession {
  const show = (view: SignInView) =>
    onState(view.state === 'failed' ? { ...view, problem: withPasteable(view.problem, world) } : view);
  if (claude === null) {
    const next = 'npm install -g @anthropic-ai/claude-code';
    show({ state: 'failed', problem: { code: 'claude-missing', what: words.missing, why: words.elsewhere, next } });
    return NO_SESSION;
  }
  const session = startSignIn({ world, claude: claude.path, pace });
  let url = '';
  const tell = (state: SignInState) => {
    if (state.at === 'waiting for code') url = state.url;
    const view = viewOfState(state, url, world);
    if (view !== null) show(view);
  };
  session.subscribe(tell);
  tell(session.state);
  return {
    submitCode(code) {
      const typed = code.reveal((text) => session.submitCode(text));
      typed.catch((error: unknown) => show({ state: 'failed', problem: viewOf(error, world) }));
    },
    retry: () => session.retry(),
    cancel: () => session.cancel(),
  };
}

/** `url`: the page of this sign-in. null for what is told in another way, such as the end of a login by its run. */
export function viewOfState(
  state: SignInState,
  url: string,
  world: World,
  makes: SignInFor = 'token',
): SignInView | null {
  const next = SIGN_IN_COMMANDS[makes];
  const why = makes === 'token' ? words.elsewhere : words.mayGoOn;
  switch (state.at) {
    case 'starting':
      return { state: 'starting', ...(state.slow ? { slow: true } : {}) };
    case 'waiting for code': {
      const says = state.refused === null ? {} : { says: state.refused };
      return { state: 'waiting for code', url: state.url, opened: state.sentToBrowser, ...says };
    }
    case 'checking':
      return { state: 'checking code', url, ...(state.slow ? { slow: true } : {}) };
    case 'error':
      if (state.canRetry && state.decision === null) return { state: 'refused', says: state.message };
      return { state: 'failed', problem: problemOf(state, next) };
    case 'exited':
      return makes === 'login' ? null : { state: 'failed', problem: problemOf(state, next) };
    case 'unrecognised': {
      return { state: 'failed', problem: { code: 'sign-in-unknown', what: words.unknownScreen, why, next } };
    }
    case 'unavailable':
      return makes === 'login' ? null : { state: 'failed', problem: viewOf(state.problem, world) };
    case 'token': {
      const expires = world.clock.now() + (state.lifetimeMs ?? TOKEN_LASTS_MS);
      const remarks = state.warnings.map((warning) => warning.says);
      return { state: 'got token', token: state.secret, expires, remarks };
    }
    case 'signed in':
    case 'cancelled':
      return null;
  }
}

/** Decisions of the provider end here: they are explained, and other ways are named, never worked around. */
function problemOf(state: Extract<SignInState, { at: 'error' | 'exited' }>, next: string): ProblemData {
  const { message, decision } = state;
  if (decision === null) {
    const what = message === '' ? words.noToken : message;
    return { code: 'sign-in-failed', what, why: words.elsewhere, next };
  }
  return { code: decision.code, what: message, why: [decision.what, ...decision.ways].join(' ') };
}
