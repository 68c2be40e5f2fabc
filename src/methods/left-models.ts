import { movable } from '../openclaw/model-edits.ts';
import { settingId, settingName } from '../openclaw/model-keys.ts';
import type { ConfigFacts } from '../openclaw/records.ts';
import type { Refs } from './refs.ts';

/** A place that names an old model. */
export interface OldModel {
  /** `the default`, `the agent work`, `imageModel`. */
  readonly where: string;
  /** What `keepModel` calls it. */
  readonly id: string;
  /** Whose it is; null where it counts for all. */
  readonly agent: string | null;
  /** As it is written there. */
  readonly ref: string;
  /** The default or a fallback of it, which is chosen by itself. */
  readonly shown?: true;
  /** Why no set-up moves it; absent where one does. */
  readonly because?: string;
}

/** Every place of a configuration that names a model which `refs` take over, beside cron jobs. */
export function oldModels(config: ConfigFacts, { old, sees }: Pick<Refs, 'old' | 'sees'>): OldModel[] {
  const found: OldModel[] = [];
  const look = (where: string, ref: string | null, more: Omit<OldModel, 'where' | 'ref'>) => {
    if (ref !== null && old.is(ref)) found.push({ where, ref, ...more });
  };
  const whole = { id: 'agents.defaults.model', agent: null, shown: true } as const;
  look('the default', config.primary, whole);
  for (const ref of config.fallbacks) look('a fallback', ref, whole);
  for (const { id, model, fallbacks } of config.agents) {
    look(`the agent ${id}`, model, { id, agent: id });
    for (const ref of fallbacks) look(`a fallback of ${id}`, ref, { id, agent: id });
  }
  for (const setting of config.settings ?? []) {
    const because = movable(setting, sees) ? undefined : STAYS[setting.use];
    const more = { id: settingId(setting), agent: setting.agent, because };
    const where = settingName(setting);
    look(where, setting.model, more);
    for (const ref of setting.fallbacks) look(`a fallback of ${where}`, ref, more);
  }
  return found;
}

/** What has a model of its own beside the default, and may keep it or follow. */
export interface OwnModel extends Pick<OldModel, 'id' | 'agent'> {
  /** `work`, `imageModel`. */
  readonly name: string;
  readonly model: string;
  /** It is one that `refs` take over. */
  readonly old: boolean;
}

/** Each once: agents whose model is no Claude of this way, then the places that name an old one. */
export function ownModels(config: ConfigFacts, refs: Pick<Refs, 'old' | 'sees' | 'isOurs'>): OwnModel[] {
  const agents = config.agents.flatMap(({ id, model }): OwnModel[] =>
    model === null || refs.isOurs(model) || refs.old.is(model) ? [] : [{ id, name: id, agent: id, model, old: false }],
  );
  const places = oldModels(config, refs)
    .filter(({ shown, because }) => !shown && because === undefined)
    .map(({ where, ref, id, agent }): OwnModel => ({ id, name: where, agent, model: ref, old: true }));
  const all = [...agents, ...places];
  return all.filter(({ id }, index) => all.findIndex((one) => one.id === id) === index);
}

const STAYS = {
  text: undefined,
  images: 'this way takes no images',
  media: 'Claude makes no images, sound or video',
  apart: 'its provider stands in a key of its own',
  unknown: 'what the key does is not known here',
} as const;
