import { type DoctorCase, SECRETS } from '../../../support/doctor-home.ts';

const AUTH = '.openclaw/agents/main/agent/auth-profiles.json';

export const files: readonly DoctorCase[] = [
  {
    title: 'a store and a copy of the configuration that the group can read',
    release: '2026.2.17',
    lay: (home) => {
      home.modes[AUTH] = 0o640;
      home.file('.openclaw/openclaw.json.old', { auth: {} }, 0o644);
    },
    owes: {
      id: 'files.readable',
      level: 'warning',
      says: /openclaw\.json\.old \(0644\).*auth-profiles\.json \(0640\)/,
      next: /doctor --fix/,
      fixes: true,
    },
  },
  {
    title: 'a database that others can read',
    release: '2026.9.6',
    lay: (home) => {
      home.modes['.openclaw/state/openclaw.sqlite'] = 0o644;
    },
    owes: { id: 'files.readable', level: 'info', says: /openclaw\.sqlite/, next: /doctor --fix/, fixes: true },
  },
  {
    title: 'a locked configuration',
    release: '2026.9.6',
    lay: (home) => {
      home.modes['.openclaw/openclaw.json'] = 0o400;
    },
    owes: { id: 'files.read-only', level: 'warning', says: /0400/, next: /^chmod 600 /, fixes: true },
  },
  {
    title: 'the stored token in the history of zsh',
    release: '2026.9.6',
    lay: (home) => {
      home.file('.zsh_history', `: 1795800000:0;ls\n: 1795800001:0;echo ${SECRETS.token}\n`);
    },
    owes: {
      id: 'files.token-in-history',
      level: 'warning',
      says: /anthropic:default.*zsh_history:2/,
      next: /renew/,
      fixes: true,
    },
  },
  {
    title: 'a key that OpenClaw does not have in the history of fish',
    release: '2026.2.17',
    lay: (home) => {
      home.file('.local/share/fish/fish_history', `- cmd: export K=${SECRETS.key}\n  when: 1\n`);
    },
    owes: { id: 'files.token-in-history', level: 'warning', says: /api key/, next: /EDITOR:-nano} \+1 /, fixes: true },
  },
  {
    title: 'a credential in a history that is not UTF-8, of which only its own shell may write a line',
    release: '2026.2.17',
    lay: (home) => {
      const typed = `: 1795800000:0;echo \xe9\n: 1795800001:0;echo ${SECRETS.key}\n`;
      home.file('.zsh_history', Buffer.from(typed, 'latin1'));
    },
    owes: { id: 'files.token-in-history', level: 'warning', says: /zsh_history:2/, next: /EDITOR:-nano} \+2 / },
  },
  {
    title: 'a history with nothing but the beginning of one',
    release: '2026.2.17',
    lay: (home) => {
      home.file('.bash_history', 'echo sk-ant-oat01-…\ngrep -r sk-ant-oat01- .\n');
    },
    owes: null,
  },
];
