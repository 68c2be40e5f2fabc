import { tokenEnds } from '../claude/token.ts';
import { factValue } from '../system/fact.ts';
import type { Intent } from './events.ts';
import type { State } from './state.ts';
import { onward, type Step, startSignIn, stay } from './transitions.ts';

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
  return stay({ ...state, signIn }, { do: 'cancel sign-in' }, startSignIn(state));
}

/** Takes the token that stands in the paste field, when it is one. */
export function takeReading(state: State): Step {
  const reading = state.signIn.reading;
  if (reading === null || !reading.ok) return stay(state);
  const today = Date.parse(state.facts.takenAt);
  const stored = factValue(state.facts.profiles) ?? [];
  const expires = Number.isNaN(today) ? null : tokenEnds(reading.token, stored, today);
  const token = { secret: reading.token, expires, from: 'paste' as const, remarks: reading.remarks };
  return stay(
    { ...state, token, signIn: { ...state.signIn, session: { state: 'idle' }, reading: null } },
    { do: 'cancel sign-in' },
  );
}

/** Whether OpenClaw has a Claude token already, which can go on being used. */
export const mayKeepToken = (state: State) =>
  state.flow !== 'renew' &&
  state.flow !== 'finish' &&
  state.facts.profiles.known &&
  state.facts.profiles.value.some((profile) => profile.provider === 'anthropic' && profile.type === 'token');

/** On without a new token. */
export function keepToken(state: State): Step {
  if (state.stage !== 'sign in' || state.token !== null || !mayKeepToken(state)) return stay(state);
  const idle: State = { ...state, signIn: { ...state.signIn, session: { state: 'idle' }, reading: null } };
  const step = onward(idle);
  return stay(step.state, { do: 'cancel sign-in' }, ...step.effects);
}
