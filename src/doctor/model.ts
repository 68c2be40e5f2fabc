import { isOwnProxy } from '../facts/own-proxy.ts';
import type { Facts } from '../facts/types.ts';
import { doublesV1, isBridgeRef, leadsElsewhere, resolveAlias } from '../openclaw/bridge.ts';
import { settingName } from '../openclaw/model-keys.ts';
import type { ConfigFacts, CustomProvider } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { editorAt } from '../system/file-problems.ts';
import { claudeAgents, defaultModel, readConfig } from './claude-use.ts';
import { check } from './types.ts';
import { only, SETUP, several } from './words.ts';

/** Whether a ref (or alias) goes through a bridge that is not our own proxy. */
export function isBridged(ref: string | null, facts: Facts): boolean {
  const config = factValue(facts.config);
  return ref !== null && config !== undefined && isBridgeRef(ref, config) && !isOwnProxy(ref, facts);
}

/** The default model where a bridge answers it, as it resolves. */
function bridgedDefault(facts: Facts): string | null {
  const primary = defaultModel(facts);
  const config = readConfig(facts);
  return config !== null && primary !== null && isBridged(primary, facts) ? resolveAlias(primary, config) : null;
}

const explainBridge = (ref: string) => ({
  says: `The default model ${ref} is answered by a bridge, not by your plan.`,
});

/** What still names a bridge. */
function bridgeNames(facts: Facts, { agents, settings = [] }: ConfigFacts): string[] {
  return [
    ...agents.flatMap(({ id, model }) => (isBridged(model, facts) ? [`the agent ${id}`] : [])),
    ...settings.flatMap((setting) => (isBridged(setting.model, facts) ? [settingName(setting)] : [])),
  ];
}

/** What is asked for Claude, and where that leads. */
export const model = [
  check<string>({
    id: 'model.anthropic-elsewhere',
    code: 'anthropic-elsewhere',
    title: 'Requests for Anthropic go to another address',
    severity: 'warning',
    needs: ['config'],
    detect: (facts) => {
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
  check<CustomProvider & { readonly file: string }>({
    id: 'model.doubled-v1',
    code: 'doubled-v1',
    title: 'The address of Anthropic ends in /v1',
    severity: 'error',
    needs: ['config'],
    detect: (facts) => {
      const { providers = [], path: file = '' } = readConfig(facts) ?? {};
      return providers.filter(doublesV1).map((provider) => ({ ...provider, file }));
    },
    explain: ({ baseUrl }) => ({
      says: `models.providers.anthropic has ${baseUrl}: OpenClaw adds /v1 itself, so every model is not found.`,
    }),
    next: ({ file }) => editorAt(file, 1),
  }),
  check<string>({
    id: 'model.default-is-bridge',
    code: 'default-is-bridge',
    title: 'A bridge answers the default model, and nothing uses Claude',
    severity: 'error',
    needs: ['config'],
    explains: ['profile.unknown'],
    detect: (facts) => (claudeAgents(facts).length > 0 ? null : only(bridgedDefault(facts))),
    explain: explainBridge,
    next: () => SETUP,
  }),
  check<string>({
    id: 'model.bridge-first',
    code: 'default-is-bridge',
    title: 'A bridge answers the default model, with Claude behind it',
    severity: 'info',
    needs: ['config'],
    detect: (facts) => (claudeAgents(facts).length > 0 ? only(bridgedDefault(facts)) : null),
    explain: explainBridge,
  }),
  check<string>({
    id: 'model.claude-unused',
    code: 'claude-unused',
    title: 'Nothing uses Claude',
    severity: 'error',
    needs: ['config'],
    explains: ['profile.unknown'],
    detect: (facts) => {
      const primary = defaultModel(facts);
      const used = claudeAgents(facts).length > 0 || isOwnProxy(primary, facts) || isBridged(primary, facts);
      return readConfig(facts) === null || used ? null : [primary ?? ''];
    },
    explain: (primary) => ({
      says: primary ? `Nothing uses Claude: the default model is ${primary}.` : 'No default model is set.',
    }),
    next: () => SETUP,
  }),
  check<readonly string[]>({
    id: 'model.bridge-left',
    code: 'names-bridge',
    title: 'Something still names a bridge where Claude is the default',
    severity: 'info',
    needs: ['config'],
    detect: (facts) => {
      const config = readConfig(facts);
      const primary = defaultModel(facts);
      const claude = claudeAgents(facts).length > 0 && !isOwnProxy(primary, facts) && !isBridged(primary, facts);
      const names = config !== null && claude ? bridgeNames(facts, config) : [];
      return names.length > 0 ? [names] : null;
    },
    explain: (names) => ({ says: `A bridge is still named by ${several(names)}.` }),
    next: () => SETUP,
  }),
];
