import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import json5 from 'json5';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { credentialSent } from '../support/credential-sent.ts';
import { type FakeAnthropic, fakeAnthropic } from '../support/fake-anthropic.ts';
import { lostSince } from '../support/holdings.ts';
import { expectInvariants, type Had, hadIn } from '../support/invariants.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installRelease, releases, wholeMatrix } from '../support/releases.ts';
import { filesWith, runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

// An API key that lies in a file of the person's, and whose path is all that OpenClaw stores.

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const KEY = `sk-ant-api03-FAKE${'Z7rT'.repeat(22)}abc`;
const IN_FILE = `sk-ant-api03-FAKE${'q8Ns'.repeat(22)}abc`;

const packed = inject('packed');

let anthropic: FakeAnthropic;
beforeAll(async () => {
  anthropic = await fakeAnthropic();
});
afterAll(() => anthropic.close());

describe.each(releases(['2026.9.6'], ['2026.6.1', '2026.8.2']))('OpenClaw %s', MANY_PROGRAMS, (version) => {
  let at: BridgeHome;
  let had: Had;
  let before: Record<string, string>;
  let file: string;
  const printed: string[] = [];

  const ours = async (args: readonly string[], input = '') => {
    const done = await runPacked(process.execPath, packed.cli, args, { home: at.home, env: at.env, input });
    printed.push(done.out, done.err);
    return done;
  };
  const well = async (args: readonly string[], input = '') => {
    const done = await ours([...args, '--yes', '--json'], input);
    expect(done.code, done.out + done.err).toBe(0);
    return JSON.parse(done.out);
  };
  const BY_FILE = ['apply', '--method', 'api-key', '--key-ref-file', '~/claude.key'];
  const judged = async () =>
    (await at.status()).auth.oauth.profiles.map(({ profileId, type }) => `${profileId} ${type}`).sort();
  const sent = (agent: string) => credentialSent(at, version, anthropic, agent);
  const said = ({ report }: { report: { findings: { check: string }[] } }, id: string) =>
    report.findings.filter(({ check }) => check === id);

  beforeAll(async () => {
    at = await makeBridgeHome(await installRelease(version));
    file = join(at.home, 'claude.key');
    had = await hadIn(at);
    before = snapshot(at.stateDir);
  });
  afterAll(() => removeTree(at.home));
  afterEach(async () => expect(await lostSince(had.holdings, at.stateDir)).toEqual([]));

  it('is refused while the file is not fit to be read', async () => {
    const refused = async () => JSON.parse((await ours([...BY_FILE, '--yes', '--json'])).out).problem;
    expect(await refused()).toMatchObject({ code: 'key-file', what: expect.stringContaining('not there') });
    writeFileSync(file, `${IN_FILE}\n`, { mode: 0o644 });
    expect(await refused()).toMatchObject({ code: 'key-file', next: `chmod 600 ${file}` });
    chmodSync(file, 0o600);
    expect(at.changedSince(before)).toEqual([]);
  });

  it('is sent by OpenClaw, which reads it from the file', async () => {
    const done = await well(BY_FILE);
    expect(said(done, 'secret-file')).toMatchObject([{ verdict: 'ok', says: expect.stringContaining(file) }]);
    expect(await judged()).toEqual(['anthropic:api-key api_key']);
    const config = json5.parse(readFileSync(at.config, 'utf8'));
    expect(config.secrets.providers).toEqual({ 'api-key-file': { source: 'file', path: file, mode: 'singleValue' } });
    expect(readFileSync(at.config, 'utf8')).toContain('// my bridge');
    expect(await sent('main')).toEqual([IN_FILE]);
    const answers = { main: /^anthropic\/claude-opus-/, lite: /^anthropic\/claude-sonnet-/ };
    await expectInvariants(at, had, { printed, answers, again: () => ours([...BY_FILE, '--dry-run', '--json']) });
  });

  it.runIf(wholeMatrix)('is missed where the file is gone, and found again', async () => {
    rmSync(file);
    const { findings } = JSON.parse((await ours(['doctor', '--json'])).out);
    expect(findings.filter(({ id }: { id: string }) => id === 'profile.secret-file')).toMatchObject([
      { says: expect.stringContaining(`from ${file}: it is not there`) },
    ]);
    writeFileSync(file, `${IN_FILE}\n`, { mode: 0o600 });
    const again = JSON.parse((await ours(['doctor', '--json'])).out).findings;
    expect(again.map(({ id }: { id: string }) => id)).not.toContain('profile.secret-file');
  });

  it.runIf(wholeMatrix)('gives way to a key that OpenClaw stores, and comes back', async () => {
    const byValue = ['apply', '--method', 'api-key', '--key-stdin'];
    const refused = await ours([...byValue, '--yes', '--json'], KEY);
    expect(JSON.parse(refused.out).problem).toMatchObject({ code: 'profile-is-reference' });
    await well([...byValue, '--profile-id', 'anthropic:plan'], KEY);
    expect(await sent('main')).toEqual([KEY]);
    await well([...BY_FILE, '--profile-id', 'anthropic:api-key']);
    expect(await sent('main')).toEqual([IN_FILE]);
    await well(['undo']);
    await well(['undo']);
    expect(await judged()).toEqual(['anthropic:api-key api_key']);
    expect(await sent('lite')).toEqual([IN_FILE]);
  });

  it.runIf(wholeMatrix)('gives way to a setup token', async () => {
    await well(['apply', '--method', 'setup-token', '--token-stdin'], TOKEN);
    expect(await judged()).toEqual(['anthropic:default token']);
    expect(json5.parse(readFileSync(at.config, 'utf8')).secrets).toBeUndefined();
  });

  it('is taken away by an uninstall, and the file stays as it is', async () => {
    await well(['uninstall']);
    expect(at.changedSince(before)).toEqual([]);
    expect(readFileSync(at.config, 'utf8')).toBe(at.text);
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([`${IN_FILE}\n`, 0o600]);
  });

  it('is nowhere but in its file', () => {
    expect(filesWith(at.home, IN_FILE)).toEqual([file]);
    for (const secret of [IN_FILE, KEY, TOKEN]) expect(printed.join('\n')).not.toContain(secret);
  });
});
