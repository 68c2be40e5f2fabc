import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type PtyProgram, startPty } from '../support/pty.ts';
import { filesWith, runPacked, snapshot } from '../support/run-packed.ts';
import { KEYS } from '../support/terminal.ts';
import { removeTree } from '../support/tree.ts';
import { enterThrough, left, moveTo, PATIENCE, startWizard } from '../support/wizard-pty.ts';

// The ways that need no setup token, from the first frame to an answer of the stand-ins, and back.

const packed = inject('packed');
const [node] = Object.values(inject('nodes')).slice(-1) as [string];
const KEY = `sk-ant-api03-FAKE${'K9q'.repeat(30)}AA`;

let folder: string;
let at: PtyProgram;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-ways-'));
});
afterEach(() => {
  at?.kill('SIGKILL');
  removeTree(folder);
});

const sandbox = () => join(folder, 'sandbox');
const state = () => join(sandbox(), 'home', '.openclaw');
const config = () => readFileSync(join(state(), 'openclaw.json'), 'utf8');
const files = () => Object.fromEntries(Object.entries(snapshot(state())).filter(([path]) => !/\.sqlite/.test(path)));

/** To the screen that chooses the way; gives the files as they are. */
async function toChoice(): Promise<ReturnType<typeof files>> {
  at = startWizard({ node, cli: packed.cli, folder, sandbox: sandbox() });
  await at.waitForText(/continue/, PATIENCE);
  const before = files();
  at.type(KEYS.enter);
  await at.waitForText('How should OpenClaw use Claude?', PATIENCE);
  return before;
}

/** From the role to the end, one question to Claude included. */
async function toTheEnd(): Promise<void> {
  const screens = ['What should OpenClaw use Claude for?', 'Models and agents', /steps? will change|step will change/];
  await enterThrough(at, [...screens, 'Does it work?', /OpenClaw now answers with Claude/]);
}

async function undone(): Promise<void> {
  const done = await runPacked(node, packed.cli, ['undo', '--yes', '--sandbox-at', sandbox()], { home: folder });
  expect(done.code, done.out + done.err).toBe(0);
}

