import { bestClaude, canLogIn } from '../claude/find.ts';
import { claudeTyped } from '../claude/place.ts';
import type { ClaudeInstall } from '../claude/records.ts';
import { ofOpenClaw } from '../facts/claude-login.ts';
import type { Facts } from '../facts/types.ts';
import { factValue } from '../system/fact.ts';
import { shellQuote } from '../text.ts';
import { handMade } from './bridges.ts';
import type { Repair } from './repairs.ts';

/** Who asks Claude Code, and with which folder, where that is not the person who runs this with theirs. */
interface Elsewhere {
  readonly user?: string;
  readonly folder?: string;
}

/**
 * Signing in to the Claude Code that OpenClaw finds; none where whoever asks it does not use the login that is made so, or
 * its container would lose it.
 */
export function signingIn(facts: Facts): readonly Repair[] {
  const { fate = 'kept' } = factValue(facts.claudeInside)?.login ?? {};
  const can = claudeToLogIn(ofOpenClaw(facts)) !== null && elsewhere(facts) === null && fate === 'kept';
  return can ? [{ kind: 'claude-login' }] : [];
}

/** The Claude Code that can be led through a sign-in from here: all of one person's have the same login. */
export function claudeToLogIn({ claude }: Facts): ClaudeInstall | null {
  return bestClaude((factValue(claude) ?? []).filter(({ version }) => canLogIn(version)));
}

/** The command to type for it: as whom, and with which folder. */
export function loginTyped(facts: Facts, claude = 'claude'): string {
  const inside = bestClaude(factValue(facts.claude) ?? [])?.inside;
  if (inside !== undefined) return claudeTyped({ path: claude, inside }, 'auth', 'login');
  const { user, folder } = elsewhere(facts) ?? {};
  const where = folder === undefined ? '' : `CLAUDE_CONFIG_DIR=${shellQuote(folder)} `;
  const who = user === undefined ? '' : `sudo -u ${shellQuote(user)} -H ${where && 'env '}`;
  return `${who}${where}${claude} auth login`;
}

/** A gateway of this OpenClaw whose Claude Code is not that of this shell, or a proxy that the machine starts. */
function elsewhere(facts: Facts): Elsewhere | null {
  const here = factValue(facts.platform)?.user;
  const units = factValue(facts.gatewayUnits);
  for (const { user, claudeDir } of units?.units ?? []) {
    const other = here !== undefined && user !== here;
    const folder = claudeDir !== undefined && claudeDir.path !== units?.claudeDir ? { folder: claudeDir.path } : {};
    if (other || folder.folder !== undefined) return { ...(other ? { user } : {}), ...folder };
  }
  return handMade(facts)?.services.some(({ manager }) => manager === 'systemd-system') ? {} : null;
}
