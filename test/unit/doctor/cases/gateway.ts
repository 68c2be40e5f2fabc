import { type DoctorCase, SECRETS } from '../../../support/doctor-home.ts';

/** What the managers say: of the state of every unit, of restarts, of linger. */
const managers = (active: string, restarts = 0, linger = 'yes') => ({
  systemctl: `case "$*" in *ActiveState*) echo ${active};; *NRestarts*) echo ${restarts};; esac`,
  loginctl: `echo Linger=${linger}`,
});

const USER = '.config/systemd/user';

/** Another OpenClaw, beside the one on PATH. */
const otherOpenClaw = (version: string) => ({
  'other/node_modules/openclaw/package.json': JSON.stringify({ name: 'openclaw', version }),
  'other/node_modules/openclaw/dist/index.js': '//\n',
});

export const gateway: readonly DoctorCase[] = [
  {
    title: 'two units that fight for a port',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.gatewayUnit();
      home.gatewayUnit([], 'my-openclaw.service');
      const both = `[ -e "${home.home}/${USER}/my-openclaw.service" ]`;
      home.program('systemctl', managers(`$(${both} && echo activating || echo active)`, 40).systemctl);
    },
    owes: {
      id: 'gateway.two-units',
      level: 'error',
      says: /openclaw-gateway\.service and my-openclaw\.service/,
      fixes: true,
    },
  },
  {
    title: 'two enabled units, before anybody is asked',
    release: '2026.2.17',
    lay: (home) => {
      home.gatewayUnit();
      home.gatewayUnit([], 'clawdbot-gateway.service');
      home.program('systemctl', 'exit 0');
      for (const name of ['openclaw', 'clawdbot'])
        home.file(`${USER}/default.target.wants/${name}-gateway.service`, '');
    },
    owes: { id: 'gateway.two-units', level: 'error', says: /clawdbot-gateway/, fixes: true },
  },
  {
    title: 'a unit that an update left, not enabled',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.gatewayUnit();
      home.gatewayUnit([], 'clawdbot-gateway.service');
      home.file(`${USER}/default.target.wants/openclaw-gateway.service`, '');
      for (const [name, script] of Object.entries(managers('inactive'))) home.program(name, script);
    },
    owes: { id: 'gateway.unit-left', level: 'info', says: /clawdbot-gateway\.service/ },
  },
  {
    title: 'a unit for another OpenClaw, on another port',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.gatewayUnit();
      home.gatewayUnit(
        ['ExecStart=/usr/bin/openclaw gateway --port 29990', `Environment=OPENCLAW_STATE_DIR=${home.home}/work`],
        'openclaw-gateway-work.service',
      );
      for (const [name, script] of Object.entries(managers('active'))) home.program(name, script);
      home.env.OPENCLAW_STATE_DIR = `${home.home}/.openclaw`;
      home.file('work/openclaw.json', '{}');
    },
    owes: null,
  },
  {
    title: 'a unit that cannot stay up',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.gatewayUnit();
      for (const [name, script] of Object.entries(managers('activating', 17))) home.program(name, script);
    },
    owes: { id: 'gateway.restarting', level: 'error', says: /17 times/, next: /journalctl --user -u openclaw-gateway/ },
  },
  {
    title: 'a unit that was restarted once and runs',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.gatewayUnit();
      for (const [name, script] of Object.entries(managers('active', 1))) home.program(name, script);
    },
    owes: null,
  },
  {
    title: 'a unit that ends with the session',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.gatewayUnit();
      const mark = `${home.home}/.local/linger`;
      home.program('systemctl', managers('active').systemctl);
      home.program(
        'loginctl',
        `case $1 in enable-linger) mkdir -p .local; : > ${mark};; disable-linger) rm ${mark};; *) [ -e ${mark} ] && echo Linger=yes || echo Linger=no;; esac`,
      );
    },
    owes: { id: 'gateway.no-linger', level: 'warning', says: /log out/, fixes: true },
  },
  {
    title: 'no linger, and a unit that nobody uses',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.gatewayUnit();
      for (const [name, script] of Object.entries(managers('inactive', 0, 'no'))) home.program(name, script);
    },
    owes: null,
  },
  {
    title: 'a Node that a version manager took away',
    release: '2026.5.28',
    asks: true,
    lay: (home) => {
      home.gatewayUnit([`ExecStart=${home.home}/.fnm/node-versions/v22.1.0/bin/node /x/openclaw gateway`]);
      home.program('systemctl', managers('inactive').systemctl);
    },
    owes: {
      id: 'gateway.node-gone',
      level: 'error',
      says: /v22\.1\.0.*gone/,
      next: /gateway install --force/,
      fixes: true,
    },
  },
  {
    title: 'a Node that is gone, in a drop-in and with a service that keeps failing',
    release: '2026.2.17',
    asks: true,
    lay: (home) => {
      home.gatewayUnit(['Environment=OPENCLAW_GATEWAY_TOKEN=FAKE', 'ExecStart=/usr/bin/node /x/openclaw gateway']);
      home.file(
        `${USER}/openclaw-gateway.service.d/node.conf`,
        '[Service]\nExecStart=\nExecStart=-"/gone/bin/node" /x/openclaw gateway\n',
      );
      home.program('systemctl', managers('failed', 5).systemctl);
    },
    owes: { id: 'gateway.node-gone', level: 'error', says: /\/gone\/bin\/node/, fixes: true },
  },
  {
    title: 'a Node that is too old',
    release: '2026.5.28',
    asks: true,
    lay: (home) => {
      home.program('systemctl', managers('activating', 3).systemctl);
      home.file('.nvm/versions/node/v18.20.0/bin/node', '#!/bin/sh\n', 0o755);
      home.gatewayUnit([`ExecStart=${home.home}/.nvm/versions/node/v18.20.0/bin/node /x/openclaw gateway`]);
    },
    owes: {
      id: 'gateway.node-too-old',
      level: 'error',
      says: /18\.20\.0/,
      next: /gateway install --force/,
      fixes: true,
    },
  },
  {
    title: 'an older OpenClaw behind the unit, of another generation',
    release: '2026.6.5',
    lay: (home) => {
      for (const [name, text] of Object.entries(otherOpenClaw('2026.2.17'))) home.file(name, text);
      home.gatewayUnit([`ExecStart=/usr/bin/node ${home.home}/other/node_modules/openclaw/dist/index.js gateway`]);
    },
    owes: {
      id: 'gateway.other-version',
      level: 'error',
      says: /2026\.2\.17.*2026\.6\.5/,
      next: /gateway install --force/,
    },
  },
  {
    title: 'a newer OpenClaw behind the unit',
    release: '2026.2.17',
    lay: (home) => {
      for (const [name, text] of Object.entries(otherOpenClaw('2026.3.2'))) home.file(name, text);
      home.gatewayUnit([`ExecStart=/usr/bin/node ${home.home}/other/node_modules/openclaw/dist/index.js gateway`]);
    },
    owes: { id: 'gateway.other-version', level: 'warning', says: /2026\.3\.2/, next: /install -g openclaw@2026\.3\.2/ },
  },
  {
    title: 'a unit with a folder of its own for Claude Code, which OpenClaw does not run',
    release: '2026.2.17',
    lay: (home) => home.gatewayUnit(['Environment=CLAUDE_CONFIG_DIR=/srv/claude']),
    owes: { id: 'claude.config-dir-differs', level: 'info', says: /CLAUDE_CONFIG_DIR/ },
  },
  {
    title: 'a unit with a folder of its own for the Claude Code that OpenClaw runs',
    release: '2026.2.17',
    lay: (home) => {
      home.claude();
      home.program('systemctl', 'exit 0');
      home.gatewayUnit([`Environment=CLAUDE_CONFIG_DIR=${home.home}/srv/claude`]);
      home.config.agents.defaults.models['anthropic/claude-opus-4-6'].agentRuntime = { id: 'claude-cli' };
    },
    owes: {
      id: 'claude.config-dir-differs',
      level: 'warning',
      says: /sign in separately/,
      next: /\/srv\/claude claude auth/,
      fixes: true,
    },
  },
  {
    title: 'the same, where that folder holds a login too',
    release: '2026.2.17',
    lay: (home) => {
      home.claude();
      home.file('srv/claude/.credentials.json', { claudeAiOauth: { refreshToken: SECRETS.refresh } });
      home.gatewayUnit([`Environment=CLAUDE_CONFIG_DIR=${home.home}/srv/claude`]);
      home.config.agents.defaults.models['anthropic/claude-opus-4-6'].agentRuntime = { id: 'claude-cli' };
    },
    owes: {
      id: 'claude.config-dir-differs',
      level: 'warning',
      says: /sign in separately/,
      next: /\/srv\/claude claude auth/,
    },
  },
  {
    title: 'a unit with a directory that is not there, and credentials where the shell leads',
    release: '2026.2.17',
    lay: (home) => home.gatewayUnit([`Environment=OPENCLAW_STATE_DIR=${home.home}/data`]),
    owes: {
      id: 'state.dir-differs',
      level: 'error',
      says: /data is not there/,
      next: /^OPENCLAW_STATE_DIR=.*--force$/,
    },
  },
  {
    title: 'a unit with an empty directory, and credentials where the shell leads',
    release: '2026.2.17',
    lay: (home) => {
      home.gatewayUnit([`Environment=OPENCLAW_STATE_DIR=${home.home}/data`]);
      home.file('data/.env', '');
    },
    owes: { id: 'state.dir-differs', level: 'error', says: /does not see/, next: /data .*clawauth-setup$/ },
  },
  {
    title: 'a unit with a directory where everything is, and a shell that leads to an old one',
    release: '2026.2.17',
    lay: (home) => {
      home.gatewayUnit([`Environment=OPENCLAW_STATE_DIR=${home.home}/data`]);
      home.file('data/openclaw.json', home.config);
      for (const agent of ['main', 'lite'])
        home.file(`data/agents/${agent}/agent/auth-profiles.json`, home.stores[agent]);
    },
    owes: null,
  },
  {
    title: 'a shell that names another directory than the one gateway',
    release: '2026.5.28',
    lay: (home) => {
      home.gatewayUnit();
      home.file('mine/openclaw.json', home.config);
      home.env.OPENCLAW_STATE_DIR = `${home.home}/mine`;
    },
    owes: {
      id: 'state.dir-differs',
      level: 'error',
      says: /OPENCLAW_STATE_DIR says so/,
      next: /^OPENCLAW_STATE_DIR=.*clawauth-setup$/,
    },
  },
];
