import type { SignInView } from '../../components/services.ts';
import type { ClaudeInstall } from '../claude/index.ts';
import { Cancelled, Problem } from '../system/problem.ts';
import { Secret } from '../system/secret.ts';
import type { CommandContext } from './context.ts';
import { askHidden, confirm } from './prompt.ts';
import { signInSession } from './wizard-sign-in.ts';

/** A token with the day it ends, as Claude Code told it; null when it did not. */
export interface MadeToken {
  readonly token: Secret;
  /** Unix ms. */
  readonly expires: number | null;
}

/**
 * Claude Code's sign-in in plain lines: the page to open, then the code. Throws the `Problem` that ended it, and
 * `Cancelled`.
 */
export async function signInPlainly(context: CommandContext, claude: ClaudeInstall): Promise<MadeToken> {
  const { world, streams, signal } = context;
  const views = new Views();
  const session = signInSession(world, claude, (view) => views.push(view));
  const stop = () => views.push(null);
  signal.addEventListener('abort', stop, { once: true });
  try {
    streams.err('Claude Code signs in …\n');
    for (;;) {
      const view = await views.next();
      if (view === null || signal.aborted) throw new Cancelled();
      switch (view.state) {
        case 'waiting for code':
          if (view.says !== undefined) streams.err(`! ${view.says}\n`);
          else streams.err(`${view.opened ? 'Your browser was asked to open' : 'Open'}\n\n  ${view.url}\n\n`);
          session.submitCode(
            new Secret(await askHidden(streams, signal, 'Paste the code (it is not shown), then Enter: ')),
          );
          break;
        case 'refused':
          streams.err(`✘ ${view.says}\n`);
          if (!(await confirm(streams, signal, 'Try again with a new page?', true))) throw new Cancelled();
          session.retry();
          break;
        case 'failed': {
          const { code, what, why, next } = view.problem;
          throw new Problem(code, what, { why, next });
        }
        case 'got token':
          return { token: view.token, expires: view.expires };
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await session.cancel();
  }
}

/** States in the order in which they came; only the newest matters of those that nobody has looked at. */
class Views {
  #newest: SignInView | null | undefined;
  #wake: () => void = () => {};

  push(view: SignInView | null): void {
    this.#newest = view;
    this.#wake();
  }

  async next(): Promise<SignInView | null> {
    while (this.#newest === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const view = this.#newest;
    this.#newest = undefined;
    return view;
  }
}
