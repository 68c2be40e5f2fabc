import { defaultModel, isBridged, isOwnProxy } from '../facts/own-proxy.ts';
import type { Facts } from '../facts/types.ts';
import { doublesV1, leadsElsewhere, resolveAlias } from '../openclaw/bridge.ts';
import { settingName } from '../openclaw/model-keys.ts';
import type { ConfigFacts } from '../openclaw/records.ts';
import { editorAt } from '../system/file-problems.ts';
import { claudeAgents, readConfig } from './claude-use.ts';
import { error, info, warning } from './types.ts';
import { only, SETUP, several } from './words.ts';

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
  error('model.doubled-v1', 'The address of Anthropic ends in /v1', {
    code: 'doubled-v1',
    needs: ['config'],
    detect: (_, facts) => {
      const { providers = [], path: file = '' } = readConfig(facts) ?? {};
      return providers.filter(doublesV1).map((provider) => ({ ...provider, file }));
    },
    explain: ({ baseUrl }) => ({
      says: `models.providers.anthropic has ${baseUrl}: OpenClaw adds /v1 itself, so every model is not found.`,
    }),
    next: ({ file }) => editorAt(file, 1),
  }),
  error('model.default-is-bridge', 'A bridge answers the default model, and nothing uses Claude', {
    code: 'default-is-bridge',
    needs: ['config'],
    explains: ['profile.unknown'],
    detect: (_, facts) => (claudeAgents(facts).length > 0 ? null : only(bridgedDefault(facts))),
    explain: explainBridge,
    fix: () => [{ kind: 'bridge', of: ['primary', 'fallbacks', 'aliases', 'agents', 'settings'] }],
    next: () => SETUP,
  }),
  info('model.bridge-first', 'A bridge answers the default model, with Claude behind it', {
    code: 'default-is-bridge',
    needs: ['config'],
    detect: (_, facts) => (claudeAgents(facts).length > 0 ? only(bridgedDefault(facts)) : null),
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
  info('model.bridge-left', 'Something still names a bridge where Claude is the default', {
    code: 'names-bridge',
    needs: ['config'],
    detect: (_, facts) => {
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
