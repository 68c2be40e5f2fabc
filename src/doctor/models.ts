import type { EditData } from '../actions/params.ts';
import { claudeAgents, readConfig } from '../facts/claude-agents.ts';
import type { Facts } from '../facts/types.ts';
import { CLAUDE_CLI, isCliRef, runtimeOf } from '../openclaw/agent-runtime.ts';
import { isAnthropicRef } from '../openclaw/bridge.ts';
import { parseClaudeId } from '../openclaw/catalogue.ts';
import { claudeRef, familyOf } from '../openclaw/claude-models.ts';
import { allowEdits, allows } from '../openclaw/model-edits.ts';
import { type IdFault, idFault, neededClient, newestAnnounced, withoutContext } from '../openclaw/model-ids.ts';
import type { ConfigFacts } from '../openclaw/records.ts';
import { type RefPlace, refPlaces, replaceRef } from '../openclaw/ref-edits.ts';
import { atLeast, compareVersions } from '../openclaw/version.ts';
import { factValue } from '../system/fact.ts';
import { claudeModels } from './bridges.ts';
import { credentialsInUse } from './claude-use.ts';
import { error, info, warning } from './types.ts';
import { SETUP, several, typed, whereOpenClawRuns } from './words.ts';

interface Asked {
  readonly ref: string;
  readonly id: string;
  readonly places: readonly RefPlace[];
}

/** Claude models of OpenClaw's own provider that are named somewhere, each once. */
function asked(facts: Facts): Asked[] {
  const config = readConfig(facts);
  if (config === null) return [];
  const groups = new Map<string, RefPlace[]>();
  for (const place of refPlaces(config)) {
    if (isAnthropicRef(place.ref, config)) groups.set(place.ref, [...(groups.get(place.ref) ?? []), place]);
  }
  return [...groups].map(([ref, places]) => ({ ref, id: ref.slice(ref.indexOf('/') + 1), places }));
}

const where = ({ places }: Asked) => several([...new Set(places.map((place) => place.where))]);

/** A block for the provider names its own models. */
function isOffered({ id }: Asked, config: ConfigFacts): boolean {
  return config.providers.some((provider) => provider.id === 'anthropic' && provider.models.includes(id));
}

const runsByClaude = (ref: string, config: ConfigFacts) => runtimeOf(ref, config) === CLAUDE_CLI;

/** What OpenClaw sends to Anthropic: a token of a plan is told by its text, whatever the type of its profile. */
function sends(facts: Facts, shape: 'token' | 'api key'): boolean {
  return credentialsInUse(facts).some(({ winner }) => winner?.shape === shape);
}

interface Wrong extends Asked {
  readonly fault: IdFault;
}

interface Context extends Asked {
  /** Entries with the option; none where the ref itself says it. */
  readonly at: readonly (readonly (string | number)[])[];
}

/** Models with the option of 1M tokens, or with it in their names. */
function withContext(facts: Facts): Context[] {
  const config = readConfig(facts);
  if (config === null) return [];
  const options = (config.modelOptions ?? []).filter(({ context1m }) => context1m);
  return asked(facts).flatMap((one): Context[] => {
    if (runsByClaude(one.ref, config)) return [];
    if (withoutContext(one.id) !== one.id) return [{ ...one, at: [] }];
    const places = options.filter(({ ref }) => ref === one.ref).map(({ at }) => at);
    // A key is paid per use. Opus 4.6, Sonnet 4.6 and later have 1M tokens without the option.
    if (places.length === 0 || !sends(facts, 'token')) return [];
    const has = compareVersions((parseClaudeId(one.id)?.version ?? []).concat(0).join('.'), '4.6') >= 0;
    return has && !breaksHeaders(facts) ? [] : [{ ...one, at: places }];
  });
}

/** Releases that leave the headers of a token out with that option (oc#19849, oc#60279). */
function breaksHeaders({ release }: Facts): boolean {
  const version = factValue(release)?.version;
  if (version === undefined) return false;
  const between = (from: string, before: string) => atLeast(version, from) && !atLeast(version, before);
  return between('2026.2.17', '2026.2.18') || between('2026.3.28', '2026.4.3');
}

