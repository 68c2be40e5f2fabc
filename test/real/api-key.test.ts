import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import json5 from 'json5';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { credentialSent } from '../support/credential-sent.ts';
import { type FakeAnthropic, fakeAnthropic } from '../support/fake-anthropic.ts';
import { lostSince } from '../support/holdings.ts';
import { expectInvariants, type Had, hadIn } from '../support/invariants.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installRelease, releases } from '../support/releases.ts';
import { filesWith, runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const KEY = `sk-ant-api03-FAKE${'Z7rT'.repeat(22)}abc`;
/** Of a variable in a file of the person's. */
const IN_FILE = `sk-ant-api03-FAKE${'q8Ns'.repeat(22)}abc`;
const HANDED = { 'setup-token': ['--token-stdin', TOKEN], 'api-key': ['--key-stdin', KEY] } as const;
type Way = keyof typeof HANDED;

const packed = inject('packed');

let anthropic: FakeAnthropic;
beforeAll(async () => {
  anthropic = await fakeAnthropic();
});
afterAll(() => anthropic.close());

describe.each(releases(['2026.2.17', '2026.9.6'], ['2026.6.1', '2026.8.2']))(
  'OpenClaw %s',
  MANY_PROGRAMS,
  (version) => {
    let at: BridgeHome;
    let had: Had;
    let before: Record<string, string>;
    let alone: string;
    const printed: string[] = [];

    const ours = async (args: readonly string[], input = '') => {
      const done = await runPacked(process.execPath, packed.cli, args, { home: at.home, env: at.env, input });
      printed.push(done.out, done.err);
      return done;
    };
    const run = (way: Way, ...more: string[]) => {
      const [flag, secret] = HANDED[way];
      return ours(['apply', '--method', way, flag, '--yes', '--json', ...more], secret);
    };
    const apply = async (way: Way) => {
      const done = await run(way);
      expect(done.code, done.out + done.err).toBe(0);
    };
    /** Anthropic's profiles as OpenClaw tells them, and the one that it takes. */
    const judged = async () => {
      const told = await at.status();
      expect(told.auth.missingProvidersInUse).toEqual([]);
      expect(told.resolvedDefault).toMatch(/^anthropic\/claude-opus-/);
      return told.auth.oauth.profiles.map(({ profileId, type }) => `${profileId} ${type}`).sort();
    };
    const sent = () => credentialSent(at, version, anthropic);
    /** The config without the time that OpenClaw stamps into it. */
    const configNow = () => readFileSync(at.config, 'utf8').replace(/(lastTouchedAt['"]?: ?)['"][^'"]+['"]/, '$1…');

    beforeAll(async () => {
      at = await makeBridgeHome(await installRelease(version));
      had = await hadIn(at);
      before = snapshot(at.stateDir);
    });
    afterAll(() => removeTree(at.home));
    // Through every run, undo, switch and uninstall.
    afterEach(async () => expect(await lostSince(had.holdings, at.stateDir)).toEqual([]));

    it('makes the real OpenClaw use the key, and Claude by default', async () => {
      await apply('api-key');
      expect(await judged()).toEqual(['anthropic:api-key api_key']);
      const { auth } = json5.parse(readFileSync(at.config, 'utf8'));
      expect(auth.profiles).toEqual({ 'anthropic:api-key': { provider: 'anthropic', mode: 'api_key' } });
      alone = configNow();
      const answers = { main: /^anthropic\/claude-opus-/, lite: /^anthropic\/claude-sonnet-/ };
      await expectInvariants(at, had, { printed, answers, again: () => run('api-key', '--dry-run') });
      expect(await sent()).toEqual([KEY]);
    });

    it('gives way to a setup token and comes back, each in one run', async () => {
      await apply('setup-token');
      expect(await judged()).toEqual(['anthropic:default token']);
      await apply('api-key');
      expect(await judged()).toEqual(['anthropic:api-key api_key']);
      expect(configNow()).toBe(alone);
    });

    it('is taken back, and the rest uninstalled', async () => {
      const undone = await ours(['undo', '--yes', '--json']);
      expect(undone.code, undone.out + undone.err).toBe(0);
      expect(await judged()).toEqual(['anthropic:default token']);
      const gone = await ours(['uninstall', '--yes', '--json']);
      expect(gone.code, gone.out + gone.err).toBe(0);
      expect(at.changedSince(before)).toEqual([]);
      expect(readFileSync(at.config, 'utf8')).toBe(at.text);
    });

    const named = (...more: string[]) =>
      ours(['apply', '--method', 'api-key', '--key-env', 'CLAUDE_API_KEY', '--yes', '--json', ...more]);

    it.runIf(version === '2026.2.17')('is not taken from a variable, whose name OpenClaw would send', async () => {
      const done = await named();
      expect([done.code, JSON.parse(done.out).problem.code]).toEqual([2, 'no-variables']);
      expect(at.changedSince(before)).toEqual([]);
    });

    it.runIf(version !== '2026.2.17')('is read from a variable, and OpenClaw stores only its name', async () => {
      const file = join(at.stateDir, '.env');
      const missing = await named();
      expect([missing.code, JSON.parse(missing.out).problem.code]).toEqual([2, 'variable-missing']);
      writeFileSync(file, `CLAUDE_API_KEY=${IN_FILE}\n`, { mode: 0o600 });
      const done = await named();
      expect(done.code, done.out + done.err).toBe(0);
      const [about] = JSON.parse(done.out).report.findings.filter(
        ({ check }: { check: string }) => check === 'variable',
      );
      expect(about).toMatchObject({ verdict: 'ok', says: expect.stringContaining(`CLAUDE_API_KEY, set in ${file}`) });
      expect(await sent()).toEqual([IN_FILE]);
      expect(JSON.parse((await named('--dry-run')).out).steps).toEqual([]);
      expect(filesWith(at.home, IN_FILE)).toEqual([file]);
      const byValue = await run('api-key');
      expect([byValue.code, JSON.parse(byValue.out).problem.code]).toEqual([1, 'profile-is-reference']);
      await apply('setup-token');
      expect(await judged()).toEqual(['anthropic:default token']);
      const gone = await ours(['uninstall', '--yes', '--json']);
      expect(gone.code, gone.out + gone.err).toBe(0);
      expect(at.changedSince(before)).toEqual(['./.env']);
      expect(readFileSync(at.config, 'utf8')).toBe(at.text);
    });

    it('shows none of them: not in what it printed, nor in any file but the backups and the person’s own', () => {
      for (const secret of [KEY, TOKEN, IN_FILE]) {
        expect(printed.join('\n')).not.toContain(secret);
        const found = filesWith(at.home, secret).map((path) => relative(at.stateDir, path));
        expect(found.filter((path) => path !== '.env' && !/clawauth-setup\/blobs\//.test(path))).toEqual([]);
      }
    });
  },
);
