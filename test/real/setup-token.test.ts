import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import json5 from 'json5';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { agentFlag, type BridgeHome, cronInFiles, makeBridgeHome } from '../support/bridge-home.ts';
import { type Holdings, holdingsOf, lostSince } from '../support/holdings.ts';
import { installPacked, type PackedProgram } from '../support/packed.ts';
import { installRelease, RELEASES } from '../support/releases.ts';
import { filesWith, runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;

/**
 * What OpenClaw itself leaves behind, though every one of its files that we touched is back. Nothing else may differ.
 * - `logs/`: its own audit trail of config writes and health notes (from 2026.4.29).
 * - `state/openclaw.sqlite*`: every `models status` notes the config's health there (from 2026.6.1); `-wal` and `-shm`
 *   are SQLite's own.
 * - `identity/`: made by some commands when they first run.
 */
const STAMPS = [/^\.\/logs(\/|$)/, /^\.\/state(\/openclaw\.sqlite(-wal|-shm)?)?$/, /^\.\/identity(\/|$)/];

let packed: PackedProgram & { remove(): void };
beforeAll(async () => {
  packed = await installPacked();
});
afterAll(() => packed?.remove());

describe.each(RELEASES)('OpenClaw %s', (version) => {
  let at: BridgeHome;
  let held: Holdings;
  let before: Record<string, string>;
  const printed: string[] = [];

  const ours = async (args: readonly string[], input = '') => {
    const done = await runPacked(process.execPath, packed.cli, args, { home: at.home, env: at.env, input });
    printed.push(done.out, done.err);
    return { ...done, json: () => JSON.parse(done.out) as Record<string, never> };
  };
  const apply = () => ours(['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--json'], TOKEN);
  const status = async () => {
    const text = await at.openclaw('models', 'status', '--json', ...agentFlag(version));
    return JSON.parse(text.slice(text.indexOf('{')));
  };

  beforeAll(async () => {
    at = await makeBridgeHome(await installRelease(version));
    held = await holdingsOf(at.stateDir);
    expect(held).not.toEqual([]);
    before = snapshot(at.stateDir);
  });
  afterAll(() => removeTree(at.home));
  // Through every run, undo, switch and uninstall.
  afterEach(async () => expect(await lostSince(held, at.stateDir)).toEqual([]));

  it('makes the real OpenClaw use the token, and Claude by default', async () => {
    const done = await apply();
    expect(done.code, done.err).toBe(0);

    const told = await status();
    expect(told.resolvedDefault).toMatch(/^anthropic\/claude-opus-/);
    expect(told.fallbacks).toEqual([expect.stringMatching(/^anthropic\/claude-sonnet-/)]);
    expect(told.aliases).toMatchObject({ Opus: told.resolvedDefault, Sonnet: told.fallbacks[0] });
    const profiles: { profileId: string; type: string }[] = told.auth.oauth.profiles;
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

  it('has nothing to do the second time', async () => {
    const text = readFileSync(at.config);
    const done = await apply();
    expect(done.code, done.err).toBe(0);
    expect(done.json()).toMatchObject({ ok: true });
    expect(done.json()).not.toHaveProperty('receipt');
    expect(readFileSync(at.config).equals(text)).toBe(true);
  });

  it('puts everything back', async () => {
    const done = await ours(['undo', '--yes', '--json']);
    expect(done.code, done.out + done.err).toBe(0);
    const after = snapshot(at.stateDir);
    const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((p) => before[p] !== after[p]);
    expect(changed.filter((path) => !STAMPS.some((stamp) => stamp.test(path)))).toEqual([]);
    expect(readFileSync(at.config, 'utf8')).toBe(at.text);
  });

  it('is believed by the real OpenClaw, which keeps the restored config', async () => {
    const told = await status();
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
