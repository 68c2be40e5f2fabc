import type { SignInSession, SignInView } from '../../components/services.ts';
import { actionKinds, claudeLoginKind } from '../actions/index.ts';
import {
  bestClaude,
  type ClaudeInstall,
  claudeTyped,
  loginStep,
  readSignIn,
  type SignInOptions,
  type SignInState,
  startSignIn,
} from '../claude/index.ts';
import { claudeToLogIn } from '../doctor/claude-login.ts';
import type { ActionKind } from '../engine/types.ts';
import type { Facts } from '../facts/types.ts';
import { SIGN_IN } from '../history/overview.ts';
import { makePlan } from '../plan/index.ts';
import { factValue } from '../system/fact.ts';
import { withPasteable } from '../system/pasteable.ts';
import { Cancelled, Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import type { CommandContext } from './context.ts';
import { engineFor } from './engine.ts';
import { viewOf } from './problem-view.ts';
import { viewOfState } from './wizard-sign-in.ts';
import { signIn as words } from './words/asking.ts';

/** Throws the `Problem` of a machine whose Claude Code cannot be led through a sign-in. */
function claudeHere(facts: Facts): ClaudeInstall {
  const claude = claudeToLogIn(facts);
  if (claude !== null) return claude;
  const next = 'npm install -g @anthropic-ai/claude-code@latest';
  if (bestClaude(factValue(facts.claude) ?? []) === null) {
    throw new Problem('claude-missing', words.missing, { next });
  }
  throw new Problem('claude-too-old', words.tooOld, {
    why: words.fromRelease,
    next,
  });
}

/**
 * Signs in to Claude Code as a run of the engine: what it writes is copied first, and an undo takes it back. Tells its
 * states in the wizard's words; `signed in`, `stopped` and, but for a screen that is not known, `failed` are the last.
 * `cancel` resolves when the run is over too.
 */
export function startLogin(
  { world, version, force }: Pick<CommandContext, 'world' | 'version' | 'force'>,
  facts: Facts,
  onState: (view: SignInView) => void,
  pace?: SignInOptions['pace'],
): SignInSession {
  const stop = new AbortController();
  let signIn: ReturnType<typeof startSignIn> | null = null;
  const signInWith = (claude: ClaudeInstall) =>
    claudeLoginKind(async () => {
      signIn = startSignIn({
        ...{ world, claude: claude.path, inside: claude.inside },
        ...{ makes: 'login', signal: stop.signal, pace },
      });
      let url = '';
      signIn.subscribe((state) => {
        if (state.at === 'waiting for code') url = state.url;
        const view = stop.signal.aborted ? null : viewOfState(state, url, world, 'login');
        if (view !== null)
          onState(view.state === 'failed' ? { ...view, problem: withPasteable(view.problem, world) } : view);
      });
      await keptLogin(await signIn.done, world, claude);
    });
  const run = async () => {
    onState({ state: 'starting' });
    const claude = claudeHere(facts);
    const kind = signInWith(claude);
    const kinds = new Map([...actionKinds, [kind.kind, kind as unknown as ActionKind]]);
    const engine = await engineFor({ world, version }, kinds);
    const record = { title: words.title, about: SIGN_IN };
    const receipt = await engine.apply(makePlan([loginStep(world, claude)], {}), {
      ...record,
      signal: stop.signal,
      force,
    });
    const problem = receipt.steps[0]?.problem;
    if (receipt.outcome === 'applied') onState({ state: 'signed in', receipt });
    else if (problem === undefined || problem.code === 'cancelled') onState({ state: 'stopped' });
    else onState({ state: 'failed', problem: withPasteable(problem, world) });
  };
  const over = run().catch((error: unknown) => {
    onState(error instanceof Cancelled ? { state: 'stopped' } : { state: 'failed', problem: viewOf(error, world) });
  });
  return {
    submitCode: (code) => void code.reveal((text) => signIn?.submitCode(text)),
    retry: () => signIn?.retry(),
    async cancel() {
      stop.abort();
      await over;
    },
  };
}

/** Claude Code was seen to say "Login successful." with nothing kept: it has to say that it is signed in. */
async function keptLogin(end: SignInState, world: World, claude: ClaudeInstall): Promise<void> {
  const typed = (...args: string[]) => claudeTyped({ path: 'claude', inside: claude.inside }, ...args);
  if (end.at === 'cancelled') throw new Cancelled();
  if (end.at === 'unavailable') throw end.problem;
  if (end.at === 'exited') {
    const { message, decision } = end;
    const why = decision === null ? {} : { why: [decision.what, ...decision.ways].join(' ') };
    throw new Problem(decision?.code ?? 'sign-in-failed', message, {
      ...why,
      ...(decision === null ? { next: typed('auth', 'login') } : {}),
    });
  }
  const now = factValue(await readSignIn(world, claude));
  if (now?.loggedIn === false)
    throw new Problem('login-not-kept', words.notKept, {
      next: typed('auth', 'status', '--text'),
    });
}
