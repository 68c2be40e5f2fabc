import type { EditData } from '../actions/index.ts';
import type { UsedModel } from './agent-runtime.ts';
import { type OldRefs, resolveAlias } from './bridge.ts';
import { type BestModels, counterpart } from './claude-models.ts';
import { settingId } from './model-keys.ts';
import type { AgentFacts, ConfigFacts, ModelSetting } from './records.ts';
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
  /** What keeps the model it has: agents by their ids, other places by {@link settingId}. */
  readonly keepModel: readonly string[];
  /** Whether a ref (or alias) is Claude by the way that is set up: an agent with it stays on it. */
  readonly isOurs: (ref: string) => boolean;
  /** Refs that this way takes over. */
  readonly old: OldRefs;
  /** Whether everything that names an old one follows, or stays. */
  readonly follows: boolean;
  /** What they follow to, by family. */
  readonly best: BestModels;
  /** Its models look at images. */
  readonly sees: boolean;
}

type Place = readonly (string | number)[];
const DEFAULTS = ['agents', 'defaults'] as const;

/**
 * Edits for roles `everything` and `fallback`. Where an alias is pointed to another model, what names it and is not to
 * follow gets the model that it meant until then.
 */
export function modelEdits(config: ConfigFacts, wish: ModelWish): EditData[] {
  const keeps = keptName(config, wish.aliases);
  return [
    ...wantedModels(config, wish).flatMap(({ path, present, model, fallbacks }) =>
      modelAt(path, present, model === null ? null : keeps(model), fallbacks.map(keeps)),
    ),
    ...aliasEdits(config, wish.aliases),
  ];
}

/** Every model that is used after {@link modelEdits}, by whom, those that an alias names included. */
export function usedAfter(config: ConfigFacts, wish: ModelWish): UsedModel[] {
  const keeps = keptName(config, wish.aliases);
  const pointed = Object.keys(wish.aliases).map((name) => name.toLowerCase());
  const left = Object.entries(config.aliases).filter(([name]) => !pointed.includes(name.toLowerCase()));
  const aliases = { ...Object.fromEntries(left), ...wish.aliases };
  const used = wantedModels(config, wish).flatMap(({ agent, model, fallbacks }) =>
    [model, ...fallbacks].flatMap((ref) => (ref === null ? [] : { ref: resolveAlias(keeps(ref), { aliases }), agent })),
  );
  return [...used, ...Object.values(aliases).map((ref) => ({ ref, agent: null }))];
}

function wantedModels(config: ConfigFacts, wish: ModelWish): Wanted[] {
  return [
    ...defaultModel(config, wish),
    ...config.agents.flatMap((agent) => agentModel(config, agent, wish)),
    ...(config.settings ?? []).flatMap((setting) => settingModel(config, setting, wish)),
  ];
}

/** A ref that is an alias which `aliases` point elsewhere → the ref that it means now; anything else unchanged. */
export function keptName(
  config: Pick<ConfigFacts, 'aliases'>,
  aliases: Readonly<Record<string, string>>,
): (ref: string) => string {
  const pointed = new Map(Object.entries(aliases).map(([name, ref]) => [name.toLowerCase(), ref]));
  return (ref) => {
    const goes = ref.includes('/') ? undefined : pointed.get(ref.trim().toLowerCase());
    const meant = resolveAlias(ref, config);
    return goes === undefined || meant === ref || goes === meant ? ref : meant;
  };
}

interface Wanted {
  /** Whose it is; null where it counts for all. */
  readonly agent: string | null;
  readonly path: Place;
  readonly present: PresentModel;
  readonly model: string | null;
  readonly fallbacks: readonly string[];
}

