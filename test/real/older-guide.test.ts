import { chmodSync, existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { installClaude, signInFile } from '../support/claude-stand-in.ts';
import { freePort } from '../support/free-port.ts';
import { MANY_PROGRAMS, until } from '../support/processes.ts';
import { handMadeConfig, runToEnd, writerInto } from '../support/proxy-home.ts';
import { installNode, installRelease } from '../support/releases.ts';
import { snapshot } from '../support/run-packed.ts';
import { bootUserSystemd, canBoot, type UserSystemd } from '../support/systemd.ts';

// What the guide "OAuth fix for OpenClaw and Claude Max" has people install, laid as it is written there, found by the doctor
// on an old release and on the newest, retired in one run, and brought back byte for byte.

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const UNITS = '.config/systemd/user';
const WATCHER = 'sync-oauth-token.service';
const TRIGGER = 'trigger-claude-refresh.timer';

const unit = (lines: readonly string[], target: string) =>
  [...lines, '', '[Install]', `WantedBy=${target}`, ''].join('\n');
const GUIDE: Readonly<Record<string, string>> = {
  [`${UNITS}/${WATCHER}`]: unit(
    [
      '[Unit]',
      'Description=Sync OAuth token',
      '',
      '[Service]',
      'ExecStart=%h/scripts/sync-oauth-token.sh',
      'Restart=always',
    ],
    'default.target',
  ),
  [`${UNITS}/trigger-claude-refresh.service`]:
    '[Unit]\nDescription=Trigger refresh\n\n[Service]\nType=oneshot\nExecStart=%h/scripts/trigger-claude-refresh.sh\n',
  [`${UNITS}/${TRIGGER}`]: unit(
    ['[Unit]', 'Description=Every 30 minutes', '', '[Timer]', 'OnCalendar=*:0/30'],
    'timers.target',
  ),
  'scripts/sync-oauth-token.sh': `#!/bin/bash
CRED="$HOME/.claude/.credentials.json"
while true; do
  TOKEN=$(jq -r .claudeAiOauth.accessToken "$CRED" 2>/dev/null)
  [ -n "$TOKEN" ] && sed -i "s|^ANTHROPIC_OAUTH_TOKEN=.*|ANTHROPIC_OAUTH_TOKEN=$TOKEN|" "$HOME/nowhere/.env" 2>/dev/null
  sleep 3600
done
# jq '{anthropic: .claudeAiOauth}' "$CRED" > "$HOME/.openclaw/credentials/oauth.json"; docker compose down; docker compose up -d
`,
  'scripts/trigger-claude-refresh.sh':
    '#!/bin/bash\nclaude -p "ok" --model haiku || touch "$HOME/.openclaw/REAUTH_NEEDED"\n',
};

const packed = inject('packed');

describe.skipIf(!canBoot).each(['2026.2.17', '2026.9.6'])(
  'OpenClaw %s with the older guide (skipped without root and unshare)',
  MANY_PROGRAMS,
  (version) => {
    let systemd: UserSystemd;
    let env: Record<string, string>;
    let bare: Record<string, string>;

    const at = (...names: string[]) => join(systemd.homeOutside, ...names);
    const run = (argv: readonly string[]) => {
      const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      return runToEnd([...systemd.enter, 'env', '-C', '/run/home', ...words, ...argv]);
    };
    const ours = async (...args: string[]) => {
      const words = ['/run/programs/node/node', '/run/programs/app/dist/cli.js', ...args, '--json'];
      const { code, out, err } = await run(['sh', '-c', '"$@" < /run/home/token.txt', 'sh', ...words]);
      return { code, all: `${out}\n${err}`, told: JSON.parse(out) };
    };
    const ctl = async (...args: string[]) => (await run(['systemctl', '--user', ...args])).out.trim();
    const ids = (told: { findings: { id: string }[] }) => told.findings.map(({ id }) => id);
    const store = () => JSON.parse(readFileSync(at('.openclaw/agents/main/agent/auth-profiles.json'), 'utf8')).profiles;

    beforeAll(async () => {
      const release = await installRelease(version);
      const claude = dirname(realpathSync(await installClaude('2.1.329')));
      const node = dirname(realpathSync(join(await installNode(), 'node')));
      const app = dirname(dirname(packed.cli));
      for (const folder of [app, dirname(app), dirname(dirname(app)), dirname(packed.folder)]) chmodSync(folder, 0o755);
      systemd = await bootUserSystemd({ app, node, claude, openclaw: dirname(dirname(dirname(release.bin))) });
      const folders = ['node', 'claude', 'openclaw/node_modules/.bin'].map((name) => `/run/programs/${name}`);
      const path = [...folders, '/usr/local/bin', '/usr/bin', '/bin'].join(':');
      env = { OPENCLAW_NO_RESPAWN: '1', NO_COLOR: '1', LANG: 'C.UTF-8', CI: 'true', PATH: path };
      const put = writerInto(systemd.homeOutside, systemd.uid);
      const { claudeAiOauth } = JSON.parse(signInFile(8 * 3_600_000));
      const { accessToken: access, refreshToken: refresh, expiresAt: expires } = claudeAiOauth;
      put('token.txt', TOKEN);
      put('.claude.json', '{"hasCompletedOnboarding":true}');
      put('.claude/.credentials.json', JSON.stringify({ claudeAiOauth }));
      put('.openclaw/openclaw.json', handMadeConfig(version, { gatewayPort: await freePort(), bridge: null }));
      put('.openclaw/.env', `KEEP=1\nANTHROPIC_OAUTH_TOKEN=${access}\n`);
      put('.openclaw/credentials/oauth.json', JSON.stringify({ anthropic: { access, refresh, expires } }));
      put('.openclaw/REAUTH_NEEDED', '');
      for (const [name, text] of Object.entries(GUIDE)) put(name, text, name.endsWith('.sh') ? 0o755 : 0o644);
      await ctl('daemon-reload');
      await ctl('enable', '--now', WATCHER, TRIGGER);
      // An old release imports the copy when it is first asked; the newest refuses everything over it.
      await run(['openclaw', 'models', 'status', '--json']);
      bare = snapshot(systemd.homeOutside, LEFT);
    });
    afterAll(() => systemd?.close());

    it('is found whole', async () => {
      expect(await ctl('is-active', WATCHER)).toBe('active');
      const { told } = await ours('doctor');
      const found =
        version === '2026.2.17' ? ['login.two-owners', 'sync.left-behind'] : ['sync.login-copy', 'sync.left-behind'];
      expect(ids(told)).toEqual(expect.arrayContaining([...found]));
      expect(ids(told).filter((id) => /^sync\.(refresher|writes-retired-file)$/.test(id))).toHaveLength(2);
    });

    it('is retired in one run, and OpenClaw answers with what takes its place', async () => {
      const { told, all } = await ours('doctor', '--fix', '--yes', '--token-stdin');
      expect(told.fix, all).toMatchObject({ left: [], new: [] });
      for (const name of Object.keys(GUIDE)) expect(existsSync(at(name)), name).toBe(false);
      for (const name of ['credentials/oauth.json', 'REAUTH_NEEDED'])
        expect(existsSync(at('.openclaw', name))).toBe(false);
      for (const name of [WATCHER, TRIGGER]) expect(await ctl('show', '-P', 'LoadState', name)).toBe('not-found');
      if (version === '2026.2.17') expect(store()['anthropic:default']).toMatchObject({ type: 'token', token: TOKEN });
      // In the newest it is the only credential that is left.
      expect(readFileSync(at('.openclaw/.env'), 'utf8').includes('ANTHROPIC_OAUTH_TOKEN')).toBe(
        version !== '2026.2.17',
      );
      const status = await run(['openclaw', 'models', 'status', '--json']);
      expect(status.code, status.err).toBe(0);
      expect(JSON.stringify(Object.values(snapshot(at('.openclaw'))))).not.toContain('sk-ant-ort01');
    });

    it('comes back byte for byte, and runs again', async () => {
      const { code, all } = await ours('undo', '--yes');
      expect(code, all).toBe(0);
      const now = snapshot(systemd.homeOutside, LEFT);
      const names = [...new Set([...Object.keys(bare), ...Object.keys(now)])];
      expect(names.filter((name) => bare[name] !== now[name])).toEqual([]);
      await until(async () => (await ctl('is-active', WATCHER)) === 'active');
      expect(await ctl('is-active', TRIGGER)).toBe('active');
    });
  },
);

/** What programs leave that were only asked: Claude Code's folder, OpenClaw's records, the program's own. */
const LEFT =
  /^\.\/(\.claude|\.local|\.cache|\.openclaw\/(logs|state|identity|agents\/main\/agent\/(models|auth)\.json|openclaw\.json\.bak))/;
