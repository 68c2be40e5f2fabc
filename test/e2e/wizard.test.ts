import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type PtyProgram, startPty } from '../support/pty.ts';
import { filesWith, runPacked, snapshot } from '../support/run-packed.ts';
import { KEYS } from '../support/terminal.ts';
import { removeTree } from '../support/tree.ts';
import { moveTo, PATIENCE } from '../support/wizard-pty.ts';

const packed = inject('packed');
const nodes = inject('nodes');
/** What does not depend on the Node is tried on this one only. */
const newest = Object.keys(nodes).at(-1);
const PASTED = `sk-ant-oat01-FAKE${'P'.repeat(91)}`;

let folder: string;
let program: PtyProgram;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-pty-'));
});
afterEach(() => {
  program.kill('SIGKILL');
  removeTree(folder);
});

/** The screens on the way, by what only they show, and the key that leads on. */
const WAY: readonly (readonly [name: string, shows: RegExp, on: (program: PtyProgram) => Promise<void> | void])[] = [
  ['look around', /continue/, (at) => at.type(KEYS.enter)],
  ['choose', /How should OpenClaw use Claude\?/, chooseToken],
  ['sign in', /paste the code/, signIn],
  ['token', /108 characters · until/, (at) => at.type(KEYS.enter)],
  ['role', /What should OpenClaw use Claude for\?/, (at) => at.type(KEYS.enter)],
  ['models', /Models and agents/, (at) => at.type(KEYS.enter)],
  ['review', /steps will change/, (at) => at.type(KEYS.enter)],
];

async function chooseToken(at: PtyProgram): Promise<void> {
  await moveTo(at, 'Setup token');
  at.type(KEYS.enter);
}

async function signIn(at: PtyProgram): Promise<void> {
  at.paste('sandbox#sandbox');
  await at.waitForText('send it', PATIENCE);
  at.type(KEYS.enter);
}

/** Walks until the named screen is in sight. */
async function walkTo(at: PtyProgram, name: string): Promise<void> {
  for (const [screen, shows, on] of WAY) {
    await at.waitForText(shows, PATIENCE);
    if (screen === name) return;
    await on(at);
  }
  throw new Error(`There is no screen "${name}".`);
}

