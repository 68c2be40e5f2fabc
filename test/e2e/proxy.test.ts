import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type PtyProgram, startPty } from '../support/pty.ts';
import { runPacked, snapshot } from '../support/run-packed.ts';
import { KEYS } from '../support/terminal.ts';
import { removeTree } from '../support/tree.ts';
import { left, moveTo, PATIENCE, startWizard } from '../support/wizard-pty.ts';

const packed = inject('packed');
const node = Object.values(inject('nodes')).at(-1) as string;
const TOKEN = `sk-ant-oat01-FAKE${'P'.repeat(91)}`;

let folder: string;
let program: PtyProgram | null;
let proxy: ChildProcess | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-proxy-'));
  program = null;
  proxy = null;
});
afterEach(() => {
  program?.kill('SIGKILL');
  if (proxy?.pid !== undefined) killGroup(proxy.pid);
  removeTree(folder);
});

describe('the proxy way with the packed program', () => {
  const sandbox = () => join(folder, 'sandbox');
  const home = () => join(sandbox(), 'home');
  const config = () => readFileSync(join(home(), '.openclaw', 'openclaw.json'), 'utf8');
  /** Everything of the home but databases and what belongs to us alone. */
  const state = () => {
    const ours = /^\.\/(\.local\/state\/clawauth-setup|\.config\/clawauth-setup)|\.sqlite/;
    return Object.fromEntries(Object.entries(snapshot(home())).filter(([path]) => !ours.test(path)));
  };
  const headless = (...args: string[]) =>
    runPacked(node, packed.cli, [...args, '--sandbox-at', sandbox()], { home: folder, input: TOKEN });

  async function untouched(): Promise<ReturnType<typeof state>> {
    const looked = await headless('status');
    expect([0, 1]).toContain(looked.code);
    return state();
  }

  function start(columns?: number, rows?: number): PtyProgram {
    program = startWizard({ node, cli: packed.cli, folder, sandbox: sandbox() }, columns, rows);
    return program;
  }

  /** From the choice to the review; there is no sign-in on this way. */
  async function toReview(at: PtyProgram): Promise<void> {
    await at.waitForText('How should OpenClaw use Claude?', PATIENCE);
    await moveTo(at, 'Proxy');
    expect(at.screen()).toContain('not officially sanctioned');
    at.type(KEYS.enter);
    await at.waitForText('What should OpenClaw use Claude for?', PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('Models and agents', PATIENCE);
    expect(at.screen()).toContain('you run it yourself');
    expect(at.screen()).not.toContain('Token ends');
    at.type(KEYS.enter);
    await at.waitForText(/steps will change/, PATIENCE);
  }

  async function withoutAsking(at: PtyProgram): Promise<void> {
    await at.waitForText('one short test question', PATIENCE);
    await moveTo(at, 'No, only the free checks');
    at.type(KEYS.enter);
    // Nothing runs the proxy here.
    await at.waitForText(/One step is left before OpenClaw/, PATIENCE);
  }

  /** Runs what the program says to run, as somebody would who pastes it, and waits until it listens. */
  async function runByHand(command: string): Promise<void> {
    const child = spawn('/bin/sh', ['-c', `exec ${command}`], {
      detached: true,
      cwd: folder,
      env: { PATH: '/usr/bin:/bin', HOME: home(), TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    proxy = child;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      const hear = (chunk: Buffer) => {
        said += String(chunk);
        if (said.includes('listening')) resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', (code) => reject(new Error(`It ended with ${code}: ${said}`)));
    });
  }

  it('is set up, answers through the real normalizer once that runs, and goes without a trace', async () => {
    const before = await untouched();
    const at = start();
    await at.waitForText(/continue/, PATIENCE);
    at.type(KEYS.enter);
    await toReview(at);
    expect(at.screen()).toContain('step 3 of 4');
    at.type(KEYS.enter);
    await withoutAsking(at);
    // Whole, over as many rows as it takes, and without a token's last day.
    const shown = at.everything();
    expect(shown).toContain('No service was installed, and the proxy does not run yet.');
    expect(shown).not.toContain('The token ends');
    const key = readFileSync(join(home(), '.local', 'share', 'clawauth-setup', 'normalizer.key'), 'utf8').trim();
    expect(config()).toContain(key);
    expect(at.output()).not.toContain(key);
    at.type(KEYS.enter);
    expect(await left(at)).toBe(0);

    await runByHand(pasted(shown));
    const again = await headless('apply', '--method', 'proxy', '--live-check', '--yes', '--json');
    expect(again.code, again.out + again.err).toBe(0);
    const { findings } = JSON.parse(again.out).report as {
      findings: { check: string; verdict: string; says: string }[];
    };
    for (const check of ['health', 'answer', 'turn']) {
      expect(findings.filter((one) => one.check === check).map(({ verdict }) => verdict)).not.toContain('skipped');
      expect(findings.find((one) => one.check === check)).toMatchObject({ verdict: 'ok' });
    }
    expect(again.out + again.err).not.toContain(key);

    const undone = await headless('undo', '--yes');
    expect(undone.code, undone.err).toBe(0);
    expect(state()).toEqual(before);
  });

  it('opens on its overview without days left, and is uninstalled from there', async () => {
    const before = await untouched();
    const applied = await headless('apply', '--method', 'proxy', '--yes');
    expect(applied.code, applied.err).toBe(0);
    const at = start(80, 24);
    await at.waitForText(/✔ Proxy +since/, PATIENCE);
    await at.waitForText(/▸ What is wrong +(how to fix it|nothing)/, PATIENCE);
    expect(at.screen()).not.toMatch(/days? left|New token/);
    await moveTo(at, 'Uninstall');
    at.type(KEYS.enter);
    await at.waitForText(/OpenClaw will use/, PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('Type uninstall', PATIENCE);
    at.type('uninstall');
    await at.waitForText('▸ uninstall_', PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('Everything we added is gone.', PATIENCE);
    at.type(KEYS.enter);
    expect(await left(at)).toBe(0);
    expect(state()).toEqual(before);
  });

  it('is killed in the middle, and taken back or finished at the next start', async () => {
    const before = await untouched();
    const killed = await runPacked(
      node,
      packed.cli,
      ['apply', '--method', 'proxy', '--yes', '--sandbox-at', sandbox()],
      {
        home: folder,
        killAt: /3\/\d/,
      },
    );
    expect(killed.signal).toBe('SIGKILL');
    const at = start();
    await at.waitForText('An earlier run was interrupted', PATIENCE);
    await moveTo(at, 'Put everything back');
    at.type(KEYS.enter);
    await at.waitForText('Found on this machine', PATIENCE);
    expect(state()).toEqual(before);
    at.type('q');
    expect(await left(at)).toBe(0);

    await runPacked(node, packed.cli, ['apply', '--method', 'proxy', '--yes', '--sandbox-at', sandbox()], {
      home: folder,
      killAt: /2\/\d/,
    });
    // Nothing of it was a secret that only the first run had.
    const resumed = await headless('recover', '--resume');
    expect(resumed.code, resumed.err).toBe(0);
    const key = readFileSync(join(home(), '.local', 'share', 'clawauth-setup', 'normalizer.key'), 'utf8').trim();
    expect(config()).toContain(key);
  });

  it('asks the same in plain lines where no screen can be drawn', async () => {
    await untouched();
    // The terminal of the tests names itself: only a program in between can take that back.
    const at = startPty('/usr/bin/env', ['TERM=dumb', node, packed.cli, '--sandbox-at', sandbox()], {
      columns: 200,
      rows: 60,
      cwd: folder,
      env: { PATH: '/usr/bin:/bin', HOME: folder },
    });
    program = at;
    await at.waitForText('How should OpenClaw use Claude?', PATIENCE);
    at.type('proxy\r');
    await at.waitForText('not officially sanctioned', PATIENCE);
    await at.waitForText('What should the proxy ask', PATIENCE);
    at.type('\r');
    await at.waitForText('No service: A sandbox leaves the services of this machine alone.', PATIENCE);
    for (const question of [
      'Start Claude Code ahead of the next request?',
      'What should OpenClaw use Claude for',
      'Which agents',
      'Primary model',
      'Fallback models',
    ]) {
      await at.waitForText(question, PATIENCE);
      at.type('\r');
    }
    const rest = ['Aliases as', 'Point cron jobs, agents', 'Model for those cron jobs'];
    for (const question of rest) {
      await at.waitForText(question, PATIENCE);
      at.type('\r');
    }
    await at.waitForText('Ask Claude one real question', PATIENCE);
    at.type('no\r');
    await at.waitForText('Apply this?', PATIENCE);
    expect(at.everything()).toContain('apply --method proxy');
    expect(at.everything()).toContain('Tell OpenClaw about the proxy');
    at.type('y\r');
    expect(await left(at)).toBe(0);
    expect(at.everything()).toContain('OpenClaw asks http://127.0.0.1:');
    expect(at.everything()).toMatch(/Next: env PATH=/);
  });

  it('takes the place of the setup token and gives it back, in one run each', async () => {
    const before = await untouched();
    const first = await headless('apply', '--method', 'setup-token', '--token-stdin', '--yes');
    expect(first.code, first.err).toBe(0);
    const token = state();
    const at = start();
    await at.waitForText(/✔ Setup token +since/, PATIENCE);
    await at.waitForText(/not pausing/, PATIENCE);
    await moveTo(at, 'Switch method');
    at.type(KEYS.enter);
    await toReview(at);
    expect(at.screen()).toContain('step 3 of 4');
    at.type(KEYS.enter);
    await withoutAsking(at);
    expect(config()).toContain("primary: 'claude-max-proxy/");
    expect(config()).not.toContain('anthropic/claude-');
    at.type(KEYS.enter);
    expect(await left(at)).toBe(0);

    const undone = await headless('undo', '--yes');
    expect(undone.code, undone.err).toBe(0);
    expect(state()).toEqual(token);
    const there = await headless('apply', '--method', 'proxy', '--yes');
    expect(there.code, there.err).toBe(0);
    const back = await headless('apply', '--method', 'setup-token', '--token-stdin', '--yes');
    expect(back.code, back.err).toBe(0);
    // OpenClaw's own copy of what its configuration was before is of the proxy then.
    const kept = (all: ReturnType<typeof state>) => Object.entries(all).filter(([path]) => !path.endsWith('.bak'));
    expect(Object.fromEntries(kept(state()))).toEqual(Object.fromEntries(kept(token)));
    const gone = await headless('uninstall', '--yes');
    expect(gone.code, gone.err).toBe(0);
    expect(state()).toEqual(before);
  });

  it('takes a renewed token away whole', async () => {
    const ours = async (input: string, ...args: string[]) => {
      const words = [...args, '--yes', '--json', '--sandbox-at', sandbox()];
      const done = await runPacked(node, packed.cli, words, { home: folder, input });
      expect(done.code, done.out + done.err).toBe(0);
      return JSON.parse(done.out);
    };
    await ours(TOKEN, 'apply', '--method', 'setup-token', '--token-stdin');
    await ours(TOKEN.replaceAll('P', 'R'), 'renew', '--token-stdin');
    const { receipt } = await ours('', 'apply', '--method', 'proxy', '--service', 'none');
    expect(receipt.outcome).toBe('applied');
    expect(config()).not.toContain('anthropic:default');
  });

  it('keeps a switch that was killed as it is, and finishes it from the overview', async () => {
    const token = await headless('apply', '--method', 'setup-token', '--token-stdin', '--yes');
    expect(token.code, token.err).toBe(0);
    const apply = ['apply', '--method', 'proxy', '--service', 'none', '--yes'];
    const withoutKey = () => config().replace(/[\w-]{43}/, 'KEY');
    expect((await headless(...apply)).code).toBe(0);
    const switched = withoutKey();
    expect((await headless('undo', '--yes')).code).toBe(0);
    const killed = { home: folder, killAt: /^ +4\/\d+ /m };
    await runPacked(node, packed.cli, [...apply, '--sandbox-at', sandbox()], killed);
    const at = start();
    await at.waitForText('An earlier run was interrupted', PATIENCE);
    await moveTo(at, 'Keep it like this');
    at.type(KEYS.enter);
    await at.waitForText(/is not finished: \d+ of \d+ steps are not done/, PATIENCE);
    await at.waitForText(/▸ Finish the last run/, PATIENCE);
    await at.waitForText(/What is wrong +how to fix it/, PATIENCE);
    at.type('d');
    await at.waitForText(/still the previous method/, PATIENCE);
    at.type(KEYS.escape);
    await moveTo(at, 'Finish the last run');
    at.type(KEYS.enter);
    await at.waitForText(/\d steps will change/, PATIENCE);
    await at.waitForText(/Remove the token from OpenClaw/, PATIENCE);
    at.type(KEYS.enter);
    await at.waitForText('one short test question', PATIENCE);
    await moveTo(at, 'No, only the free checks');
    at.type(KEYS.enter);
    await at.waitForText(/One step is left before OpenClaw/, PATIENCE);
    expect(withoutKey()).toBe(switched);
    await moveTo(at, 'Overview');
    at.type(KEYS.enter);
    await at.waitForText(/▸ What is wrong/, PATIENCE);
    await at.waitForText(/Nothing names the previous method any more/, PATIENCE);
    expect(at.screen()).not.toContain('is not finished');
    at.type('q');
    expect(await left(at, TOKEN.slice(0, 24))).toBe(0);
  });
});

/** The command after `next:` as it stands in the scrollback: rows that end in a backslash go on. */
function pasted(shown: string): string {
  const rows = shown.split('\n').map((row) => row.trimEnd());
  let at = rows.findIndex((row) => /^ *next:$/.test(row)) + 1;
  if (at === 0) throw new Error(`There is no command.\n${shown}`);
  const command: string[] = [];
  do command.push(rows[at] ?? '');
  while ((rows[at++] ?? '').endsWith('\\'));
  return command.join('\n');
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
