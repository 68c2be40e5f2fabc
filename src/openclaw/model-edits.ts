import type { EditData } from '../actions/index.ts';
import type { OldRefs } from './bridge.ts';
import { type BestModels, counterpart } from './claude-models.ts';
import type { AgentFacts, ConfigFacts } from './records.ts';
import { atLeast } from './version.ts';

/** Which models a set-up wants. Refs are `provider/model`. */
export interface ModelWish {
  readonly role: 'everything' | 'fallback' | 'agent';
  readonly primary: string;
  readonly fallbacks: readonly string[];
  /** alias → ref */
  readonly aliases: Readonly<Record<string, string>>;
  /** Ids of the chosen agents; every agent when empty. */
  readonly agents: readonly string[];
  /** Agents and heartbeats that name one of these follow; null leaves them all. */
  readonly follow: OldRefs | null;
  /** What they follow to, by family. */
  readonly best: BestModels;
}

type Place = readonly (string | number)[];
const DEFAULTS = ['agents', 'defaults'] as const;

/** Edits for roles `everything` and `fallback`, and the lines that tell a person about them. */
export function modelEdits(config: ConfigFacts, wish: ModelWish): EditData[] {
  if (wish.role === 'fallback') return fallbackEdits(config, wish);
  const chosen = config.agents.filter((agent) => wish.agents.length === 0 || wish.agents.includes(agent.id));
  const all = chosen.length === config.agents.length;
  const isOld = (ref: string) => wish.follow?.is(ref) ?? false;
  const edits: EditData[] = [];
  if (all) edits.push(...modelAt([...DEFAULTS, 'model'], config, wish.primary, wish.fallbacks));
  for (const agent of chosen) {
    if (!agent.at) continue;
    const named = agent.model !== null && isOld(agent.model);
    if (all && !named && !agent.fallbacks.some(isOld)) continue;
    const primary = all && agent.model !== null ? followed(agent.model, config, wish) : wish.primary;
    edits.push(...modelAt([...agent.at, 'model'], agent, primary, agentFallbacks(agent, config, wish, all)));
  }
  if (wish.follow !== null) edits.push(...heartbeatEdits(config, chosen, wish, all));
  return [...edits, ...aliasEdits(config, wish.aliases)];
}

function followed(ref: string, config: ConfigFacts, wish: ModelWish): string {
  return wish.follow?.is(ref) ? counterpart(ref, config, wish.best, wish.primary) : ref;
}

function agentFallbacks(agent: AgentFacts, config: ConfigFacts, wish: ModelWish, all: boolean): readonly string[] {
  if (!all) return wish.fallbacks;
  return [...new Set(agent.fallbacks.map((ref) => followed(ref, config, wish)))];
}

/** Claude first among the fallbacks, the ones that were there after it. */
function fallbackEdits(config: ConfigFacts, wish: ModelWish): EditData[] {
  const claude = [wish.primary, ...wish.fallbacks];
  const fallbacks = [...new Set([...claude, ...config.fallbacks])].filter((ref) => ref !== config.primary);
  const [primary, behind] = config.primary === null ? [wish.primary, wish.fallbacks] : [config.primary, fallbacks];
  return [...modelAt([...DEFAULTS, 'model'], config, primary, behind), ...aliasEdits(config, wish.aliases)];
}

interface PresentModel {
  readonly model?: string | null;
  readonly primary?: string | null;
  readonly fallbacks: readonly string[];
  readonly modelIsText?: boolean | undefined;
}

/** A model setting is a text or an object; an object keeps its other keys. */
function modelAt(path: Place, present: PresentModel, primary: string, fallbacks: readonly string[]): EditData[] {
  const now = present.primary ?? present.model ?? null;
  const same = now === primary && sameRefs(present.fallbacks, fallbacks);
  if (same) return [];
  if (fallbacks.length === 0 && present.modelIsText) return [{ op: 'set', path: [...path], value: primary }];
  if (present.modelIsText) return [{ op: 'set', path: [...path], value: { primary, fallbacks: [...fallbacks] } }];
  const edits: EditData[] = [];
  if (now !== primary) edits.push({ op: 'set', path: [...path, 'primary'], value: primary });
  if (!sameRefs(present.fallbacks, fallbacks)) {
    edits.push({ op: 'set', path: [...path, 'fallbacks'], value: [...fallbacks] });
  }
  return edits;
}

const sameRefs = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((x, i) => x === b[i]);

