import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/commands/args.ts';
import { runDoctor } from '../../../src/commands/doctor.ts';
import { engineFor } from '../../../src/commands/engine.ts';
import { homeFacts } from '../../../src/history/overview.ts';
import { Cancelled, Problem } from '../../../src/system/problem.ts';
import type { World } from '../../../src/system/world.ts';
import { whatIsNot } from '../../support/doctor-answer.ts';
import { type DoctorCase, type DoctorHome, layCase, NOW } from '../../support/doctor-home.ts';
import { bridge } from '../doctor/cases/bridge.ts';
import { healthy } from '../doctor/cases/healthy.ts';
import { login } from '../doctor/cases/login.ts';

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `clawauth-setup doctor …` without a terminal. OpenClaw is never run: that it says nothing is a finding too. */
const doctor = (world: World, ...args: string[]) => run(world, args, null);

/** The same on a terminal, with an answer to each question. */
const typed = (world: World, answers: readonly string[], ...args: string[]) => run(world, args, answers);

async function run(
  world: World,
  args: readonly string[],
  answers: readonly string[] | null,
  heard: { out: string } = { out: '' },
): Promise<Told> {
  const told = Object.assign(heard, { err: '' });
  const stdin = new PassThrough();
  const left = [...(answers ?? [])];
  if (answers === null) stdin.end();
  const code = await runDoctor({
    world,
    version: 'test',
    args: parse(['doctor', ...args]),
    streams: {
      stdin: stdin as unknown as NodeJS.ReadStream,
      out: (text) => {
        told.out += text;
      },
      err: (text) => {
        told.err += text;
        if (/[:\]] $/.test(text) && left.length > 0) setTimeout(() => stdin.write(`${left.shift()}\n`), 20);
      },
      stdinTty: answers !== null,
      stdoutTty: false,
    },
    signal: new AbortController().signal,
    force: new AbortController().signal,
    cwd: world.home,
  });
  if (args.includes('--json')) expect(whatIsNot(JSON.parse(told.out))).toBe('');
  return { code, ...told };
}

async function inCase<T>(one: DoctorCase | undefined, work: (world: World, home: string) => Promise<T>): Promise<T> {
  if (one === undefined) throw new Error('no such case');
  const { world, home, remove } = layCase(one);
  try {
    return await work(world, home);
  } finally {
    remove();
  }
}

/** A gateway that logs to the journal only. */
function withJournal(home: DoctorHome): void {
  home.gatewayUnit();
  home.file('journal', '');
  home.program('journalctl', 'cat "$HOME/journal"');
}

const [behindBridge] = bridge;
const healthyCase = healthy.find(({ release }) => release === '2026.2.17');
const ID = 'model.default-is-bridge';
const signedOut = login.find(({ owes }) => owes?.id === 'cli.signed-out');

