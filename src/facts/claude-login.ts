import { join } from 'node:path/posix';
import type { ClaudeLogin } from '../claude/records.ts';
import type { ProfileFacts } from '../openclaw/records.ts';
import { atLeast } from '../openclaw/version.ts';
import { factValue } from '../system/fact.ts';
import { usableClaude } from './own-proxy.ts';
import type { Facts } from './types.ts';

/** The same facts, told of the Claude Code that OpenClaw itself finds: in a container that of the container. */
export function ofOpenClaw(facts: Facts): Facts {
  if (factValue(facts.state)?.container === undefined) return facts;
  const { claudeInside: inside } = facts;
  if (!inside.known) return { ...facts, claude: inside, claudeSignIn: inside, claudeLogin: inside };
  if (inside.value === null) return facts;
  const { claude, claudeSignIn, claudeLogin } = inside.value;
  return { ...facts, claude, claudeSignIn, claudeLogin };
}

/**
 * Whose Claude Code is meant: that of this machine, the one that OpenClaw finds where it runs, or the one whose login a service
 * keeps OpenClaw in step with.
 */
export type WhoseClaude = 'this machine' | 'OpenClaw' | 'kept in step';

/** The same facts, told of that Claude Code. */
export function ofWhose(whose: WhoseClaude, facts: Facts): Facts {
  if (whose === 'this machine') return facts;
  return whose === 'OpenClaw' ? ofOpenClaw(facts) : ofKeptInStep(facts);
}

/**
 * The same facts, told of the Claude Code whose login OpenClaw is kept in step with, or would be: the one that the service was
 * set up with; else that of the container where it has a login that lasts, and that of this machine where only that has one.
 */
export function ofKeptInStep(facts: Facts): Facts {
  const its = ofOpenClaw(facts);
  if (its === facts) return facts;
  const kept = factValue(facts.services)?.sync.state?.credentials ?? null;
  if (kept !== null) return kept === loginFile(facts) && kept !== loginFile(its) ? facts : its;
  const hasLogin = (one: Facts) => factValue(one.claudeLogin)?.present === true;
  if (hasLogin(its) && factValue(facts.claudeInside)?.login.fate === 'kept') return its;
  return hasLogin(facts) || (usableClaude(its) === null && usableClaude(facts) !== null) ? facts : its;
}

/** Where the `.credentials.json` of the Claude Code that is told of lies on this machine; null where it does not, or is not known. */
export function loginFile(facts: Facts): string | null {
  const inside = usableClaude(facts)?.inside;
  if (inside === undefined) return factValue(facts.claudeLogin)?.file ?? null;
  return inside.mounted === undefined ? null : join(inside.mounted.folder, '.credentials.json');
}

/** What is known of the logins that Claude Code keeps here: on this machine, and in the container of OpenClaw. */
export function claudeLogins(facts: Facts): readonly ClaudeLogin[] {
  const [here, its] = [factValue(facts.claudeLogin), factValue(ofOpenClaw(facts).claudeLogin)];
  return [...new Set([here, its])].flatMap((login) => login ?? []);
}

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

/** Whether a stored profile is a copy of the login of Claude Code: whichever of the two renews it first ends the other's. */
export function isLoginCopy({ id, health }: ProfileFacts, facts: Facts): boolean {
  const its = health?.refreshFingerprint;
  if (its === undefined || !claudeLogins(facts).some(({ refreshFingerprint }) => refreshFingerprint === its))
    return false;
  // 2026.1 keeps this one in step with Claude Code by itself.
  return id !== 'anthropic:claude-cli' || atLeast(factValue(facts.release)?.version ?? '', '2026.2.0');
}
