import { DAY, type DoctorCase, type DoctorHome, HOUR, NOW, SECRETS } from '../../../support/doctor-home.ts';

/** Changes the stored profile of every agent. */
function change(home: DoctorHome, fields: object): void {
  for (const store of Object.values(home.stores)) Object.assign(store.profiles['anthropic:default'], fields);
}

const secret = (
  title: string,
  token: string,
  owes: Omit<NonNullable<DoctorCase['owes']>, 'level'> & { level?: 'warning' },
  more: Partial<DoctorCase> = {},
): DoctorCase => ({
  title,
  release: '2026.2.17',
  lay: (home) => change(home, { token }),
  owes: { level: 'error', next: /doctor --fix/, fixes: true, ...owes },
  ...more,
});

const usage = (home: DoctorHome, stats: object) => {
  for (const store of Object.values(home.stores)) store.usageStats = { 'anthropic:default': stats };
};

export const token: readonly DoctorCase[] = [
  secret('a tab inside the token', SECRETS.token.replace('FAKEFAKE', 'FA\tKEFAKE'), {
    id: 'token.whitespace',
    says: /default \(main, lite\) has spaces/,
  }),
  secret(
    'a space inside the token of the database',
    SECRETS.token.replace('FAKEFAKE', 'FAKE FAKE'),
    { id: 'token.whitespace', says: /spaces/ },
    { release: '2026.9.6' },
  ),
  {
    title: 'a line break inside the token, which OpenClaw takes out',
    release: '2026.2.17',
    lay: (home) => change(home, { token: SECRETS.token.replace('FAKEFAKE', 'FAKE\nFAKE') }),
    owes: null,
  },
  secret('the code of the sign-in page', SECRETS.code, { id: 'token.is-code', says: /code of the sign-in page/ }),
  secret(
    'the code of the sign-in page in the database of the agents',
    SECRETS.code,
    { id: 'token.is-code', says: /#/ },
    { release: '2026.6.5' },
  ),
  secret('an admin key', SECRETS.admin, { id: 'token.wrong-kind', says: /an admin key/ }),
  secret('a refresh token', SECRETS.refresh, { id: 'token.wrong-kind', says: /a refresh token/ }),
  secret('a password', 'correct-horse-battery', { id: 'token.wrong-kind', says: /not a credential of Anthropic/ }),
  secret('half of a token', SECRETS.token.slice(0, 60), { id: 'token.cut-off', says: /60 characters/ }),
  secret('an API key as a token', SECRETS.key, {
    id: 'token.paid-per-use',
    level: 'warning',
    says: /API key.*per use/,
  }),
  secret(
    'the access token of Claude Code',
    SECRETS.session,
    { id: 'token.is-session', says: /within 8 hours/ },
    {
      lay: (home) => {
        home.claude();
        change(home, { token: SECRETS.session });
      },
    },
  ),
  {
    title: 'a setup token as an API key, which works',
    release: '2026.2.17',
    lay: (home) => {
      home.config.auth.profiles['anthropic:default'].mode = 'api_key';
      change(home, { type: 'api_key', key: SECRETS.token, token: undefined });
    },
    owes: { id: 'token.in-api-key', level: 'info', says: /api_key/, next: /renew/ },
  },
  {
    title: 'an API key that is meant as one',
    release: '2026.2.17',
    lay: (home) => {
      home.config.auth.profiles['anthropic:default'].mode = 'api_key';
      change(home, { type: 'api_key', key: SECRETS.key, token: undefined });
    },
    owes: null,
  },
  {
    title: 'a bad text in the profile of another provider',
    release: '2026.2.17',
    lay: (home) => {
      home.stores.main.profiles['openai:default'] = { type: 'token', provider: 'openai', token: 'a b#c' };
    },
    owes: null,
  },
  {
    title: 'an end in seconds',
    release: '2026.2.17',
    lay: (home) => change(home, { expires: (NOW + 300 * DAY) / 1000 }),
    owes: { id: 'token.expires-unit', level: 'error', says: /in seconds/, next: /doctor --fix/, fixes: true },
  },
  {
    title: 'an end as a text',
    release: '2026.5.28',
    lay: (home) => change(home, { expires: '2027-10-01T00:00:00Z' }),
    owes: { id: 'token.expires-unit', level: 'error', says: /is text/, next: /doctor --fix/, fixes: true },
  },
  {
    title: 'an end in seconds in the database',
    release: '2026.9.6',
    lay: (home) => change(home, { expires: (NOW + 300 * DAY) / 1000 }),
    owes: { id: 'token.expires-unit', level: 'error', says: /in seconds/, next: /doctor --fix/, fixes: true },
  },
  {
    title: 'an end in seconds that is past',
    release: '2026.2.17',
    lay: (home) => change(home, { expires: (NOW - 3 * DAY) / 1000 }),
    owes: { id: 'token.expired', level: 'error', says: /expired \(2026-11-24\)/, next: /doctor --fix/, fixes: true },
  },
  ...(['2026.2.17', '2026.6.5', '2026.9.6'] as const).flatMap((release): DoctorCase[] => [
    {
      title: 'a token that ended last week',
      release,
      lay: (home) => change(home, { expires: NOW - 7 * DAY }),
      owes: { id: 'token.expired', level: 'error', says: /has expired/, next: /doctor --fix/, fixes: true },
    },
    {
      title: 'a token that ends in nine days',
      release,
      lay: (home) => change(home, { expires: NOW + 9 * DAY + HOUR }),
      owes: { id: 'token.ends-soon', level: 'warning', says: /9 days/, next: /doctor --fix/, fixes: true },
    },
  ]),
  {
    title: 'a login whose access token has ended, and which OpenClaw renews',
    release: '2026.2.17',
    lay: (home) => {
      home.config.auth.profiles['anthropic:default'].mode = 'oauth';
      const { session, refresh } = SECRETS;
      change(home, { type: 'oauth', token: undefined, access: session, refresh, expires: NOW - HOUR });
    },
    owes: null,
  },
  {
    title: 'a login without a refresh token that has ended',
    release: '2026.2.17',
    lay: (home) => {
      home.config.auth.profiles['anthropic:default'].mode = 'oauth';
      change(home, { type: 'oauth', token: undefined, access: SECRETS.session, expires: NOW - HOUR });
    },
    owes: { id: 'token.expired', level: 'error', says: /has expired/, next: /doctor --fix/, fixes: true },
  },
  {
    title: 'the only credential rests',
    release: '2026.2.17',
    lay: (home) => usage(home, { errorCount: 4, cooldownUntil: NOW + HOUR }),
    owes: { id: 'cooldown.all', level: 'warning', says: /cooling down.*23:03/, next: /doctor --fix/, fixes: true },
  },
  {
    title: 'the only credential rests, told in auth-state.json',
    release: '2026.5.28',
    lay: (home) => {
      const usageStats = { 'anthropic:default': { errorCount: 4, cooldownUntil: NOW + HOUR } };
      home.file('.openclaw/agents/main/agent/auth-state.json', { version: 1, usageStats });
    },
    owes: { id: 'cooldown.all', level: 'warning', says: /\(main, lite\)/, next: /doctor --fix/, fixes: true },
  },
  {
    title: 'the only credential rests after a limit, which is not ours to end',
    release: '2026.2.17',
    lay: (home) => usage(home, { errorCount: 1, cooldownUntil: NOW + HOUR, failureCounts: { rate_limit: 1 } }),
    owes: { id: 'cooldown.all', level: 'warning', says: /429/, next: /models status/ },
  },
  {
    title: 'one of two credentials rests',
    release: '2026.2.17',
    lay: (home) => {
      home.config.auth.profiles['anthropic:other'] = { provider: 'anthropic', mode: 'token' };
      for (const store of Object.values(home.stores)) {
        store.profiles['anthropic:other'] = { type: 'token', provider: 'anthropic', token: SECRETS.otherToken };
      }
      usage(home, { errorCount: 4, cooldownUntil: NOW + HOUR });
    },
    owes: null,
  },
  {
    title: 'a rest that is over',
    release: '2026.9.6',
    lay: (home) => usage(home, { errorCount: 4, cooldownUntil: NOW - HOUR }),
    owes: null,
  },
  {
    title: 'disabled over billing',
    release: '2026.9.6',
    lay: (home) => usage(home, { disabledUntil: NOW + HOUR, disabledReason: 'billing' }),
    owes: { id: 'cooldown.billing', level: 'warning', says: /billing/, next: /claude\.ai\/settings\/usage/ },
  },
  {
    title: 'disabled because it was refused for good',
    release: '2026.5.28',
    lay: (home) => usage(home, { disabledUntil: NOW + HOUR, disabledReason: 'auth_permanent' }),
    owes: { id: 'cooldown.disabled', level: 'warning', says: /auth_permanent/, next: /renew/ },
  },
];