/** Whether a set-up may change the model of a place, which belongs to `agent`: null where it counts for all of them. */
export function reaches(
  config: Pick<ConfigFacts, 'agents'>,
  { role, agents, keepModel }: Pick<ModelWish, 'role' | 'agents' | 'keepModel'>,
  { id, agent }: { readonly id: string; readonly agent: string | null },
): boolean {
  const isChosen = (one: string) => agents.length === 0 || agents.includes(one);
  const chosen = agent === null ? config.agents.every((one) => isChosen(one.id)) : isChosen(agent);
  return role === 'everything' && chosen && !keepModel.includes(id);
}

const DEFAULT = { id: 'agents.defaults.model', agent: null };

/** `everything`: Claude. `fallback`: what it is, Claude first behind it, and what was behind it after that. */
function defaultModel(config: ConfigFacts, wish: ModelWish): Wanted[] {
  const path = [...DEFAULTS, 'model'];
  const as = (model: string | null, fallbacks: readonly string[]) => [
    { agent: null, path, present: config, model, fallbacks },
  ];
  if (reaches(config, wish, DEFAULT)) return as(wish.primary, wish.fallbacks);
  if (wish.role !== 'fallback') return as(config.primary, config.fallbacks);
  if (config.primary === null) return as(wish.primary, wish.fallbacks);
  const behind = [...new Set([wish.primary, ...wish.fallbacks, ...config.fallbacks])];
  return as(
    config.primary,
    behind.filter((ref) => ref !== config.primary),
  );
}

function agentModel(config: ConfigFacts, agent: AgentFacts, wish: ModelWish): Wanted[] {
  if (!agent.at) return [];
  const { model, fallbacks } = agent;
  const path = [...agent.at, 'model'];
  const as = (ref: string | null, behind: readonly string[]): Wanted[] => [
    { agent: agent.id, path, present: agent, model: ref, fallbacks: without(ref, behind) },
  ];
  if (!reaches(config, wish, { id: agent.id, agent: agent.id }))
    return [{ agent: agent.id, path, present: agent, model, fallbacks }];
  const behind = fallbacks.map((ref) => followed(ref, config, wish));
  if (reaches(config, wish, DEFAULT)) return as(model === null ? null : agentRef(model, config, wish), behind);
  // One agent among others is given what was chosen; what was behind its own model stays behind that.
  return as(wish.primary, model === null ? wish.fallbacks : [...wish.fallbacks, ...behind]);
}

/** The model of each agent that has one of its own after the edits. */
export function agentModelsAfter(config: ConfigFacts, wish: ModelWish): ReadonlyMap<string, string> {
  const keeps = keptName(config, wish.aliases);
  return new Map(
    config.agents.flatMap((agent) =>
      agentModel(config, agent, wish).flatMap(({ model }) =>
        model === null ? [] : [[agent.id, keeps(model)] as const],
      ),
    ),
  );
}

function agentRef(ref: string, config: ConfigFacts, wish: ModelWish): string {
  if (wish.isOurs(ref)) return ref;
  if (!wish.follows && wish.old.is(ref)) return ref;
  return counterpart(ref, config, wish.best, wish.primary);
}

function settingModel(config: ConfigFacts, setting: ModelSetting, wish: ModelWish): Wanted[] {
  const { at, agent, model, fallbacks } = setting;
  if (setting.use === 'unknown' || setting.use === 'apart') return [];
  const moves = reaches(config, wish, { id: settingId(setting), agent }) && movable(setting, wish.sees);
  const now = (ref: string) => (moves ? followed(ref, config, wish) : ref);
  const ref = model === null ? null : now(model);
  return [
    { agent, path: at, present: setting, model: ref, fallbacks: moves ? without(ref, fallbacks.map(now)) : fallbacks },
  ];
}

/** Whether what answers with text (and where it `sees`, to images) can stand there. */
export function movable({ use }: Pick<ModelSetting, 'use'>, sees: boolean): boolean {
  return use === 'text' || (use === 'images' && sees);
}

function followed(ref: string, config: ConfigFacts, wish: ModelWish): string {
  return wish.follows && wish.old.is(ref) ? counterpart(ref, config, wish.best, wish.primary) : ref;
}

