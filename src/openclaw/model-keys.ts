import { array, at, isObject, type Json, object, text, texts } from '../system/json.ts';
import { providerOf } from './bridge.ts';
import type { ModelSetting } from './records.ts';

/** One key of OpenClaw's configuration that names a model. */
interface ModelKey {
  /** Dotted; `*` is any key of an object or any item of a list. */
  readonly at: string;
  readonly use: ModelSetting['use'];
  /** The key beside it that holds the provider, where the model stands without one. */
  readonly provider?: string;
}

const of = (use: ModelSetting['use'], ...keys: readonly string[]): ModelKey[] => keys.map((at) => ({ at, use }));

/*
 * Every key that names a chat model: the union over the config schemas of 2026.1.24 to 2026.9.6 (`openclaw config schema`;
 * before 2026.4 the zod schema in `dist`). No key means anything else in another of them. `agents.defaults.model` and an
 * agent's own `model` are the models themselves and are read by themselves.
 */

/** Below an agent. */
const AGENT_KEYS: readonly ModelKey[] = [
  ...of('text', 'heartbeat.model', 'subagents.model', 'utilityModel', 'decisionModel'),
  ...of('text', 'tools.exec.reviewer.model', 'tts.summaryModel'),
];

/** Below `agents.defaults`. */
const DEFAULTS_KEYS: readonly ModelKey[] = [
  ...of('text', 'heartbeat.model', 'subagents.model', 'utilityModel', 'decisionModel'),
  ...of('text', 'compaction.model', 'compaction.memoryFlush.model', 'embeddedAgent.cyberFailover.model'),
  ...of('images', 'imageModel', 'pdfModel'),
  ...of('media', 'imageGenerationModel', 'videoGenerationModel', 'musicGenerationModel', 'voiceModel'),
  ...of('media', 'mediaModels.image', 'mediaModels.video', 'mediaModels.music'),
];

const ROOT_KEYS: readonly ModelKey[] = [
  ...of('text', 'hooks.gmail.model', 'hooks.mappings.*.model', 'tools.exec.reviewer.model'),
  ...of('text', 'messages.tts.summaryModel', 'tts.summaryModel', 'channels.modelByChannel.*.*'),
  ...of('text', 'channels.*.model', 'channels.*.voice.model', 'channels.*.tts.summaryModel'),
  ...of(
    'text',
    'channels.*.voice.tts.summaryModel',
    'channels.*.accounts.*.model',
    'channels.*.accounts.*.voice.model',
  ),
  ...of('text', 'channels.*.accounts.*.tts.summaryModel', 'channels.*.accounts.*.voice.tts.summaryModel'),
  ...of('text', 'plugins.entries.active-memory.config.model', 'plugins.entries.active-memory.config.modelFallback'),
  ...of('text', 'plugins.entries.memory-core.config.dreaming.model'),
  ...of('text', 'plugins.entries.memory-core.config.dreaming.execution.defaults.model'),
  ...of('text', 'plugins.entries.memory-core.config.dreaming.phases.*.execution.model'),
  ...of(
    'text',
    'plugins.entries.voice-call.config.responseModel',
    'plugins.entries.voice-call.config.tts.summaryModel',
  ),
  ...of('images', 'plugins.entries.logbook.config.visionModel'),
  { at: 'plugins.entries.llm-task.config.defaultModel', use: 'apart', provider: 'defaultProvider' },
  { at: 'tools.media.models.*.model', use: 'apart', provider: 'provider' },
  { at: 'tools.media.image.models.*.model', use: 'apart', provider: 'provider' },
  { at: 'tools.media.audio.models.*.model', use: 'apart', provider: 'provider' },
  { at: 'tools.media.video.models.*.model', use: 'apart', provider: 'provider' },
  ...of('images', 'tools.media.image.preferredModel', 'tools.media.video.preferredModel'),
  ...of('media', 'tools.media.audio.preferredModel'),
];

/** Below these a ref is no use of a model: what is offered, what may be chosen, what a model is called. */
const NO_USE =
  /^(models|auth|meta|wizard)\.|^agents\.(defaults|(list|entries)\.[^.]+)\.(models|modelPolicy|model)(\.|$)|\.(allowedModels|allowedCompletionModels|allowModels)\./;

