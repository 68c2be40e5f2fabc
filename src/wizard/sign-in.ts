import type { Intent } from './events.ts';
import { type Step, stay } from './moves.ts';
import type { State } from './state.ts';

/** The page to open, while there is one. */
export function urlOf(state: State): string | null {
  const session = state.signIn.session;
  return session.state === 'waiting for code' || session.state === 'checking code' ? session.url : null;
}

/** Hands the code to Claude Code, once. */
export function submitCode(state: State, intent: Extract<Intent, { type: 'code entered' }>): Step {
  const session = state.signIn.session;
  if (state.stage !== 'sign in' || session.state !== 'waiting for code') return stay(state);
  const signIn = { ...state.signIn, session: { state: 'checking code' as const, url: session.url } };
  return stay({ ...state, signIn }, { do: 'submit code', code: intent.code });
}

/** A new attempt: within the session where Claude Code offers that, else in a new one. */
export function retrySignIn(state: State): Step {
  const { session } = state.signIn;
  const signIn = { ...state.signIn, mode: 'claude' as const, reading: null, session: { state: 'starting' as const } };
  if (session.state === 'refused') return stay({ ...state, signIn }, { do: 'retry sign-in' });
  return stay({ ...state, signIn }, { do: 'cancel sign-in' }, { do: 'start sign-in', facts: state.facts });
}

/** Takes the token that stands in the paste field, when it is one. */
export function takeReading(state: State): Step {
  const reading = state.signIn.reading;
  if (reading === null || !reading.ok) return stay(state);
  const token = { secret: reading.token, expires: null, from: 'paste' as const };
  return stay(
    { ...state, token, signIn: { ...state.signIn, session: { state: 'idle' }, reading: null } },
    { do: 'cancel sign-in' },
  );
}
