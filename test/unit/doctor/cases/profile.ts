import { DAY, type DoctorCase, type DoctorHome, NOW, SECRETS } from '../../../support/doctor-home.ts';

const each = (home: DoctorHome, lay: (store: DoctorHome['stores'][string]) => void) => {
  for (const store of Object.values(home.stores)) lay(store);
};
const replace = (home: DoctorHome, entry: object) =>
  each(home, (store) => {
    store.profiles = { 'anthropic:default': { provider: 'anthropic', ...entry } };
  });
const fixed = { level: 'error', next: /doctor --fix/, fixes: true } as const;
const { token, otherToken, refresh, session, key } = SECRETS;

/** A key that lies in a file, and the configuration that says which one that is. */
const byFile = (home: DoctorHome, path: string, name = 'key-file') => {
  home.config.secrets = { providers: { 'key-file': { source: 'file', path, mode: 'singleValue' } } };
  home.config.auth.profiles['anthropic:default'].mode = 'api_key';
  replace(home, { type: 'api_key', keyRef: { source: 'file', provider: name, id: 'value' } });
};

export const profile: readonly DoctorCase[] = [
  {
    title: 'a key in a file that is gone',
    release: '2026.9.6',
    lay: (home) => byFile(home, '~/claude.key'),
    owes: { id: 'profile.secret-file', level: 'error', says: /claude\.key.*not there/, next: /EDITOR:-nano} \+1 / },
  },
  {
    title: 'a key in a file that others can read',
    release: '2026.5.28',
    lay: (home) => {
      byFile(home, '~/claude.key');
      home.file('claude.key', `${key}\n`, 0o644);
    },
    owes: { id: 'profile.secret-file', level: 'error', says: /claude\.key.*0644/, next: /^chmod 600 / },
  },
  {
    title: 'a key in a file that the configuration does not name',
    release: '2026.9.6',
    lay: (home) => byFile(home, '~/claude.key', 'lost'),
    owes: { id: 'profile.secret-file', level: 'error', says: /anthropic:default.* lost/, next: /clawauth-setup/ },
  },
  {
    title: 'a key in a file that OpenClaw can read',
    release: '2026.9.6',
    lay: (home) => {
      byFile(home, '~/claude.key');
      home.file('claude.key', `${key}\n`, 0o600);
    },
    owes: null,
  },
  {
    title: 'a login under the mode token',
    release: '2026.5.28',
    lay: (home) => replace(home, { type: 'oauth', access: otherToken, refresh, expires: NOW + DAY }),
    owes: { id: 'profile.mode-mismatch', says: /type oauth.*mode token/, ...fixed },
  },
  {
    title: 'a token under the mode api_key, in a database',
    release: '2026.9.6',
    lay: (home) => {
      home.config.auth.profiles['anthropic:default'].mode = 'api_key';
    },
    owes: { id: 'profile.mode-mismatch', says: /type token.*mode api_key/, ...fixed },
  },
  {
    title: 'a wrong mode, and a variable that stands in',
    release: '2026.2.17',
    lay: (home) => {
      home.config.auth.profiles['anthropic:default'].mode = 'api_key';
      home.file('.openclaw/.env', `ANTHROPIC_OAUTH_TOKEN=${token}\n`);
    },
    owes: {
      ...fixed,
      id: 'profile.mode-mismatch',
      level: 'warning',
      says: /mode api_key/,
      and: ['env.oauth-token'],
    },
  },
  {
    title: 'another id in the configuration',
    release: '2026.2.17',
    lay: (home) => {
      home.config.auth.profiles = { 'anthropic:manual': { provider: 'anthropic', mode: 'token' } };
    },
    owes: { id: 'profile.id-mismatch', says: /anthropic:manual/, ...fixed },
  },
  {
    title: 'another id in the configuration, which later releases do not mind',
    release: '2026.5.28',
    lay: (home) => {
      home.config.auth.profiles = { 'anthropic:manual': { provider: 'anthropic', mode: 'token' } };
    },
    owes: null,
  },
  {
    title: 'a good credential that the configuration does not list beside an ended one',
    release: '2026.2.17',
    lay: (home) => {
      each(home, ({ profiles }) => {
        profiles['anthropic:default'].expires = NOW - DAY;
        profiles['anthropic:new'] = { type: 'token', provider: 'anthropic', token: otherToken };
      });
    },
    owes: { id: 'profile.id-mismatch', says: /anthropic:new \(main, lite\)/, ...fixed },
  },
  {
    title: 'the wrong provider in the configuration',
    release: '2026.2.17',
    lay: (home) => {
      home.config.auth.profiles['anthropic:default'].provider = 'openai';
    },
    owes: { id: 'profile.provider-mismatch', says: /openai/, ...fixed },
  },
  {
    title: 'an order in the configuration that leaves it out',
    release: '2026.9.6',
    lay: (home) => {
      home.config.auth.order = { Anthropic: ['anthropic:gone'] };
      home.stores.shared.profiles['anthropic:gone'] = {
        type: 'token',
        provider: 'anthropic',
        token,
        expires: NOW - DAY,
      };
    },
    owes: { id: 'profile.order-excludes', says: /auth\.order/, ...fixed },
  },
  {
    title: 'an order in the store that leaves it out',
    release: '2026.5.28',
    lay: (home) => {
      each(home, ({ profiles }) => {
        profiles['anthropic:old'] = { type: 'token', provider: 'anthropic', token: otherToken, expires: NOW - DAY };
      });
      for (const agent of ['main', 'lite']) {
        const file = `.openclaw/agents/${agent}/agent/auth-state.json`;
        home.file(file, { version: 1, order: { anthropic: ['anthropic:old'] } });
      }
    },
    owes: { id: 'profile.order-excludes', says: /order in the store/, ...fixed },
  },
  {
    title: 'an order in the database that leaves it out',
    release: '2026.9.6',
    lay: (home) => {
      home.stores.shared.order = { anthropic: ['anthropic:old'] };
      home.stores.shared.profiles['anthropic:old'] = { type: 'api_key', provider: 'anthropic' };
    },
    owes: {
      id: 'profile.order-excludes',
      level: 'error',
      says: /order in the store/,
      next: /models auth order set --provider anthropic --agent main anthropic:default anthropic:old$/,
    },
  },
  {
    title: 'a replacement that waits for its activation',
    release: '2026.9.6',
    lay: (home) => {
      home.stores.shared.profiles['anthropic:default'].setup = { replacement: true };
    },
    owes: { id: 'profile.setup-inactive', level: 'error', says: /inactive/, next: /auth activate anthropic:default$/ },
  },
  {
    title: 'a setup token with the type oauth',
    release: '2026.2.17',
    lay: (home) => replace(home, { type: 'oauth', token }),
    owes: { id: 'profile.fields', says: /"token" instead of "access"/, ...fixed },
  },
  {
    title: 'no type at all',
    release: '2026.2.17',
    lay: (home) => replace(home, { mode: 'token', token }),
    owes: { id: 'profile.fields', says: /no field "type"/, ...fixed },
  },
  {
    title: 'the names of the configuration in the store, which later releases take',
    release: '2026.5.28',
    lay: (home) => replace(home, { mode: 'token', token }),
    owes: null,
  },
  {
    title: 'no provider in the store',
    release: '2026.2.17',
    lay: (home) => each(home, (store) => delete store.profiles['anthropic:default'].provider),
    owes: { id: 'profile.fields', says: /no field "provider"/, ...fixed },
  },
  {
    title: 'the field names of Claude Code',
    release: '2026.5.28',
    lay: (home) => replace(home, { type: 'oauth', accessToken: session, refreshToken: refresh, expiresAt: NOW + DAY }),
    owes: { id: 'profile.fields', says: /"accessToken"/, ...fixed },
  },
  {
    title: 'a token in the field of a login, in a database',
    release: '2026.8.2',
    lay: (home) => replace(home, { type: 'token', access: token }),
    owes: { id: 'profile.fields', says: /"access" instead of "token"/, ...fixed },
  },
  {
    title: 'an ended credential of one agent that hides the good one of main',
    release: '2026.2.17',
    lay: (home) => {
      Object.assign(home.stores.lite.profiles['anthropic:default'], { token: otherToken, expires: NOW - DAY });
    },
    owes: { id: 'profile.agent-without', says: /^lite uses Claude/, ...fixed },
  },
  {
    title: 'an ended credential of one agent in its own database',
    release: '2026.9.6',
    lay: (home) => {
      home.config.agents.entries = { main: {}, lite: {} };
      const own = { type: 'token', provider: 'anthropic', token: otherToken, expires: NOW - DAY };
      home.stores.lite = { version: 1, profiles: { 'anthropic:default': own } };
    },
    owes: { id: 'profile.agent-without', level: 'error', says: /lite uses Claude/, next: /clawauth-setup/ },
  },
  {
    title: 'an ended credential beside one that works',
    release: '2026.2.17',
    lay: (home) => {
      home.config.auth.profiles['anthropic:old'] = { provider: 'anthropic', mode: 'token' };
      each(home, ({ profiles }) => {
        profiles['anthropic:old'] = { type: 'token', provider: 'anthropic', token: otherToken, expires: NOW - DAY };
      });
    },
    owes: null,
  },
  {
    title: 'a credential of another provider under a wrong mode',
    release: '2026.2.17',
    lay: (home) => {
      home.config.auth.profiles['openai:default'] = { provider: 'openai', mode: 'oauth' };
      each(home, ({ profiles }) => {
        profiles['openai:default'] = { type: 'api_key', provider: 'openai', key: 'sk-FAKE' };
      });
    },
    owes: null,
  },
  {
    title: 'a credential without its provider in the configuration',
    release: '2026.2.17',
    lay: (home) => {
      home.config.auth.profiles['anthropic:default'] = { mode: 'token' };
    },
    owes: { id: 'config.profile-incomplete', says: /no provider/, ...fixed },
  },
  {
    title: 'a credential of another provider without its mode in the configuration',
    release: '2026.9.6',
    lay: (home) => {
      home.config.auth.profiles['openai:work'] = { provider: 'openai', email: 'you@example.invalid' };
    },
    owes: { id: 'config.profile-incomplete', says: /openai:work has no mode/, ...fixed },
  },
  {
    title: 'the stored token once more in the configuration',
    release: '2026.2.17',
    lay: (home) => {
      home.config.auth.profiles['anthropic:default'].token = token;
    },
    owes: { id: 'config.secret-inside', says: /a secret \(token\).*"token"/, ...fixed },
  },
  {
    title: 'a token that is only in the configuration',
    release: '2026.2.17',
    lay: (home) => {
      home.config.auth.profiles['anthropic:default'].token = otherToken;
      home.stores.main = null;
      home.stores.lite = null;
    },
    owes: { id: 'config.secret-inside', says: /secret/, ...fixed },
  },
  {
    title: 'the key of another provider in the configuration',
    release: '2026.5.28',
    lay: (home) => {
      home.config.auth.profiles['openai:default'] = { provider: 'openai', mode: 'api_key', apiKey: key };
    },
    owes: { id: 'config.secret-inside', level: 'error', says: /"apiKey"/, next: /renew/ },
  },
];