interface AgentAt {
  readonly id: string;
  readonly at?: readonly (string | number)[];
}

/**
 * Every model that a configuration names beside the default ones and agents' own: by the tables, and where those do not
 * know the key, by what the text looks like (`provider/model` of a provider that is configured, or one of Claude's).
 */
export function modelSettings(config: Json, agents: readonly AgentAt[]): ModelSetting[] {
  const found = [
    ...keysAt(config, ['agents', 'defaults'], DEFAULTS_KEYS, null),
    ...agents.flatMap((agent) => (agent.at ? keysAt(config, agent.at, AGENT_KEYS, agent.id) : [])),
    ...keysAt(config, [], ROOT_KEYS, null),
  ];
  const seen = new Set(found.map((setting) => setting.at.join('.')));
  const providers = new Set(Object.keys(object(at(config, 'models', 'providers'))).map((id) => id.toLowerCase()));
  for (const id of ['anthropic', 'openai', 'claude-cli']) providers.add(id);
  const others = textsBelow(config, []).filter(([path, ref]) => {
    const provider = /^[\w.-]+\/[\w.@:/-]+$/.test(ref) ? providerOf(ref) : null;
    if (provider === null || !providers.has(provider) || NO_USE.test(path.join('.'))) return false;
    return !path.some((_, length) => seen.has(path.slice(0, length + 1).join('.')));
  });
  const agentOf = (path: Path) =>
    agents.find((agent) => agent.at?.every((key, place) => path[place] === key) === true)?.id ?? null;
  return [
    ...found,
    ...others.map(
      ([path, ref]): ModelSetting => ({
        at: [...path],
        agent: agentOf(path),
        use: 'unknown',
        model: ref,
        fallbacks: [],
        modelIsText: true,
      }),
    ),
  ];
}

/** `imageModel`, `hooks.gmail.model`, `heartbeat.model of work`. */
export function settingName({ at, agent }: ModelSetting): string {
  if (at[0] !== 'agents') return at.join('.');
  const below = at.slice(at[1] === 'defaults' ? 2 : 3).join('.');
  return agent === null ? below : `${below} of ${agent}`;
}

/** Its path in the configuration, the same before and after a doctor has made `agents.entries` of `agents.list`. */
export function settingId({ at, agent }: ModelSetting): string {
  return agent === null ? at.join('.') : ['agents', 'entries', agent, ...at.slice(3)].join('.');
}

type Path = readonly (string | number)[];

function keysAt(config: Json, base: Path, keys: readonly ModelKey[], agent: string | null): ModelSetting[] {
  const below = valueAt(config, base);
  return keys.flatMap(({ at: key, use, provider }) =>
    places(below, key.split('.'), [], provider).flatMap(([path, value, beside]): ModelSetting[] => {
      const own = { at: [...base, ...path], agent, use };
      const ref = text(value);
      if (ref !== null) {
        const whole = provider === undefined || beside === null ? ref : `${beside}/${ref}`;
        return [{ ...own, model: whole, fallbacks: [], modelIsText: true }];
      }
      if (!isObject(value)) return [];
      const setting = { ...own, model: text(value.primary), fallbacks: texts(value.fallbacks) };
      return setting.model === null && setting.fallbacks.length === 0 ? [] : [setting];
    }),
  );
}

/** Where a dotted pattern leads, with the value there and the provider that stands beside it. */
function places(
  value: unknown,
  keys: readonly string[],
  path: Path,
  provider: string | undefined,
  beside: string | null = null,
): [Path, unknown, string | null][] {
  const [key, ...rest] = keys;
  if (key === undefined) return value === undefined ? [] : [[path, value, beside]];
  const next = provider === undefined ? null : text(object(value)[provider]);
  if (key !== '*') return places(at(value, key), rest, [...path, key], provider, next);
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(object(value));
  return entries.flatMap(([name, item]) => places(item, rest, [...path, name], provider));
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((here, key) => (typeof key === 'number' ? array(here)[key] : at(here, key)), value);
}

function textsBelow(value: unknown, path: Path): [Path, string][] {
  if (typeof value === 'string') return [[path, value.trim()]];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(object(value));
  return entries.flatMap(([key, item]) => textsBelow(item, [...path, key]));
}