describe('the doctor command', () => {
  it('says what is wrong, how that is known, and the way on; exits with 1', () =>
    inCase(behindBridge, async (world, home) => {
      const { code, out } = await doctor(world, '--id', ID);
      expect(code).toBe(1);
      expect(out).toMatch(/^1 thing stands in the way, 1 can be fixed here\.\n/);
      expect(out).toContain(`[${ID}]`);
      expect(out).toContain(`Fix it:  clawauth-setup doctor --fix --id ${ID}`);
      expect(out).toMatch(/Who answers\n {2}main: openai\/claude-opus-4, a bridge that was set up by hand/);
      expect(out).not.toContain(home);
    }));

  it('exits with 0 where nothing stands in the way, and tells a healthy person to do nothing', () =>
    inCase(healthyCase, async (world) => {
      const { code, out } = await doctor(world, '--id', 'model.*,token.*,profile.*,store.*,env.*');
      expect([code, out.split('\n')[0]]).toEqual([0, 'No problems found.']);
    }));

  it('answers in JSON', () =>
    inCase(behindBridge, async (world) => {
      const answer = JSON.parse((await doctor(world, '--json', '--id', ID)).out);
      expect(answer).toMatchObject({ schema: 1, command: 'doctor', ok: false, exitCode: 1 });
      expect(answer.findings).toMatchObject([{ id: ID, level: 'error', fix: true, needsToken: false }]);
    }));

  it('shows what a fix would change and writes nothing', () =>
    inCase(behindBridge, async (world, home) => {
      const config = join(home, '.openclaw/openclaw.json');
      const before = readFileSync(config, 'utf8');
      const { out } = await doctor(world, '--dry-run', '--id', ID);
      expect(out).toMatch(/\+.*anthropic\//);
      expect(readFileSync(config, 'utf8')).toBe(before);
    }));

  it('fixes, looks again, and tells the undo; the same is not tried again by itself within a day', () =>
    inCase(behindBridge, async (world, home) => {
      const config = join(home, '.openclaw/openclaw.json');
      const before = readFileSync(config, 'utf8');
      const first = await doctor(world, '--fix', '--yes', '--id', ID);
      expect(first.out).toContain(`✔ Fixed: ${ID}\n`);
      expect(first.out).toMatch(/\nUndo: clawauth-setup undo \S+\n$/);
      const fixed = readFileSync(config, 'utf8');
      expect(fixed).not.toBe(before);
      // Somebody brings it back: what was done in vain is told, and not done once more unasked.
      writeFileSync(config, before);
      const again = await doctor(world, '--fix', '--yes');
      expect(again.err).toContain(`doctor --fix --id ${ID}`);
      expect(readFileSync(config, 'utf8')).toBe(before);
    }));

  it('calls new only what was not there before, also where one fault alone is fixed', () =>
    inCase(behindBridge, async (world, home) => {
      chmodSync(join(home, '.openclaw/openclaw.json'), 0o644);
      const before = JSON.parse((await doctor(world, '--json')).out).findings.map(({ id }: { id: string }) => id);
      expect(before).toContain('files.readable');
      const fixed = JSON.parse((await doctor(world, '--fix', '--yes', '--json', '--id', ID)).out);
      expect(fixed.fix).toMatchObject({ fixed: [ID], left: [], new: [] });
      expect(fixed.findings.map(({ id }: { id: string }) => id)).toContain('files.readable');
      expect(fixed.exitCode).not.toBe(3);
    }));

  it('takes nothing but ids that there are, and a yes where nobody can be asked', () =>
    inCase(healthyCase, async (world) => {
      await expect(doctor(world, '--id', 'model.defalt-is-bridge')).rejects.toMatchObject({
        code: 'unknown-check',
        more: { next: `clawauth-setup doctor --explain ${ID}`, exitCode: 2 },
      });
      await expect(doctor(world, '--fix')).rejects.toBeInstanceOf(Problem);
      await expect(doctor(world, '--since', 'yesterday')).rejects.toMatchObject({ code: 'bad-flag' });
    }));

  it('leaves no run behind where there is nothing to fix', () =>
    inCase(healthyCase, async (world) => {
      const { out } = await doctor(world, '--fix', '--yes', '--id', 'model.*');
      expect(out).toContain('There is nothing to fix here.');
      expect(await (await engineFor({ world, version: 'test' })).list()).toEqual([]);
    }));
});

describe('the doctor that follows', () => {
  const failed = (at: number) =>
    `${new Date(at).toISOString()} ERROR HTTP 401 authentication_error: OAuth token has expired\n`;

  /** Follows while `between` changes what is there, each time before the next look, and then is stopped. */
  async function followed(world: World, between: readonly (() => void)[]): Promise<string> {
    const left = [...between];
    const sleep: World['clock']['sleep'] = async () => {
      const next = left.shift();
      if (next === undefined) throw new Cancelled();
      next();
    };
    const told = { out: '' };
    const watching = run({ ...world, clock: { ...world.clock, sleep } }, ['--follow', '--id', 'log.*'], null, told);
    await expect(watching).rejects.toBeInstanceOf(Cancelled);
    return told.out;
  }

  it('tells what is new once, however often it is said', () =>
    inCase(healthyCase, async (world, home) => {
      const log = join(home, '.openclaw/logs/gateway.log');
      mkdirSync(dirname(log), { recursive: true });
      const add = () => appendFileSync(log, failed(NOW - 1000));
      const out = await followed(world, [() => {}, add, add, () => {}]);
      expect(out.match(/\[log\.token-ended\]/g)).toHaveLength(1);
      expect(out).toMatch(/^No problems found\.\n/);
    }));

  it('hears of it from the journal too, and says nothing of what was there before', () =>
    inCase({ ...(healthyCase as DoctorCase), lay: withJournal }, async (world, home) => {
      const add = () => appendFileSync(join(home, 'journal'), failed(NOW - 1000));
      expect((await followed(world, [add, add])).match(/\[log\.token-ended\]/g)).toHaveLength(1);
      const again = await followed(world, [() => {}, add]);
      expect(again.match(/\[log\.token-ended\]/g)).toHaveLength(1);
      expect(again).toMatch(/^1 thing stands in the way/);
    }));
});

describe('the list of checks', () => {
  it('has each with its weight, and one of them alone with what it explains', () =>
    inCase(healthyCase, async (world) => {
      const all = (await doctor(world, '--list')).out;
      expect(all).toMatch(new RegExp(`^${ID.replace('.', '\\.')} +error .*\\(can be fixed here\\)$`, 'm'));
      const one = (await doctor(world, '--explain', 'config.unparseable')).out;
      expect(one).toMatch(/these are not reported as well: .*config\.invalid/);
    }));
});

describe('a Claude Code that is signed out', () => {
  const ONLY = ['--id', 'cli.*'];

  it('is told with what fixes it, and needs a person', () =>
    inCase(signedOut, async (world) => {
      const told = await doctor(world, ...ONLY);
      expect(told.out).toContain('Fix: Sign in to Claude Code\n');
      expect(told.out).toContain('Fix it, by signing in:  clawauth-setup doctor --fix --id cli.signed-out\n');
      expect(told.out).toContain('By hand:  claude auth login\n');
      const { findings } = JSON.parse((await doctor(world, '--json', ...ONLY)).out);
      expect(findings).toMatchObject([{ id: 'cli.signed-out', fix: true, needsToken: false, needsLogin: true }]);
    }));

  it.each([['--yes'], ['--dry-run']])('is left with the command to type by %s', (how) =>
    inCase(signedOut, async (world) => {
      const { out, err } = await doctor(world, '--fix', how, ...ONLY);
      expect(out + err).toContain('1 thing can only be fixed by signing in to Claude Code');
      expect(out).toContain('claude auth login');
      const json = JSON.parse((await doctor(world, '--fix', how, '--json', ...ONLY)).out);
      expect(json.fix).toMatchObject({ would: [], waits: ['cli.signed-out'] });
    }),
  );

  it('is signed in on a terminal, judged again, and signed out by an undo', () =>
    inCase(signedOut, async (world, home) => {
      const told = await typed(world, ['y', 'code#def'], '--fix', ...ONLY);
      expect(told.err).toContain('✔ Claude Code is signed in. To undo: clawauth-setup undo ');
      expect(told.err).not.toContain('code#def');
      expect(told.out).toContain('✔ Fixed: cli.signed-out\n');
      expect(told.code).toBe(0);
      const engine = await engineFor({ world, version: 'test' });
      expect((await engine.list()).map(({ title }) => title)).toEqual(['Sign in to Claude Code']);
      await engine.undo();
      expect(existsSync(join(home, '.claude'))).toBe(false);
    }));

  it('needs no code where the browser of this machine says that it is signed in', () =>
    inCase(signedOut, async (world, home) => {
      const claude = join(home, 'bin/claude');
      writeFileSync(claude, readFileSync(claude, 'utf8').replace('read -r code', 'sleep 0.3'));
      // An Enter without a code asks again.
      const told = await typed(world, ['y', ''], '--fix', ...ONLY);
      expect(told.out).toContain('✔ Fixed: cli.signed-out\n');
      // A person who signs out later has taken nothing of ours away.
      rmSync(join(home, '.claude/.credentials.json'));
      expect(await homeFacts({ world, engine: await engineFor({ world, version: 'test' }) })).toMatchObject({
        drift: [],
      });
    }));

  it('stays as it is where the person says no', () =>
    inCase(signedOut, async (world, home) => {
      const told = await typed(world, ['n'], '--fix', ...ONLY);
      expect(told.out).toContain('1 thing can only be fixed by signing in to Claude Code');
      expect(existsSync(join(home, '.claude'))).toBe(false);
    }));
});
