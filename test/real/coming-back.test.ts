import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import json5 from 'json5';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { lostSince } from '../support/holdings.ts';
import { copyOf, type HomeCopy } from '../support/home-copy.ts';
import { expectInvariants, type Had, hadIn } from '../support/invariants.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installRelease, releases } from '../support/releases.ts';
import { filesWith, runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

const token = (letters: string) => `sk-ant-oat01-FAKE${letters.repeat(22)}abc`;
const [FIRST, SECOND] = [token('k9Qw'), token('Z7rT')];

const BRIDGE_REFS = ['claude-bridge/claude-opus-4', 'claude-bridge/claude-sonnet-4'];

const packed = inject('packed');

describe.each(releases(['2026.9.6'], ['2026.2.17', '2026.6.1']))('weeks with OpenClaw %s', MANY_PROGRAMS, (version) => {
  let at: BridgeHome;
  let had: Had;
  let before: Record<string, string>;
  /** The home that we never came to, and as the first set-up left it. */
  let untouched: HomeCopy;
  let applied: HomeCopy;
  const printed: string[] = [];

  const ours = async (args: readonly string[], more: { input?: string; killAt?: RegExp } = {}) => {
    const done = await runPacked(process.execPath, packed.cli, args, { home: at.home, env: at.env, ...more });
    printed.push(done.out, done.err);
    return done;
  };
  const apply = (more: { killAt?: RegExp } = {}, ...flags: string[]) =>
    ours(['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--json', ...flags], { input: FIRST, ...more });

  beforeAll(async () => {
    at = await makeBridgeHome(await installRelease(version));
    had = await hadIn(at);
    expect(had.holdings).not.toEqual([]);
    before = snapshot(at.stateDir);
    untouched = copyOf(at.home);
  });
  afterAll(() => removeTree(at.home));
  // Through every run, undo, switch and uninstall.
  afterEach(async () => expect(await lostSince(had.holdings, at.stateDir)).toEqual([]));

  it('tells of a run that was killed, and takes it back', async () => {
    const killed = await apply({ killAt: / 2\/\d+ / });
    expect(killed.signal).toBe('SIGKILL');
    const told = await ours(['recover', '--json']);
    expect(told.code).toBe(4);
    const { leftover } = JSON.parse(told.out);
    expect(leftover.steps[0].state).toBe('done');
    // The signal comes as the second step is told: that one may have begun, and nothing after it.
    expect(leftover.steps[1].state).toMatch(/^(not started|cut off)$/);
    for (const { state } of leftover.steps.slice(2)) expect(state).toBe('not started');
    const back = await ours(['recover', '--undo', '--json']);
    expect(back.code, back.err).toBe(0);
    expect(at.changedSince(before)).toEqual([]);
  });

  it('renews the token under the same profile, and changes nothing else', async () => {
    const done = await apply();
    expect(done.code, done.err).toBe(0);
    applied = copyOf(at.home);
    const answers = { main: /^anthropic\/claude-opus-/, lite: /^anthropic\/claude-sonnet-/ };
    await expectInvariants(at, had, { printed, answers, again: () => apply({}, '--dry-run') });
    const config = json5.parse(readFileSync(at.config, 'utf8'));
    const renewed = await ours(['renew', '--token-stdin', '--yes', '--json'], { input: SECOND });
    expect(renewed.code, renewed.out + renewed.err).toBe(0);
    expect(renewed.err).toContain('https://claude.ai/settings/claude-code');
    const { meta: _, ...now } = json5.parse(readFileSync(at.config, 'utf8'));
    const { meta: __, ...then } = config;
    expect(now).toEqual(then);
    const { profiles } = (await at.status()).auth.oauth;
    expect(profiles.filter(({ type }) => type === 'token').map(({ profileId }) => profileId)).toEqual([
      'anthropic:default',
    ]);
    expect(JSON.stringify(profiles)).not.toContain('9Qwabc');
  });

  it('has nothing to renew with the same token', async () => {
    const again = await ours(['renew', '--token-stdin', '--yes', '--json'], { input: SECOND });
    expect(again.code, again.err).toBe(0);
    expect(JSON.parse(again.out)).not.toHaveProperty('receipt');
  });

  it('takes everything away in one run, and OpenClaw starts with its old model', async () => {
    const gone = await ours(['uninstall', '--yes', '--json']);
    expect(gone.code, gone.out + gone.err).toBe(0);
    expect(JSON.parse(gone.out).findings).toContainEqual(
      expect.objectContaining({ says: expect.stringContaining('claude-bridge/claude-opus-4') }),
    );
    expect(at.changedSince(before)).toEqual([]);
    expect(readFileSync(at.config, 'utf8')).toBe(at.text);
    const told = await at.status();
    expect(told.resolvedDefault).toBe('claude-bridge/claude-opus-4');
    expect(told.auth.oauth.profiles).toEqual([]);
    const second = await ours(['uninstall', '--yes', '--json']);
    expect(second.code).toBe(0);
    expect(JSON.parse(second.out).uninstall.steps).toEqual([]);
  });

  it('keeps what the person and OpenClaw wrote in between', async () => {
    const later = () => at.openclaw('config', 'set', 'agents.defaults.timeoutSeconds', '321');
    // OpenClaw writes defaults of its own when it sets a key.
    untouched.putBack();
    await later();
    const wanted = json5.parse(readFileSync(at.config, 'utf8'));
    applied.putBack();
    appendFileSync(at.config, '// mine, from later\n');
    await later();
    const renewed = await ours(['renew', '--token-stdin', '--yes', '--json'], { input: SECOND });
    expect(renewed.code, renewed.out + renewed.err).toBe(0);
    const gone = await ours(['uninstall', '--yes', '--json']);
    expect(gone.code, gone.out + gone.err).toBe(0);
    const now = json5.parse(readFileSync(at.config, 'utf8'));
    // Up to 2026.7.1 the time of the last write stands in the config.
    expect({ ...now, meta: { ...now.meta, lastTouchedAt: 0 } }).toEqual({
      ...wanted,
      meta: { ...wanted.meta, lastTouchedAt: 0 },
    });
    const told = await at.status();
    expect(told.resolvedDefault).toBe('claude-bridge/claude-opus-4');
    expect([...told.allowed].sort()).toEqual(BRIDGE_REFS);
    expect(told.auth.oauth.profiles).toEqual([]);
  });

  it.runIf(version === '2026.9.6')(
    'allows the same models as before where OpenClaw’s database has moved on',
    async () => {
      const mine = () => at.paste(SECOND, 'anthropic:mine');
      untouched.putBack();
      await mine();
      const wanted = readFileSync(at.config, 'utf8');
      // A home that 2026.9.6 has not written to: its first write, which moves the allowlist, is the one of our run.
      untouched.putBack();
      const first = await at.status();
      expect((await apply()).code).toBe(0);
      // Somebody stores a credential of their own: the database can only be taken back through OpenClaw from now on.
      await mine();
      const gone = await ours(['uninstall', '--yes', '--json']);
      expect(gone.code, gone.out + gone.err).toBe(0);
      const told = await at.status();
      expect([...told.allowed].sort()).toEqual([...first.allowed].sort());
      expect([...told.allowed].sort()).toEqual(BRIDGE_REFS);
      expect(told.resolvedDefault).toBe(first.resolvedDefault);
      expect(told.aliases).toEqual(first.aliases);
      expect(told.auth.oauth.profiles.map(({ profileId }) => profileId)).toEqual(['anthropic:mine']);
      expect(json5.parse(readFileSync(at.config, 'utf8'))).toEqual(json5.parse(wanted));
    },
  );

  it('removes its own traces when told to', async () => {
    const purged = await ours(['uninstall', '--purge', '--yes', '--json']);
    expect(purged.code, purged.err).toBe(0);
    for (const secret of [FIRST, SECOND]) {
      expect(printed.join('\n')).not.toContain(secret);
      const found = filesWith(at.home, secret);
      // A backup of its own that OpenClaw made of its database or config is not ours to delete.
      expect(found.filter((path) => path.includes('clawauth-setup'))).toEqual([]);
    }
  });

  it('tells what changed although the config is broken and OpenClaw is gone', async () => {
    applied.putBack();
    writeFileSync(at.config, '{ broken');
    const env = { ...at.env, PATH: '/usr/bin:/bin' };
    const done = await runPacked(process.execPath, packed.cli, ['backups', '--json'], { home: at.home, env });
    expect(done.code, done.err).toBe(0);
    expect(JSON.parse(done.out).runs[0].changedSince).toContain(join(at.stateDir, 'openclaw.json'));
  });
});
