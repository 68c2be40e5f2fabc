import { type DoctorCase, SECRETS } from '../../../support/doctor-home.ts';

const KEY = `ANTHROPIC_API_KEY=${SECRETS.key}`;
const noStore = (stores: Record<string, unknown>) => {
  for (const agent of Object.keys(stores)) stores[agent] = null;
};

export const env: readonly DoctorCase[] = [
  {
    title: 'a key in this shell, and a service that does not see it',
    release: '2026.5.28',
    lay: (home) => {
      home.env.ANTHROPIC_API_KEY = SECRETS.key;
      home.gatewayUnit();
    },
    owes: { id: 'env.api-key', level: 'warning', says: /this shell.*does not see/, next: /^unset ANTHROPIC_API_KEY$/ },
  },
  {
    title: 'a key among other lines of .env',
    release: '2026.2.17',
    lay: (home) => home.file('.openclaw/.env', `A=1\n# ${KEY}\n${KEY}\nB=2\n`),
    owes: { id: 'env.api-key', level: 'warning', says: /\.env:3/, fixes: true },
  },
  {
    title: 'a key as a comment alone, and one without a value',
    release: '2026.2.17',
    lay: (home) => home.file('.openclaw/.env', `# ${KEY}\nANTHROPIC_API_KEY=\nOPENAI_API_KEY=sk-other\n`),
    owes: null,
  },
  {
    title: 'a key that is all that OpenClaw has',
    release: '2026.2.17',
    lay: (home) => {
      noStore(home.stores);
      home.file('.openclaw/.env', `${KEY}\n`);
    },
    owes: { id: 'env.api-key', level: 'info', says: /only credential/ },
  },
  {
    title: "a key in the config's env",
    release: '2026.2.17',
    lay: (home) => {
      home.config.env = { vars: { ANTHROPIC_API_KEY: SECRETS.key, OTHER: '1' } };
    },
    owes: { id: 'env.api-key', level: 'warning', says: /openclaw\.json:\d+/, fixes: true },
  },
  {
    title: 'a key in a drop-in of the unit',
    release: '2026.2.17',
    lay: (home) => {
      home.program('systemctl', 'exit 0');
      home.gatewayUnit();
      home.file('.config/systemd/user/openclaw-gateway.service.d/override.conf', `[Service]\nEnvironment="${KEY}"\n`);
    },
    owes: { id: 'env.api-key', level: 'warning', says: /override\.conf:2/, next: /systemctl --user edit/, fixes: true },
  },
  {
    title: 'a key in a file of variables of the unit',
    release: '2026.2.17',
    lay: (home) => {
      home.gatewayUnit(['EnvironmentFile=-%h/keys']);
      home.file('keys', `${KEY}\n`);
    },
    owes: { id: 'env.api-key', level: 'warning', says: /keys:1/, fixes: true },
  },
  {
    title: 'a key that the next zsh has',
    release: '2026.2.17',
    lay: (home) => home.file('.zshrc', `# export ${KEY}\nexport ${KEY}\n`),
    owes: { id: 'env.api-key', level: 'info', says: /\.zshrc:2.*not in this shell/, fixes: true },
  },
  {
    title: 'a key for one command of an alias, and a shell that hands on what it has',
    release: '2026.2.17',
    lay: (home) =>
      home.file(
        '.bashrc',
        `alias c='${KEY} claude'\n${KEY} claude -p hi\nexport ANTHROPIC_API_KEY="$ANTHROPIC_API_KEY"\n`,
      ),
    owes: null,
  },
  {
    title: 'a program that gives Claude Code a key',
    release: '2026.2.17',
    lay: (home) => home.file('.claude/settings.json', { apiKeyHelper: '~/bin/key.sh' }),
    owes: { id: 'env.api-key', level: 'warning', says: /apiKeyHelper/, fixes: true },
  },
  {
    title: "another address in Claude Code's settings",
    release: '2026.2.17',
    lay: (home) => home.file('.claude/settings.json', { env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:4000', A: '1' } }),
    owes: { id: 'env.base-url', level: 'warning', says: /settings\.json:3/, fixes: true },
  },
  {
    title: 'a token of another tool',
    release: '2026.2.17',
    lay: (home) => {
      home.env.ANTHROPIC_AUTH_TOKEN = SECRETS.otherToken;
    },
    owes: { id: 'env.auth-token', level: 'warning', says: /instead of its own login/, next: /^unset/ },
  },
  {
    title: "a token before Claude Code's own login",
    release: '2026.2.17',
    lay: (home) => {
      home.claude();
      home.env.CLAUDE_CODE_OAUTH_TOKEN = SECRETS.otherToken;
    },
    owes: { id: 'env.oauth-token', level: 'warning', says: /instead of its own login/, next: /^unset/ },
  },
  {
    title: 'a token that signs Claude Code in where nothing else does',
    release: '2026.2.17',
    lay: (home) => {
      home.env.CLAUDE_CODE_OAUTH_TOKEN = SECRETS.otherToken;
    },
    owes: null,
  },
  {
    title: 'a token of an old guide beside a profile that works',
    release: '2026.2.17',
    lay: (home) => home.file('.openclaw/.env', `ANTHROPIC_OAUTH_TOKEN=${SECRETS.session}\n`),
    owes: { id: 'env.oauth-token', level: 'info', says: /only when no stored credential works/, fixes: true },
  },
  {
    title: 'a token under the name of Claude Code in the unit',
    release: '2026.2.17',
    lay: (home) => {
      noStore(home.stores);
      home.gatewayUnit([`Environment=CLAUDE_CODE_OAUTH_TOKEN=${SECRETS.token}`]);
    },
    owes: { id: 'env.wrong-name', level: 'error', says: /does not read/, next: /^clawauth-setup$/, fixes: true },
  },
  {
    title: 'a token under both names',
    release: '2026.2.17',
    lay: (home) => {
      noStore(home.stores);
      home.file('.openclaw/.env', `CLAUDE_CODE_OAUTH_TOKEN=${SECRETS.token}\nANTHROPIC_OAUTH_TOKEN=${SECRETS.token}\n`);
    },
    owes: { id: 'env.oauth-token', level: 'info', says: /only credential/ },
  },
  {
    title: 'the only key in a workspace',
    release: '2026.9.6',
    lay: (home) => {
      noStore(home.stores);
      home.file('.openclaw/.env', 'EDITOR=vi');
      home.file('.openclaw/workspace/.env', `A=1\n${KEY}\n`);
    },
    owes: { id: 'env.workspace-only', level: 'error', says: /workspace/, next: /^clawauth-setup$/, fixes: true },
  },
  {
    title: 'a key in a workspace beside a profile that works',
    release: '2026.2.17',
    lay: (home) => home.file('.openclaw/workspace/.env', `${KEY}\n`),
    owes: null,
  },
  {
    title: 'a Claude Code session around it',
    release: '2026.2.17',
    lay: (home) => {
      home.env.CLAUDECODE = '1';
    },
    owes: { id: 'env.nested-claude', level: 'info', says: /inside/, next: /env -u CLAUDECODE/ },
  },
];
