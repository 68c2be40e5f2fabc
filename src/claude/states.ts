import { Problem } from '../system/problem.ts';
import { recogniseDecision } from './provider-decisions.ts';
import type { PtyExit } from './pty.ts';
import { SIGN_IN_COMMANDS, type SignInFor, type SignInState } from './sign-in.ts';

const FINAL: ReadonlySet<SignInState['at']> = new Set(['token', 'signed in', 'exited', 'unavailable', 'cancelled']);

export const isFinal = ({ at }: SignInState): boolean => FINAL.has(at);

export function unavailable(why: string, makes: SignInFor): SignInState {
  return {
    at: 'unavailable',
    problem: new Problem('sign-in-unavailable', 'Claude Code cannot be run inside the wizard here.', {
      why,
      next: SIGN_IN_COMMANDS[makes],
    }),
  };
}

/** Never for tokens: two are not compared. */
export function sameState(a: SignInState, b: SignInState): boolean {
  return a.at === b.at && a.at !== 'token' && JSON.stringify(a) === JSON.stringify(b);
}

/** `told`: what stood on the screen at the end, nothing secret in it. */
export function endedInVain(exit: PtyExit | null, told: string, makes: SignInFor): SignInState {
  const how = exit?.signal ? `was ended by ${exit.signal}` : `ended with exit code ${exit?.code}`;
  const lastWords = told.split('\n').slice(-6).join('\n');
  return {
    at: 'exited',
    code: exit?.code ?? null,
    signal: exit?.signal ?? null,
    message:
      lastWords === ''
        ? `Claude Code ${how} and ${makes === 'token' ? 'made no token' : 'did not sign in'}.`
        : lastWords,
    decision: recogniseDecision(told),
  };
}
