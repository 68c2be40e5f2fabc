import type { EditData } from '../actions/index.ts';
import type { ConfigFacts } from './records.ts';

/** The runtime that hands a model to Claude Code, with its own login (turns of 2026.5.28 to 2026.9.6). */
export const CLAUDE_CLI = 'claude-cli';

/**
 * Edits after which OpenClaw itself asks for `refs`, and so uses what it has stored: `agentRuntime` is taken out of their
 * entries, of all agents and of those named in `agents` (every one when empty). With `all` the one of the agents'
 * defaults goes as well, which older releases have. Only a runtime of Claude Code is meant. Pure.
 */
export function withoutRuntime(
  config: Pick<ConfigFacts, 'modelOptions' | 'runtime'>,
  {
    refs,
    agents,
    all,
  }: { readonly refs: readonly string[]; readonly agents: readonly string[]; readonly all: boolean },
): EditData[] {
  const meant = (agent: string | null) => agent === null || agents.length === 0 || agents.includes(agent);
  const entries = (config.modelOptions ?? []).flatMap(({ at, ref, agent, runtime }): EditData[] =>
    runtime === CLAUDE_CLI && refs.includes(ref) && meant(agent)
      ? [{ op: 'delete', path: [...at, 'agentRuntime'] }]
      : [],
  );
  const whole = all && config.runtime === CLAUDE_CLI;
  return whole ? [...entries, { op: 'delete', path: ['agents', 'defaults', 'agentRuntime'] }] : entries;
}
