import { type DoctorCase, SECRETS } from '../../../support/doctor-home.ts';

const USER = '.config/systemd/user';
const crontab = (...lines: readonly string[]) => `cat <<'X'\n${lines.join('\n')}\nX`;
/** A crontab that takes what `crontab -` gives it. */
const kept = (file: string) => `[ "$1" = - ] && cat > "${file}" || cat "${file}"`;

export const sync: readonly DoctorCase[] = [
  {
    title: 'a line among others in the crontab',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.file('tab', `MAILTO=""\n0 1 * * * backup\n*/30 * * * * ~/bin/sync-claude-token.sh\n`);
      home.program('crontab', kept(`${home.home}/tab`));
    },
    owes: { id: 'sync.refresher', level: 'warning', says: /Line 3 of your crontab/, fixes: true },
  },
  {
    title: 'a script with an innocent name that hands the login on',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.file('bin/hourly.sh', 'jq .claudeAiOauth.accessToken ~/.claude/.credentials.json > x\n', 0o755);
      home.program('crontab', crontab('0 * * * * $HOME/bin/hourly.sh'));
    },
    owes: { id: 'sync.refresher', level: 'warning', says: /Line 1/, fixes: true },
  },
  {
    title: 'jobs that ask Claude for something, and one that is switched off',
    release: '2026.2.17',
    asks: true,
    lay: (home) =>
      home.program(
        'crontab',
        crontab(
          '0 8 * * * claude -p "sync my notes"',
          '# 0 * * * * ~/bin/sync-claude-token.sh',
          '0 3 * * * rsync -a ~ /b',
        ),
      ),
    owes: null,
  },
  {
    title: 'a timer, its service and the script that they start',
    release: '2026.2.17',
    lay: (home) => {
      home.file(`${USER}/token.timer`, '[Timer]\nOnCalendar=*:0/30\nUnit=claude-refresh.service\n');
      home.file(`${USER}/claude-refresh.service`, '[Service]\nExecStart=%h/scripts/trigger-claude-refresh.sh\n');
      home.file('scripts/trigger-claude-refresh.sh', '#!/bin/sh\nclaude -p ok\n', 0o755);
    },
    owes: {
      id: 'sync.refresher',
      level: 'warning',
      says: /token\.timer \(with claude-refresh\.service\)/,
      fixes: true,
    },
  },
  {
    title: 'a watcher of the guide that restarts the gateway, and is not enabled',
    release: '2026.2.17',
    lay: (home) =>
      home.file(`${USER}/sync-oauth-token.service`, '[Service]\nExecStart=/bin/sh -c "sync-oauth-token && true"\n'),
    owes: { id: 'sync.refresher', level: 'info', says: /nothing starts it/, fixes: true },
  },
  {
    title: 'a tool that writes what this release does not read',
    release: '2026.6.5',
    asks: true,
    lay: (home) =>
      home.program(
        'crontab',
        crontab('5 * * * * /opt/push.sh && cp x ~/.openclaw/agents/main/agent/auth-profiles.json #claude'),
      ),
    owes: { id: 'sync.writes-retired-file', level: 'warning', says: /auth-profiles\.json/, fixes: true },
  },
  {
    title: 'the same tool where OpenClaw reads the file',
    release: '2026.5.28',
    asks: true,
    lay: (home) => home.program('crontab', crontab('5 * * * * cp x ~/.openclaw/agents/main/agent/auth-profiles.json')),
    owes: { id: 'sync.refresher', level: 'warning', says: /Line 1/, fixes: true },
  },
  {
    title: 'what a refresher left: its flag and its copy',
    release: '2026.2.17',
    lay: (home) => {
      home.file('.openclaw/REAUTH_NEEDED', '');
      home.file('.openclaw/credentials/oauth.json', { anthropic: { access: SECRETS.session } });
    },
    owes: { id: 'sync.left-behind', level: 'info', says: /REAUTH_NEEDED|oauth\.json/, fixes: true },
  },
  {
    title: 'a copied login that makes this release refuse everything',
    release: '2026.9.6',
    lay: (home) => home.file('.openclaw/credentials/oauth.json', { anthropic: { access: SECRETS.session } }),
    owes: { id: 'sync.login-copy', level: 'error', says: /refuse every stored credential/, fixes: true },
  },
];
