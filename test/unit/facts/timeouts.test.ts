import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lookWarnings } from '../../../components/screens/look.ts';
import { refuseSilent, refuseUnanswered } from '../../../src/doctor/gate.ts';
import { healthOf } from '../../../src/doctor/health.ts';
import { verify } from '../../../src/doctor/report.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { unresponsiveWords } from '../../../src/facts/timeouts.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { recordFor } from '../../../src/history/switch.ts';
import { looksAfter } from '../../../src/history/uninstall.ts';
import { defaultAnswers, planFor } from '../../../src/methods/index.ts';
import { Cancelled } from '../../../src/system/problem.ts';
import type { Ran, RunOptions } from '../../../src/system/world.ts';
import { CONFIG, installed, machine, STATE, status } from './homes.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Answers with `stdout` after `ms`, or runs out of its time before, as a real child does. */
function answering(ms: number, stdout: string) {
  return (_argv: readonly string[], { timeoutMs, signal }: RunOptions) =>
    new Promise<Partial<Ran>>((resolve, reject) => {
      const late = ms > timeoutMs;
      const answer: Partial<Ran> = late ? { outcome: 'timed out', exitCode: null, durationMs: timeoutMs } : { stdout };
      const timer = setTimeout(() => resolve(answer), Math.min(ms, timeoutMs));
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(new Cancelled());
      });
    });
}

const NEVER = 86_400_000;
const files = { ...installed('2026.9.6'), [`${STATE}/openclaw.json`]: CONFIG };

/** What is told by and by; `at` gives whether everything is known after so many seconds. */
function look(world: ReturnType<typeof machine>, signal?: AbortSignal) {
  const said: string[] = [];
  const seen: Partial<Record<string, unknown>> = {};
  let ended = false;
  const facts = gatherFacts(world, {
    slow: true,
    onSlow: (says) => said.push(says),
    onFact: (name, fact) => {
      seen[name] = fact;
    },
    ...(signal ? { signal } : {}),
  }).finally(() => {
    ended = true;
  });
  facts.catch(() => {});
  const pass = async (seconds: number) => {
    await vi.advanceTimersByTimeAsync(seconds * 1000);
    return ended;
  };
  return { facts, said, seen, pass };
}

