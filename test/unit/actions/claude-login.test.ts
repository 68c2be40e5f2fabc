import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { actionKinds, claudeLogin, claudeLoginKind } from '../../../src/actions/index.ts';
import type { Around } from '../../../src/engine/disk.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { ActionKind } from '../../../src/engine/types.ts';
import { previewPlan } from '../../../src/plan/index.ts';
import { Problem } from '../../../src/system/problem.ts';
import { planOf } from '../../support/edit-kind.ts';
import { crashesOf } from '../../support/home-copy.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';
import { treeOf } from '../../support/tree.ts';

vi.setConfig({ testTimeout: 600_000 });

const login = (name: string) =>
  JSON.stringify({
    claudeAiOauth: {
      accessToken: `sk-ant-oat01-FAKE${name.repeat(20)}`,
      refreshToken: `sk-ant-ort01-FAKE${name.repeat(20)}`,
      expiresAt: 1,
    },
  });

let temp: TempWorld;
beforeEach(() => {
  temp = tempWorld({ inMemory: true });
});
afterEach(() => temp.remove());

const write = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
};
const credentials = () => temp.path('.claude/.credentials.json');
const step = (keychain = false) =>
  claudeLogin({
    asks: { argv: ['/bin/sh', '-c', 'echo 2.1.329'], timeoutMs: 60_000 },
    credentials: credentials(),
    state: temp.path('.claude.json'),
    copies: temp.path('.claude/backups'),
    keychain,
  });

/** What 2.1.329 writes before it asks for a code. */
function begin(): void {
  write(temp.path('.claude/backups/.claude.json.backup.1'), '{}');
  write(temp.path('.claude.json'), '{"firstStartTime":"now"}');
}

/** What it writes with one. */
async function signIn(): Promise<void> {
  begin();
  write(credentials(), login('newA'));
  write(temp.path('.claude.json'), '{"firstStartTime":"now","oauthAccount":{}}');
}

const engine = (signs?: () => Promise<void>, around?: Around) => {
  const kind = claudeLoginKind(signs);
  const kinds = new Map([...actionKinds, [kind.kind, kind as unknown as ActionKind]]);
  return openEngine({ world: temp.world, kinds, version: '1', ...(around ? { around } : {}) });
};
const apply = (signs: () => Promise<void> = signIn, keychain?: boolean) =>
  engine(signs).apply(planOf(step(keychain)), { title: 'Sign in' });
const tree = () => treeOf(temp.home, { skip: ['.local'] });

/** Claude Code was used here, and its login has ended. */
function used(): void {
  write(temp.path('.claude.json'), '{"numStartups":7}');
  write(temp.path('.claude/backups/.claude.json.backup.0'), '{"numStartups":6}');
  write(credentials(), '{"claudeAiOauth":{"accessToken":"","refreshToken":"","expiresAt":0}}');
}

