import { bestClaude, canLogIn } from '../../claude/find.ts';
import { claudeTyped } from '../../claude/place.ts';
import { needsSignIn } from '../../facts/claude-login.ts';
import { usableClaude } from '../../facts/own-proxy.ts';
import type { Facts } from '../../facts/types.ts';
import { OLDEST_CLAUDE } from '../../normalizer/claude-cli.ts';
import { compareVersions } from '../../openclaw/version.ts';
import { factValue } from '../../system/fact.ts';
import type { Availability } from '../types.ts';

/** Why a way that Claude Code answers cannot be had; null where it can, once the person has signed in to it. */
export function claudeUnready(facts: Facts): Availability | null {
  const installs = factValue(facts.claude);
  const install = usableClaude(facts);
  if (install === null) {
    const there = bestClaude(installs ?? []);
    if (there === null) {
      const broken = installs?.find((one) => one.broken !== undefined)?.broken;
      const because = broken ?? (facts.claude.known ? 'Claude Code was not found' : claudeMissing(facts));
      return { ok: false, because, help: 'npm install -g @anthropic-ai/claude-code' };
    }
    const old = there.version !== null && compareVersions(there.version, OLDEST_CLAUDE) < 0;
    const because = old
      ? `Claude Code ${there.version} is too old: ${OLDEST_CLAUDE} is the first that can tell whether it is signed in`
      : `${there.path} does not tell its version`;
    const update = there.inside === undefined ? { help: `${there.path} update` } : {};
    return { ok: false, because, ...(old ? update : { help: claudeTyped(there, '--version') }) };
  }
  if (needsSignIn(facts) && !(installs ?? []).some(({ version }) => canLogIn(version))) {
    return { ok: false, because: 'Claude Code is not signed in', help: claudeTyped(install, 'auth', 'login') };
  }
  return null;
}

function claudeMissing({ claude }: Facts): string {
  return !claude.known && claude.reason === 'waiting' ? 'looking for Claude Code …' : 'Claude Code was not found';
}

/** What is here of it, in a few words. */
export function claudeReady(facts: Facts): string {
  const plan = factValue(facts.claudeSignIn)?.plan;
  const asked = facts.claudeSignIn.known ? `signed in${plan ? ` (${plan})` : ''}` : 'its sign-in could not be asked';
  const signedIn = needsSignIn(facts) ? 'not signed in yet: you sign in first' : asked;
  const { version, inside } = usableClaude(facts) ?? {};
  return `Claude Code ${version} is ${inside === undefined ? 'here' : `in the container ${inside.name}`}, ${signedIn}`;
}