describe.each(Object.entries(nodes))('the wizard of the packed program on Node %s', (line, node) => {
  const once = it.runIf(line === newest);
  const sandbox = () => join(folder, 'sandbox');
  const home = () => join(sandbox(), 'home');
  const config = () => readFileSync(join(home(), '.openclaw', 'openclaw.json'), 'utf8');
  const state = () =>
    Object.fromEntries(Object.entries(snapshot(join(home(), '.openclaw'))).filter(([path]) => !/\.sqlite/.test(path)));

  /** Under a shell that tells afterwards how the terminal was left. */
  function start(columns = 100, rows = 40): PtyProgram {
    const flags = 'stty -a | grep -oE "[-]?(icanon|echo|isig) " | sort | tr -d "\\n"';
    const script = `trap : INT; "$0" "$@"; code=$?; echo; echo "left: $(${flags})"; exit $code`;
    program = startPty('/bin/sh', ['-c', script, node, packed.cli, '--sandbox-at', sandbox()], {
      columns,
      rows,
      cwd: folder,
      env: { PATH: '/usr/bin:/bin', HOME: folder },
    });
    return program;
  }

  async function ended(at: PtyProgram): Promise<number> {
    // The last bytes may arrive after the end is told.
    await at.waitForText(/left: echo icanon isig/, PATIENCE);
    const { exitCode } = await at.exited;
    const output = at.output();
    const last = (on: string, off: string) =>
      output.lastIndexOf(`\u001b[?${off}`) >= output.lastIndexOf(`\u001b[?${on}`);
    expect(last('25l', '25h'), 'the cursor is shown').toBe(true);
    expect(last('2004h', '2004l'), 'bracketed paste is off').toBe(true);
    expect(last('1049h', '1049l'), 'the main screen is back').toBe(true);
    return exitCode;
  }

  /** No token in what was painted, nor in what we keep; OpenClaw's own store has it, and copies of that store may. */
  function noToken(at: PtyProgram): void {
    expect(at.output()).not.toMatch(/sk-ant-oat01-FAKE[\w-]/);
    const own = [join(home(), '.config'), join(home(), '.local')];
    for (const place of own) {
      expect(filesWith(place, 'sk-ant-oat01-FAKE').filter((path) => !path.includes('/blobs/'))).toEqual([]);
    }
  }

  it('goes from the first frame to a verified set-up, and undo puts it back', async () => {
    const at = start();
    await at.waitForText('Looking around', PATIENCE);
    const before = config();
    const stateBefore = state();
    await walkTo(at, 'review');
    expect(config()).toBe(before);
    at.type('s');
    await at.waitForText('The same as a command', PATIENCE);
    expect(at.screen()).toMatch(/clawauth-setup apply[\s\\]+--method setup-token/);
    at.type(KEYS.escape);
    await at.waitForText(/⏎ apply/, PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('Does it work?', PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText(/OpenClaw now answers with Claude/, PATIENCE);
    expect(config()).toContain("primary: 'anthropic/claude-");
    expect(config()).toContain('// my bridge, works most of the time');
    at.type(KEYS.enter);
    expect(await ended(at)).toBe(0);
    expect(at.everything()).toContain(`rm -rf ${sandbox()}`.slice(0, 40));
    noToken(at);
    const undone = await runPacked(node, packed.cli, ['undo', '--sandbox-at', sandbox()], { home: folder });
    expect(undone.code, undone.err).toBe(0);
    expect(state()).toEqual(stateBefore);
  });

  once('fixes what is in the way in the same review, unless it is left out, and takes that back too', async () => {
    const looked = await runPacked(node, packed.cli, ['status', '--sandbox-at', sandbox()], { home: folder });
    expect([0, 1], looked.err).toContain(looked.code);
    const file = join(home(), '.crontab');
    const crontab = () => readFileSync(file, 'utf8');
    appendFileSync(file, '*/30 * * * * ~/bin/refresh-claude-token.sh\n');
    const before = crontab();
    const at = start(80, 24);
    await walkTo(at, 'review');
    await at.waitForText(/1 {2}Fix 1 thing that is in the way/, PATIENCE);
    at.type('f');
    await at.waitForText(/Fix 1 thing that is in the way +left/, PATIENCE);
    at.type('f');
    await at.waitForText(/1 {2}Fix 1 thing that is in the way +1 step +fix/, PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('Does it work?', PATIENCE);
    expect(crontab()).toContain('# off by clawauth-setup: */30 * * * *');
    at.type(KEYS.enter);
    await at.waitForText(/OpenClaw now answers with Claude/, PATIENCE);
    at.type(KEYS.enter);
    expect(await ended(at)).toBe(0);
    expect(at.everything()).toContain('Fixed: Line 3 of your crontab');
    const undone = await runPacked(node, packed.cli, ['undo', '--sandbox-at', sandbox()], { home: folder });
    expect(undone.code, undone.err).toBe(0);
    expect(crontab()).toBe(before);
  });

  once('leaves the whole home as it found it where nothing was done', async () => {
    // Makes the sandbox; the first look of OpenClaw at a home writes its own stores.
    const looked = await runPacked(node, packed.cli, ['status', '--sandbox-at', sandbox()], { home: folder });
    expect([0, 1], looked.err).toContain(looked.code);
    const before = snapshot(home());
    const at = start();
    await walkTo(at, 'choose');
    at.type('q');
    expect(await ended(at)).toBe(0);
    expect(at.everything()).toContain('Nothing was changed.');
    const same = ([path]: readonly [string, string]) => !/\.sqlite/.test(path);
    expect(Object.entries(snapshot(home())).filter(same)).toEqual(Object.entries(before).filter(same));
  });

  once('goes back without losing answers', async () => {
    const at = start();
    await walkTo(at, 'role');
    at.type(KEYS.down);
    at.type(KEYS.enter);
    await at.waitForText('Models and agents', PATIENCE);
    await at.waitForText('Model ', PATIENCE);
    at.type(KEYS.escape);
    await at.waitForText(/▸ Fallback only/, PATIENCE);
    at.type(KEYS.escape);
    await at.waitForText(/108 characters · until/, PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText(/▸ Fallback only/, PATIENCE);
    at.type(KEYS.interrupt);
    await at.waitForText(/Leave\?/, PATIENCE);
    at.type(KEYS.interrupt);
    expect(await ended(at)).toBe(130);
    noToken(at);
  });

  it('says what a wrong code and a wrong token are, and lets both be tried again', async () => {
    const at = start();
    await walkTo(at, 'sign in');
    at.paste('half-a-code');
    await at.waitForText('send it', PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText(/full code/, PATIENCE);
    at.paste('wrong#state');
    await at.waitForText('send it', PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText(/Try again/, PATIENCE);
    at.type('t');
    await at.waitForText(/paste the token/, PATIENCE);
    at.paste('sk-ant-api03-FAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKE');
    at.type(KEYS.enter);
    await at.waitForText(/API key/, PATIENCE);
    at.type('\u0015');
    // As a terminal of 80 columns breaks it.
    at.paste(`${PASTED.slice(0, 80)}\n${PASTED.slice(80)}\n`);
    await at.waitForText('use it', PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('You have a token', PATIENCE);
    at.type(KEYS.interrupt);
    await at.waitForText(/Leave\?/, PATIENCE);
    at.type(KEYS.interrupt);
    expect(await ended(at)).toBe(130);
    noToken(at);
  });

  once('follows the window from large to tiny and back', async () => {
    const at = start(120, 40);
    await walkTo(at, 'role');
    for (const [columns, rows] of [
      [40, 12],
      [200, 60],
      [60, 15],
      [80, 24],
    ] as const) {
      await at.resizeTo(columns, rows);
      await at.waitForText(/▸ Everything/, PATIENCE);
      expect(at.screen().split('\n').length).toBeLessThanOrEqual(rows);
    }
    at.type(KEYS.enter);
    await at.waitForText('Models and agents', PATIENCE);
    at.type(KEYS.interrupt);
    await at.waitForText(/Leave\?/, PATIENCE);
    at.type(KEYS.interrupt);
    expect(await ended(at)).toBe(130);
  });

  once.each(WAY.map(([name]) => name))('is left by Ctrl-C at "%s" with nothing changed', async (name) => {
    const at = start();
    await walkTo(at, name);
    const stateBefore = state();
    at.type(KEYS.interrupt);
    // Where something would be lost it asks first; a second Ctrl-C is a yes.
    const asked = at.waitForText(/Leave\?/, PATIENCE).then(
      () => at.type(KEYS.interrupt),
      () => {},
    );
    await Promise.race([asked, at.exited]);
    expect(await ended(at)).toBe(130);
    expect(state()).toEqual(stateBefore);
    noToken(at);
  });

  once('finishes the running step on Ctrl-C while applying, and offers undo', async () => {
    const at = start();
    await walkTo(at, 'review');
    const before = config();
    const stateBefore = state();
    at.type(KEYS.enter);
    await at.waitForText(/[⠁-⣿] Point the cron job/, PATIENCE);
    at.type(KEYS.interrupt);
    await at.waitForText('Undo what was done', PATIENCE);
    expect(config()).not.toBe(before);
    at.type(KEYS.enter);
    // The cron jobs are back, but OpenClaw has written its database for that.
    await at.waitForText(/Everything is as it was before\.|Undone\./, PATIENCE);
    expect(state()).toEqual(stateBefore);
    at.type(KEYS.enter);
    expect([1, 130]).toContain(await ended(at));
    noToken(at);
  });

  once('finds a run that was killed, and puts it back', async () => {
    const first = start();
    await walkTo(first, 'review');
    const stateBefore = state();
    first.type(KEYS.enter);
    await first.waitForText(/[⠁-⣿] Point the cron job/, PATIENCE);
    const killed = first.pid;
    // The shell around it is killed with it: a terminal window that is closed by force.
    process.kill(-killed, 'SIGKILL');
    await first.exited;
    const second = start();
    await second.waitForText('An earlier run was interrupted', PATIENCE);
    await second.waitForText('Put everything back', PATIENCE);
    second.type(KEYS.enter);
    await second.waitForText('Found on this machine', PATIENCE);
    expect(state()).toEqual(stateBefore);
    second.type('q');
    expect([0, 130]).toContain(await ended(second));
    noToken(second);
  });
});
