import { type DoctorCase, type DoctorHome, SECRETS } from '../../../support/doctor-home.ts';

const USER = '.config/systemd/user';
/** A crontab with these lines, which takes what `crontab -` gives it. */
function crontab(home: DoctorHome, ...lines: readonly string[]): void {
  const file = `${home.home}/.local/crontab`;
  home.file('.local/crontab', `${lines.join('\n')}\n`);
  home.program('crontab', `if [ "$1" = - ]; then cat > "${file}"; else cat "${file}"; fi`);
}

/** A manager that does what it is told. */
const systemctl = (home: DoctorHome) => home.program('systemctl', 'exit 0');

export const sync: readonly DoctorCase[] = [
  {
    title: 'a line among others in the crontab',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      crontab(home, 'MAILTO=""', '0 1 * * * backup', '*/30 * * * * ~/bin/sync-claude-token.sh');
    },
    owes: { id: 'sync.refresher', level: 'warning', says: /Line 3 of your crontab/, fixes: true },
  },
  {
    title: 'a script with an innocent name that hands the login on',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.file('bin/hourly.sh', 'jq .claudeAiOauth.accessToken ~/.claude/.credentials.json > x\n', 0o755);
      crontab(home, '0 * * * * $HOME/bin/hourly.sh');
    },
    owes: { id: 'sync.refresher', level: 'warning', says: /Line 1/, fixes: true },
  },
  {
    title: 'jobs that ask Claude for something, and one that is switched off',
    release: '2026.2.17',
    asks: true,
    lay: (home) =>
      crontab(
        home,
        '0 8 * * * claude -p "sync my notes"',
        '# 0 * * * * ~/bin/sync-claude-token.sh',
        '0 3 * * * rsync -a ~ /b',
      ),
    owes: null,
  },
  {
    title: 'a timer, its service and the script that they start',
    release: '2026.2.17',
    lay: (home) => {
      systemctl(home);
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
    title: 'the watcher of the guide, which is not enabled',
    release: '2026.2.17',
    lay: (home) => {
      systemctl(home);
      home.file(`${USER}/sync-oauth-token.service`, '[Service]\nExecStart=/usr/local/bin/sync-oauth-token.sh\n');
    },
    owes: { id: 'sync.refresher', level: 'info', says: /nothing starts it/, fixes: true },
  },
  {
    title: 'a tool that writes what this release does not read',
    release: '2026.6.5',
    asks: true,
    lay: (home) => crontab(home, '5 * * * * /opt/push.sh && cp x ~/.openclaw/agents/main/agent/auth-profiles.json'),
    owes: { id: 'sync.writes-retired-file', level: 'warning', says: /auth-profiles\.json/, fixes: true },
  },
  {
    title: 'the same tool where OpenClaw reads the file',
    release: '2026.5.28',
    asks: true,
    lay: (home) => crontab(home, '5 * * * * cp x ~/.openclaw/agents/main/agent/auth-profiles.json'),
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
