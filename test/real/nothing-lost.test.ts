import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { type Holdings, holdingsOf, lostSince } from '../support/holdings.ts';
import { expectInvariants, type Had, hadIn } from '../support/invariants.ts';
import { loopbackOnly } from '../support/loopback-only.ts';
import { leaveOlderState } from '../support/older-state.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { runToEnd } from '../support/proxy-home.ts';
import { installRelease, releases } from '../support/releases.ts';
import { type Finished, filesWith, runPacked } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

const token = (letters: string) => `sk-ant-oat01-FAKE${letters.repeat(22)}abc`;
const OURS = token('k9Qw');
const KEY = `sk-ant-api03-FAKE${'Z7rT'.repeat(22)}abc`;

const packed = inject('packed');

const ours = (at: BridgeHome, args: readonly string[], input = '') =>
  runPacked(process.execPath, packed.cli, args, { home: at.home, env: at.env, input });
const APPLY = ['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--json'];

async function setUp(at: BridgeHome, had: Had): Promise<Finished> {
  const done = await ours(at, APPLY, OURS);
  expect(done.code, done.out + done.err).toBe(0);
  const answers = { main: /^anthropic\/claude-opus-/, lite: /^anthropic\/claude-sonnet-/ };
  const again = () => ours(at, [...APPLY, '--dry-run'], OURS);
  await expectInvariants(at, had, { printed: [done.err], answers, again });
  return done;
}

describe.each(releases(['2026.6.5'], ['2026.8.2', '2026.9.6']))(
  'updated to OpenClaw %s, whose gateway has not started',
  MANY_PROGRAMS,
  (version) => {
    let at: BridgeHome;
    let before: Holdings;

    beforeAll(async () => {
      at = await makeBridgeHome(await installRelease(version));
      leaveOlderState(at.stateDir, at.config);
      before = await holdingsOf(at.stateDir);
    });
    afterAll(() => removeTree(at.home));

    it('shows what OpenClaw will take over, as the first step', async () => {
      expect(before).toEqual([
        'allowed telegram 12345',
        'cron daily-brief',
        'cron weekly-review',
        'pairing telegram 999',
        'session 11111111-1111-4111-8111-111111111111',
        'session 22222222-2222-4222-8222-222222222222',
      ]);
      const done = await ours(at, ['plan', '--method', 'setup-token', '--json']);
      expect(done.code, done.err).toBe(0);
      const [first, second] = JSON.parse(done.out).steps;
      expect(first.id).toBe('openclaw-migration');
      expect(JSON.stringify(first)).toContain('cron');
      expect(second.id).toMatch(/^store-token/);
      expect(await lostSince(before, at.stateDir)).toEqual([]);
    });

    it('keeps every job, pairing and session through apply and undo', async () => {
      await setUp(at, await hadIn(at));
      expect(await holdingsOf(at.stateDir)).toContain('credential main anthropic:default');
      const undone = await ours(at, ['undo', '--yes', '--json']);
      expect(undone.code, undone.out + undone.err).toBe(0);
      expect(await lostSince(before, at.stateDir)).toEqual([]);
      expect(await holdingsOf(at.stateDir)).not.toContain('credential main anthropic:default');
      expect(readFileSync(at.config, 'utf8')).toContain('// my OpenClaw, edited by hand');
    });
  },
);

describe.each(releases(['2026.9.6'], ['2026.2.17', '2026.6.1']))(
  'an order of the person’s own in OpenClaw %s',
  MANY_PROGRAMS,
  (version) => {
    let at: BridgeHome;
    let before: Holdings;

    beforeAll(async () => {
      at = await makeBridgeHome(await installRelease(version));
      if (version === '2026.2.17') {
        const folder = join(at.stateDir, 'agents', 'main', 'agent');
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const profiles = { 'anthropic:k': { type: 'api_key', provider: 'anthropic', key: KEY } };
        const store = { version: 1, profiles, order: { anthropic: ['anthropic:k'] } };
        writeFileSync(join(folder, 'auth-profiles.json'), JSON.stringify(store), { mode: 0o600 });
      } else {
        const agent = ['--agent', 'main'];
        const named = version === '2026.9.6' ? ['paste-api-key', ...agent] : [...agent, 'paste-api-key'];
        await at.run(['models', 'auth', ...named, '--provider', 'anthropic', '--profile-id', 'anthropic:k'], KEY);
        const main = ['--provider', 'anthropic', '--agent', 'main'];
        await at.run(['models', 'auth', 'order', 'set', ...main, 'anthropic:k']);
      }
      before = await holdingsOf(at.stateDir);
    });
    afterAll(() => removeTree(at.home));

    it('gets ours first, and OpenClaw uses it', async () => {
      expect(before).toContain('order main anthropic anthropic:k');
      // The order gets longer: what it was is told by the test below.
      const done = await setUp(at, {
        ...(await hadIn(at)),
        holdings: before.filter((one) => !one.startsWith('order ')),
      });
      const { findings } = JSON.parse(done.out).report;
      const [profile] = findings.filter(({ check }: { check: string }) => check === 'profile');
      expect(profile).toMatchObject({ verdict: 'ok', says: expect.stringContaining('anthropic:default for main') });
      expect(await holdingsOf(at.stateDir)).toContain('order main anthropic anthropic:default,anthropic:k');
    });

    it('is as it was after an uninstall, which names every copy of the token that is left', async () => {
      const gone = await ours(at, ['uninstall', '--yes', '--json']);
      expect(gone.code, gone.out + gone.err).toBe(0);
      expect(await lostSince(before, at.stateDir)).toEqual([]);
      const left = filesWith(at.stateDir, OURS);
      const says = (JSON.parse(gone.out).findings as { says: string }[]).map((finding) => finding.says).join();
      for (const path of left) expect(says).toContain(path);
      if (left.length === 0) expect(says).toContain('No copy of the token is left');
    });
  },
);

