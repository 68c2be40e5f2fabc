import type { Facts } from '../facts/types.ts';
import { isAnthropicRef } from '../openclaw/bridge.ts';
import type { AgentFacts, ConfigFacts, ProfileFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';

/** The default model: as OpenClaw resolves it, else as the configuration names it. */
export function defaultModel({ modelsStatus, config }: Facts): string | null {
  return factValue(modelsStatus)?.resolvedDefault ?? factValue(config)?.primary ?? null;
}

/** The configuration, where it can be read and parses. */
export function readConfig({ config }: Facts): ConfigFacts | null {
  const value = factValue(config);
  return value === undefined || value.syntaxError !== null ? null : value;
}

/** Agents that may come to ask Claude through OpenClaw's own provider. */
export function claudeAgents(facts: Facts): readonly AgentFacts[] {
  const config = readConfig(facts);
  const primary = defaultModel(facts);
  return (config?.agents ?? []).filter((agent) => {
    const own = agent.model === null ? [primary, ...(config?.fallbacks ?? [])] : [agent.model, ...agent.fallbacks];
    const refs = [...own, agent.heartbeatModel ?? config?.heartbeatModel ?? null];
    return refs.some((ref) => ref !== null && config !== null && isAnthropicRef(ref, config));
  });
}

/** What each of {@link claudeAgents} has stored for Claude, as far as it was told. */
export function credentialsInUse(facts: Facts): readonly {
  readonly agent: AgentFacts;
  readonly profiles: readonly ProfileFacts[];
  /** The one that OpenClaw takes. */
  readonly winner: ProfileFacts | null;
}[] {
  const profiles = factValue(facts.profiles) ?? [];
  return claudeAgents(facts).map((agent) => {
    const own = profiles.filter((row) => row.agent === agent.id && row.provider === 'anthropic');
    return { agent, profiles: own, winner: own.find(({ wins }) => wins) ?? null };
  });
}

/** Unix ms when the first credential that is in use ends; null when none tells. */
export function firstEnd(facts: Facts): number | null {
  const ends = credentialsInUse(facts).flatMap(({ winner }) => winner?.expires ?? []);
  return ends.length > 0 ? ends.reduce((a, b) => Math.min(a, b)) : null;
}
