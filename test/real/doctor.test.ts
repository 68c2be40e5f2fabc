import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import json5 from 'json5';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installRelease } from '../support/releases.ts';
import { runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const OTHER = `sk-ant-oat01-FAKE${'zzT2'.repeat(22)}xyz`;

interface Answer {
  readonly exitCode: number;
  readonly findings: readonly { readonly id: string; readonly level: string; readonly fix: boolean }[];
  readonly fix?: {
    readonly fixed: readonly string[];
    readonly left: readonly string[];
    readonly new: readonly string[];
  };
}

/** A set-up that works on a real release, and our doctor in its home. */
async function setUp(version: string): Promise<{ at: BridgeHome; doctor: (...args: string[]) => Promise<Answer> }> {
  const packed = inject('packed');
  const at = await makeBridgeHome(await installRelease(version));
  const ours = (args: readonly string[], input?: string) =>
    runPacked(process.execPath, packed.cli, args, {
      home: at.home,
      env: at.env,
      ...(input === undefined ? {} : { input }),
    });
  const applied = await ours(['apply', '--method', 'setup-token', '--token-stdin', '--yes'], TOKEN);
  expect(applied.code, applied.out + applied.err).toBe(0);
  return {
    at,
    async doctor(...args) {
      const ran = await ours(['doctor', '--json', ...args], args.includes('--token-stdin') ? OTHER : undefined);
      expect(`${ran.out}${ran.err}`).not.toContain('FAKEk9Qw');
      return JSON.parse(ran.out) as Answer;
    },
  };
}

const wrong = ({ findings }: Answer) =>
  [...new Set(findings.filter(({ level }) => level === 'error').map(({ id }) => id))].sort();

/** What OpenClaw itself says of the stored credential. */
const statusOf = async (at: BridgeHome) =>
  (await at.status()).auth.oauth.profiles.find(({ profileId }) => profileId === 'anthropic:default')?.status;

describe('the doctor on OpenClaw 2026.2.17', MANY_PROGRAMS, () => {
  let at: BridgeHome;
  let doctor: Awaited<ReturnType<typeof setUp>>['doctor'];
  beforeAll(async () => {
    ({ at, doctor } = await setUp('2026.2.17'));
  });
  afterAll(() => removeTree(at.home));

  it('finds nothing in the way of a set-up that works', async () => {
    const answer = await doctor();
    expect([answer.exitCode, wrong(answer)]).toEqual([0, []]);
  });

  it('names what OpenClaw only calls a missing credential, fixes it, and OpenClaw agrees; an undo gives it back', async () => {
    const store = join(at.stateDir, 'agents/main/agent/auth-profiles.json');
    const good = readFileSync(store, 'utf8');
    const value = json5.parse(good);
    value.profiles['anthropic:default'].type = 'oauth';
    // With an end in the future it would call even this one ok.
    delete value.profiles['anthropic:default'].expires;
    writeFileSync(store, JSON.stringify(value, null, 2));
    expect(await statusOf(at)).toBe('missing');
    expect(wrong(await doctor())).toEqual(['profile.fields']);
    const before = snapshot(at.stateDir);
    const fixed = await doctor('--fix', '--yes');
    expect(fixed.fix).toMatchObject({ left: [], new: [] });
    expect(fixed.fix?.fixed).toContain('profile.fields');
    expect(await statusOf(at)).toBe('static');
    expect(json5.parse(readFileSync(store, 'utf8')).profiles['anthropic:default'].type).toBe('token');
    const undone = await runPacked(process.execPath, inject('packed').cli, ['undo', '--yes'], {
      home: at.home,
      env: at.env,
    });
    expect(undone.code, undone.out + undone.err).toBe(0);
    expect(readFileSync(store, 'latin1')).toBe(
      Object.entries(before)
        .find(([path]) => path.endsWith('main/agent/auth-profiles.json'))?.[1]
        .replace(/^file \d+ /, ''),
    );
    writeFileSync(store, good);
  });

  it('gives files that others may read back to their owner alone', async () => {
    chmodSync(at.config, 0o644);
    const fixed = await doctor('--fix', '--yes', '--id', 'files.readable');
    expect(fixed.fix?.fixed).toEqual(['files.readable']);
    expect(statSync(at.config).mode & 0o777).toBe(0o600);
  });

  it('unlocks the configuration, and asks in it for a model that this release can ask for', async () => {
    const text = readFileSync(at.config, 'utf8');
    const primary = (await at.status()).resolvedDefault ?? '';
    writeFileSync(at.config, text.replaceAll(primary, 'anthropic/claude-opus-5'));
    chmodSync(at.config, 0o444);
    const fixed = await doctor('--fix', '--yes');
    expect(fixed.fix).toMatchObject({ left: [], new: [] });
    expect(fixed.fix?.fixed).toEqual(expect.arrayContaining(['files.read-only', 'model.needs-newer-client']));
    expect((await at.status()).resolvedDefault).toBe('anthropic/claude-opus-4-6');
    writeFileSync(at.config, text);
  });
});

describe('the doctor on OpenClaw 2026.9.6', MANY_PROGRAMS, () => {
  let at: BridgeHome;
  let doctor: Awaited<ReturnType<typeof setUp>>['doctor'];
  beforeAll(async () => {
    ({ at, doctor } = await setUp('2026.9.6'));
  });
  afterAll(() => removeTree(at.home));

  it('finds nothing in the way of a set-up that works', async () => {
    const answer = await doctor();
    expect([answer.exitCode, wrong(answer)]).toEqual([0, []]);
  });

  it('tells a browser code that was stored as a token, and puts a token in its place', async () => {
    await at.paste('aB3dE5fG7hI9jK1lM3nO5pQ7#rS9tU1vW3xY5zA7bC9dE1fG3', 'anthropic:default').catch(() => {});
    const stored = !(await at.status()).auth.oauth.profiles.every(({ profileId }) => profileId !== 'anthropic:default');
    expect(stored).toBe(true);
    const before = await doctor();
    // OpenClaw 2026.9.6 may refuse such a text by itself: then the old token stands, and nothing is wrong.
    if (wrong(before).length === 0) return;
    expect(wrong(before)).toEqual(['token.is-code']);
    const fixed = await doctor('--fix', '--yes', '--token-stdin');
    expect(fixed.fix).toMatchObject({ fixed: ['token.is-code'], left: [], new: [] });
    expect(await statusOf(at)).not.toBe('missing');
  });

  it('fixes a retired model id in its place, and OpenClaw uses the new one', async () => {
    const text = readFileSync(at.config, 'utf8');
    const primary = (await at.status()).resolvedDefault ?? '';
    writeFileSync(at.config, text.replaceAll(primary, `${primary.replace(/-(\d+)-(\d+)$/, '-$1.$2')}`));
    expect(wrong(await doctor())).toEqual(['model.unknown-id']);
    const fixed = await doctor('--fix', '--yes');
    expect(fixed.fix).toMatchObject({ left: [], new: [] });
    expect((await at.status()).resolvedDefault).toBe(primary);
  });

  it('moves the only credential from a workspace to where OpenClaw reads it', async () => {
    await at.run(['models', 'auth', 'logout', 'anthropic:default', '--agent', 'main', '--yes']);
    mkdirSync(join(at.stateDir, 'workspace'), { recursive: true });
    writeFileSync(join(at.stateDir, 'workspace/.env'), `A=1\nANTHROPIC_OAUTH_TOKEN=${OTHER}\n`);
    expect(wrong(await doctor())).toEqual(['env.workspace-only']);
    const providers = async () => JSON.stringify((await at.status()).auth.providers);
    expect(await providers()).not.toContain('ANTHROPIC_OAUTH_TOKEN');
    const fixed = await doctor('--fix', '--yes');
    expect(fixed.fix).toMatchObject({ left: [], new: [] });
    expect(fixed.fix?.fixed).toContain('env.workspace-only');
    expect(await providers()).toContain('env: ANTHROPIC_OAUTH_TOKEN');
    expect(readFileSync(join(at.stateDir, 'workspace/.env'), 'utf8')).toBe('A=1\n');
  });
});
