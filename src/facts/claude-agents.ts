import { CLAUDE_CLI, isCliRef, runtimeOf } from '../openclaw/agent-runtime.ts';
import { isAnthropicRef, resolveAlias } from '../openclaw/bridge.ts';
import type { AgentFacts, ConfigFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { defaultModel } from './own-proxy.ts';
import type { Facts } from './types.ts';

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

/** Whether Claude Code answers for every agent that asks Claude, so that no credential is needed. */
export function onlyClaudeCode(facts: Facts): boolean {
  const all = claudeAgents(facts);
  return all.length > 0 && cliAgents(facts).length === all.length;
}