interface Refused {
  readonly places: readonly string[];
  readonly refs: readonly string[];
}

/** Claude models that are named and that the list of allowed ones leaves out. The default model is always allowed. */
function leftOut(facts: Facts): Refused | null {
  const config = readConfig(facts);
  if (config === null || claudeAgents(facts).length === 0) return null;
  const ownLists = new Map(config.agents.map(({ id, allow }) => [id, allow]));
  const listOf = (agent: string | null) => ownLists.get(agent ?? '') ?? config.allowlist?.refs ?? null;
  const jobs = (factValue(facts.cron)?.jobs ?? []).flatMap(({ enabled, model, name, agent }) =>
    enabled && model?.includes('/') ? [{ ref: model, where: `the cron job ${name}`, agent, first: false }] : [],
  );
  const named = [...refPlaces(config), ...jobs].filter(({ ref, where: place, agent }) => {
    const list = listOf(agent);
    if (list === null || !isAnthropicRef(ref, config) || ref === config.primary) return false;
    return place !== 'the default model' && !list.some((allowed) => allows(allowed, ref));
  });
  if (named.length === 0) return null;
  return { places: named.map((one) => `${one.where} (${one.ref})`), refs: [...new Set(named.map(({ ref }) => ref))] };
}

/** The best model that the release may ask for with a token, of the same family where it has one. */
function newestAskable(ref: string, facts: Facts): string | null {
  const version = factValue(facts.release)?.version;
  if (version === undefined) return null;
  const askable = claudeModels(facts).filter((id) => neededClient(id, version) === null && idFault(id, []) === null);
  const id = askable.find((one) => familyOf(one) === familyOf(ref)) ?? askable[0];
  return id === undefined ? null : claudeRef(id);
}

