import { join } from 'node:path';
import { parse } from '../json5/read.ts';
import { array, at, isObject, type Json, object, text, texts } from '../system/json.ts';
import { maskNamed } from '../system/masked.ts';
import { redact } from '../system/secret.ts';
import { agentIdOf } from './agent-id.ts';
import { doublesV1, leadsElsewhere, readProviders } from './bridge.ts';
import { resolveIncludes } from './includes.ts';
import { modelSettings, valueAt } from './model-keys.ts';
import type { AgentFacts, ConfigFacts, ModelOption } from './records.ts';
import { tellSecret } from './secret-shape.ts';
import { atLeast } from './version.ts';

export interface ConfigContext {
  readonly path: string;
  readonly sha256: string | null;
  readonly stateDir: string;
  /** Where a path that it names lies on this machine. */
  readonly locate: (told: string) => string;
  /** The installed release; null when there is none. */
  readonly version: string | null;
  /** Parsed content of an included file; undefined when it cannot be read or parsed. */
  readonly load: (file: string) => Promise<unknown>;
  readonly agentDirExists: (agentDir: string) => Promise<boolean>;
  /** Where a path really lies, links followed as far as it exists. */
  readonly resolve: (path: string) => Promise<string>;
  /** Names in `agents/` of the state directory. */
  readonly agentFolders: () => Promise<readonly string[]>;
  /** OPENCLAW_AGENT_DIR, where set: the directory of the default agent. */
  readonly agentDirOverride?: string;
}

/** The configuration as a record, and the value it was read from (includes put in; it may hold secrets). */
export interface ReadConfig {
  readonly facts: ConfigFacts;
  readonly value: Json;
}

/** `text` null: there is no file, which is a valid configuration with one implicit agent `main`. */
export async function readConfig(source: string | null, context: ConfigContext): Promise<ReadConfig> {
  const parsed = source === null ? { ok: true as const, value: {} } : parse(source);
  if (!parsed.ok) {
    const { message, line, column } = parsed.error;
    const empty = await describe({}, context, []);
    const syntaxError = { message, line, column, text: maskLine(parsed.error.text) };
    return { facts: { ...empty, agents: [], syntaxError }, value: {} };
  }
  const hasIncludes = source?.includes('$include') ?? false;
  const { value, included } = hasIncludes
    ? await resolveIncludes(parsed.value, context)
    : { value: parsed.value, included: [] };
  return { facts: await describe(object(value), context, included), value: object(value) };
}

async function describe(
  config: Json,
  context: ConfigContext,
  included: NonNullable<ConfigFacts['includedParts']>,
): Promise<ConfigFacts> {
  const defaults = object(at(config, 'agents', 'defaults'));
  const model = readModel(defaults.model);
  const aliases: Record<string, string> = {};
  const models = Object.entries(object(defaults.models));
  const unnamed = models.flatMap(([ref, entry]) => (object(entry).alias === undefined ? [ref] : []));
  for (const [ref, entry] of models) {
    const alias = text(object(entry).alias);
    if (alias) aliases[alias] = ref;
  }
  const { shape, agents } = await readAgents(config, context);
  const settings = modelSettings(config, agents);
  const options = [
    ...modelOptions(defaults.models, ['agents', 'defaults', 'models'], null),
    ...agents.flatMap(({ id, at: place }) =>
      place ? modelOptions(valueAt(config, [...place, 'models']), [...place, 'models'], id) : [],
    ),
  ];
  const runtime = text(at(defaults, 'agentRuntime', 'id'));
  const openExec = openExecPlaces(config, agents);
  const foreign = await foreignFolders(agents, context);
  return {
    path: context.path,
    sha256: context.sha256,
    syntaxError: null,
    includes: [...new Set(included.map((part) => part.file))],
    ...(included.length > 0 ? { includedParts: included } : {}),
    agentsShape: shape,
    ...(at(config, 'agents', 'ownership') === 'explicit' ? { ownersNamed: true } : {}),
    agents,
    ...(Object.keys(foreign).length > 0 ? { foreignFolders: foreign } : {}),
    defaultAgent: agents.find((agent) => agent.isDefault)?.id ?? 'main',
    primary: model.primary,
    ...(typeof defaults.model === 'string' ? { modelIsText: true } : {}),
    fallbacks: model.fallbacks,
    aliases,
    ...(unnamed.length > 0 ? { unnamed } : {}),
    ...(options.length > 0 ? { modelOptions: options } : {}),
    ...(runtime === null ? {} : { runtime }),
    allowlist: readAllowlist(config, context.version),
    ...(modelKeysAreFree(config, context.version) ? { modelKeysAreFree: true } : {}),
    heartbeatModel: text(at(defaults, 'heartbeat', 'model')),
    ...(openExec.length > 0 ? { openExec } : {}),
    ...(settings.length > 0 ? { settings } : {}),
    providers: readProviders(at(config, 'models', 'providers')),
    ...readDeclared(config),
    ...readSecretProviders(config),
    order: Object.fromEntries(
      Object.entries(object(at(config, 'auth', 'order'))).map(([provider, ids]) => [provider, texts(ids)]),
    ),
  };
}

