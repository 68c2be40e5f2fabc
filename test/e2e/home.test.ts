import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { PtyProgram } from '../support/pty.ts';
import { runPacked, snapshot } from '../support/run-packed.ts';
import { KEYS } from '../support/terminal.ts';
import { removeTree } from '../support/tree.ts';
import { left, moveTo, PATIENCE, startWizard } from '../support/wizard-pty.ts';

const packed = inject('packed');
const node = Object.values(inject('nodes')).at(-1) as string;
const TOKEN = `sk-ant-oat01-FAKE${'H'.repeat(91)}`;
/** As much of it as a screen would show. */
const SECRET = TOKEN.slice(0, 24);

let folder: string;
let program: PtyProgram | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-home-'));
  program = null;
});
afterEach(() => {
  program?.kill('SIGKILL');
  removeTree(folder);
});

describe('coming back with the packed program', () => {
  const sandbox = () => join(folder, 'sandbox');
  const openclaw = () => join(sandbox(), 'home', '.openclaw');
  const config = () => join(openclaw(), 'openclaw.json');
  const state = () =>
    Object.fromEntries(Object.entries(snapshot(openclaw())).filter(([path]) => !/\.sqlite/.test(path)));
  const headless = (...args: string[]) =>
    runPacked(node, packed.cli, [...args, '--sandbox-at', sandbox()], { home: folder, input: TOKEN });

  /** What was there before anything of ours, then a set-up without a terminal. */
  async function setUp(): Promise<ReturnType<typeof state>> {
    const looked = await headless('status');
    expect([0, 1]).toContain(looked.code);
    const before = state();
    const applied = await headless('apply', '--method', 'setup-token', '--token-stdin', '--yes');
    expect(applied.code, applied.err).toBe(0);
    return before;
  }

  function start(columns?: number, rows?: number): PtyProgram {
    program = startWizard({ node, cli: packed.cli, folder, sandbox: sandbox() }, columns, rows);
    return program;
  }

  /** From the overview into one of its actions, once everything is known: the last row to come is that of what is wrong. */
  async function choose(at: PtyProgram, label: string): Promise<void> {
    await at.waitForText(/▸ What is wrong +(how to fix it|nothing)/, PATIENCE);
    await moveTo(at, label);
    at.type(KEYS.enter);
  }

  it('opens on the overview and makes a new token under the same profile', async () => {
    await setUp();
    const before = readFileSync(config(), 'utf8');
    const at = start();
    await choose(at, 'New token');
    await at.waitForText('paste the code', PATIENCE);
    at.paste('sandbox#sandbox');
    await at.waitForText('send it', PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText(/108 characters · until/, PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText(/step will change/, PATIENCE);
    expect(at.screen()).toContain('step 2 of 3');
    at.type(KEYS.enter);
    await at.waitForText('one short test question', PATIENCE);
    at.type(KEYS.down);
    at.type(KEYS.enter);
    await at.waitForText(/OpenClaw now uses the new token/, PATIENCE);
    // The models and comments are none of a renewal's business.
    expect(readFileSync(config(), 'utf8')).toBe(before);
    at.type(KEYS.down);
    at.type(KEYS.down);
    await at.waitForText(/▸ Overview/, PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText(/364 days left|365 days left/, PATIENCE);
    at.type('q');
    expect(await left(at, SECRET)).toBe(0);
  });

  it('undoes from the overview, and keeps what the person changed since', async () => {
    await setUp();
    writeFileSync(config(), `${readFileSync(config(), 'utf8')}\n// mine, written later\n`);
    const at = start();
    await choose(at, 'Undo the last change');
    await at.waitForText(/changed since: your changes stay/, PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('▸ Leave', PATIENCE);
    await at.waitForText(/Undone\. What others changed since is kept\./, PATIENCE);
    at.type(KEYS.enter);
    expect(await left(at, SECRET)).toBe(0);
    const after = readFileSync(config(), 'utf8');
    expect(after).toContain('// mine, written later');
    expect(after).not.toContain('anthropic/claude-');
  });

  it('uninstalls after its name was typed; the next start finds nothing in force', async () => {
    const before = await setUp();
    const at = start(80, 24);
    await choose(at, 'Uninstall');
    await at.waitForText(/OpenClaw will use claude-max-proxy/, PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('Type uninstall', PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('or Esc', PATIENCE);
    at.type('uninstall');
    await at.waitForText('▸ uninstall_', PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('Everything we added is gone.', PATIENCE);
    at.type(KEYS.enter);
    expect(await left(at, SECRET)).toBe(0);
    expect(state()).toEqual(before);
    const again = start();
    await again.waitForText('Found on this machine', PATIENCE);
    again.type('q');
    expect(await left(again, SECRET)).toBe(0);
  });

  it('is killed in the middle of an uninstall, and finishes it at the next start', async () => {
    const before = await setUp();
    const at = start();
    await choose(at, 'Uninstall');
    await at.waitForText(/OpenClaw will use/, PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('Type uninstall', PATIENCE);
    at.type('uninstall');
    await at.waitForText('▸ uninstall_', PATIENCE);
    at.type(KEYS.enter);
    // Killed before its first step was begun it would have changed nothing, and nothing would be left to finish.
    await at.waitForText(/✔ Point the cron job/, PATIENCE);
    process.kill(at.pid, 'SIGKILL');
    await at.exited;
    const second = start();
    await second.waitForText('An earlier run was interrupted', PATIENCE);
    await moveTo(second, 'Finish it');
    second.type(KEYS.enter);
    await second.waitForText('Found on this machine', PATIENCE);
    expect(state()).toEqual(before);
    second.type('q');
    expect(await left(second, SECRET)).toBe(0);
    expect(second.everything()).not.toContain('Nothing was changed.');
  });
});