/** Which models are asked, and whether they can be. */
export const models = [
  error('model.unknown-id', 'A model is misspelled or retired', {
    needs: ['config'],
    explains: ['log.unknown-model'],
    detect: (_, facts): Wrong[] => {
      const config = readConfig(facts);
      const catalogue = factValue(facts.catalogue)?.anthropic ?? [];
      if (config === null) return [];
      return asked(facts).flatMap((one) => {
        const fault = isOffered(one, config) ? null : idFault(one.id, catalogue);
        return fault === null ? [] : [{ ...one, fault }];
      });
    },
    explain: ({ fault, ...one }) => ({
      says:
        fault.why === 'retired'
          ? `${one.ref} is retired: Anthropic no longer answers it. It is ${where(one)}.`
          : `${one.ref} is misspelled: Anthropic has no such model. It is ${where(one)}.`,
      why: `OpenClaw accepts any name and fails once it asks that model.${fault.instead ? ` It probably means ${fault.instead}.` : ''}`,
      ...(one.places.some(({ first }) => first) ? {} : { level: 'warning' as const }),
    }),
    fix: ({ ref, fault }, facts) => {
      const config = readConfig(facts);
      if (config === null || fault.instead === null) return [];
      const edits = replaceRef(config, ref, `anthropic/${fault.instead}`);
      return [{ kind: 'config', says: `Replace ${ref} with anthropic/${fault.instead}`, edits }];
    },
    next: () => SETUP,
  }),
  warning('model.needs-newer-client', 'The release is too old to ask for a model with a token', {
    needs: ['config', 'release', 'profiles'],
    explains: ['log.client-too-old', 'log.unknown-model'],
    detect: ({ release }, facts) => {
      const config = readConfig(facts);
      if (config === null || !sends(facts, 'token')) return null;
      return asked(facts).flatMap((one) => {
        const client = runsByClaude(one.ref, config) ? null : neededClient(one.id, release.version);
        return client === null ? [] : [{ ...one, ...client }];
      });
    },
    explain: ({ needs, says, ...one }, { release }) => ({
      says: `OpenClaw ${factValue(release)?.version} is too old to ask for ${one.ref} with a token. It is ${where(one)}.`,
      why: `For a token it says that it is Claude Code ${says}; Anthropic answers this model to ${needs.startsWith('a ') ? needs : `${needs} or newer`} only. Update OpenClaw, choose an older model, or let OpenClaw run Claude Code itself.`,
    }),
    fix: ({ ref }, facts) => {
      const config = readConfig(facts);
      const to = newestAskable(ref, facts);
      if (config === null || to === null) return [];
      const because = 'It is the newest one that this release can ask for with a token.';
      return [{ kind: 'config', says: `Ask for ${to} instead of ${ref}`, because, edits: replaceRef(config, ref, to) }];
    },
    next: ({ needs }, facts) =>
      needs.startsWith('a ') || atLeast(newestAnnounced, needs)
        ? typed(facts, 'update')
        : typed(facts, 'models', 'list', '--all', '--provider', 'anthropic'),
  }),
  warning('model.context1m', 'A model asks for the 1M-token context', {
    needs: ['config'],
    explains: ['log.long-context', 'log.oauth-not-supported'],
    detect: (_, facts) => withContext(facts),
    explain: ({ at, ...one }, facts) => {
      const option = at.length > 0;
      const breaks = option && breaksHeaders(facts);
      return {
        says: `${one.ref} asks for the 1M-token context${option ? ' (context1m)' : ''}. It is ${where(one)}.`,
        why: breaks
          ? 'With context1m this release sends a token without the headers it needs: “OAuth authentication is currently not supported”.'
          : 'A plan may refuse that without extra usage: “Extra usage is required for long context requests”.',
        ...(breaks && one.places.some(({ first }) => first) ? { level: 'error' as const } : {}),
      };
    },
    fix: ({ ref, at }, facts) => {
      const config = readConfig(facts);
      if (config === null) return [];
      if (at.length === 0) {
        return [
          {
            kind: 'config',
            says: `Ask for ${withoutContext(ref)}`,
            edits: replaceRef(config, ref, withoutContext(ref)),
          },
        ];
      }
      const edits = at.map((path): EditData => ({ op: 'delete', path: [...path, 'params', 'context1m'] }));
      return [{ kind: 'config', says: `Ask for ${ref} without context1m`, edits }];
    },
    next: () => SETUP,
  }),
  warning('model.not-allowed', 'The allowlist leaves out a model that is used', {
    needs: ['config'],
    explains: ['log.not-allowed', 'cron.error-streak'],
    detect: (_, facts) => {
      const found = leftOut(facts);
      return found === null ? null : [found];
    },
    explain: ({ places }, facts) => ({
      says: `The allowlist leaves out ${several([...new Set(places)])}.`,
      why: `${readConfig(facts)?.allowlist?.where ?? 'modelPolicy.allow'} lists what may be used: OpenClaw refuses everything else.`,
    }),
    fix: ({ refs }, facts) => {
      const [config, version] = [readConfig(facts), factValue(facts.release)?.version];
      if (config === null || version === undefined) return [];
      const edits = allowEdits(config, version, refs, [], false);
      return edits.length === 0 ? [] : [{ kind: 'config', says: `Allow ${several(refs)}`, edits }];
    },
    next: () => SETUP,
  }),
  info('model.route', 'Claude models run through Claude Code', {
    needs: ['config'],
    detect: (_, facts) => {
      const config = readConfig(facts);
      if (config === null) return null;
      const refs = refPlaces(config)
        .map(({ ref }) => ref)
        .filter((ref) => (isAnthropicRef(ref, config) || isCliRef(ref, config)) && runsByClaude(ref, config));
      return refs.length > 0 ? [[...new Set(refs)]] : null;
    },
    explain: (refs, facts) => ({
      says: `${several(refs)} ${refs.length === 1 ? 'runs' : 'run'} through Claude Code ${whereOpenClawRuns(facts)}.`,
      why: `OpenClaw starts Claude Code for ${refs.length === 1 ? 'it' : 'them'}. That counts against the plan that Claude Code is signed in to, unless a stored credential comes first.`,
    }),
    next: (_, facts) => typed(facts, 'models', 'status'),
  }),
];