/** Without a word, every command is allowed and nobody is asked; an agent's own policy replaces the common one (2026.6.1, 2026.7.1). */
function openExecPlaces(config: Json, agents: readonly AgentFacts[]): (string | number)[][] {
  const places = agents.map(({ at: place }): (string | number)[] =>
    place !== undefined && valueAt(config, [...place, 'tools', 'exec']) !== undefined
      ? [...place, 'tools', 'exec']
      : ['tools', 'exec'],
  );
  const isOpen = (place: readonly (string | number)[]) => {
    const { security, ask } = object(valueAt(config, place));
    return (security ?? 'full') === 'full' && (ask ?? 'off') === 'off';
  };
  const each = new Map(places.map((place) => [place.join('.'), place]));
  return [...each.values()].filter(isOpen);
}

/** Entries below `models` that say more than an alias. */
function modelOptions(models: unknown, place: readonly (string | number)[], agent: string | null): ModelOption[] {
  return Object.entries(object(models)).flatMap(([ref, entry]) => {
    const context1m = at(entry, 'params', 'context1m') === true;
    const runtime = text(at(entry, 'agentRuntime', 'id'));
    const more = Object.keys(object(entry)).some(
      (key) => key !== 'alias' && !(key === 'params' && context1m && only1m(entry)),
    );
    if (!context1m && !more) return [];
    return [
      {
        at: [...place, ref],
        ref,
        agent,
        ...(context1m ? { context1m } : {}),
        ...(runtime === null ? {} : { runtime }),
        ...(more ? { more } : {}),
      },
    ];
  });
}

const only1m = (entry: unknown) => Object.keys(object(at(entry, 'params'))).length === 1;
/** Fields of a stored credential, right and wrong ones: `auth.profiles` of a config knows none of them. */
const STORE_FIELDS = [
  ...['type', 'token', 'key', 'apiKey', 'api_key', 'access', 'accessToken', 'refresh', 'refreshToken'],
  ...['expires', 'expiresAt', 'tokenRef', 'keyRef', 'secret', 'value'],
];

function readDeclared(config: Json): Pick<ConfigFacts, 'declaredProfiles' | 'secretsInside'> {
  const entries = Object.entries(object(at(config, 'auth', 'profiles')));
  const secretsInside: NonNullable<ConfigFacts['secretsInside']> = [];
  const declared = entries.map(([id, value]): [string, ConfigFacts['declaredProfiles'][string]] => {
    const entry = object(value);
    const misplaced = STORE_FIELDS.filter((name) => entry[name] !== undefined);
    for (const name of misplaced) {
      const secret = name === 'type' ? null : tellSecret(entry[name]);
      if (secret === null || name.startsWith('expires')) continue;
      const { shape, fingerprint } = secret;
      secretsInside.push({ at: ['auth', 'profiles', id, name], profile: id, shape, fingerprint });
    }
    const more = misplaced.length > 0 ? { misplaced } : {};
    return [id, { provider: text(entry.provider), mode: text(entry.mode), ...more }];
  });
  return { declaredProfiles: Object.fromEntries(declared), ...(secretsInside.length > 0 ? { secretsInside } : {}) };
}

function readSecretProviders(config: Json): Pick<ConfigFacts, 'secretProviders'> {
  const found = Object.entries(object(at(config, 'secrets', 'providers'))).map(([name, value]) => {
    const { source, mode, path } = object(value);
    return [name, source === 'file' && mode === 'singleValue' ? text(path) : null] as const;
  });
  return found.length === 0 ? {} : { secretProviders: Object.fromEntries(found) };
}

/** A line of a config for the screen. A masked secret keeps its length, for the caret. */
const maskLine = (line: string) => redact(maskNamed(line, (value) => '•'.repeat(value.length)));

/** A model setting is a ref, or an object with a primary and fallbacks. */
function readModel(value: unknown): { primary: string | null; fallbacks: string[] } {
  if (typeof value === 'string') return { primary: text(value), fallbacks: [] };
  return { primary: text(object(value).primary), fallbacks: texts(object(value).fallbacks) };
}

/**
 * Before 2026.8.1 a non-empty `agents.defaults.models` is the allowlist. From then on it is `modelPolicy.allow`; a
 * config that was not migrated yet (`meta.migrations.modelPolicyAllowlist`) still means the old one.
 */
function readAllowlist(config: Json, version: string | null): ConfigFacts['allowlist'] {
  const defaults = object(at(config, 'agents', 'defaults'));
  const allow = at(defaults, 'modelPolicy', 'allow');
  const keys = Object.keys(object(defaults.models));
  const old = keys.length > 0 ? ({ where: 'agents.defaults.models', refs: keys } as const) : null;
  if (Array.isArray(allow)) {
    return allow.length > 0 ? { where: 'agents.defaults.modelPolicy.allow', refs: texts(allow) } : null;
  }
  if (version === null) return at(config, 'meta', 'migrations', 'modelPolicyAllowlist') === true ? null : old;
  if (!atLeast(version, '2026.8.1-beta.0')) return old;
  return at(config, 'meta', 'migrations', 'modelPolicyAllowlist') === true ? null : old;
}

