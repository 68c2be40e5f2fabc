import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import json5 from 'json5';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, cronInFiles, makeBridgeHome } from '../support/bridge-home.ts';
import { type CountedCalls, countedCalls } from '../support/counted-calls.ts';
import { lostSince } from '../support/holdings.ts';
import { expectInvariants, type Had, hadIn } from '../support/invariants.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { GENERATIONS, installRelease, releases } from '../support/releases.ts';
import { filesWith, runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;

const packed = inject('packed');

describe.each(releases(GENERATIONS, ['2026.2.17']))('OpenClaw %s', MANY_PROGRAMS, (version) => {
  let at: BridgeHome;
  let had: Had;
  let before: Record<string, string>;
  const printed: string[] = [];

  let folder: string;
  let counted: CountedCalls;

  const ours = async (args: readonly string[], input = '') => {
    const env = { ...at.env, ...counted.env };
    const done = await runPacked(process.execPath, packed.cli, args, { home: at.home, env, input });
    printed.push(done.out, done.err);
    return done;
  };
  const apply = (...more: string[]) =>
    ours(['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--json', ...more], TOKEN);

  beforeAll(async () => {
    at = await makeBridgeHome(await installRelease(version));
    had = await hadIn(at);
    expect(had.holdings).not.toEqual([]);
    before = snapshot(at.stateDir);
    folder = mkdtempSync(join(tmpdir(), 'clawauth-counted-'));
    counted = countedCalls(folder);
  });
  afterAll(() => [at.home, folder].forEach(removeTree));
  // Through every run, undo, switch and uninstall.
  afterEach(async () => expect(await lostSince(had.holdings, at.stateDir)).toEqual([]));

  it('makes the real OpenClaw use the token, and Claude by default', async () => {
    const done = await apply();
    expect(done.code, done.err).toBe(0);
    const calls = counted.take();
    // Its files of every agent are OpenClaw's to write from 2026.5.22 to 2026.6.1.
    expect(calls, calls.join('\n')).toHaveLength(version === '2026.6.1' ? 4 : 2);

    const told = await at.status();
    expect(told.resolvedDefault).toMatch(/^anthropic\/claude-opus-/);
    expect(told.fallbacks).toEqual([expect.stringMatching(/^anthropic\/claude-sonnet-/)]);
    expect(told.aliases).toMatchObject({ Opus: told.resolvedDefault, Sonnet: told.fallbacks[0] });
    const { profiles } = told.auth.oauth;
    expect(profiles.filter(({ type }) => type === 'token').map(({ profileId }) => profileId)).toEqual([
      'anthropic:default',
    ]);
    expect(told.auth.missingProvidersInUse).toEqual([]);
    expect(told.auth.providers).toContainEqual(
      expect.objectContaining({ provider: 'anthropic', effective: expect.objectContaining({ kind: 'profiles' }) }),
    );
  });

  it('keeps every comment of the config', () => {
    const text = readFileSync(at.config, 'utf8');
    for (const comment of [
      '// my OpenClaw, edited by hand',
      '/* through the bridge */',
      '// my bridge',
      '// the cheap one',
    ]) {
      expect(text).toContain(comment);
    }
    const config = json5.parse(text);
    expect(config.models).toEqual(json5.parse(at.text).models);
    expect(config.auth.profiles).toEqual({ 'anthropic:default': { provider: 'anthropic', mode: 'token' } });
  });

  it.runIf(cronInFiles(version))('points the cron job on the bridge to Claude and clears its error streak', () => {
    const [bridged, plain] = JSON.parse(readFileSync(join(at.stateDir, 'cron', 'jobs.json'), 'utf8')).jobs;
    expect(bridged.payload.model).toMatch(/^anthropic\/claude-opus-/);
    expect(bridged.state.consecutiveErrors).toBe(0);
    expect(plain.payload.model).toBeUndefined();
  });

  it('leaves no credential file where this release would stumble over one', () => {
    const inJson = /^2026\.(6\.1$|[1-5]\.)/.test(version);
    for (const agent of ['main', 'lite']) {
      const file = join(at.stateDir, 'agents', agent, 'agent', 'auth-profiles.json');
      expect(existsSync(file), file).toBe(inJson);
    }
  });

  it('leaves agents, a second run and what the person had as every set-up does', async () => {
    const text = readFileSync(at.config);
    const answers = { main: /^anthropic\/claude-opus-/, lite: /^anthropic\/claude-sonnet-/ };
    await expectInvariants(at, had, { printed, answers, again: () => apply('--dry-run') });
    expect(readFileSync(at.config).equals(text)).toBe(true);
  });

  it('refuses a configuration that OpenClaw does not take, and says what is wrong with it', async () => {
    const text = readFileSync(at.config, 'utf8');
    writeFileSync(at.config, text.replace(/^\{/m, '{ bogus: 1,'));
    const wrong = readFileSync(at.config, 'utf8');
    const done = await apply('--profile-id', 'anthropic:other');
    expect(done.code, done.out + done.err).toBe(1);
    expect(done.err + done.out).toMatch(/bogus|<root>: Invalid input/);
    expect(readFileSync(at.config, 'utf8')).toBe(wrong);
    writeFileSync(at.config, text);
  });

  it('puts everything back', async () => {
    const done = await ours(['undo', '--yes', '--json']);
    expect(done.code, done.out + done.err).toBe(0);
    expect(at.changedSince(before)).toEqual([]);
    expect(readFileSync(at.config, 'utf8')).toBe(at.text);
  });

  it('is believed by the real OpenClaw, which keeps the restored config', async () => {
    const told = await at.status();
    expect(told.resolvedDefault).toBe('claude-bridge/claude-opus-4');
    expect(told.auth.oauth.profiles).toEqual([]);
    expect(readFileSync(at.config, 'utf8')).toBe(at.text);
  });

  it('shows the token nowhere: not in what it printed, nor in any file but the backups', () => {
    expect(printed.join('\n')).not.toContain(TOKEN);
    const found = filesWith(at.home, TOKEN).map((path) => relative(at.home, path));
    expect(found.filter((path) => !/clawauth-setup\/blobs\//.test(path))).toEqual([]);
  });
});
