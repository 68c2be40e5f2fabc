import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { DirectOptions } from '../../../src/normalizer/direct.ts';
import { ask, type Direct, direct, runs, startService, type TestService, until } from '../../support/normalizer.ts';

// Claude Code started ahead: here a stand-in that notes when it starts, ends and is signalled. test/proxy has the real one.

const FAKE = resolve('test/support/fake-claude.mjs');
const logs = mkdtempSync(join(tmpdir(), 'clawauth-warm-'));
const IDLE_MS = 10 * 60_000;
let claude: Direct;
let service: TestService;
let count = 0;
let log: string;
let starts: string;
/** Bytes. */
let free = 8 * 2 ** 30;

function start(
  env: Record<string, string> = { CLAUDE_CODE_OAUTH_TOKEN: 'sign-in' },
  machine: Partial<DirectOptions> = {},
) {
  log = join(logs, String(count++));
  starts = `${log}.starts`;
  free = 8 * 2 ** 30;
  const names = ['FAKE_LOG', 'FAKE_STARTS', 'FAKE_VERSION'];
  const options = { freeMemory: () => free, ...machine };
  claude = direct(FAKE, { FAKE_LOG: log, FAKE_STARTS: starts, ...env }, names, options);
  return startService(claude.upstream, { runs: 2 }).then((started) => {
    service = started;
  });
}

afterEach(async () => {
  vi.useRealTimers();
  await service.stop();
  claude.remove();
});

afterAll(() => rmSync(logs, { recursive: true }));

/** What was noted, oldest first; what follows the last line end is still being written. */
function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}

function noted(what: 'start' | 'signal' | 'end'): number[] {
  return linesOf(starts)
    .filter((line) => line.startsWith(`${what} `))
    .map((line) => Number(line.split(' ')[1]));
}

/** The processes that answered, in the order of their answers. */
const answered = () => linesOf(log).map((line) => (JSON.parse(line) as { pid: number }).pid);

/** The process that waits now, once all others have ended. */
async function waiting(started: number): Promise<number> {
  await until(() => noted('start').length === started && noted('end').length === started - 1);
  const [pid] = noted('start').filter((one) => !noted('end').includes(one));
  return pid ?? 0;
}

const login = (lastsMs: number) =>
  JSON.stringify({ claudeAiOauth: { refreshToken: 'x', expiresAt: Date.now() + lastsMs } });

function layLogin(lastsMs: number): void {
  const file = join(claude.folder, '.claude', '.credentials.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, login(lastsMs));
  renameSync(`${file}.new`, file);
}

describe('a process started ahead', () => {
  it('answers the next request of its model, and only that one', async () => {
    await start();
    expect(await service.say('SAY:first;')).toBe('first');
    const ahead = await waiting(2);
    expect(await service.say('SAY:second;')).toBe('second');
    const next = await waiting(3);
    expect(answered()[1]).toBe(ahead);
    expect(await service.say('SAY:third;')).toBe('third');
    expect(answered()[2]).toBe(next);
    expect(new Set(answered()).size).toBe(3);
    await until(() => service.lines.filter((line) => line.includes('warm=true')).length === 2);
  });

  it('is there for two models at most: the one that was used longest ago goes', async () => {
    await start();
    for (const [at, model] of ['opus', 'sonnet', 'haiku'].entries()) {
      await (await service.chat(ask('x', { model }))).text();
      await until(() => noted('start').length === 2 * (at + 1));
    }
    await until(() => noted('end').length === 4);
    expect(noted('signal')).toEqual([]);
    await (await service.chat(ask('x', { model: 'sonnet' }))).text();
    expect(noted('start').indexOf(answered()[3] ?? 0)).toBe(3);
  });

  it('is used for one of many at once, and none gets the answer of another', async () => {
    await start();
    await service.say('x');
    await waiting(2);
    const numbers = Array.from({ length: 40 }, (_, number) => number);
    const answers = await Promise.all(
      numbers.map(async (number) => {
        for (;;) {
          const answer = await service.chat(
            ask(`SAY:number ${number};`, { model: number % 2 === 0 ? 'opus' : 'haiku' }),
          );
          const text = await answer.text();
          if (answer.status === 200)
            return (JSON.parse(text) as { choices: { message: { content: string } }[] }).choices[0]?.message.content;
          await new Promise((done) => setTimeout(done, 20));
        }
      }),
    );
    expect(answers).toEqual(numbers.map((number) => `number ${number}`));
    expect(new Set(answered()).size).toBe(41);
  });

  it('that died is not used', async () => {
    await start();
    await service.say('x');
    process.kill(await waiting(2), 'SIGKILL');
    expect(await service.say('SAY:all the same;')).toBe('all the same');
    expect(noted('start').indexOf(answered()[1] ?? 0)).toBe(2);
    await until(() => service.lines.filter((line) => line.includes('outcome=ok')).length === 2);
    expect(service.lines.join('')).not.toContain('warm=true');
  });

  it('ends with its client like any other', async () => {
    await start();
    await service.say('x');
    const ahead = await waiting(2);
    const leaving = new AbortController();
    const answer = service.chat(ask('DO:hang;', { stream: true }), { signal: leaving.signal }).catch(() => null);
    await until(() => answered().includes(ahead));
    leaving.abort();
    await answer;
    await until(() => !runs(-ahead));
  });

  it('that has said nothing yet ends with the service, and no other takes its place', async () => {
    await start();
    await service.say('x');
    const ahead = await waiting(2);
    const answer = service.chat(ask('DO:mute;'));
    await until(() => answered().includes(ahead));
    await service.drain(0);
    expect((await answer).status).toBe(503);
    await until(() => service.lines.some((line) => line.includes('outcome=stopping') && line.includes('warm=true')));
    expect(runs(-ahead)).toBe(false);
  });

  it('is gone once the service has stopped, without a signal', async () => {
    await start();
    await service.say('x');
    const ahead = await waiting(2);
    await service.stop();
    expect(runs(-ahead)).toBe(false);
    expect(noted('signal')).toEqual([]);
    expect(noted('end')).toHaveLength(2);
  });

  it('ends unused after ten minutes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    await start();
    await service.say('x');
    await waiting(2);
    vi.advanceTimersByTime(IDLE_MS - 60_000);
    expect(noted('end')).toHaveLength(1);
    vi.advanceTimersByTime(120_000);
    await until(() => noted('end').length === 2);
    expect(noted('signal')).toEqual([]);
  });
});

