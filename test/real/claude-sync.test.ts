import { mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { installClaude, type OAuthStandIn, signInFile, startOAuthStandIn } from '../support/claude-stand-in.ts';
import { type FakeAnthropic, fakeAnthropic } from '../support/fake-anthropic.ts';
import { freePort } from '../support/free-port.ts';
import { MANY_PROGRAMS, nothingRuns, until } from '../support/processes.ts';
import { runToEnd } from '../support/proxy-home.ts';
import { type InstalledRelease, installRelease, releases, wholeMatrix } from '../support/releases.ts';
import { lay, PROFILE, type SyncService, storeText, syncService } from '../support/sync-service.ts';
import { removeTree } from '../support/tree.ts';

// The bundled service with a real Claude Code, whose vendor stands on loopback, and a real OpenClaw that sends what the
// service stored. Its login is fake, and about to end: what is renewed comes from the stand-in.

const OLD = `sk-ant-oat01-FAKE${'o1dT'.repeat(22)}abc`;
const MINUTE = 60_000;
const HOURS_8 = 8 * 60 * MINUTE;

/** It renews its login for a turn alone. */
const isOld = (version: string) => /^2\.1\.(41|100|200)$/.test(version);

const packed = inject('packed');
let openclaw: InstalledRelease;
beforeAll(async () => {
  openclaw = await installRelease('2026.2.17');
});

describe.each(releases(['2.1.329', '2.1.100'], ['2.1.200', '2.1.41']))(
  'with Claude Code %s',
  MANY_PROGRAMS,
  (version) => {
    let claude: string;
    let home: string;
    let vendor: OAuthStandIn;
    let api: FakeAnthropic;
    let service: SyncService;

    beforeAll(async () => {
      claude = await installClaude(version);
    });
    beforeEach(async () => {
      home = realpathSync(mkdtempSync(join(tmpdir(), 'clawauth-sync-')));
      api = await fakeAnthropic(() => ({ text: 'OK' }));
    });
    afterEach(async () => {
      await service.stop('SIGKILL');
      await nothingRuns(home);
      await vendor.close();
      await api.close();
      removeTree(home);
    });

    /** A login that ends `lastsMs` from now, an OpenClaw whose token has ended, and the service, not yet started. */
    async function laid(lastsMs: number, renewedSeconds = HOURS_8 / 1000): Promise<void> {
      vendor = await startOAuthStandIn({ expiresInSeconds: renewedSeconds });
      const stateDir = join(home, '.openclaw');
      const port = await freePort();
      lay(join(home, '.claude.json'), '{"hasCompletedOnboarding":true}');
      const config = {
        gateway: { mode: 'local', port, auth: { mode: 'token', token: 'a-gateway-secret' } },
        agents: { defaults: { workspace: join(home, 'ws'), model: { primary: 'anthropic/claude-opus-4-5' } } },
        auth: { profiles: { [PROFILE]: { provider: 'anthropic', mode: 'token' } } },
        models: { providers: { anthropic: { baseUrl: api.url, models: [] } } },
      };
      lay(join(stateDir, 'openclaw.json'), JSON.stringify(config));
      service = syncService({
        ...{ cli: packed.cli, home, stateDir, claude, openclaw: openclaw.bin, gatewayPort: port },
        env: { ...vendor.env, HOME: home, PATH: `${openclaw.path}:${dirname(claude)}` },
      });
      lay(service.credentials, signInFile(lastsMs));
      lay(service.store, storeText(OLD, Date.now() - MINUTE));
    }

    /** A turn of an agent; gives the credential that was sent. */
    async function turn(): Promise<string> {
      const before = api.seen.length;
      const args = ['agent', '--local', '--agent', 'main', '--session-id', `s${before}`, '--message', 'hi', '--json'];
      const env = { HOME: home, PATH: openclaw.path, NO_COLOR: '1', CI: 'true' };
      const { out, err } = await runToEnd([openclaw.bin, ...args], { env, cwd: home });
      expect(out, err).toContain('OK');
      return api.seen[before]?.headers.authorization ?? '';
    }

    let last: { readonly accessToken: string; readonly expiresAt: number };
    /** As it was last whole: releases up to 2.1.100 write it in place. */
    const file = () => {
      try {
        last = JSON.parse(readFileSync(service.credentials, 'utf8')).claudeAiOauth;
      } catch {
        // Half written.
      }
      return last;
    };
    const inStep = () =>
      service.profile().token === file().accessToken && service.profile().expires === file().expiresAt;

    it('takes over a login that lasts, and asks nobody', async () => {
      await laid(HOURS_8);
      service.start();
      await until(() => service.state()?.end === file().expiresAt, service.log);
      expect(inStep()).toBe(true);
      const { expiresAt: end } = file();
      const { credentials } = service;
      expect(service.state()).toEqual({ credentials, end, asks: end - 4 * MINUTE, ended: false });
      expect(await turn()).toBe(`Bearer ${file().accessToken}`);
      await service.stop();
      expect(vendor.exchanges).toEqual([]);
      expect(service.log()).not.toMatch(/sk-ant-/);
    });

    it('has a login renewed that is about to end, and OpenClaw answers with the new one', async () => {
      await laid(2 * MINUTE);
      service.start();
      await until(
        () => vendor.renewed.length > 0 && inStep() && service.profile().token === vendor.renewed[0],
        service.log,
      );
      expect(await turn()).toBe(`Bearer ${vendor.renewed[0]}`);
      // Only where `auth status` does not renew it, a turn does.
      const models = vendor.asked.map(({ model }) => String(model).replace(/^claude-(haiku).*/, '$1'));
      expect([...new Set(models)]).toEqual(isOld(version) ? ['haiku'] : []);
      expect(vendor.renewals).toBe(1);
      await until(() => service.state()?.asks === file().expiresAt - 4 * MINUTE, service.state);
      // The refresh token is Claude Code's alone.
      const all = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const holders = all
        .map(({ parentPath, name }) => join(parentPath, name))
        .filter((path) => readFileSync(path, 'latin1').includes('sk-ant-ort01'));
      expect(holders.filter((path) => !path.startsWith(join(home, '.claude')))).toEqual([]);
    });

    it('is stopped by a kill between what it read and what it wrote, and goes on at its next start', async () => {
      await laid(2 * MINUTE);
      const release = vendor.hold();
      service.start();
      await until(() => vendor.renewals === 1, service.log);
      await service.stop('SIGKILL');
      release();
      // Claude Code is not ended with it: the new login is whole.
      await until(() => file().accessToken === vendor.renewed[0]);
      await nothingRuns(home);
      expect(service.profile().token).not.toBe(vendor.renewed[0]);
      // What a kill in the middle of a write leaves is written over.
      const temp = join(dirname(service.store), '.auth-profiles.json.clawauth-claude-sync.tmp');
      writeFileSync(temp, '{"profiles":');
      service.start();
      await until(inStep, service.log);
      await until(() => service.state()?.end === file().expiresAt, service.state);
      expect(readdirSync(dirname(service.store))).not.toContain('.auth-profiles.json.clawauth-claude-sync.tmp');
      expect(vendor.renewals).toBe(1);
    });

    it('waits for a renewal that is under way when it is told to stop', async () => {
      await laid(2 * MINUTE);
      const release = vendor.hold();
      service.start();
      await until(() => vendor.renewals === 1, service.log);
      const stopped = service.stop();
      release();
      await stopped;
      expect(file().accessToken).toBe(vendor.renewed[0]);
    });

    /** Before, Claude Code keeps a login that was refused as it is, and calls itself signed in (2.1.100). */
    const tells = !isOld(version);
    it.runIf(tells)(
      'tells that the login has ended once its renewal was refused, and that it is there again',
      async () => {
        await laid(-MINUTE);
        vendor.refuse(100);
        service.start();
        await until(
          () => service.state()?.ended,
          () => [service.log(), file()],
        );
        expect(service.log().match(/sign_in_needed/g)).toHaveLength(1);
        expect(service.profile().token).toBe(OLD);
        lay(service.credentials, signInFile(HOURS_8));
        await until(() => service.state()?.ended === false && inStep(), service.log);
      },
    );

    it.each([429, 500])('takes an endpoint that answers %s for no end of the login', async (status) => {
      await laid(2 * MINUTE);
      vendor.fail(status);
      service.start();
      await until(() => service.log().includes('asked_claude'), service.log);
      await until(() => service.state()?.asks != null, service.log);
      expect(vendor.renewals).toBeGreaterThan(0);
      expect(service.state()?.ended).toBe(false);
      expect(service.log()).not.toContain('sign_in_needed');
      expect(service.state()?.asks).toBeGreaterThan(Date.now() - MINUTE);
    });

    it.runIf(wholeMatrix)('renews three times in a row, with an answer of OpenClaw between each', async () => {
      await laid(2 * MINUTE, 320);
      service.start();
      for (const n of [0, 1, 2]) {
        await until(() => service.profile().token === vendor.renewed[n], service.log);
        expect(await turn()).toBe(`Bearer ${vendor.renewed[n]}`);
      }
      expect(vendor.renewals).toBe(3);
    });
  },
);
