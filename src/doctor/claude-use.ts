import { defaultModel } from '../facts/own-proxy.ts';
import type { Facts } from '../facts/types.ts';
import { CLAUDE_CLI } from '../openclaw/agent-runtime.ts';
import { isAnthropicRef, isBridgeRef, providerOf, resolveAlias } from '../openclaw/bridge.ts';
import { renewsItself } from '../openclaw/profile-health.ts';
import type { AgentFacts, ConfigFacts, ProfileFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';

/** The configuration, where it can be read and parses. */
export function readConfig({ config }: Facts): ConfigFacts | null {
  const value = factValue(config);
  return value === undefined || value.syntaxError !== null ? null : value;
}

/** Agents that may come to ask Claude, through OpenClaw's own provider or through Claude Code. */
export function claudeAgents(facts: Facts): readonly AgentFacts[] {
  const config = readConfig(facts);
  const primary = defaultModel(facts);
  return (config?.agents ?? []).filter((agent) => {
    const own = agent.model === null ? [primary, ...(config?.fallbacks ?? [])] : [agent.model, ...agent.fallbacks];
    const refs = [...own, agent.heartbeatModel ?? config?.heartbeatModel ?? null];
    return refs.some((ref) => ref !== null && config !== null && asksClaude(ref, config));
  });
}

const asksClaude = (ref: string, config: ConfigFacts) => isAnthropicRef(ref, config) || isCliRef(ref, config);

/** `claude-cli/…`, which needs no runtime beside it (turns of 2026.1.24-3, 2026.2.17 and 2026.5.28). */
const isCliRef = (ref: string, config: ConfigFacts) =>
  providerOf(resolveAlias(ref, config)) === CLAUDE_CLI && !isBridgeRef(ref, config);

/**
 * Those of {@link claudeAgents} whose first model is run by Claude Code with its own login: by `agentRuntime.id` of the
 * ref (turns of 2026.5.28 to 2026.9.6) or of all refs (schema of 2026.4.29). They need no stored credential.
 */
export function cliAgents(facts: Facts): readonly AgentFacts[] {
  const config = readConfig(facts);
  const primary = defaultModel(facts);
  return claudeAgents(facts).filter((agent) => {
    const first = agent.model ?? primary;
    if (first === null || config === null) return false;
    const ref = resolveAlias(first, config);
    return isCliRef(ref, config) || (isAnthropicRef(ref, config) && runtimeOf(ref, config, agent.id) === CLAUDE_CLI);
  });
}

/** The program that runs a model: OpenClaw itself (null), or one such as `claude-cli`. `agent`: its own models count first. */
export function runtimeOf(ref: string, config: ConfigFacts, agent: string | null = null): string | null {
  if (providerOf(ref) === CLAUDE_CLI) return CLAUDE_CLI;
  const options = (config.modelOptions ?? []).filter((option) => option.ref === ref && option.runtime !== undefined);
  const own = options.find((option) => option.agent === agent) ?? options.find((option) => option.agent === null);
  return own?.runtime ?? config.runtime ?? null;
}

/** Whether Claude Code runs a model that is named. */
export function runsClaudeCode(facts: Facts): boolean {
  const config = readConfig(facts);
  if (config === null) return false;
  const named =
    (config.modelOptions ?? []).some(({ runtime }) => runtime === CLAUDE_CLI) || config.runtime === CLAUDE_CLI;
  return named || cliAgents(facts).length > 0;
}

/** What each agent that asks OpenClaw's own provider has stored for Claude, as far as it was told. */
export function credentialsInUse(facts: Facts): readonly {
  readonly agent: AgentFacts;
  readonly profiles: readonly ProfileFacts[];
  /** The one that OpenClaw takes. */
  readonly winner: ProfileFacts | null;
}[] {
  const profiles = factValue(facts.profiles) ?? [];
  const cli = cliAgents(facts);
  const direct = claudeAgents(facts).filter((agent) => !cli.includes(agent));
  return direct.map((agent) => {
    const own = profiles.filter((row) => row.agent === agent.id && row.provider === 'anthropic');
    return { agent, profiles: own, winner: own.find(({ wins }) => wins) ?? null };
  });
}

/** Unix ms when the first credential that is in use ends; null when none tells. */
export function firstEnd(facts: Facts): number | null {
  const ends = credentialsInUse(facts).flatMap(({ winner }) => endOf(winner) ?? []);
  return ends.length > 0 ? ends.reduce((a, b) => Math.min(a, b)) : null;
}

/** Unix ms when a credential ends; null for a login that OpenClaw renews, and where nothing tells. */
export function endOf(profile: ProfileFacts | null): number | null {
  return profile === null || renewsItself(profile) ? null : profile.expires;
}

/** Whether a variable stands in for stored credentials: OpenClaw falls back to it when none of them works. */
export function envCredential({ shadows }: Facts): boolean {
  const names = ['ANTHROPIC_OAUTH_TOKEN', 'ANTHROPIC_API_KEY'];
  return (factValue(shadows) ?? []).some(({ name, readers }) => readers.includes('OpenClaw') && names.includes(name));
}