describe('none is started ahead', () => {
  /** Whatever the run leaves behind is over once the next one has answered. */
  async function startsAfterTwo(): Promise<number> {
    await service.say('x');
    await service.say('x');
    await service.stop();
    return noted('start').length;
  }

  it('where the person wants none', async () => {
    await start(undefined, { warm: 0 });
    expect(await startsAfterTwo()).toBe(2);
  });

  it('on a machine with 1 GB', async () => {
    await start(undefined, { freeMemory: () => 2 ** 30 });
    expect(await startsAfterTwo()).toBe(2);
  });

  it('with a release that asks something as it starts', async () => {
    await start({ CLAUDE_CODE_OAUTH_TOKEN: 'sign-in', FAKE_VERSION: '2.1.41' });
    expect(await startsAfterTwo()).toBe(2);
  });

  it.each([
    ['no login', null],
    ['a login that its start would renew', 300_000],
  ])('with %s', async (_what, lastsMs) => {
    await start({});
    if (lastsMs !== null) layLogin(lastsMs);
    expect(await startsAfterTwo()).toBe(2);
  });
});

describe('one that waits ends, without a signal, and a new one answers', () => {
  async function warmed(): Promise<number> {
    await start({});
    layLogin(3_600_000);
    await service.say('x');
    return waiting(2);
  }

  async function nextIsNew(ahead: number): Promise<void> {
    expect(await service.say('SAY:next;')).toBe('next');
    expect(answered()[1]).not.toBe(ahead);
    expect(noted('signal')).toEqual([]);
  }

  it('after another sign-in', async () => {
    const ahead = await warmed();
    layLogin(7_200_000);
    await nextIsNew(ahead);
  });

  it('when its login is about to be renewed', async () => {
    const ahead = await warmed();
    layLogin(60_000);
    await nextIsNew(ahead);
  });

  it('after an update of Claude Code', async () => {
    const copy = join(logs, `claude-${count}.mjs`);
    writeFileSync(copy, readFileSync(FAKE), { mode: 0o755 });
    log = join(logs, String(count++));
    starts = `${log}.starts`;
    const env = { FAKE_LOG: log, FAKE_STARTS: starts, CLAUDE_CODE_OAUTH_TOKEN: 'sign-in' };
    claude = direct(copy, env, ['FAKE_LOG', 'FAKE_STARTS']);
    service = await startService(claude.upstream);
    await service.say('x');
    const ahead = await waiting(2);
    appendFileSync(copy, '// newer\n');
    await nextIsNew(ahead);
  });

  it('where memory gets short', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const ahead = await warmed();
    free = 900 * 2 ** 20;
    vi.advanceTimersByTime(30_000);
    await until(() => noted('end').includes(ahead));
    expect(noted('signal')).toEqual([]);
  });
});
