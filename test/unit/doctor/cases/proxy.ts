import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type DoctorCase, type DoctorHome, SECRETS } from '../../../support/doctor-home.ts';
import { relay } from './models.ts';

/** OpenClaw's only way to Claude is a proxy on this machine. */
function behind(home: DoctorHome, id: string, baseUrl: string, more: { keep?: boolean; api?: string } = {}): void {
  relay(home, id, baseUrl, more.api);
  const ref = `${id}/claude-opus-4`;
  home.config.agents.defaults.model = { primary: ref };
  home.config.agents.defaults.models = { [ref]: {} };
  if (more.keep) return;
  delete home.config.auth;
  for (const store of Object.values(home.stores)) store.profiles = {};
}

const units = (home: DoctorHome, name: string, exec: string, more = '') =>
  home.file(
    `.config/systemd/user/${name}`,
    `[Unit]\n${more}\n[Service]\nExecStart=${exec}\n[Install]\nWantedBy=default.target\n`,
  );

function enabled(home: DoctorHome, name: string): void {
  const folder = join(home.home, '.config/systemd/user/default.target.wants');
  mkdirSync(folder, { recursive: true });
  symlinkSync(`../${name}`, join(folder, name));
}

export const proxy: readonly DoctorCase[] = [
  {
    title: 'a proxy of another name, and nothing answers',
    release: '2026.6.5',
    lay: (home) => behind(home, 'claude-code-proxy', 'http://localhost:9/v1'),
    owes: { id: 'proxy.down', level: 'error', says: /nothing listens at http:\/\/localhost:9/, next: /clawauth-setup/ },
  },
  {
    title: 'nothing answers, and a token is stored beside it',
    release: '2026.2.17',
    lay: (home) => behind(home, 'claude-max-proxy', 'http://127.0.0.1:9/v1', { keep: true }),
    owes: {
      id: 'model.default-is-bridge',
      level: 'error',
      says: /nothing uses it/,
      next: /^clawauth-setup$/,
      fixes: true,
    },
  },
  {
    title: 'Claude stands behind a proxy that does not answer',
    release: '2026.2.17',
    lay: (home) => {
      behind(home, 'claude-max-proxy', 'http://127.0.0.1:9/v1', { keep: true });
      home.config.agents.defaults.model.fallbacks = ['anthropic/claude-opus-4-6'];
      home.config.agents.defaults.models['anthropic/claude-opus-4-6'] = {};
    },
    owes: { id: 'proxy.down', level: 'warning', says: /nothing listens/ },
  },
  {
    title: 'claude-max-api on a port of its own, by its unit',
    release: '2026.2.17',
    lay: (home) => {
      behind(home, 'local', 'http://127.0.0.1:9/v1');
      units(home, 'claude-max-api.service', '/usr/bin/claude-max-api 9');
      enabled(home, 'claude-max-api.service');
    },
    owes: { id: 'proxy.no-normalizer', level: 'error', says: /without the normalizer/, next: /clawauth-setup/ },
  },
  {
    title: 'one unit of a guide is enabled and starts the other',
    release: '2026.2.17',
    lay: (home) => {
      behind(home, 'claude-max-proxy', 'http://127.0.0.1:9/v1');
      units(home, 'claude-max-api.service', '/usr/bin/claude-max-api 28459');
      units(
        home,
        'content-normalizer.service',
        '/usr/bin/node %h/content-normalizer-proxy.js',
        'Requires=claude-max-api.service',
      );
      enabled(home, 'content-normalizer.service');
    },
    owes: {
      id: 'proxy.down',
      level: 'error',
      says: /nothing listens/,
      next: /systemctl --user restart claude-max-api/,
    },
  },
  {
    title: 'units of a guide that nothing uses any more',
    release: '2026.2.17',
    lay: (home) => units(home, 'claude-max-api.service', '/usr/bin/claude-max-api 3459'),
    owes: null,
  },
  {
    title: 'Claude Code behind a proxy of ours by name is signed out, Claude Code of nobody else matters',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      behind(home, 'meridian', 'http://127.0.0.1:9');
      home.claude('signed out');
    },
    owes: {
      id: 'proxy.claude-signed-out',
      level: 'error',
      says: /not signed in/,
      next: /claude auth login/,
      fixes: true,
    },
  },
  {
    title: 'a billing proxy takes what is stored for Anthropic',
    release: '2026.2.17',
    lay: (home) => {
      const anthropic = { baseUrl: 'http://127.0.0.1:18801', api: 'anthropic-messages', models: [] };
      home.config.models = { providers: { anthropic } };
      home.program('systemctl', 'exit 0');
      units(home, 'openclaw-billing-proxy.service', '/usr/bin/node %h/openclaw-billing-proxy/proxy.js');
    },
    owes: { id: 'proxy.disguise', level: 'warning', says: /rewrites requests/, fixes: true },
  },
  {
    title: 'a billing proxy has a provider of its own, and Claude is known beside it',
    release: '2026.5.28',
    lay: (home) => {
      behind(home, 'anthropic-billing', 'http://127.0.0.1:18801', { keep: true, api: 'anthropic-messages' });
      home.config.agents.defaults.models['anthropic/claude-opus-4-6'] = { alias: 'Opus' };
    },
    owes: { id: 'proxy.disguise', level: 'warning', says: /models\.providers\.anthropic-billing/, fixes: true },
  },
  {
    title: 'OPENAI_BASE_URL for a model of OpenAI itself',
    release: '2026.5.28',
    lay: (home) => {
      home.env.OPENAI_BASE_URL = 'http://127.0.0.1:9/v1';
      home.config.agents.defaults.model.fallbacks.push('openai/gpt-5');
    },
    owes: null,
  },
  {
    title: 'OPENAI_BASE_URL in the config, for a Claude',
    release: '2026.2.17',
    lay: (home) => {
      home.config.env = { vars: { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' } };
      home.config.agents.defaults.model = 'openai/claude-opus-4';
      home.config.agents.defaults.models = { 'openai/claude-opus-4': {} };
      for (const store of Object.values(home.stores))
        store.profiles['openai:me'] = { type: 'api_key', provider: 'openai', key: SECRETS.key };
    },
    owes: {
      id: 'proxy.base-url-ignored',
      level: 'error',
      says: /openclaw\.json.*models\.providers/,
      fixes: true,
    },
  },
];