function heartbeatEdits(config: ConfigFacts, chosen: readonly AgentFacts[], wish: ModelWish, all: boolean): EditData[] {
  const places: [Place, string | null][] = [
    ...(all ? [[[...DEFAULTS, 'heartbeat', 'model'], config.heartbeatModel] as [Place, string | null]] : []),
    ...chosen.flatMap((agent): [Place, string | null][] =>
      agent.at ? [[[...agent.at, 'heartbeat', 'model'], agent.heartbeatModel]] : [],
    ),
  ];
  return places.flatMap(([path, ref]): EditData[] =>
    ref !== null && wish.follow?.is(ref) ? [{ op: 'set', path: [...path], value: followed(ref, config, wish) }] : [],
  );
}

/** Aliases live on the refs they name: taking one over means taking it off its old ref. Names compare without case. */
function aliasEdits(config: ConfigFacts, aliases: Readonly<Record<string, string>>): EditData[] {
  return Object.entries(aliases).flatMap(([name, ref]): EditData[] => {
    const old = Object.entries(config.aliases).find(([alias]) => alias.toLowerCase() === name.toLowerCase());
    if (old?.[1] === ref) return [];
    const off: EditData[] = old ? [{ op: 'delete', path: [...DEFAULTS, 'models', old[1], 'alias'] }] : [];
    return [...off, { op: 'set', path: [...DEFAULTS, 'models', ref, 'alias'], value: old?.[0] ?? name }];
  });
}

/**
 * Lets `refs` through the allowlist, where there is one. Before 2026.8.1 the keys of `agents.defaults.models` are it;
 * from then on `agents.defaults.modelPolicy.allow`.
 */
export function allowEdits(
  config: ConfigFacts,
  version: string,
  refs: readonly string[],
  edits: readonly EditData[],
  /** OpenClaw's own write in this run turns the old allowlist into a `modelPolicy`. */
  migratesFirst: boolean,
): EditData[] {
  const wanted = [...new Set(refs)];
  const named = new Set(
    edits.flatMap((edit) => (edit.op === 'set' && edit.path[2] === 'models' ? [String(edit.path[3])] : [])),
  );
  const list = config.allowlist;
  const missing = wanted.filter((ref) => !list?.refs.some((allowed) => allows(allowed, ref)));
  const asKeys = (all: readonly string[]) =>
    all
      .filter((ref) => !named.has(ref))
      .map((ref): EditData => ({ op: 'set', path: [...DEFAULTS, 'models', ref], value: {} }));
  if (list === null) {
    // An alias makes the first key, and with it an allowlist out of nothing: name everything that is in use.
    const free = config.modelKeysAreFree === true || (migratesFirst && atLeast(version, '2026.8.1-beta.0'));
    if (named.size === 0 || free) return [];
    return asKeys([...new Set([...wanted, ...refsInUse(config)])]);
  }
  if (list.where === 'agents.defaults.models') {
    const policy: EditData[] =
      migratesFirst && missing.length > 0
        ? [{ op: 'set', path: [...DEFAULTS, 'modelPolicy', 'allow'], value: [...list.refs, ...missing] }]
        : [];
    return [...asKeys(missing), ...policy];
  }
  return missing.map((ref) => ({ op: 'insert', path: [...DEFAULTS, 'modelPolicy', 'allow'], value: ref }));
}

function allows(allowed: string, ref: string): boolean {
  if (allowed === '*' || allowed === ref) return true;
  return allowed.endsWith('/*') && ref.startsWith(allowed.slice(0, -1));
}

/** Every ref that the configuration names, resolved as far as it can be. */
export function refsInUse(config: ConfigFacts): string[] {
  const own = config.agents.flatMap((agent) => [agent.model, ...agent.fallbacks, agent.heartbeatModel]);
  const all = [config.primary, ...config.fallbacks, config.heartbeatModel, ...own];
  const resolved = all.flatMap((ref) => (ref === null ? [] : [config.aliases[ref] ?? ref]));
  return [...new Set(resolved.filter((ref) => ref.includes('/')))];
}

/** Every ref that edits write into a model setting. */
export function refsInEdits(edits: readonly EditData[]): string[] {
  return edits.flatMap((edit) => ('value' in edit ? refsIn(edit.value) : []));
}

function refsIn(value: unknown): string[] {
  if (typeof value === 'string') return /^[\w.-]+\/[\w.@:-]+$/.test(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (typeof value !== 'object' || value === null) return [];
  const { model, primary, fallbacks } = value as Record<string, unknown>;
  return [model, primary, fallbacks].flatMap(refsIn);
}
