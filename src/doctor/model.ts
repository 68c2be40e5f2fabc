import type { EditData } from '../actions/params.ts';
import { claudeAgents, readConfig } from '../facts/claude-agents.ts';
import { defaultModel, isBridged, isOwnProxy } from '../facts/own-proxy.ts';
import type { Facts } from '../facts/types.ts';
import { doublesV1, leadsElsewhere, providerOf, resolveAlias } from '../openclaw/bridge.ts';
import { settingName } from '../openclaw/model-keys.ts';
import type { ConfigFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { answersAt, canAskClaude, handMade, hasCredential, OFF_THE_BRIDGE } from './bridges.ts';
import type { Repair } from './repairs.ts';
import { error, info, type Severity, warning } from './types.ts';
import { only, SETUP, several } from './words.ts';

type Place = Extract<Repair, { kind: 'bridge' }>['of'][number];

/** The default model where a bridge answers it, as it resolves. */
function bridgedDefault(facts: Facts): string | null {
  const primary = defaultModel(facts);
  const config = readConfig(facts);
  return config !== null && primary !== null && isBridged(primary, facts) ? resolveAlias(primary, config) : null;
}

/** Claude answers the default model by OpenClaw's own way. */
const isClaudeFirst = (facts: Facts) =>
  claudeAgents(facts).length > 0 && !isOwnProxy(defaultModel(facts), facts) && bridgedDefault(facts) === null;

const explainBridge = (ref: string) => ({
  says: `The default model ${ref} is answered by a bridge, not by your plan.`,
});

interface Named {
  readonly name: string;
  readonly ref: string;
  readonly of: Place;
}

/** What still names a bridge beside the agents. */
function bridgeNames(facts: Facts, { fallbacks, aliases, settings = [] }: ConfigFacts): Named[] {
  const all: Named[] = [
    ...fallbacks.map((ref) => ({ name: `the fallback ${ref}`, ref, of: 'fallbacks' as const })),
    ...Object.entries(aliases).map(([name, ref]) => ({ name: `the alias ${name}`, ref, of: 'aliases' as const })),
    ...settings.flatMap((setting) =>
      [setting.model, ...setting.fallbacks].flatMap((ref) =>
        ref === null ? [] : [{ name: settingName(setting), ref, of: 'settings' as const }],
      ),
    ),
  ];
  return all.filter(({ ref }) => isBridged(ref, facts));
}

/** A bridge that answers is what somebody wanted; one that does not makes what asks it fail. */
function weighed(refs: readonly string[], facts: Facts): { level?: Severity } {
  return refs.every((ref) => answersAt(ref, facts) === true) ? { level: 'info' } : {};
}

interface Doubled {
  readonly baseUrl: string;
  readonly where: string;
  readonly repair: Repair;
}

/** Through 2026.4.29 a provider must have a `baseUrl`, so it is fixed and not taken out. */
function doubled(facts: Facts): Doubled[] {
  const { providers = [], agents = [], path: file = '' } = readConfig(facts) ?? {};
  const says = 'Remove /v1 from Anthropic’s address';
  const edit = (url: string, path: readonly string[]): EditData => ({
    op: 'set',
    path: [...path, 'baseUrl'],
    value: url.replace(/\/v1\/?$/, ''),
  });
  return [
    ...providers.filter(doublesV1).flatMap(({ id, baseUrl }) => {
      if (baseUrl === null) return [];
      const edits = [edit(baseUrl, ['models', 'providers', id])];
      return [{ baseUrl, where: `models.providers.${id} (${file})`, repair: { kind: 'config', says, edits } as const }];
    }),
    ...agents.flatMap(({ id, agentDir, copyDoublesV1: baseUrl }) => {
      if (baseUrl === undefined) return [];
      const at = `${agentDir}/models.json`;
      const edits = [edit(baseUrl, ['providers', 'anthropic'])];
      return [
        { baseUrl, where: at, repair: { kind: 'json', file: at, name: `models.json of ${id}`, says, edits } as const },
      ];
    }),
  ];
}

/** What is asked for Claude, and where that leads. */
export const model = [
  warning('model.anthropic-elsewhere', 'Requests for Anthropic go to another address', {
    code: 'anthropic-elsewhere',
    needs: ['config'],
    detect: (_, facts) => {
      const { providers = [], agents = [] } = readConfig(facts) ?? {};
      return [
        ...new Set([
          ...providers.filter(leadsElsewhere).flatMap(({ baseUrl }) => baseUrl ?? []),
          ...agents.flatMap(({ copyLeadsTo }) => copyLeadsTo ?? []),
        ]),
      ];
    },
    explain: (url) => ({ says: `OpenClaw sends what it has stored for Anthropic to ${url}.` }),
    next: () => SETUP,
  }),
  error('model.doubled-v1', 'Anthropic’s address ends in /v1', {
    code: 'doubled-v1',
    needs: ['config'],
    explains: ['log.not-found', 'log.unknown-model'],
    detect: (_, facts) => doubled(facts),
    explain: ({ baseUrl, where }) => ({
      says: `${where} has ${baseUrl}: OpenClaw adds /v1 itself, so it finds no model.`,
    }),
    fix: ({ repair }) => [repair],
    next: () => SETUP,
  }),
  error('model.default-is-bridge', 'A bridge answers the default model, and nothing uses Claude', {
    code: 'default-is-bridge',
    needs: ['config'],
    explains: ['profile.unknown'],
    detect: (_, facts) => {
      const ref = bridgedDefault(facts);
      if (ref === null || claudeAgents(facts).length > 0) return null;
      if (handMade(facts)?.answers != null) return null;
      // What works without a credential for Claude is the person's way.
      return answersAt(ref, facts) === true && !hasCredential(facts) ? null : [ref];
    },
    explain: (ref, facts) => ({
      ...explainBridge(ref),
      ...(hasCredential(facts) && { why: 'There is a credential for Claude, and nothing uses it.' }),
    }),
    // A block for Anthropic itself would go on leading elsewhere, and what is stored and not used has a fault of its own.
    fix: (ref, facts) => {
      if (providerOf(ref) === 'anthropic') return [];
      if (canAskClaude(facts)) return [OFF_THE_BRIDGE];
      const none = factValue(facts.profiles)?.every(({ provider }) => provider !== 'anthropic');
      return none ? [{ kind: 'token', profileId: 'anthropic:default' }, OFF_THE_BRIDGE] : [];
    },
    next: () => SETUP,
  }),
  info('model.bridge-first', 'A bridge answers the default model, and works or has Claude behind it', {
    code: 'default-is-bridge',
    needs: ['config'],
    detect: (_, facts) => {
      const ref = bridgedDefault(facts);
      if (ref === null) return null;
      return claudeAgents(facts).length > 0 || (answersAt(ref, facts) === true && !hasCredential(facts)) ? [ref] : null;
    },
    explain: explainBridge,
  }),
  error('model.claude-unused', 'Nothing uses Claude', {
    code: 'claude-unused',
    needs: ['config'],
    explains: ['profile.unknown'],
    detect: (_, facts) => {
      const primary = defaultModel(facts);
      const used = claudeAgents(facts).length > 0 || isOwnProxy(primary, facts) || isBridged(primary, facts);
      return readConfig(facts) === null || used ? null : [primary ?? ''];
    },
    explain: (primary) => ({
      says: primary ? `Nothing uses Claude: the default model is ${primary}.` : 'No default model is set.',
    }),
    next: () => SETUP,
  }),
  warning('model.agent-on-bridge', 'An agent’s own model is a bridge, but Claude is the default', {
    code: 'names-bridge',
    needs: ['config'],
    detect: (_, facts) =>
      (isClaudeFirst(facts) ? (readConfig(facts)?.agents ?? []) : []).flatMap(({ id, model: own, fallbacks }) => {
        const refs = [own, ...fallbacks].flatMap((ref) => (ref !== null && isBridged(ref, facts) ? [ref] : []));
        return refs.length > 0 ? [{ id, refs }] : [];
      }),
    explain: ({ id, refs }, facts) => ({
      says: `The agent ${id} has its own model, which a bridge answers: ${several(refs)}.`,
      why: 'An agent’s own model comes before the default one.',
      ...weighed(refs, facts),
    }),
    fix: ({ refs }, facts) => (weighed(refs, facts).level === 'info' ? [] : [{ kind: 'bridge', of: ['agents'] }]),
    next: () => SETUP,
  }),
  warning('model.bridge-left', 'A bridge is still in use, but Claude is the default', {
    code: 'names-bridge',
    needs: ['config'],
    detect: (_, facts) => {
      const config = readConfig(facts);
      return only(config !== null && isClaudeFirst(facts) ? listOr(bridgeNames(facts, config)) : null);
    },
    explain: (named, facts) => ({
      says: `A bridge is still used by ${several([...new Set(named.map(({ name }) => name))])}.`,
      why: 'Claude answers the default model; these still ask the bridge.',
      ...weighed(
        named.map(({ ref }) => ref),
        facts,
      ),
    }),
    fix: (named, facts) => {
      const refs = named.map(({ ref }) => ref);
      if (weighed(refs, facts).level === 'info') return [];
      return [{ kind: 'bridge', of: [...new Set(named.map(({ of }) => of))] }];
    },
    next: () => SETUP,
  }),
];

const listOr = <T>(list: readonly T[]): readonly T[] | null => (list.length > 0 ? list : null);
