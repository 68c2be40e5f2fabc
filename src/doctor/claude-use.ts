import { claudeAgents, cliAgents, readConfig } from '../facts/claude-agents.ts';
import type { Facts } from '../facts/types.ts';
import { CLAUDE_CLI, runtimeOf } from '../openclaw/agent-runtime.ts';
import { anthropicKey, isAnthropicRef } from '../openclaw/bridge.ts';
import { renewsItself, SYNCED_PROFILE } from '../openclaw/profile-health.ts';
import type { AgentFacts, ProfileFacts } from '../openclaw/records.ts';
import { refPlaces } from '../openclaw/ref-edits.ts';
import { factValue } from '../system/fact.ts';

/** Whether Claude Code runs a model that is named. */
export function runsClaudeCode(facts: Facts): boolean {
  const config = readConfig(facts);
  if (config === null) return false;
  const named =
    (config.modelOptions ?? []).some(({ runtime }) => runtime === CLAUDE_CLI) || config.runtime === CLAUDE_CLI;
  return named || cliAgents(facts).length > 0;
}

/** What `auth.order` calls Anthropic. */
export const orderKey = (facts: Facts): string => anthropicKey(readConfig(facts)?.order ?? {}) ?? 'anthropic';

/** Whether Claude Code runs every Claude model that is named, so that no stored credential is needed. */
export function needsNoCredential(facts: Facts): boolean {
  const config = readConfig(facts);
  return (
    config !== null &&
    refPlaces(config).every(
      ({ ref, agent }) => !isAnthropicRef(ref, config) || runtimeOf(ref, config, agent) === CLAUDE_CLI,
    )
  );
}

/** What each agent that asks OpenClaw's own provider has stored for Claude, as far as it was told. */
export function credentialsInUse(facts: Facts): readonly {
  readonly agent: AgentFacts;
  readonly profiles: readonly ProfileFacts[];
  /** The one that OpenClaw takes. */
  readonly winner: ProfileFacts | null;
}[] {
  const byAgent = new Map<string, ProfileFacts[]>();
  for (const row of factValue(facts.profiles) ?? []) {
    if (row.provider !== 'anthropic') continue;
    const rows = byAgent.get(row.agent);
    if (rows === undefined) byAgent.set(row.agent, [row]);
    else rows.push(row);
  }
  const cli = new Set(cliAgents(facts));
  const direct = claudeAgents(facts).filter((agent) => !cli.has(agent));
  return direct.map((agent) => {
    const own = byAgent.get(agent.id) ?? [];
    return { agent, profiles: own, winner: own.find(({ wins }) => wins) ?? null };
  });
}

/** Unix ms when the first credential that is in use ends; null when none tells. */
export function firstEnd(facts: Facts): number | null {
  const ends = credentialsInUse(facts).flatMap(({ winner }) => endOf(winner) ?? []);
  return ends.length > 0 ? ends.reduce((a, b) => Math.min(a, b)) : null;
}

/** Unix ms when a credential ends; null for a login that OpenClaw or a service of ours renews, and where nothing tells. */
export function endOf(profile: ProfileFacts | null): number | null {
  return profile === null || renewsItself(profile) || profile.id === SYNCED_PROFILE ? null : profile.expires;
}

/** Variables that OpenClaw takes for a credential of Claude. */
export const CREDENTIAL_VARIABLES: readonly string[] = ['ANTHROPIC_OAUTH_TOKEN', 'ANTHROPIC_API_KEY'];

/** Whether a variable stands in for stored credentials: OpenClaw falls back to it when none of them works. */
export function envCredential({ shadows }: Facts): boolean {
  return (factValue(shadows) ?? []).some(
    ({ name, readers }) => readers.includes('OpenClaw') && CREDENTIAL_VARIABLES.includes(name),
  );
}
