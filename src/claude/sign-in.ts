import type { Problem } from '../system/problem.ts';
import type { Secret } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import type { SecretWarning } from './pasted.ts';
import type { ProviderDecision } from './provider-decisions.ts';
import type { PtyHost } from './pty.ts';
import type { ClaudeInstall } from './records.ts';

/**
 * What a sign-in is for: `token` makes a setup token and leaves the home as it is; `login` signs in Claude Code itself,
 * which keeps the login where it keeps everything.
 */
export type SignInFor = 'token' | 'login';

/** What a person types for it. */
export const SIGN_IN_COMMANDS: Readonly<Record<SignInFor, string>> = {
  token: 'claude setup-token',
  login: 'claude auth login',
};

/** Where a sign-in is. `token`, `signed in`, `exited`, `unavailable` and `cancelled` are final. */
export type SignInState =
  /** `slow`: nothing to act on has come for longer than usual. */
  | { readonly at: 'starting'; readonly slow: boolean }
  | {
      readonly at: 'waiting for code';
      /** Whole; another one after each `retry`. */
      readonly url: string;
      /** Whether Claude Code will have opened it in a browser here. Then the code may never be needed. */
      readonly sentToBrowser: boolean;
      /** What Claude Code says about the last code; null before the first. */
      readonly refused: string | null;
    }
  | { readonly at: 'checking'; readonly slow: boolean }
  | {
      readonly at: 'error';
      /** Claude Code's own words. */
      readonly message: string;
      readonly canRetry: boolean;
      readonly decision: ProviderDecision | null;
    }
  /** It runs, but paints something we do not know. It may still become known; a paste field is the way on. */
  | { readonly at: 'unrecognised'; readonly screen: string }
  | {
      readonly at: 'token';
      readonly secret: Secret;
      /** As the screen says; null when it does not say. */
      readonly lifetimeMs: number | null;
      readonly warnings: readonly SecretWarning[];
    }
  /** Claude Code has kept its login, and has ended. */
  | { readonly at: 'signed in' }
  | {
      /** Ended without a token or a login, which exit code 0 may hide (2.0.0 to 2.1.20 exit so on Ctrl-C). */
      readonly at: 'exited';
      readonly code: number | null;
      readonly signal: string | null;
      readonly message: string;
      readonly decision: ProviderDecision | null;
    }
  /** It cannot run inside the wizard; `problem` says why and what to type elsewhere. */
  | { readonly at: 'unavailable'; readonly problem: Problem }
  | { readonly at: 'cancelled' };

export interface SignInOptions {
  readonly world: World;
  /** Absolute path of the `claude` to run. */
  readonly claude: string;
  /** The container that it is in. */
  readonly inside?: ClaudeInstall['inside'];
  /** Default `token`. */
  readonly makes?: SignInFor;
  /** false: the address is only shown, no browser is started, as always in a container. Default true. */
  readonly openBrowser?: boolean;
  readonly signal?: AbortSignal;
  /** Chooses the terminal; without it the best one is found. */
  readonly host?: PtyHost;
  readonly pace?: Partial<Pace>;
}

/** Milliseconds. */
export interface Pace {
  /** Quiet time after output before the screen is read. */
  settle: number;
  /** Between the pasted code and Enter: at once, 2.1.329 takes Enter as part of the paste. */
  enter: number;
  /** Until `slow` is told. */
  slow: number;
  /** Until a screen that is not known is told. */
  unrecognised: number;
  /** For the program to end by itself after the token, and after SIGTERM. */
  grace: number;
  /** For a login that was handed a code to end by itself before it is sent SIGTERM: it may just be keeping its tokens. */
  keep: number;
}