/** Up to the first write of 2026.8.1 or later, or a `modelPolicy` made by hand, the old meaning holds (run on 2026.9.6). */
function modelKeysAreFree(config: Json, version: string | null): boolean {
  if (version === null || !atLeast(version, '2026.8.1-beta.0')) return false;
  const policy = at(config, 'agents', 'defaults', 'modelPolicy');
  const isPolicy = typeof policy === 'object' && policy !== null && !Array.isArray(policy);
  return isPolicy || at(config, 'meta', 'migrations', 'modelPolicyAllowlist') === true;
}

interface RawAgent {
  readonly id: string;
  readonly entry: Json;
  readonly at?: (string | number)[];
}

async function readAgents(
  config: Json,
  context: ConfigContext,
): Promise<{ shape: ConfigFacts['agentsShape']; agents: AgentFacts[] }> {
  const { shape, raw } = rawAgents(config);
  const defaultId = defaultAgentOf(config, shape, raw);
  const describeOne = async (agent: RawAgent): Promise<AgentFacts> => {
    const isDefault = agent.id === defaultId;
    const told = text(agent.entry.agentDir) ?? (isDefault ? (context.agentDirOverride ?? null) : null);
    const agentDir = told ? context.locate(told) : join(context.stateDir, 'agents', agent.id, 'agent');
    const [exists, real, realState, copies] = await Promise.all([
      context.agentDirExists(agentDir),
      context.resolve(agentDir),
      context.resolve(context.stateDir),
      context.load(join(agentDir, 'models.json')).catch(() => undefined),
    ]);
    const copied = readProviders(object(copies).providers);
    const copy = copied.find(leadsElsewhere);
    const doubled = copied.find(doublesV1);
    const model = readModel(agent.entry.model);
    const allow = texts(at(agent.entry, 'modelPolicy', 'allow'));
    return {
      id: agent.id,
      isDefault,
      agentDir,
      agentDirExists: exists,
      ...(real.startsWith(`${realState}/`) ? {} : { outside: real }),
      ...(copy?.baseUrl == null ? {} : { copyLeadsTo: copy.baseUrl }),
      ...(doubled?.baseUrl == null ? {} : { copyDoublesV1: doubled.baseUrl }),
      model: model.primary,
      ...(typeof agent.entry.model === 'string' ? { modelIsText: true } : {}),
      fallbacks: model.fallbacks,
      heartbeatModel: text(at(agent.entry, 'heartbeat', 'model')),
      ...(allow.length > 0 ? { allow } : {}),
      at: agent.at,
    };
  };
  return { shape, agents: await Promise.all(raw.map(describeOne)) };
}

/** A link under the name of an agent that is yet to be made would take its credentials out of the state directory. */
async function foreignFolders(agents: readonly AgentFacts[], context: ConfigContext): Promise<Record<string, string>> {
  const realState = await context.resolve(context.stateDir);
  const left = (await context.agentFolders()).filter((name) => !agents.some(({ id }) => id === name));
  const found = await Promise.all(
    left.map(async (name): Promise<[string, string]> => {
      return [name, await context.resolve(join(context.stateDir, 'agents', name, 'agent'))];
    }),
  );
  return Object.fromEntries(found.filter(([, real]) => !real.startsWith(`${realState}/`)));
}

function rawAgents(config: Json): { shape: ConfigFacts['agentsShape']; raw: readonly RawAgent[] } {
  const entries = at(config, 'agents', 'entries');
  if (isObject(entries) && Object.keys(entries).length > 0) {
    const raw = Object.entries(entries).map(([key, entry]) => ({
      id: agentIdOf(key),
      entry: object(entry),
      at: ['agents', 'entries', key],
    }));
    return { shape: 'entries', raw: eachOnce(raw) };
  }
  const list = array(at(config, 'agents', 'list'));
  const raw = list.flatMap((entry, index) => {
    const id = text(object(entry).id);
    return id ? [{ id: agentIdOf(id), entry: object(entry), at: ['agents', 'list', index] }] : [];
  });
  if (raw.length > 0) return { shape: 'list', raw: eachOnce(raw) };
  return { shape: 'none', raw: [{ id: 'main', entry: {} }] };
}

/** Of several names that give one id, OpenClaw takes the first. */
function eachOnce(raw: readonly RawAgent[]): readonly RawAgent[] {
  const seen = new Set<string>();
  return raw.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** Entries: the system agent, else `main`, else the first. List: the one marked `default`, else the first. */
function defaultAgentOf(config: Json, shape: ConfigFacts['agentsShape'], raw: readonly RawAgent[]): string {
  const marked = raw.find((agent) => agent.entry.default === true);
  if (marked) return marked.id;
  const system = text(at(config, 'agents', 'defaults', 'systemAgent', 'agentId'));
  if (system && raw.some((agent) => agent.id === agentIdOf(system))) return agentIdOf(system);
  if (shape === 'entries' && raw.some((agent) => agent.id === 'main')) return 'main';
  return raw[0]?.id ?? 'main';
}