describe('the wizard', () => {
  it('has OpenClaw run Claude Code, which answers, and takes it back', async () => {
    const before = await toChoice();
    await moveTo(at, 'Claude CLI');
    expect(at.screen()).toMatch(/Claude CLI .* suggested/);
    at.type(KEYS.enter);
    await toTheEnd();
    expect(await left(at)).toBe(0);
    expect(at.everything()).toContain("got Claude's text");
    expect(config()).toContain("id: 'claude-cli'");
    await undone();
    expect(files()).toEqual(before);
  });

  it('signs in to Claude Code first where nobody is, and comes back to the choice by Esc', async () => {
    await toChoice();
    const claude = join(sandbox(), 'bin', 'claude');
    const env = { PATH: `${join(sandbox(), 'bin')}:/usr/bin:/bin`, HOME: join(sandbox(), 'home') };
    const out = await runPacked(node, claude, ['auth', 'logout'], { home: env.HOME, env });
    expect(out.code, out.out + out.err).toBe(0);
    at.type('u');
    await at.waitForText(/Claude Code .* not signed in.*continue/s, PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('not signed in yet', PATIENCE);
    await moveTo(at, 'Claude CLI');
    at.type(KEYS.enter);
    await at.waitForText('Sign in to Claude Code', PATIENCE);
    await at.waitForText('paste the code', PATIENCE);
    at.type(KEYS.escape);
    await at.waitForText('How should OpenClaw use Claude?', PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('paste the code', PATIENCE);
    at.paste('sandbox#sandbox');
    await at.waitForText('send it', PATIENCE);
    at.type(KEYS.enter);
    await toTheEnd();
    expect(await left(at)).toBe(0);
    expect(at.everything()).toContain("got Claude's text");
  });

  it('takes an API key, keeps it off the screen, and takes it back', async () => {
    const before = await toChoice();
    await moveTo(at, 'API key');
    at.type(KEYS.enter);
    await at.waitForText('Paste an API key', PATIENCE);
    at.paste(KEY);
    await at.waitForText('use it', PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText(/next/, PATIENCE);
    at.type(KEYS.enter);
    await toTheEnd();
    expect(await left(at, KEY)).toBe(0);
    expect(filesWith(join(sandbox(), 'home', '.local'), KEY).filter((path) => !path.includes('/blobs/'))).toEqual([]);
    expect(config()).toContain("'anthropic:api-key'");
    await undone();
    expect(files()).toEqual(before);
  });

  it('has OpenClaw read an API key from a file, copies it nowhere, and takes that back', async () => {
    const before = await toChoice();
    const file = join(sandbox(), 'home', 'claude.key');
    writeFileSync(file, `${KEY}\n`, { mode: 0o600 });
    await moveTo(at, 'API key');
    at.type(KEYS.enter);
    await at.waitForText('Or a file: file:~/claude.key', PATIENCE);
    at.paste('file:~/claude.key');
    await at.waitForText('use it', PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('OpenClaw stores this path', PATIENCE);
    at.type(KEYS.enter);
    await toTheEnd();
    expect(await left(at, KEY)).toBe(0);
    expect(at.everything()).toContain(`OpenClaw reads the API key from ${file}.`);
    expect(filesWith(sandbox(), KEY)).toEqual([file]);
    expect(config()).toContain(file);
    await undone();
    expect(files()).toEqual(before);
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([`${KEY}\n`, 0o600]);
  });
});

describe('plain lines, where no screen can be drawn', () => {
  it('say what was found, understand numbers and names, ask again, and sign in through Claude Code', async () => {
    // The terminal of the tests names itself: only a program in between can take that back.
    at = startPty('/usr/bin/env', ['TERM=dumb', node, packed.cli, '--sandbox-at', sandbox()], {
      columns: 80,
      rows: 60,
      cwd: folder,
      env: { PATH: '/usr/bin:/bin', HOME: folder },
    });
    const answer = async (question: string | RegExp, ...texts: readonly string[]) => {
      await at.waitForText(question, PATIENCE);
      for (const text of texts) at.type(`${text}\r`);
    };
    await answer('How should OpenClaw use Claude?', '17');
    expect(at.everything()).toMatch(/! Model +claude-max-proxy\/claude-opus-4 · a bridge, not your plan ·\n +then/);
    expect(at.everything()).toMatch(/ 5 {2}OAuth sync +not available: OpenClaw 2026\.9\.6 runs/);
    await answer('✘ Please type a number from 1 to 5', 'oauth');
    await answer(/✘ OAuth sync is not available/, 'setup');
    await answer('What should OpenClaw use Claude for?', '2');
    await answer('Which agents?', 'all');
    await answer('Primary model', '3');
    await answer('Fallback models', 'none');
    await answer('Aliases as', 'none');
    await answer('Point cron jobs', '2');
    await answer('Ask Claude one real question', 'yes');
    await answer('by signing in to Claude?', 'y');
    await answer('Paste the code', 'https://claude.ai/settings');
    await answer('✘ This is a web address without a code in it.', 'https://claude.ai/back?code=sandbox&state=sandbox');
    await answer('Apply this?', 'y');
    await at.waitForText('A real answer from Claude', PATIENCE);
    expect((await at.exited).exitCode).toBe(0);
    expect(config()).toContain("'anthropic/claude-sonnet-5'");
    expect(config()).toContain("primary: 'claude-max-proxy/claude-opus-4'");
    // The command that does the same breaks between words only.
    const command = /same without questions:\n([\s\S]*?)\n\n/.exec(at.everything())?.[1] ?? '';
    expect(command.replaceAll(' \\\n', ' ')).toMatch(/^clawauth-setup apply --method setup-token .* --sandbox-at \S+$/);
    await undone();
  });
});
