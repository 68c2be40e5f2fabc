import type { ClaudeLogin } from '../claude/records.ts';
import { factValue } from '../system/fact.ts';
import type { Facts } from './types.ts';

/** Claude Code has to be signed in before anything can ask Claude through it. */
export function needsSignIn(facts: Facts): boolean {
  return isSignedOut(facts) || hasEnded(factValue(facts.claudeLogin), Date.parse(facts.takenAt));
}

/** A login that can no longer be renewed, whatever Claude Code says of it. `now`: Unix ms. */
export function hasEnded(login: ClaudeLogin | undefined, now: number): boolean {
  return login?.present === true && !login.renews && login.expiresAt !== null && login.expiresAt <= now;
}

/** Claude Code is not signed in: it says so, or nothing of a login lies in its folder. */
export function isSignedOut({ claudeSignIn, claudeLogin }: Facts): boolean {
  const asked = factValue(claudeSignIn)?.loggedIn;
  return asked === undefined ? factValue(claudeLogin)?.present === false : !asked;
}

/** Claude Code has a login here that works, as far as is known. */
export function isSignedIn(facts: Facts): boolean {
  return (
    facts.claudeLogin.known &&
    (factValue(facts.claudeSignIn)?.loggedIn ?? facts.claudeLogin.value.present) === true &&
    !needsSignIn(facts)
  );
}
