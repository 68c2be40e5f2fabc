import { DAY, type DoctorCase, type DoctorHome, HOUR, NOW, SECRETS } from '../../../support/doctor-home.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const json = (text: string, time = NOW - HOUR) =>
  JSON.stringify({ 0: text, time: iso(time), _meta: { logLevelName: 'ERROR' } });

function logged(home: DoctorHome, ...lines: readonly string[]): void {
  home.config.logging = { file: '~/log/openclaw.log' };
  home.file('log/openclaw.log', `${lines.join('\n')}\n`);
}

const says = (title: string, text: string, owes: NonNullable<DoctorCase['owes']>): DoctorCase => ({
  title: `the log: ${title}`,
  release: '2026.5.28',
  lay: (home) => logged(home, json('something else'), json(text)),
  owes,
});

export const log: readonly DoctorCase[] = [
  says(
    'a token that was cut off',
    `401 {"type":"error","error":{"type":"authentication_error","message":"Invalid bearer token"}} ${SECRETS.token}`,
    {
      id: 'log.invalid-bearer',
      level: 'error',
      says: /Invalid bearer token(?!.*FAKEFAKE)/,
      next: /renew/,
      fixes: true,
    },
  ),
  says('a token that ended', 'HTTP 401 authentication_error: OAuth token has expired. Please obtain a new token', {
    id: 'log.token-ended',
    level: 'error',
    says: /expired or was revoked/,
    next: /renew/,
    fixes: true,
  }),
  says('no extra usage left', "You're out of extra usage. Add more at claude.ai/settings/usage", {
    id: 'log.billed-apart',
    level: 'error',
    says: /credits/,
    next: /claude\.ai\/settings\/usage/,
  }),
  says(
    'an organization that does not allow it',
    'Your organization has disabled Claude subscription access for Claude Code',
    {
      id: 'log.plan-not-allowed',
      level: 'error',
      says: /does not allow/,
      next: /claude\.ai/,
    },
  ),
  says('the limit of five hours', 'Claude usage limit reached: session limit, resets 3pm (Europe/Berlin)', {
    id: 'log.session-limit',
    level: 'warning',
    says: /it resets 3pm \(Europe\/Berlin\)/,
  }),
  says('no claude on PATH', 'Error: spawn claude ENOENT', {
    id: 'log.claude-missing',
    level: 'error',
    says: /PATH/,
    next: /openclaw gateway install --force/,
  }),
  says('a second gateway', 'another gateway instance is already listening on ws://127.0.0.1:18789', {
    id: 'log.already-listening',
    level: 'warning',
    says: /already/,
    next: /openclaw gateway status/,
  }),
  says(
    'a client that is too old',
    'Claude Code 2.1.75 does not support this model; version 2.1.251 or newer is required.',
    {
      id: 'log.client-too-old',
      level: 'error',
      says: /newer client/,
      next: /openclaw update/,
    },
  ),
  {
    title: 'a retired model explains what the log says of it',
    release: '2026.2.17',
    lay: (home) => {
      home.config.agents.defaults.model = { primary: 'anthropic/claude-3-opus-latest' };
      home.config.agents.defaults.models = { 'anthropic/claude-3-opus-latest': {} };
      logged(home, json('Error: Unknown model: anthropic/claude-3-opus-latest'));
    },
    owes: { id: 'model.unknown-id', level: 'error', says: /retired/ },
  },
  {
    title: 'what the log said is over: the same credential worked since',
    release: '2026.5.28',
    lay: (home) => {
      logged(home, json('HTTP 401 authentication_error: OAuth token has expired'));
      for (const store of Object.values(home.stores)) {
        store.usageStats = { 'anthropic:default': { lastUsed: NOW - HOUR / 2, errorCount: 0 } };
      }
    },
    owes: null,
  },
  {
    title: 'an old log, and lines of the day before yesterday',
    release: '2026.5.28',
    lay: (home) =>
      logged(
        home,
        json('invalid x-api-key', NOW - 2 * DAY),
        `${iso(NOW - 3 * DAY)} Invalid bearer token`,
        'Invalid bearer token',
      ),
    owes: null,
  },
  {
    title: 'the journal alone says it, without years',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.gatewayUnit();
      const at = new Date(NOW - HOUR);
      const clock = at.toTimeString().slice(0, 8);
      const day = `${at.toDateString().slice(4, 7)} ${String(at.getDate()).padStart(2)}`;
      home.program('journalctl', `echo '${day} ${clock} box openclaw[77]: This organization has been disabled.'`);
    },
    owes: { id: 'log.account-disabled', level: 'error', says: /journal of openclaw-gateway\.service/, next: /support/ },
  },
];