describe('an OpenClaw that does not answer', () => {
  it('anything is named after 10 s and given up after 40 s, with the command to try', async () => {
    const world = machine({ running: true, files, commands: { openclaw: answering(NEVER, '') } });
    const { facts, said, seen, pass } = look(world);
    expect(await pass(9)).toBe(false);
    expect(said).toEqual([]);
    expect(await pass(2)).toBe(false);
    expect(said).toEqual([expect.stringMatching(/^openclaw has not answered for 10 s\. .*Ctrl-C/)]);
    const none = { known: false, reason: 'waiting', detail: '' };
    const shown = new Proxy({}, { get: (_, name) => seen[String(name)] ?? none }) as Facts;
    expect(lookWarnings(shown)).toContain(said[0]);
    expect(await pass(28)).toBe(false);
    expect(await pass(2)).toBe(true);
    const found = await facts;
    expect(said).toHaveLength(1);
    expect(found.modelsStatus).toEqual({
      known: false,
      reason: 'timed out',
      detail:
        'openclaw models status --json did not answer within 40 s, and  openclaw --version  neither. Try it in a terminal:  openclaw models status --agent main',
    });
    for (const name of ['validation', 'cron', 'profiles'] as const) {
      expect(found[name]).toMatchObject({ known: false, reason: 'timed out' });
    }
    expect(healthOf(found, Date.parse(found.takenAt)).findings).toContainEqual(
      expect.objectContaining({ code: 'openclaw-silent', next: 'openclaw models status --agent main' }),
    );
    expect(world.ran.map(({ argv }) => argv.slice(1).join(' '))).not.toContain('config validate --json');
  });

  it('at all stops a plan whose steps would run it, and no other', async () => {
    const { facts, pass } = look(machine({ files, commands: { openclaw: answering(NEVER, '') } }));
    expect(await pass(41)).toBe(true);
    const found = await facts;
    const stopped = expect.objectContaining({
      code: 'openclaw-silent',
      more: expect.objectContaining({
        why: 'openclaw models status --json did not answer within 40 s, and  openclaw --version  neither. Nothing was written.',
        next: 'openclaw models status --agent main',
      }),
    });
    const answers = defaultAnswers(found, 'setup-token');
    const planned = planFor(found, answers, { hasSecret: true });
    expect(() => refuseSilent(found, planned.actions)).toThrow(stopped);
    expect(() => refuseUnanswered(found)).toThrow(stopped);
    // Before 2026.5.22 the token goes into a file, and no gateway runs that would have to be asked.
    const old = { ...installed('2026.2.17'), [`${STATE}/openclaw.json`]: CONFIG };
    const second = look(machine({ files: old, commands: { openclaw: answering(NEVER, '') } }));
    expect(await second.pass(41)).toBe(true);
    const before = await second.facts;
    expect(unresponsiveWords(before.modelsStatus)).not.toBeNull();
    const made = planFor(before, defaultAnswers(before, 'setup-token'), { hasSecret: true });
    expect(made.actions.map(({ id }) => id)).toContain('store-token-main');
    expect(() => refuseSilent(before, made.actions)).not.toThrow();
  });

  it('its question yet, and tells its version: the first run of a release may take long', async () => {
    const commands = {
      'openclaw --version': answering(500, '2026.9.6\n'),
      'openclaw models status': answering(100_000, status()),
    };
    const { facts, said, pass } = look(machine({ files, commands }));
    expect(await pass(60)).toBe(false);
    expect(said).toHaveLength(1);
    expect(await pass(45)).toBe(true);
    expect((await facts).modelsStatus).toMatchObject({ known: true });
  });

  it('one question ever, and tells its version: that is given up after 120 s, and no other is asked', async () => {
    const commands = { 'openclaw --version': { stdout: '2026.9.6\n' }, openclaw: answering(NEVER, '') };
    const { facts, pass } = look(machine({ files, commands }));
    expect(await pass(119)).toBe(false);
    expect(await pass(2)).toBe(true);
    const { modelsStatus, validation } = await facts;
    expect(modelsStatus).toMatchObject({
      reason: 'timed out',
      detail: expect.stringMatching(/within 120 s\. Try it in a terminal: {2}openclaw models status --agent main$/),
    });
    expect(validation).toMatchObject({ reason: 'timed out' });
    // It may be slow and not dead: a step may try.
    expect(unresponsiveWords(modelsStatus)).toBeNull();
  });

  it('is let go at a Ctrl-C, also while its version is awaited', async () => {
    const stop = new AbortController();
    const { facts, pass } = look(machine({ files, commands: { openclaw: answering(NEVER, '') } }), stop.signal);
    expect(await pass(12)).toBe(false);
    stop.abort();
    expect(await pass(0)).toBe(true);
    await expect(facts).rejects.toBeInstanceOf(Cancelled);
  });

  it('soon is neither named nor asked for its version', async () => {
    const world = machine({ files, commands: { 'openclaw models status': answering(5_000, status()) } });
    const { facts, said, pass } = look(world);
    expect(await pass(6)).toBe(true);
    expect(await pass(60)).toBe(true);
    expect((await facts).modelsStatus).toMatchObject({ known: true });
    expect(said).toEqual([]);
    expect(world.ran.filter(({ argv }) => argv.includes('--version') && /openclaw/.test(argv[0] ?? ''))).toEqual([]);
  });
});

