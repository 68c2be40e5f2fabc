import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { type Holdings, holdingsOf, lostSince } from '../support/holdings.ts';
import { leaveOlderState } from '../support/older-state.ts';
import { installPacked, type PackedProgram } from '../support/packed.ts';
import { installRelease } from '../support/releases.ts';
import { runPacked } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

const token = (letters: string) => `sk-ant-oat01-FAKE${letters.repeat(22)}abc`;
const OURS = token('k9Qw');

let packed: PackedProgram & { remove(): void };
beforeAll(async () => {
  packed = await installPacked();
});
afterAll(() => packed?.remove());

const ours = (at: BridgeHome, args: readonly string[], input = '') =>
  runPacked(process.execPath, packed.cli, args, { home: at.home, env: at.env, input });
const APPLY = ['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--json'];

describe.each(['2026.6.5', '2026.8.2', '2026.9.6'])(
  'updated to OpenClaw %s, whose gateway has not started',
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
      const done = await ours(at, APPLY, OURS);
      expect(done.code, done.out + done.err).toBe(0);
      expect(await lostSince(before, at.stateDir)).toEqual([]);
      expect(await holdingsOf(at.stateDir)).toContain('credential main anthropic:default');
      const undone = await ours(at, ['undo', '--yes', '--json']);
      expect(undone.code, undone.out + undone.err).toBe(0);
      expect(await lostSince(before, at.stateDir)).toEqual([]);
      expect(await holdingsOf(at.stateDir)).not.toContain('credential main anthropic:default');
      expect(readFileSync(at.config, 'utf8')).toContain('// my OpenClaw, edited by hand');
    });
  },
);