describe.each([
  ['where Claude Code was never used', () => {}],
  ['where its login has ended', used],
])('%s', (_, lay) => {
  it('comes and goes byte for byte', async () => {
    lay();
    const laid = tree();
    expect(await apply()).toMatchObject({ outcome: 'applied' });
    expect(readFileSync(credentials(), 'utf8')).toBe(login('newA'));
    expect(await engine().undo()).toMatchObject({ outcome: 'applied', steps: [{ outcome: { state: 'restored' } }] });
    expect(tree()).toEqual(laid);
  });

  it('that was refused leaves everything as it was', async () => {
    lay();
    const laid = tree();
    const refused = async () => {
      begin();
      throw new Problem('sign-in-failed', 'That code was not accepted.');
    };
    const receipt = await apply(refused);
    expect(receipt).toMatchObject({ outcome: 'put back', steps: [{ problem: { code: 'sign-in-failed' } }] });
    expect(tree()).toEqual(laid);
  });

  it('that was cut off is put back, unless the login was kept already', async () => {
    lay();
    const laid = tree();
    // A crash in the middle of a call is a run of its own, with times of its own.
    const timeless = () => tree().map((line) => line.replace(/ \d{13}$/, ''));
    let signed: readonly string[] = [];
    const crashes = await crashesOf(temp.home, async (around) => {
      await engine(signIn, around).apply(planOf(step()), { title: 'Sign in' });
      signed = timeless();
    });
    let [back, kept] = [0, 0];
    for (const [n, crash] of crashes.entries()) {
      crash.putBack();
      if ((await engine().pending()) === null) continue;
      // Nobody is there to sign in: to go on is to put back as well.
      const receipt = await engine().recover(n % 2 === 0 ? 'undo' : 'resume');
      if (receipt.outcome === 'applied') {
        expect(timeless(), crash.call).toEqual(signed);
        continue;
      }
      expect(receipt.outcome, crash.call).toBe('put back');
      const now = tree();
      if (JSON.stringify(now) === JSON.stringify(laid)) back += 1;
      else {
        expect(timeless(), crash.call).toEqual(signed);
        expect(JSON.stringify(receipt), crash.call).toContain('claude auth logout');
        kept += 1;
      }
    }
    expect(back).toBeGreaterThan(3);
    expect(kept).toBeGreaterThan(0);
  });
});

it('leaves a login that Claude Code has renewed since, and everything with it', async () => {
  await apply();
  write(credentials(), login('newB'));
  const now = tree();
  const undone = await engine().undo();
  expect(undone.outcome).toBe('applied');
  expect(undone.steps[0]?.outcome).toMatchObject({
    state: 'kept',
    notes: [expect.stringContaining('claude auth logout')],
  });
  expect(tree()).toEqual(now);
});

it('goes with its tokens, whatever else Claude Code has written since', async () => {
  used();
  const before = readFileSync(credentials(), 'utf8');
  await apply();
  write(temp.path('.claude.json'), '{"numStartups":8}');
  const undone = await engine().undo();
  const notes = [expect.stringContaining('.claude.json was changed since')];
  expect(undone).toMatchObject({ outcome: 'applied', steps: [{ outcome: { state: 'restored', notes } }] });
  expect(readFileSync(credentials(), 'utf8')).toBe(before);
  expect(readFileSync(temp.path('.claude.json'), 'utf8')).toBe('{"numStartups":8}');
});

it('is not brought back by an undo of the undo: its tokens may be spent', async () => {
  used();
  const laid = tree();
  await apply();
  const undone = await engine().undo();
  expect(tree()).toEqual(laid);
  // Claude Code writes this one at every start, which must not keep what else an undo took back from coming again.
  write(temp.path('.claude.json'), '{"numStartups":8}');
  const now = tree();
  const redone = await engine().undo(undone.id);
  const notes = [expect.stringContaining('claude auth login')];
  expect(redone).toMatchObject({ outcome: 'applied', steps: [{ outcome: { state: 'kept', notes } }] });
  expect(tree()).toEqual(now);
});

it('in the Keychain stays there, and the command to sign out is told', async () => {
  await apply(async () => begin(), true);
  const undone = await engine().undo();
  expect(undone.steps[0]?.outcome).toMatchObject({
    state: 'kept',
    notes: [expect.stringContaining('claude auth logout')],
  });
});

it('is previewed without a sign-in and without a token', async () => {
  used();
  const laid = tree();
  const preview = await previewPlan(planOf(step()), { world: temp.world, kinds: actionKinds });
  expect(preview.steps).toMatchObject([{ changes: [{ outside: expect.stringContaining('claude auth login') }] }]);
  expect(tree()).toEqual(laid);
  await apply();
  const back = await engine().previewUndo('all');
  expect(back.steps).toMatchObject([{ changes: [{ outside: expect.stringContaining('signs Claude Code out') }] }]);
  expect(back.files).toEqual([]);
});
