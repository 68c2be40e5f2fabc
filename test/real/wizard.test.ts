import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import json5 from 'json5';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { codeFor, folderOf, installClaude, type OAuthStandIn, startOAuthStandIn } from '../support/claude-stand-in.ts';
import { expectInvariants, type Had, hadIn } from '../support/invariants.ts';
import { MANY_PROGRAMS, nothingRuns } from '../support/processes.ts';
import { type PtyProgram, startPty } from '../support/pty.ts';
import { installRelease } from '../support/releases.ts';
import { filesWith, runPacked, snapshot } from '../support/run-packed.ts';
import { KEYS } from '../support/terminal.ts';
import { removeTree } from '../support/tree.ts';
import { enterThrough, moveTo, PATIENCE } from '../support/wizard-pty.ts';

// The whole wizard, once, with nothing of ours in place of a program: the packed tarball in a terminal, the real
// `claude setup-token` behind it, and the real OpenClaw, which is asked afterwards what it uses.

const OPENCLAW = '2026.9.6';
const CLAUDE = '2.1.329';
const COLUMNS = 110;
const packed = inject('packed');
let standIn: OAuthStandIn;
let at: BridgeHome;
let env: Record<string, string>;
let program: PtyProgram | null = null;

beforeAll(async () => {
  standIn = await startOAuthStandIn();
  at = await makeBridgeHome(await installRelease(OPENCLAW));
  const claude = await installClaude(CLAUDE);
  mkdirSync(join(at.home, 'tmp'));
  env = {
    ...standIn.env,
    HOME: at.home,
    PATH: `${folderOf(claude)}:${at.env.PATH}`,
    TMPDIR: join(at.home, 'tmp'),
    // Nobody looks at a browser: the address has to be shown.
    BROWSER: 'true',
    OPENCLAW_NO_RESPAWN: '1',
  };
});
afterEach(() => program?.kill('SIGKILL'));
afterAll(async () => {
  removeTree(at.home);
  await standIn.close();
});

function start(): PtyProgram {
  program = startPty(process.execPath, [packed.cli], { columns: COLUMNS, rows: 40, cwd: at.home, env });
  return program;
}

async function toSignIn(): Promise<PtyProgram> {
  const screen = start();
  await screen.waitForText('continue', PATIENCE);
  screen.type(KEYS.enter);
  await screen.waitForText('How should OpenClaw use Claude?', PATIENCE);
  await moveTo(screen, 'Setup token');
  screen.type(KEYS.enter);
  await screen.waitForText('paste the code', PATIENCE);
  return screen;
}

/** The address as it stands over several rows after `w`. */
async function addressOn(screen: PtyProgram): Promise<string> {
  screen.type('w');
  await screen.waitForText('The whole address stands above', PATIENCE);
  const rows = screen.everything().split('\n');
  const first = rows.findIndex((row) => row.startsWith('https://'));
  let address = '';
  for (const row of rows.slice(first)) {
    address += row;
    if (row.length < COLUMNS) break;
  }
  return address;
}

/** OpenClaw has folders of its own beside them. */
const scratchFolders = () => readdirSync(join(at.home, 'tmp')).filter((name) => name.startsWith('clawauth-setup-'));

/** Nothing of a sign-in is left: no process that knows this home, no folder. */
async function nothingLeft(): Promise<void> {
  expect(scratchFolders()).toEqual([]);
  await nothingRuns(at.home);
}

