import { Problem } from '../system/problem.ts';
import { recogniseDecision } from './provider-decisions.ts';
import type { PtyExit } from './pty.ts';
import type { SignInState } from './sign-in.ts';

export function isFinal(state: SignInState): boolean {
  return state.at === 'token' || state.at === 'exited' || state.at === 'unavailable' || state.at === 'cancelled';
}

export function unavailable(why: string): SignInState {
  return {
    at: 'unavailable',
    problem: new Problem('sign-in-unavailable', 'Claude Code cannot be run inside the wizard here.', {
      why,
      next: 'claude setup-token',
    }),
  };
}

/** Never for tokens: two are not compared. */
export function sameState(a: SignInState, b: SignInState): boolean {
  return a.at === b.at && a.at !== 'token' && JSON.stringify(a) === JSON.stringify(b);
}

/** `told`: what stood on the screen at the end, nothing secret in it. */
export function endedWithoutToken(exit: PtyExit | null, told: string): SignInState {
  const how = exit?.signal ? `was ended by ${exit.signal}` : `ended with exit code ${exit?.code}`;
  const lastWords = told.split('\n').slice(-6).join('\n');
  return {
    at: 'exited',
    code: exit?.code ?? null,
    signal: exit?.signal ?? null,
    message: lastWords === '' ? `Claude Code ${how} and made no token.` : lastWords,
    decision: recogniseDecision(told),
  };
}
