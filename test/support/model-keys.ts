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