describe(`the wizard with Claude Code ${CLAUDE} and OpenClaw ${OPENCLAW}`, MANY_PROGRAMS, () => {
  let before: Record<string, string>;
  let had: Had;
  let plan: string;
  const printed: string[] = [];
  let code = '';

  const ours = (args: readonly string[], input = '') =>
    runPacked(process.execPath, packed.cli, args, { home: at.home, env, input });
  const inNoOutput = (secret: string) => {
    for (const text of printed) {
      expect(text).not.toContain(secret);
      // Not over several rows or between colours either.
      expect(stripVTControlCharacters(text).replace(/\s+/g, '')).not.toContain(secret);
    }
  };

  it.each([
    ['Ctrl-C', (screen: PtyProgram) => screen.type(KEYS.interrupt)],
    ['SIGTERM', (screen: PtyProgram) => process.kill(screen.pid, 'SIGTERM')],
    [
      'Esc, then q',
      async (screen: PtyProgram) => {
        screen.type(KEYS.escape);
        await screen.waitForText('How should OpenClaw use Claude?', PATIENCE);
        screen.type('q');
      },
    ],
  ])('is left by %s in the middle of the sign-in, with no program, no folder and no change', async (_way, leave) => {
    before = snapshot(at.stateDir);
    const screen = await toSignIn();
    expect(scratchFolders()).toHaveLength(1);
    await leave(screen);
    await screen.exited;
    await nothingLeft();
    expect(at.changedSince(before)).toEqual([]);
  });

  it('goes from the first frame to a set-up that works', async () => {
    before = snapshot(at.stateDir);
    had = await hadIn(at);
    plan = (await ours(['plan', '--method', 'setup-token'])).out;
    const screen = await toSignIn();
    const address = await addressOn(screen);
    expect(new URL(address).searchParams.get('code_challenge')).toHaveLength(43);
    code = codeFor(address);
    screen.type(code);
    await screen.waitForText('send it', PATIENCE);
    screen.type(KEYS.enter);
    await screen.waitForText(/108 characters · until/, PATIENCE);
    expect(standIn.exchanges.at(-1)).toMatchObject({ code: code.split('#')[0] });
    screen.type(KEYS.enter);
    await screen.waitForText('What should OpenClaw use Claude for?', PATIENCE);
    screen.type(KEYS.enter);
    await screen.waitForText('Models and agents', PATIENCE);
    screen.type(KEYS.enter);
    await screen.waitForText(/steps will change/, PATIENCE);
    expect(readFileSync(at.config, 'utf8')).toBe(at.text);
    screen.type(KEYS.enter);
    await screen.waitForText('Does it work?', PATIENCE);
    screen.type(KEYS.down);
    await screen.waitForText('▸ No, only the free checks', PATIENCE);
    screen.type(KEYS.enter);
    await screen.waitForText(/OpenClaw now uses Claude/, PATIENCE);
    screen.type(KEYS.enter);
    expect(await screen.exited).toEqual({ exitCode: 0, signal: 0 });
    printed.push(screen.output());
    await nothingLeft();
  });

  it('is what the real OpenClaw says too', async () => {
    const told = await at.status();
    expect(told.resolvedDefault).toMatch(/^anthropic\/claude-opus-/);
    expect(told.fallbacks).toEqual([expect.stringMatching(/^anthropic\/claude-sonnet-/)]);
    const { profiles } = told.auth.oauth;
    expect(profiles.filter(({ type }) => type === 'token').map(({ profileId }) => profileId)).toEqual([
      'anthropic:default',
    ]);
    expect(told.auth.missingProvidersInUse).toEqual([]);
    const answers = { main: /^anthropic\/claude-opus-/, lite: /^anthropic\/claude-sonnet-/ };
    const again = ['apply', '--method', 'setup-token', '--token-stdin', '--dry-run', '--json'];
    await expectInvariants(at, had, { printed: [plan], answers, again: () => ours(again, standIn.token) });
  });

  it('kept every comment of the config and all that it did not have to change', () => {
    const text = readFileSync(at.config, 'utf8');
    const comments = at.text.match(/\/\/ .*|\/\*.*?\*\//g) ?? [];
    expect(comments.length).toBeGreaterThan(4);
    for (const comment of comments) expect(text).toContain(comment);
    const [now, then] = [json5.parse(text), json5.parse(at.text)];
    expect(now.models).toEqual(then.models);
    expect(now.gateway).toEqual(then.gateway);
  });

  it('has the token in OpenClaw’s own store and in copies of it, and nowhere else', () => {
    const found = filesWith(at.home, standIn.token).map((path) => relative(at.home, path));
    const store = /^\.openclaw\/(agents\/[^/]+\/agent|state)\/[^/]+\.sqlite(-wal)?$/;
    const copies = /^\.local\/state\/clawauth-setup\/blobs\//;
    expect(found.some((path) => store.test(path))).toBe(true);
    expect(found.filter((path) => !store.test(path) && !copies.test(path))).toEqual([]);
    inNoOutput(standIn.token);
  });

  it('opens on the overview the second time, and asks Claude once where that is wanted', async () => {
    const asked = standIn.asked.length;
    const screen = start();
    await screen.waitForText(/Setup token +since .* all agents/, PATIENCE);
    await screen.waitForText(/^(?!.*(Looking around|Asking OpenClaw whether)).*▸ What is wrong/s, PATIENCE);
    await moveTo(screen, 'Change models');
    await enterThrough(
      screen,
      [
        '▸ Change models',
        'What should OpenClaw use Claude for?',
        'Models and agents',
        // Everything is as it was left: there is nothing to apply.
        'check it',
        '▸ Yes, ask Claude once',
      ],
      PATIENCE,
    );
    await screen.waitForText(/A real answer from Claude|Claude did not answer/, PATIENCE);
    expect(screen.screen()).toContain('✔ A real answer from Claude');
    // The real OpenClaw, the token as it was stored, and nobody else.
    expect(standIn.asked.slice(asked)).toEqual([
      { authorization: `Bearer ${standIn.token}`, model: expect.stringMatching(/^claude-opus-/) },
    ]);
    await screen.waitForText('▸ Leave', PATIENCE);
    screen.type(KEYS.enter);
    expect(await screen.exited).toEqual({ exitCode: 0, signal: 0 });
    printed.push(screen.output());
    await nothingLeft();
  });

  it('is put back by undo, byte for byte, and OpenClaw uses the bridge again', async () => {
    const undone = await ours(['undo', '--yes', '--json']);
    printed.push(undone.out, undone.err);
    expect(undone.code, undone.out + undone.err).toBe(0);
    expect(at.changedSince(before)).toEqual([]);
    expect(readFileSync(at.config, 'utf8')).toBe(at.text);
    const told = await at.status();
    expect(told.resolvedDefault).toBe('claude-bridge/claude-opus-4');
    expect(told.auth.oauth.profiles).toEqual([]);
  });

  it('showed the token and the code nowhere to the end', () => {
    inNoOutput(standIn.token);
    inNoOutput(code.split('#')[0] as string);
    const found = filesWith(at.home, standIn.token).map((path) => relative(at.home, path));
    expect(found.filter((path) => !/clawauth-setup\/blobs\//.test(path))).toEqual([]);
    expect(filesWith(at.home, code.split('#')[0] as string)).toEqual([]);
  });
});
