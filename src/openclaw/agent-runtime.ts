import type { EditData } from '../actions/params.ts';
import { isBridgeRef, providerOf, resolveAlias } from './bridge.ts';
import type { ConfigFacts } from './records.ts';

/**
 * What OpenClaw calls Claude Code where a model says which program runs it (`agentRuntime.id`), and where it is a provider
 * of its own.
 */
export const CLAUDE_CLI = 'claude-cli';

/** `claude-cli/…`, which needs no runtime beside it (turns of 2026.1.24-3, 2026.2.17 and 2026.5.28). */
export const isCliRef = (ref: string, config: Pick<ConfigFacts, 'aliases' | 'providers'>): boolean =>
  providerOf(resolveAlias(ref, config)) === CLAUDE_CLI && !isBridgeRef(ref, config);

/** The program that runs a model: OpenClaw itself (null), or one such as `claude-cli`. `agent`: its own models count first. */
export function runtimeOf(ref: string, config: ConfigFacts, agent: string | null = null): string | null {
  if (providerOf(ref) === CLAUDE_CLI) return CLAUDE_CLI;
  const options = (config.modelOptions ?? []).filter((option) => option.ref === ref && option.runtime !== undefined);
  const own = options.find((option) => option.agent === agent) ?? options.find((option) => option.agent === null);
  return own?.runtime ?? config.runtime ?? null;
}

/** A model where it is used. */
export interface UsedModel {
  /** `provider/model` */
  readonly ref: string;
  /** The one agent that uses it there; null where it counts for all. */
  readonly agent: string | null;
}

/**
 * Edits by which Claude Code runs these models. An entry of an agent's own is looked at first, and counts only where it
 * names a runtime (turns of 2026.6.1, 2026.7.1, 2026.8.2 and 2026.9.6, with agents as a list and as entries).
 */
export function runtimeEdits(config: ConfigFacts, used: readonly UsedModel[]): EditData[] {
  const everywhere = [...new Set(used.filter(({ agent }) => agent === null).map(({ ref }) => ref))];
  const single = used.filter(({ ref, agent }) => agent !== null && !everywhere.includes(ref));
  const entries = [
    ...everywhere.flatMap((ref) => [
      ...(runtimeOf(ref, config) === CLAUDE_CLI ? [] : [['agents', 'defaults', 'models', ref]]),
      ...othersOf(ref, config),
    ]),
    ...single.flatMap(({ ref, agent }) => {
      const at = config.agents.find(({ id }) => id === agent)?.at;
      return at === undefined || runtimeOf(ref, config, agent) === CLAUDE_CLI ? [] : [[...at, 'models', ref]];
    }),
  ];
  const each = new Map(entries.map((path) => [JSON.stringify(path), path]));
  return [...each.values()].map((path) => ({ op: 'set', path: [...path, 'agentRuntime', 'id'], value: CLAUDE_CLI }));
}

/** Entries of single agents that have another program run this model. */
function othersOf(ref: string, config: ConfigFacts): (string | number)[][] {
  return (config.modelOptions ?? [])
    .filter(({ agent, runtime, ...one }) => one.ref === ref && agent !== null && (runtime ?? CLAUDE_CLI) !== CLAUDE_CLI)
    .map(({ at }) => at);
}

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
