import type { DoctorCase, DoctorHome } from '../../../support/doctor-home.ts';
import { SECRETS } from '../../../support/doctor-home.ts';

const OLD = '2026.2.17';

/** A provider that is told as a bridge, with nothing behind it. */
export function relay(
  home: DoctorHome,
  id = 'relay',
  baseUrl = 'http://127.0.0.1:9/v1',
  api = 'openai-completions',
): void {
  const models = [{ id: 'claude-opus-4', name: 'o' }];
  home.config.models = { providers: { [id]: { baseUrl, apiKey: 'not-needed', api, models } } };
}

/** The default model under another name, everywhere it stands. */
function named(home: DoctorHome, ref: string): void {
  const { defaults } = home.config.agents;
  defaults.model = { primary: ref, fallbacks: [] };
  defaults.models = { [ref]: { alias: 'Opus' } };
}

export const models: readonly DoctorCase[] = [
  {
    title: 'heartbeats and an alias still name a bridge',
    release: OLD,
    lay: (home) => {
      relay(home);
      home.config.agents.defaults.heartbeat = { model: 'relay/claude-opus-4' };
      home.config.agents.defaults.models['relay/claude-opus-4'] = { alias: 'Old' };
    },
    owes: { id: 'model.bridge-left', level: 'warning', says: /alias Old.*heartbeat/, fixes: true },
  },
  {
    title: 'the fallback asks OpenAI itself for a Claude, and no block leads elsewhere',
    release: OLD,
    lay: (home) => {
      home.config.agents.defaults.model.fallbacks = ['openai/claude-sonnet-4'];
      home.config.agents.defaults.models['openai/claude-sonnet-4'] = {};
    },
    owes: { id: 'model.bridge-left', level: 'warning', says: /fallback openai\/claude-sonnet-4/, fixes: true },
  },
  {
    title: 'an agent has the bridge as its own model, as an object',
    release: OLD,
    lay: (home) => {
      relay(home);
      home.config.agents.list[1].model = { primary: 'relay/claude-opus-4' };
    },
    owes: { id: 'model.agent-on-bridge', level: 'warning', says: /agent lite/, fixes: true },
  },
  {
    title: 'the copy of a provider in an agent’s models.json ends in /v1/',
    release: OLD,
    lay: (home) => {
      const anthropic = { baseUrl: 'https://api.anthropic.com/v1/', api: 'anthropic-messages', models: [] };
      home.file('.openclaw/agents/main/agent/models.json', { providers: { anthropic } });
    },
    owes: {
      id: 'model.doubled-v1',
      level: 'error',
      says: /models\.json has https:\/\/api\.anthropic\.com\/v1\//,
      fixes: true,
    },
  },
  {
    title: 'a provider block ends in /v1, beside comments',
    release: '2026.5.28',
    lay: (home) => {
      const anthropic = { baseUrl: 'https://api.anthropic.com/v1', models: [] };
      home.config = `// mine\n${JSON.stringify({ ...home.config, models: { providers: { anthropic } } }, null, 2)}\n`;
    },
    owes: { id: 'model.doubled-v1', level: 'error', says: /models\.providers\.anthropic/, fixes: true },
  },
  {
    title: 'a family is misspelled',
    release: '2026.5.28',
    lay: (home) => named(home, 'anthropic/claude-sonet-4-5'),
    owes: { id: 'model.unknown-id', level: 'error', says: /misspelled.*claude-sonnet-4-5/, fixes: true },
  },
  {
    title: 'the version of an agent’s model has an underscore',
    release: OLD,
    lay: (home) => {
      home.config.agents.list[1].model = 'anthropic/claude-opus-4_6';
      home.config.agents.defaults.models['anthropic/claude-opus-4_6'] = {};
    },
    owes: { id: 'model.unknown-id', level: 'error', says: /the agent lite/, fixes: true },
  },
  {
    title: 'a fallback was retired, and no list says what came after',
    release: OLD,
    lay: (home) => {
      home.config.agents.defaults.model.fallbacks = ['anthropic/claude-3-5-haiku-20241022'];
      home.config.agents.defaults.models['anthropic/claude-3-5-haiku-20241022'] = {};
    },
    owes: { id: 'model.unknown-id', level: 'warning', says: /retired/, next: /clawauth-setup/ },
  },
  ...['claude-opus-4-6', 'claude-opus-4-5-20251101', 'claude-mythos-preview', 'claude-haiku-4-5'].map(
    (id): DoctorCase => ({
      title: `${id} may well be one`,
      release: OLD,
      lay: (home) => named(home, `anthropic/${id}`),
      owes: null,
    }),
  ),
  {
    title: 'the short names that OpenClaw itself resolves',
    release: OLD,
    lay: (home) => named(home, 'anthropic/opus-4.6'),
    owes: null,
  },
  {
    title: 'a model of another provider that looks misspelled',
    release: OLD,
    lay: (home) => {
      home.config.agents.defaults.model.fallbacks.push('openrouter/anthropic/claude-opus-4.6');
      home.config.agents.defaults.models['openrouter/anthropic/claude-opus-4.6'] = {};
    },
    owes: null,
  },
  {
    title: 'a token, and a model that its release cannot ask for',
    release: OLD,
    lay: (home) => named(home, 'anthropic/claude-opus-5'),
    owes: {
      id: 'model.needs-newer-client',
      level: 'warning',
      says: /2\.1\.2;.*2\.1\.219/,
      next: /openclaw update/,
      fixes: true,
    },
  },
  {
    title: 'an API key may ask for any model',
    release: OLD,
    lay: (home) => {
      named(home, 'anthropic/claude-opus-5-5');
      for (const store of Object.values(home.stores)) {
        store.profiles['anthropic:default'] = { type: 'api_key', provider: 'anthropic', key: SECRETS.key };
      }
      home.config.auth.profiles['anthropic:default'].mode = 'api_key';
    },
    owes: null,
  },
  {
    title: 'a fallback in 1M, with an alias',
    release: '2026.5.28',
    lay: (home) => {
      home.config.agents.defaults.model.fallbacks = ['anthropic/claude-sonnet-4-5[1m]'];
      home.config.agents.defaults.models['anthropic/claude-sonnet-4-5[1m]'] = { alias: 'Long' };
    },
    owes: { id: 'model.context1m', level: 'warning', says: /1M/, fixes: true },
  },
  {
    title: 'context1m of a model beside other options',
    release: '2026.5.28',
    lay: (home) => {
      home.config.agents.defaults.models['anthropic/claude-sonnet-4-5'].params = { context1m: true, temperature: 1 };
    },
    owes: { id: 'model.context1m', level: 'warning', says: /context1m/, fixes: true },
  },
  {
    title: 'context1m of a model that has 1M anyway, in a release that keeps the headers',
    release: '2026.5.28',
    lay: (home) => {
      home.config.agents.defaults.models['anthropic/claude-opus-4-6'].params = { context1m: true };
    },
    owes: null,
  },
  {
    title: 'an agent’s model is not allowed',
    release: OLD,
    lay: (home) => {
      home.config.agents.list[1].model = 'anthropic/claude-haiku-4-5';
    },
    owes: {
      id: 'model.not-allowed',
      level: 'warning',
      says: /agent lite \(anthropic\/claude-haiku-4-5\)/,
      fixes: true,
    },
  },
  {
    title: 'a list of allowed models with a wildcard',
    release: OLD,
    lay: (home) => {
      home.config.agents.defaults.models = { 'anthropic/*': {} };
    },
    owes: null,
  },
  {
    title: 'a fallback of somebody else that is not allowed',
    release: OLD,
    lay: (home) => {
      home.config.agents.defaults.model.fallbacks.push('openai/gpt-5');
    },
    owes: null,
  },
  {
    title: 'Claude runs through Claude Code',
    release: '2026.9.6',
    lay: (home) => {
      home.claude();
      home.config.agents.defaults.models['anthropic/claude-opus-4-6'] = { agentRuntime: { id: 'claude-cli' } };
    },
    owes: { id: 'model.route', level: 'info', says: /through Claude Code/ },
  },
];
