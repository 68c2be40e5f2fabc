import { chmodSync, existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { installClaude, type OAuthStandIn, signInFile, startOAuthStandIn } from '../support/claude-stand-in.ts';
import { freePort } from '../support/free-port.ts';
import { MANY_PROGRAMS, until } from '../support/processes.ts';
import { handMadeConfig, runToEnd, writerInto } from '../support/proxy-home.ts';
import { installNode, installRelease, releases } from '../support/releases.ts';
import { snapshot } from '../support/run-packed.ts';
import { PROFILE } from '../support/sync-service.ts';
import { bootUserSystemd, canBoot, type UserSystemd } from '../support/systemd.ts';

// The whole way under a real `systemd --user`: the packed program sets it up, its service keeps it in step with a real
// Claude Code, and an uninstall takes all of it away, whatever the service has written since.

const MINUTE = 60_000;
const NODE = '/run/programs/node/node';
const UNIT = 'clawauth-claude-sync.service';
const STORE = '.openclaw/agents/main/agent/auth-profiles.json';
const MINE = { type: 'api_key', provider: 'openai', key: 'sk-openai-FAKE-0123456789' };
const BEFORE = `${JSON.stringify({ version: 1, profiles: { 'openai:default': MINE } }, null, 2)}\n`;

const packed = inject('packed');

describe.skipIf(!canBoot).each(releases(['2026.2.17'], ['2026.6.1']))(
  'OpenClaw %s under a real systemd --user (skipped without root and unshare)',
  MANY_PROGRAMS,
  (version) => {
    let systemd: UserSystemd;
    let vendor: OAuthStandIn;
    let env: Record<string, string>;
    let bare: Record<string, string>;

    const at = (...names: string[]) => join(systemd.homeOutside, ...names);
    const run = (argv: readonly string[]) => {
      const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      return runToEnd([...systemd.enter, 'env', '-C', '/run/home', ...words, ...argv]);
    };
    const ours = async (...args: string[]) => {
      const { code, out, err } = await run([NODE, '/run/programs/app/dist/cli.js', ...args, '--json']);
      return { code, all: `${out}\n${err}`, told: JSON.parse(out) };
    };
    const ctl = async (...args: string[]) => (await run(['systemctl', '--user', ...args])).out.trim();
    const stored = () => JSON.parse(readFileSync(at(STORE), 'utf8')).profiles[PROFILE];
    const login = () => JSON.parse(readFileSync(at('.claude/.credentials.json'), 'utf8')).claudeAiOauth;
    /** Paths that are not as they were, but for what Claude Code, OpenClaw and our own record leave. */
    const changed = () => {
      const now = snapshot(systemd.homeOutside, LEFT);
      return [...new Set([...Object.keys(bare), ...Object.keys(now)])].filter((name) => bare[name] !== now[name]);
    };

    beforeAll(async () => {
      const release = await installRelease(version);
      const claude = dirname(realpathSync(await installClaude('2.1.329')));
      const node = dirname(realpathSync(join(await installNode(), 'node')));
      const app = dirname(dirname(packed.cli));
      for (const folder of [app, dirname(app), dirname(dirname(app)), dirname(packed.folder)]) chmodSync(folder, 0o755);
      vendor = await startOAuthStandIn({ expiresInSeconds: 8 * 3600 });
      systemd = await bootUserSystemd({ app, node, claude, openclaw: dirname(dirname(dirname(release.bin))) });
      const put = writerInto(systemd.homeOutside, systemd.uid);
      put('authority.pem', readFileSync(vendor.env.NODE_EXTRA_CA_CERTS ?? '', 'utf8'), 0o644);
      env = {
        ...{ OPENCLAW_NO_RESPAWN: '1', NO_COLOR: '1', LANG: 'C.UTF-8', CI: 'true' },
        HTTPS_PROXY: vendor.env.HTTPS_PROXY ?? '',
        NODE_EXTRA_CA_CERTS: '/run/home/authority.pem',
        PATH: [
          ...['node', 'claude', 'openclaw/node_modules/.bin'].map((name) => `/run/programs/${name}`),
          ...['/usr/local/bin', '/usr/bin', '/bin'],
        ].join(':'),
      };
      put('.openclaw/openclaw.json', handMadeConfig(version, { gatewayPort: await freePort(), bridge: null }));
      put(STORE, BEFORE);
      put('.claude.json', '{"hasCompletedOnboarding":true}');
      put('.claude/.credentials.json', signInFile(-MINUTE));
      // Let both write their own files first, so that later differences are ours.
      await run(['openclaw', 'models', 'status', '--json']);
      bare = snapshot(systemd.homeOutside, LEFT);
    });
    afterAll(async () => {
      systemd?.close();
      await vendor?.close();
    });

    it('is set up from a login that has to be renewed first, and says that it is in step', async () => {
      const { code, all, told } = await ours('apply', '--method', 'oauth-sync', '--yes', '--no-live-check');
      expect(code, all).toBe(0);
      const by = (check: string) => told.report.findings.filter((one: { check: string }) => one.check === check);
      expect(by('services')).toEqual([expect.objectContaining({ verdict: 'ok' })]);
      expect(by('in-step')).toEqual([
        expect.objectContaining({ verdict: 'ok', says: expect.stringContaining('asked') }),
      ]);
      expect(by('profile')).toContainEqual(expect.objectContaining({ verdict: 'ok' }));
      expect(vendor.renewals).toBe(1);
      expect(stored()).toEqual({
        type: 'token',
        provider: 'anthropic',
        token: vendor.renewed[0],
        expires: login().expiresAt,
      });
      expect(await ctl('is-enabled', UNIT)).toBe('enabled');
      expect(await run(['systemd-analyze', '--user', 'verify', `/run/home/.config/systemd/user/${UNIT}`])).toEqual({
        code: 0,
        out: '',
        err: '',
      });
      const again = await ours('apply', '--method', 'oauth-sync', '--dry-run', '--no-live-check');
      expect(again.told.steps, again.all).toEqual([]);
    });

    it('follows the next login by itself, also after a reboot, and never logs a token', async () => {
      const next = (text: string) => {
        writeFileSync(at('.claude/.credentials.json'), text);
        chmodSync(at('.claude/.credentials.json'), 0o600);
      };
      next(signInFile(6 * 60 * MINUTE));
      await until(() => stored().expires === login().expiresAt && stored().token === login().accessToken);
      await systemd.reboot();
      next(signInFile(7 * 60 * MINUTE));
      await until(() => stored().expires === login().expiresAt);
      expect(await ctl('is-active', UNIT)).toBe('active');
      const { out } = await run(['journalctl', '--user', '-u', UNIT, '--no-pager', '-o', 'cat']);
      expect(out).toContain('in_step');
      expect(out).not.toMatch(/sk-ant-o[ar]t01-F/);
    });

    it('says in status and doctor that a sign-in is needed once the login has ended', async () => {
      const ended = { accessToken: '', refreshToken: '', expiresAt: 0 };
      writeFileSync(at('.claude/.credentials.json'), JSON.stringify({ claudeAiOauth: ended }));
      await until(() => JSON.parse(readFileSync(at('.local/share/clawauth-setup/claude-sync.json'), 'utf8')).ended);
      const { told } = await ours('doctor');
      expect(told.findings.map(({ id }: { id: string }) => id)).toContain('sync.sign-in-needed');
      const status = await ours('status');
      expect(status.all).toContain('Claude Code login has ended');
      writeFileSync(at('.claude/.credentials.json'), signInFile(8 * 60 * MINUTE));
      await until(() => stored().expires === login().expiresAt);
    });

    it('is taken away whole, whatever its service has written since', async () => {
      const { code, all } = await ours('uninstall', '--yes');
      expect(code, all).toBe(0);
      expect(readFileSync(at(STORE), 'utf8')).toBe(BEFORE);
      expect(existsSync(at('.local/share/clawauth-setup'))).toBe(false);
      expect(await ctl('list-units', '--all', '--plain', '--no-legend', UNIT)).toBe('');
      expect(changed()).toEqual([]);
    });
  },
);

/** What programs leave that were only asked: Claude Code's folder, OpenClaw's records, the program's own. */
const LEFT =
  /^\.\/(\.claude|\.local|\.cache|authority\.pem|\.openclaw\/(logs|state|identity|agents\/main\/agent\/(models|auth)\.json))/;
