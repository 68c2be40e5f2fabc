export type Path = readonly (string | number)[];

/** Below these a model is none that answers in a chat: embeddings, speech, search, what may be chosen, the agent itself. */
const OTHER =
  /memory\.?[sS]earch\.model|memory-lancedb|[mM]odelId$|^talk\.|realtime\.model|webSearch|xSearch|x_search|codeExecution|^tools\.web\.|stt\.model|pinnedModel|tts\.(providers\.|openai|elevenlabs)|allow(ed)?(Completion)?Models|\.allow\.|^agents\.(defaults|list\.\*|entries\.\*)\.model$/;

/** Whether a key of a config schema names a model of OpenClaw's own list, as `provider/model`. */
export const isChatModel = (key: string): boolean => !OTHER.test(key);

/** `hooks.mappings.*.model` → a place in a config: the first item of a list, else a key of some name. */
export function placeOf(key: string): Path {
  const keys = key.split('.');
  return keys.map((name, place) => {
    if (name !== '*') return name;
    const before = keys[place - 1] ?? '';
    if (before === 'entries' && keys[0] === 'agents') return 'main';
    return /^(list|mappings|models)$/.test(before) ? 0 : 'some';
  });
}

/** Puts `ref` there; where the provider has a key of its own, into both. */
export function withModelAt(config: Record<string, unknown>, path: Path, ref: string): void {
  let here = config as Record<string | number, unknown>;
  for (const [place, key] of path.slice(0, -1).entries()) {
    here[key] ??= typeof path[place + 1] === 'number' ? [] : {};
    here = here[key] as Record<string | number, unknown>;
  }
  const last = path.at(-1) as string;
  const apart = path.includes('llm-task')
    ? 'defaultProvider'
    : /^tools,media,(.*,)?models/.test(path.join(',')) && 'provider';
  const [provider, ...model] = ref.split('/');
  if (apart) Object.assign(here, { [apart]: provider, [last]: model.join('/') });
  else here[last] = ref;
}

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** A key with a model in its name: what such a key holds, and no setting beside one. */
const NAMES_MODEL =
  /(^|\.)(\w*[mM]odel|\w*Models|modelId|primary|fallbacks|allow|models|modelFallback|modelByChannel|image|video|music)(\.\*)*$/;
const NO_MODEL =
  /modelOverrides|[fF]allbackPolicy|modelArg|modelAliases|allow_fallbacks|^acp\.|^wizard|migrations|compat|\.params|pricing|^models\.providers|cliBackends|^agents\.(defaults|list\.\*|entries\.\*)\.models\./;

/** The dotted keys of a release's config schema (`openclaw config schema`) that hold the name of a model, sorted. */
export function keysOfSchema(schema: Schema): string[] {
  const found = new Set<string>();
  const walk = (node: Schema, path: string): void => {
    for (const part of [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])]) walk(part, path);
    const below = (key: string) => (path === '' ? key : `${path}.${key}`);
    for (const [key, child] of Object.entries(node.properties ?? {})) walk(child, below(key));
    if (typeof node.additionalProperties === 'object') walk(node.additionalProperties, below('*'));
    for (const item of [node.items ?? []].flat()) walk(item as Schema, below('*'));
    if (node.type !== 'string' || !/model/i.test(path) || !NAMES_MODEL.test(path) || NO_MODEL.test(path)) return;
    const shared = path.replace(/^plugins\.entries\.[^.]+\.(llm|subagent)\./, 'plugins.entries.*.$1.');
    found.add(shared.replace(/\.(primary|fallbacks\.\*)$/, ''));
  };
  walk(schema, '');
  return [...found].sort();
}
