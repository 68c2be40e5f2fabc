import { DAY, type DoctorCase, type DoctorHome, HOUR, NOW, SECRETS } from '../../../support/doctor-home.ts';

/** The first model is run by Claude Code, and nothing is stored. */
function throughClaudeCode(home: DoctorHome): void {
  const { defaults } = home.config.agents;
  defaults.model = { primary: 'anthropic/claude-opus-4-6' };
  defaults.models = { 'anthropic/claude-opus-4-6': { agentRuntime: { id: 'claude-cli' } } };
  delete home.config.auth;
  home.stores.shared = { version: 1, profiles: {} };
}

const credentials = (home: DoctorHome, claudeAiOauth: object) =>
  home.file('.claude/.credentials.json', { claudeAiOauth });

export const login: readonly DoctorCase[] = [
  {
    title: 'through Claude Code, signed in',
    release: '2026.9.6',
    asks: true,
    lay: (home) => {
      home.claude();
      throughClaudeCode(home);
    },
    owes: null,
  },
  {
    title: 'through Claude Code by the name of the model, signed in',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.claude();
      home.config.agents.defaults.model = { primary: 'claude-cli/opus' };
      home.config.agents.defaults.models = {};
      home.stores.main = null;
      home.stores.lite = null;
    },
    owes: null,
  },
  {
    title: 'through Claude Code, signed out',
    release: '2026.8.2',
    asks: true,
    lay: (home) => {
      home.claude('signed out');
      throughClaudeCode(home);
    },
    owes: { id: 'cli.signed-out', level: 'error', says: /not signed in/, next: /^claude auth login$/, fixes: true },
  },
  {
    title: 'through a Claude Code that signs in by a browser only, signed out',
    release: '2026.8.2',
    asks: true,
    lay: (home) => {
      home.program(
        'claude',
        'case "$1" in --version) echo 2.1.100 ;; *) echo "{\\"loggedIn\\":false}"; exit 1 ;; esac',
      );
      throughClaudeCode(home);
    },
    owes: { id: 'cli.signed-out', level: 'error', says: /not signed in/, next: /^claude auth login$/ },
  },
  {
    title: 'through the Claude Code of a gateway with another folder, signed out',
    release: '2026.9.6',
    asks: true,
    lay: (home) => {
      home.claude('signed out');
      throughClaudeCode(home);
      home.gatewayUnit(['Environment=CLAUDE_CONFIG_DIR=/srv/claude']);
    },
    owes: {
      id: 'cli.signed-out',
      level: 'error',
      says: /not signed in/,
      next: /^CLAUDE_CONFIG_DIR=\/srv\/claude claude auth login$/,
      and: ['claude.config-dir-differs'],
    },
  },
  {
    title: 'through a Claude Code that is not there',
    release: '2026.9.6',
    lay: throughClaudeCode,
    owes: { id: 'cli.missing', level: 'error', says: /no claude on this machine/, next: /npm install/ },
  },
  {
    title: 'through Claude Code, whose renewal was refused',
    release: '2026.9.6',
    asks: true,
    lay: (home) => {
      home.claude();
      throughClaudeCode(home);
      credentials(home, { accessToken: '', refreshToken: '', expiresAt: 0 });
    },
    owes: { id: 'cli.login-ended', level: 'error', says: /has expired/, next: /^claude auth login$/, fixes: true },
  },
  {
    title: 'through Claude Code, whose refresh token has ended too',
    release: '2026.9.6',
    asks: true,
    lay: (home) => {
      home.claude();
      throughClaudeCode(home);
      const { session: accessToken, refresh: refreshToken } = SECRETS;
      const ends = { expiresAt: NOW - DAY, refreshTokenExpiresAt: NOW - HOUR };
      credentials(home, { accessToken, refreshToken, ...ends });
    },
    owes: {
      id: 'cli.login-ended',
      level: 'error',
      says: /cannot be renewed/,
      next: /^claude auth login$/,
      fixes: true,
    },
  },
  {
    title: 'through Claude Code, whose access token has ended and is renewed at its next use',
    release: '2026.9.6',
    asks: true,
    lay: (home) => {
      home.claude();
      throughClaudeCode(home);
      const { session: accessToken, refresh: refreshToken } = SECRETS;
      credentials(home, { accessToken, refreshToken, expiresAt: NOW - HOUR });
    },
    owes: null,
  },
  {
    title: 'a Claude Code that nobody asks is signed out',
    release: '2026.9.6',
    asks: true,
    lay: (home) => home.claude('signed out'),
    owes: null,
  },
  {
    title: 'a stored token in place of the login of Claude Code',
    release: '2026.8.2',
    asks: true,
    lay: (home) => {
      const { shared } = home.stores;
      home.claude();
      throughClaudeCode(home);
      home.stores.shared = shared;
    },
    owes: {
      id: 'cli.stored-profile-forwarded',
      level: 'warning',
      says: /stored anthropic:default/,
      next: /models auth logout anthropic:default$/,
      fixes: true,
    },
  },
  {
    title: 'the same, where a fallback of OpenClaw itself needs the token',
    release: '2026.9.6',
    asks: true,
    lay: (home) => {
      const { shared } = home.stores;
      home.claude();
      throughClaudeCode(home);
      home.config.agents.defaults.model.fallbacks = ['anthropic/claude-sonnet-4-5'];
      home.config.agents.defaults.models['anthropic/claude-sonnet-4-5'] = {};
      home.stores.shared = shared;
    },
    owes: { id: 'cli.stored-profile-forwarded', level: 'info', says: /stored anthropic:default/, next: /logout/ },
  },
  {
    title: 'a stored token that an empty order keeps from Claude Code',
    release: '2026.8.2',
    asks: true,
    lay: (home) => {
      const { shared } = home.stores;
      home.claude();
      throughClaudeCode(home);
      home.stores.shared = shared;
      home.config.auth = { order: { anthropic: [] } };
    },
    owes: null,
  },
  {
    title: 'a copy of the login of Claude Code',
    release: '2026.5.28',
    asks: true,
    lay: (home) => {
      home.claude();
      home.config.auth.profiles['anthropic:default'].mode = 'oauth';
      const { session: access, refresh } = SECRETS;
      for (const store of Object.values(home.stores)) {
        const copy = { type: 'oauth', provider: 'anthropic', access, refresh, expires: NOW + HOUR };
        store.profiles['anthropic:default'] = copy;
      }
    },
    owes: { id: 'login.two-owners', level: 'error', says: /same refresh token/, next: /doctor --fix/, fixes: true },
  },
  {
    title: 'such a copy beside a token that is in use',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.claude();
      const { session: access, refresh } = SECRETS;
      const copy = { type: 'oauth', provider: 'anthropic', access, refresh, expires: NOW + HOUR };
      for (const store of Object.values(home.stores)) store.profiles['anthropic:old'] = copy;
    },
    owes: { id: 'login.copy-beside', level: 'warning', says: /beside the credential in use/, fixes: true },
  },
  {
    title: 'a login of its own beside that of Claude Code',
    release: '2026.5.28',
    asks: true,
    lay: (home) => {
      home.claude();
      home.config.auth.profiles['anthropic:default'].mode = 'oauth';
      const refresh = SECRETS.refresh.replace('refA', 'refB');
      for (const store of Object.values(home.stores)) {
        const own = { type: 'oauth', provider: 'anthropic', access: SECRETS.otherToken, refresh, expires: NOW + HOUR };
        store.profiles['anthropic:default'] = own;
      }
    },
    owes: null,
  },
];
