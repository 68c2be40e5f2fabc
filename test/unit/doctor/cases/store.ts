import { type DoctorCase, NOW, SECRETS } from '../../../support/doctor-home.ts';

const AUTH = '.openclaw/agents/main/agent/auth-profiles.json';
const stored = { type: 'token', provider: 'anthropic', token: SECRETS.token };
const file = { version: 1, profiles: { 'anthropic:default': stored } };

export const store: readonly DoctorCase[] = [
  {
    title: 'credentials only in the file of an older release',
    release: '2026.6.5',
    lay: (home) => {
      home.stores.main = { version: 1, profiles: {} };
      home.stores.lite = null;
      home.file(AUTH, file);
    },
    owes: { id: 'store.not-imported', level: 'error', says: /does not read/, next: /doctor --fix/, fixes: true },
  },
  {
    title: 'the file of an older release beside a database that is used',
    release: '2026.6.5',
    lay: (home) => home.file(AUTH, file),
    owes: { id: 'store.stray', level: 'warning', says: /left over/, next: /doctor --fix/, fixes: true },
  },
  {
    title: 'the file of an older release, which blocks',
    release: '2026.8.2',
    lay: (home) => {
      home.stores.shared.profiles = {};
      home.file(AUTH, file);
    },
    owes: { id: 'store.migration-required', level: 'error', says: /blocks/, next: /doctor --fix/, fixes: true },
  },
  {
    title: 'a flat file in the place of every store',
    release: '2026.2.17',
    lay: (home) => {
      home.stores.main = { anthropic: { apiKey: SECRETS.key } };
      home.stores.lite = { 'anthropic:default': stored };
    },
    owes: { id: 'store.flat-file', level: 'error', says: /"profiles"/, next: /doctor --fix/, fixes: true },
  },
  {
    title: 'a flat file of an agent that works with the store of main',
    release: '2026.2.17',
    lay: (home) => {
      home.stores.lite = { anthropic: { apiKey: SECRETS.key } };
    },
    owes: null,
  },
  {
    title: 'no credential at all',
    release: '2026.9.6',
    lay: (home) => {
      home.stores.shared.profiles = {
        'openai:default': { type: 'api_key', provider: 'openai', key: 'sk-FAKE', at: NOW },
      };
    },
    owes: { id: 'profile.agent-without', level: 'error', says: /main uses Claude/, next: /clawauth-setup/ },
  },
];
