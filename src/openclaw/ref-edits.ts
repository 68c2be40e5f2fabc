import type { EditData } from '../actions/params.ts';
import { resolveAlias } from './bridge.ts';
import { settingName } from './model-keys.ts';
import type { ConfigFacts } from './records.ts';

/** A place that names a model. */
export interface RefPlace {
  /** `provider/model`, an alias resolved. */
  readonly ref: string;
  /** `the default model`, `a fallback`, `the agent lite`, `imageModel`. */
  readonly where: string;
  /** What cannot work without it: it comes first there. */
  readonly first: boolean;
  readonly agent: string | null;
}

/** Every place of the configuration that names a model to be asked. */
export function refPlaces(config: ConfigFacts): RefPlace[] {
  const place = (ref: string | null, where: string, first: boolean, agent: string | null = null): RefPlace[] => {
    const meant = ref === null ? null : resolveAlias(ref, config);
    return meant?.includes('/') ? [{ ref: meant, where, first, agent }] : [];
  };
  return [
    ...place(config.primary, 'the default model', true),
    ...config.fallbacks.flatMap((ref) => place(ref, 'a fallback', false)),
    ...config.agents.flatMap(({ id, model, fallbacks }) => [
      ...place(model, `the agent ${id}`, true, id),
      ...fallbacks.flatMap((ref) => place(ref, `a fallback of ${id}`, false, id)),
    ]),
    ...(config.settings ?? []).flatMap((setting) =>
      setting.use === 'unknown' || setting.use === 'apart'
        ? []
        : [setting.model, ...setting.fallbacks].flatMap((ref) =>
            place(ref, settingName(setting), false, setting.agent),
          ),
    ),
    ...Object.entries(config.aliases).flatMap(([name, ref]) => place(ref, `the alias ${name}`, false)),
  ];
}

const DEFAULTS = ['agents', 'defaults'] as const;

/** Writes `to` wherever the configuration says exactly `from`: models, fallbacks, the entry with its alias, allowlists. */
export function replaceRef(config: ConfigFacts, from: string, to: string): EditData[] {
  const named = (
    path: readonly (string | number)[],
    given: { primary: string | null; fallbacks: readonly string[]; isText: boolean },
  ) => {
    const edits: EditData[] = [];
    if (given.primary === from)
      edits.push({ op: 'set', path: [...path, ...(given.isText ? [] : ['primary'])], value: to });
    if (given.fallbacks.includes(from)) {
      const first = given.primary === from ? to : given.primary;
      const refs = given.fallbacks.map((ref) => (ref === from ? to : ref)).filter((ref) => ref !== first);
      edits.push({ op: 'set', path: [...path, 'fallbacks'], value: [...new Set(refs)] });
    }
    return edits;
  };
  return [
    ...named([...DEFAULTS, 'model'], { ...config, isText: config.modelIsText === true }),
    ...config.agents.flatMap(({ at, model, fallbacks, modelIsText }) =>
      at ? named([...at, 'model'], { primary: model, fallbacks, isText: modelIsText === true }) : [],
    ),
    ...(config.settings ?? []).flatMap(({ at, use, model, fallbacks, modelIsText }) =>
      use === 'unknown' || use === 'apart'
        ? []
        : named(at, { primary: model, fallbacks, isText: modelIsText === true }),
    ),
    ...entryEdits(config, from, to),
    ...allowlists(config).flatMap(({ path, refs }) => (refs.includes(from) ? swapped(path, refs, from, to) : [])),
  ];
}

/** The entry of a model below another name, with its alias; one that says more stays, without its alias. */
function entryEdits(config: ConfigFacts, from: string, to: string): EditData[] {
  const aliasOf = (ref: string) => Object.entries(config.aliases).find(([, target]) => target === ref)?.[0];
  const has = (ref: string) => aliasOf(ref) !== undefined || config.unnamed?.includes(ref) === true;
  if (!has(from)) return [];
  const alias = aliasOf(from);
  const path = [...DEFAULTS, 'models'];
  const more = (config.modelOptions ?? []).some(({ ref, agent, more: says }) => ref === from && agent === null && says);
  const old: EditData[] = more
    ? alias === undefined
      ? []
      : [{ op: 'delete', path: [...path, from, 'alias'] }]
    : [{ op: 'delete', path: [...path, from] }];
  if (!has(to)) return [...old, { op: 'set', path: [...path, to], value: alias === undefined ? {} : { alias } }];
  if (alias === undefined || aliasOf(to) !== undefined) return old;
  return [...old, { op: 'set', path: [...path, to, 'alias'], value: alias }];
}

function allowlists(config: ConfigFacts): { path: (string | number)[]; refs: readonly string[] }[] {
  const own = config.agents.flatMap(({ at, allow }) =>
    at && allow ? [{ path: [...at, 'modelPolicy', 'allow'], refs: allow }] : [],
  );
  if (config.allowlist?.where !== 'agents.defaults.modelPolicy.allow') return own;
  return [{ path: [...DEFAULTS, 'modelPolicy', 'allow'], refs: config.allowlist.refs }, ...own];
}

function swapped(path: (string | number)[], refs: readonly string[], from: string, to: string): EditData[] {
  const off: EditData = { op: 'remove', path, value: from };
  return refs.includes(to) ? [off] : [off, { op: 'insert', path, value: to }];
}