/** Each once, and none that stands before them. */
function without(first: string | null, refs: readonly string[]): string[] {
  return [...new Set(refs)].filter((ref) => ref !== first);
}

interface PresentModel {
  readonly model?: string | null;
  readonly primary?: string | null;
  readonly fallbacks: readonly string[];
  readonly modelIsText?: boolean | undefined;
}

/** A model setting is a text or an object; an object keeps its other keys. */
function modelAt(path: Place, present: PresentModel, ref: string | null, fallbacks: readonly string[]): EditData[] {
  const now = present.primary ?? present.model ?? null;
  const primary = ref ?? now;
  const same = now === primary && sameRefs(present.fallbacks, fallbacks);
  if (same || primary === null) return sameRefs(present.fallbacks, fallbacks) ? [] : [fallbacksAt(path, fallbacks)];
  if (fallbacks.length === 0 && present.modelIsText) return [{ op: 'set', path: [...path], value: primary }];
  if (present.modelIsText) return [{ op: 'set', path: [...path], value: { primary, fallbacks: [...fallbacks] } }];
  const edits: EditData[] = [];
  if (now !== primary) edits.push({ op: 'set', path: [...path, 'primary'], value: primary });
  if (!sameRefs(present.fallbacks, fallbacks)) edits.push(fallbacksAt(path, fallbacks));
  return edits;
}

const fallbacksAt = (path: Place, fallbacks: readonly string[]): EditData => ({
  op: 'set',
  path: [...path, 'fallbacks'],
  value: [...fallbacks],
});

const sameRefs = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((x, i) => x === b[i]);

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
  const own = config.agents.flatMap((agent) => ownAllowEdits(agent, wanted));
  const asKeys = (all: readonly string[]) =>
    all
      .filter((ref) => !named.has(ref))
      .map((ref): EditData => ({ op: 'set', path: [...DEFAULTS, 'models', ref], value: {} }));
  if (list === null) {
    // An alias makes the first key, and with it an allowlist out of nothing: name everything that is in use.
    const free = config.modelKeysAreFree === true || (migratesFirst && atLeast(version, '2026.8.1-beta.0'));
    if (named.size === 0 || free) return own;
    return [...asKeys([...new Set([...wanted, ...refsInUse(config)])]), ...own];
  }
  if (list.where === 'agents.defaults.models') {
    const policy: EditData[] =
      migratesFirst && missing.length > 0
        ? [{ op: 'set', path: [...DEFAULTS, 'modelPolicy', 'allow'], value: [...list.refs, ...missing] }]
        : [];
    return [...asKeys(missing), ...policy, ...own];
  }
  const added = missing.map(
    (ref): EditData => ({ op: 'insert', path: [...DEFAULTS, 'modelPolicy', 'allow'], value: ref }),
  );
  return [...added, ...own];
}

/** From 2026.8.1 an agent's own `modelPolicy.allow` counts instead of the default one. */
function ownAllowEdits({ at, allow }: AgentFacts, refs: readonly string[]): EditData[] {
  if (at === undefined || allow === undefined) return [];
  return refs
    .filter((ref) => !allow.some((allowed) => allows(allowed, ref)))
    .map((ref) => ({ op: 'insert', path: [...at, 'modelPolicy', 'allow'], value: ref }));
}

export function allows(allowed: string, ref: string): boolean {
  if (allowed === '*' || allowed === ref) return true;
  return allowed.endsWith('/*') && ref.startsWith(allowed.slice(0, -1));
}

/** Every ref that the configuration names, resolved as far as it can be. */
export function refsInUse(config: ConfigFacts): string[] {
  const settings = (config.settings ?? []).filter(({ use }) => use !== 'unknown' && use !== 'apart');
  const all = [config, ...config.agents, ...settings].flatMap((one) => [
    'primary' in one ? one.primary : one.model,
    ...one.fallbacks,
  ]);
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
