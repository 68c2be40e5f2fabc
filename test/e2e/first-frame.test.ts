import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { type HeldScreens, holdScreens } from '../support/held-screens.ts';
import { type PtyProgram, startPty } from '../support/pty.ts';
import { KEYS, openScreen } from '../support/terminal.ts';
import { removeTree } from '../support/tree.ts';
import { PATIENCE } from '../support/wizard-pty.ts';

const packed = inject('packed');
const nodes = inject('nodes');
/** Where a frame of Ink begins and ends. */
const [BEGIN, END] = ['\u001b[?2026h', '\u001b[?2026l'];

type Size = readonly [columns: number, rows: number];

let folder: string;
let held: HeldScreens;
let program: PtyProgram;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-first-'));
  held = holdScreens(folder);
});
afterEach(() => {
  program.kill('SIGKILL');
  removeTree(folder);
});

/** How often the program's name stands there, once the terminal has taken in all that came. */
async function bannersOf(at: PtyProgram): Promise<number> {
  await at.feed('');
  return at.everything().split('clawauth-setup 1.').length - 1;
}

describe.each(Object.entries(nodes))('the first frame, before Ink is there, on Node %s', (_line, node) => {
  /** Under a shell that says something before it, and afterwards how the terminal was left. */
  function start([columns, rows]: Size, env: Record<string, string> = {}): PtyProgram {
    const flags = 'stty -a | grep -oE "[-]?(icanon|echo|isig) " | sort | tr -d "\\n"';
    const script = `echo 'before it'; "$0" "$@"; code=$?; echo "left: $(${flags})"; exit $code`;
    const more = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    program = startPty('/bin/sh', ['-c', script, 'env', ...more, node, ...held.flags, packed.cli], {
      columns,
      rows,
      cwd: folder,
      env: { PATH: '/usr/bin:/bin', HOME: folder },
    });
    return program;
  }

  async function reached(): Promise<void> {
    await vi.waitUntil(held.reached, { timeout: PATIENCE.timeoutMs });
  }

  it.each<[string, Size, Record<string, string>]>([
    ['80x24', [80, 24], {}],
    ['40x12', [40, 12], {}],
    ['120x40', [120, 40], {}],
    ['no colour', [80, 24], { NO_COLOR: '1' }],
    ['ASCII', [80, 24], { LANG: 'C' }],
  ])('looks as the one that Ink draws in its place (%s)', async (_name, size, env) => {
    const at = start(size, env);
    await at.waitForText(/Cron +(…|~)[\s\S]*leave/, PATIENCE);
    await reached();
    expect(at.output()).not.toContain(BEGIN);
    const painted = at.painted();
    held.letGo();
    await vi.waitUntil(() => at.output().includes(END), { timeout: PATIENCE.timeoutMs });
    const drawn = openScreen(...size);
    await drawn.feed(at.output().slice(0, at.output().indexOf(END)));
    expect(drawn.painted()).toEqual(painted);
    expect(at.everything()).toContain('before it');
    expect(await bannersOf(at)).toBe(1);
  });

  it('shows no key that is pressed meanwhile, and Ink has it', async () => {
    const at = start([80, 24]);
    await at.waitForText(/Cron +…[\s\S]*leave/, PATIENCE);
    await reached();
    const painted = at.painted();
    at.type('q');
    held.letGo();
    await at.waitForText(/left: echo icanon isig/, PATIENCE);
    expect((await at.exited).exitCode).toBe(0);
    const drawn = openScreen(80, 24);
    await drawn.feed(at.output().slice(0, at.output().indexOf(BEGIN)).split('\u001b[2K')[0] ?? '');
    expect(drawn.painted()).toEqual(painted);
    expect(at.everything()).toContain('Nothing was changed.');
    expect(await bannersOf(at)).toBe(1);
  });

  it('ends by Ctrl-C that is pressed meanwhile', async () => {
    const at = start([80, 24]);
    await at.waitForText(/Cron +…[\s\S]*leave/, PATIENCE);
    await reached();
    at.type(KEYS.interrupt);
    held.letGo();
    await at.waitForText(/left: echo icanon isig/, PATIENCE);
    expect((await at.exited).exitCode).toBe(130);
    expect(await bannersOf(at)).toBe(1);
  });

  it.each<[Size, Size]>([
    [
      [80, 24],
      [50, 24],
    ],
    [
      [120, 40],
      [40, 40],
    ],
    [
      [80, 24],
      [120, 40],
    ],
    [
      [80, 24],
      [80, 14],
    ],
  ])('is replaced in a window that was resized meanwhile (%j to %j)', async (from, to) => {
    const at = start(from);
    await at.waitForText(/Cron +…[\s\S]*leave/, PATIENCE);
    await reached();
    await at.resizeTo(...to);
    held.letGo();
    await vi.waitUntil(() => at.output().includes(END), { timeout: PATIENCE.timeoutMs });
    expect(await bannersOf(at)).toBe(1);
    at.type('q');
    await at.waitForText(/left: echo icanon isig/, PATIENCE);
    expect(at.everything().match(/Looking around|clawauth-setup 1\./g)).toEqual(['clawauth-setup 1.']);
    expect(at.everything()).toMatch(/^before it/);
  });

  it('is left to Ink for a screen reader', async () => {
    const at = start([80, 24], { INK_SCREEN_READER: 'true' });
    await reached();
    expect(at.everything()).toBe('before it');
    held.letGo();
    await at.waitForText('Looking around', PATIENCE);
    at.type('q');
    await at.waitForText(/left: echo icanon isig/, PATIENCE);
  });

  it.each<Record<string, string>>([{ TERM: 'dumb' }, { CI: 'true' }])(
    'is not painted where the questions are plain (%j)',
    async (env) => {
      const at = start([80, 24], env);
      held.letGo();
      await at.waitForText(/before it\n+\S/, PATIENCE);
      expect(at.output()).not.toContain('\u001b');
    },
  );
});
