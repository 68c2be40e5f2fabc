import type { SignInSession, SignInView } from '../../components/services.ts';
import { bestClaude, type ClaudeInstall } from '../claude/index.ts';
import { inspectCode } from '../claude/pasted.ts';
import type { Receipt } from '../engine/types.ts';
import type { Facts } from '../facts/types.ts';
import type { HandedSecret } from '../methods/handed.ts';
import type { MethodSecret } from '../methods/question.ts';
import { factValue } from '../system/fact.ts';
import { pasteable } from '../system/pasteable.ts';
import { Cancelled, Problem } from '../system/problem.ts';
import type { Secret } from '../system/secret.ts';
import type { CommandContext } from './context.ts';
import { askSecret, checked } from './handed.ts';
import { startLogin } from './login-run.ts';
import { undoCommand } from './print-run.ts';
import { askHidden, confirm } from './prompt.ts';
import { signInSession } from './wizard-sign-in.ts';
import { nothingChanged, signIn as words } from './words/asking.ts';

/** A token with the day it ends, as Claude Code told it; null when it did not. */
export interface MadeToken {
  readonly token: Secret;
  /** Unix ms. */
  readonly expires: number | null;
}

/**
 * Makes a token with Claude Code, in plain lines: the page to open, then the code. Throws the `Problem` that ended it, and
 * `Cancelled`.
 */
export async function signInPlainly(context: CommandContext, claude: ClaudeInstall): Promise<MadeToken> {
  const end = await leadThrough(context, (onState) => signInSession(context.world, claude, onState));
  if (end.state !== 'got token') throw new Cancelled();
  return { token: end.token, expires: end.expires };
}

/**
 * Through Claude Code's sign-in where that makes it; one that was made elsewhere can be pasted where that cannot be.
 * `expires`: Unix ms, as Claude Code told it; null when it did not. `mayPaste`: the person is asked which of both.
 */
export async function newSecret(
  context: CommandContext,
  facts: Facts,
  secret: MethodSecret,
  mayPaste = false,
): Promise<{ readonly handed: HandedSecret; readonly expires: number | null }> {
  const { streams } = context;
  const claude = secret.bySignIn ? bestClaude(factValue(facts.claude) ?? []) : null;
  try {
    if (claude !== null && (!mayPaste || (await makesNow(context, secret)))) {
      const { token, expires } = await signInPlainly(context, claude);
      return { handed: { name: secret.name, value: token }, expires };
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    streams.err(`✘ ${error.what}\n`);
  }
  return { handed: await pasted(context, secret), expires: null };
}

const makesNow = ({ streams, signal }: CommandContext, { noun }: MethodSecret) =>
  confirm(streams, signal, words.makeNow(noun), true);

/** Asks until what is pasted is the secret that is wanted. */
async function pasted(context: CommandContext, secret: MethodSecret): Promise<HandedSecret> {
  const { streams } = context;
  const { noun, madeBy } = secret;
  const how =
    'command' in madeBy
      ? words.makeByCommand(noun, pasteable(madeBy.command, context.world))
      : words.makeAt(noun, madeBy.page);
  streams.out(`${how}\n`);
  for (;;) {
    const text = await askSecret(context, secret);
    try {
      return await checked(secret, text, context);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      streams.err(`✘ ${error.what}${error.more.why === undefined ? '' : `\n  ${error.more.why}`}\n`);
    }
  }
}

/** Signs in to Claude Code itself in the same way, as a run of its own. Gives its receipt. */
export async function logInPlainly(context: CommandContext, facts: Facts): Promise<Receipt> {
  const end = await leadThrough(context, (onState) => startLogin(context, facts, onState), `${words.ending}\n`);
  if (end.state !== 'signed in') throw new Cancelled(nothingChanged);
  const { receipt } = end;
  context.streams.err(`✔ ${words.signedIn(undoCommand(receipt, context.world))}\n`);
  return receipt;
}

type Final = Extract<SignInView, { state: 'got token' | 'signed in' | 'stopped' }>;

/** Asks and tells until it has ended well or was stopped. A login may have been made before it could be stopped. */
async function leadThrough(
  { streams, signal }: CommandContext,
  start: (onState: (view: SignInView) => void) => SignInSession,
  ending = '',
): Promise<Final> {
  const views = new Views();
  const session = start((view) => views.push(view));
  const stop = () => views.push(null);
  signal.addEventListener('abort', stop, { once: true });
  let checks = false;
  try {
    streams.err(`${words.starting}\n`);
    for (;;) {
      const view = await views.next();
      if (view === null || signal.aborted) throw new Cancelled();
      checks = view.state === 'checking code';
      switch (view.state) {
        case 'waiting for code': {
          if (view.says !== undefined) streams.err(`! ${view.says}\n`);
          else streams.err(`${view.opened ? words.browserOpens : words.open}\n\n  ${view.url}\n\n`);
          const typed = await askUnless(views, streams, signal);
          const read = inspectCode(typed ?? '');
          if (read?.ok === false) streams.err(`✘ ${[read.problem.what, read.problem.why ?? ''].join(' ').trim()}\n`);
          if (read?.ok === true) session.submitCode(read.code);
          else if (typed !== null) views.again(view);
          checks = read?.ok === true;
          break;
        }
        case 'refused':
          streams.err(`✘ ${view.says}\n`);
          if (!(await confirm(streams, signal, words.tryAgain, true))) throw new Cancelled();
          session.retry();
          break;
        case 'failed': {
          const { code, what, why, next } = view.problem;
          throw new Problem(code, what, { why, next });
        }
        case 'got token':
        case 'signed in':
        case 'stopped':
          return view;
      }
    }
  } catch (error) {
    if (checks) streams.err(ending);
    await session.cancel();
    const last = views.last;
    if (error instanceof Cancelled && last?.state === 'signed in') return last;
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await session.cancel();
  }
}

/** The code; null where a browser on this machine made it needless, so that there is something newer to look at. */
async function askUnless(
  views: Views,
  streams: CommandContext['streams'],
  signal: AbortSignal,
): Promise<string | null> {
  const needless = new AbortController();
  void views.some().then(() => needless.abort());
  try {
    const either = AbortSignal.any([signal, needless.signal]);
    return await askHidden(streams, either, words.pasteCode);
  } catch (error) {
    if (!needless.signal.aborted || signal.aborted) throw error;
    streams.err('\n');
    return null;
  }
}

/** States in the order in which they came; only the newest matters of those that nobody has looked at. */
class Views {
  last: SignInView | null = null;
  #newest: SignInView | null | undefined;
  #wake: () => void = () => {};

  push(view: SignInView | null): void {
    this.last = view ?? this.last;
    this.#newest = view;
    this.#wake();
  }

  /** To be looked at once more, where nothing newer has come. */
  again(view: SignInView): void {
    this.#newest ??= view;
  }

  /** Resolves once there is one that nobody has looked at. */
  async some(): Promise<void> {
    while (this.#newest === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async next(): Promise<SignInView | null> {
    await this.some();
    const view = this.#newest ?? null;
    this.#newest = undefined;
    return view;
  }
}