describe('OpenClaw 2026.2.17 without a network', MANY_PROGRAMS, () => {
  let at: BridgeHome;
  beforeAll(async () => {
    at = await makeBridgeHome(await installRelease('2026.2.17'));
  });
  afterAll(() => removeTree(at.home));

  it('never makes its live check say that Claude answered', async () => {
    // Nothing but loopback can be reached, however this machine is connected.
    const env = { ...at.env, ...loopbackOnly(at.home) };
    const done = await runPacked(process.execPath, packed.cli, [...APPLY, '--live-check'], {
      ...{ home: at.home, env, input: OURS },
    });
    const findings: { check: string; verdict: string; says: string }[] = JSON.parse(done.out).report.findings;
    const [answer] = findings.filter(({ check }) => check === 'answer');
    expect(answer, done.out + done.err).toMatchObject({
      verdict: 'error',
      // How it puts that depends on when its probe gives up.
      says: expect.stringMatching(/^Claude did not answer: ./),
    });
    expect(done.code).toBe(3);
  });

  it('has written the token into auth.json, from where it does not come back after an uninstall', async () => {
    const names = () => filesWith(at.stateDir, OURS).map((path) => path.slice(path.lastIndexOf('/') + 1));
    // Any such command of this release does that, as an API key.
    await at.openclaw('models', 'list', '--json');
    expect(names()).toContain('auth.json');
    const gone = await ours(at, ['uninstall', '--yes', '--json']);
    expect(gone.code, gone.out + gone.err).toBe(0);
    expect(gone.out).toContain('No copy of the token is left');
    expect(names()).toEqual([]);
    await at.openclaw('models', 'status', '--json');
    expect(names()).toEqual([]);
  });
});

describe('a provider block of OpenClaw 2026.2.17 that leads to a program of this machine', MANY_PROGRAMS, () => {
  let at: BridgeHome;
  let relay: Server;
  const seen: string[] = [];

  beforeAll(async () => {
    relay = createServer((request, response) => {
      seen.push(`${request.headers.authorization}`);
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"type":"error"}');
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
    at = await makeBridgeHome(await installRelease('2026.2.17'));
    const block = `anthropic: { baseUrl: '${baseUrl}', api: 'anthropic-messages', models: [{ id: 'claude-opus-4-5', name: 'x' }] }`;
    const text = readFileSync(at.config, 'utf8');
    writeFileSync(at.config, text.replace("'claude-bridge': {", `${block},\n      'claude-bridge': {`));
  });
  afterAll(() => {
    relay?.close();
    removeTree(at.home);
  });

  it('gets no token: it is gone, with the copies that OpenClaw made of it, before the token is stored', async () => {
    // Makes the copies.
    await at.openclaw('models', 'list', '--json');
    const copies = join(at.stateDir, 'agents', 'main', 'agent', 'models.json');
    expect(readFileSync(copies, 'utf8')).toContain('127.0.0.1');
    const done = await ours(at, APPLY, OURS);
    expect(done.code, done.out + done.err).toBe(0);
    const env = { ...at.env, ...loopbackOnly(at.home) };
    const turn = ['agent', '--local', '--agent', 'main', '--session-id', 'x', '-m', 'hi'];
    const ended = await runToEnd([(await installRelease('2026.2.17')).bin, ...turn], { cwd: at.home, env });
    // It was asked, and found nobody: only loopback can be reached.
    expect(ended.out + ended.err).toMatch(/connection error/i);
    expect(seen).toEqual([]);
  });
});