describe('the checks afterwards', () => {
  const SLOW = 'openclaw models status has not answered for 10 s. It gets up to 120 s.';

  it('name a program after 10 s, once, and go on', async () => {
    const { facts, pass } = look(machine({ files, commands: { openclaw: { stdout: status() } } }));
    await pass(1);
    const found = await facts;
    const said: string[] = [];
    let ended = false;
    const world = machine({ files, commands: { openclaw: answering(25_000, status()) } });
    const onSlow = (says: string) => said.push(says);
    const answers = defaultAnswers(found, 'setup-token');
    const report = verify(found, answers, { world, signal: new AbortController().signal, onSlow }).finally(() => {
      ended = true;
    });
    await vi.advanceTimersByTimeAsync(9_000);
    expect(said).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(said).toEqual([SLOW]);
    expect(ended).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await report).findings).toContainEqual(expect.objectContaining({ check: 'profile', verdict: 'ok' }));
    expect(said).toEqual([SLOW]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('of an uninstall do so as well, and say nothing of a program that answers soon', async () => {
    const said: string[] = [];
    const ask = (ms: number) => {
      const world = machine({ files, commands: { openclaw: answering(ms, status()) } });
      return looksAfter(world, undefined, (says) => said.push(says));
    };
    const soon = ask(8_000);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await soon).toContainEqual(expect.objectContaining({ verdict: 'ok' }));
    expect(said).toEqual([]);
    const late = ask(12_000);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await late).toContainEqual(expect.objectContaining({ verdict: 'ok' }));
    expect(said).toEqual([expect.stringMatching(/^openclaw models status has not answered for 10 s\./)]);
  });

  it('of an uninstall tell what was wrong before from what is wrong since', async () => {
    const failed: Partial<Ran> = {
      exitCode: 1,
      stdout: '',
      stderr: 'Error: the store is of another release',
      outcome: 'exited',
    };
    const world = machine({ files, commands: { openclaw: async () => failed } });
    const looked = async (wrong?: string) => (await looksAfter(world, undefined, undefined, wrong))[0];
    const since = await looked();
    expect(since).toMatchObject({ verdict: 'error', says: expect.stringContaining('another release') });
    const detail = since?.says.replace(/^.*?should: /, '') ?? '';
    expect(await looked(detail)).toMatchObject({ verdict: 'warning', says: expect.stringContaining(', as before: ') });
    expect(await looked('something else')).toMatchObject({ verdict: 'error' });

    const facts = await gatherFacts(world, { slow: true });
    expect(recordFor(defaultAnswers(facts), null, facts).about.wrong).toBe(detail);
  });

  it('of an uninstall name the OpenClaw that was asked', async () => {
    const stateDir = '/srv/other';
    const moved = { ...installed('2026.9.6'), [`${stateDir}/openclaw.json`]: CONFIG };
    const failed: Partial<Ran> = { exitCode: 1, stderr: 'Error: no', outcome: 'exited' };
    const at = (openclaw: ReturnType<typeof answering>) => ({
      ...machine({ files: moved, commands: { openclaw } }),
      told: { stateDir },
    });
    expect(await looksAfter(at(async () => failed))).toMatchObject([
      { next: 'OPENCLAW_STATE_DIR=/srv/other openclaw doctor' },
    ]);
    const { pass, facts } = look(at(answering(NEVER, '')));
    expect(await pass(41)).toBe(true);
    expect((await facts).modelsStatus).toMatchObject({
      detail: expect.stringMatching(
        /terminal: {2}OPENCLAW_STATE_DIR=\/srv\/other openclaw models status --agent main$/,
      ),
    });
  });

  it('of an uninstall can be stopped: all the rest was done before', async () => {
    const world = machine({ files, commands: { openclaw: answering(NEVER, status()) } });
    const stop = new AbortController();
    const asked = looksAfter(world, stop.signal);
    await vi.advanceTimersByTimeAsync(1_000);
    stop.abort();
    expect(await asked).toEqual([
      {
        verdict: 'skipped',
        says: 'OpenClaw was not asked which model it uses now: that was stopped.',
        next: 'openclaw models status --agent main',
      },
    ]);
  });
});
