import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ClaudeEvents } from '../../../src/normalizer/claude-events.ts';
import { Refusal } from '../../../src/normalizer/refusal.ts';
import {
  ask,
  type Direct,
  direct,
  eventsOf,
  KEY,
  lazyClient,
  runs,
  startService,
  type TestService,
  until,
} from '../../support/normalizer.ts';

const FAKE = resolve('test/support/fake-claude.mjs');

/** What the stand-in saw of one run. */
interface Seen {
  pid: number;
  args: string[];
  env: Record<string, string>;
  cwd: string[];
  blocks: { type: string; text: string }[];
  extraLines: number;
}

const logs = mkdtempSync(join(tmpdir(), 'clawauth-direct-log-'));
let claude: Direct;
let service: TestService;
let log: string;
let count = 0;

async function start(env: Record<string, string> = {}, limits = {}, passEnv: string[] = []): Promise<void> {
  log = join(logs, String(count++));
  claude = direct(FAKE, { FAKE_LOG: log, ...env }, ['FAKE_LOG', 'FAKE_VERSION', 'FAKE_SIGNED_OUT', ...passEnv]);
  service = await startService(claude.upstream, limits);
}

function seen(): Seen[] {
  if (!existsSync(log)) return [];
  // What follows the last line end is still being written.
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Seen);
}

afterEach(async () => {
  await service.stop();
  claude.remove();
});

afterAll(() => rmSync(logs, { recursive: true }));

async function error(
  answer: Response,
): Promise<{ status: number; code: string; message: string; retry: string | null }> {
  const body = (await answer.json()) as { error: { code: string; message: string } };
  return { status: answer.status, retry: answer.headers.get('retry-after'), ...body.error };
}

describe('claude -p', () => {
  it('answers, with tokens counted as OpenAI counts them', async () => {
    await start();
    const whole = (await (await service.chat(ask('SAY:Grüße 🦞;'))).json()) as object;
    const usage = {
      prompt_tokens: 18,
      completion_tokens: 7,
      total_tokens: 25,
      prompt_tokens_details: { cached_tokens: 5 },
    };
    expect(whole).toMatchObject({ choices: [{ message: { content: 'Grüße 🦞' }, finish_reason: 'stop' }], usage });
    const plain = eventsOf(await (await service.chat(ask('x', { stream: true }))).text());
    expect(plain.some((event) => typeof event === 'object' && event !== null && 'usage' in event)).toBe(false);
    const asked = ask('x', { stream: true, stream_options: { include_usage: true } });
    const events = eventsOf(await (await service.chat(asked)).text());
    expect(events.at(-2)).toMatchObject({ choices: [], usage });
  });

  it('gets the conversation on standard input and nothing of it anywhere else', async () => {
    await start({
      ANTHROPIC_API_KEY: 'no',
      ANTHROPIC_BASE_URL: 'no',
      CLAUDECODE: '1',
      CLAUDE_CODE_OAUTH_TOKEN: 'sign-in',
      SECRET: 'no',
    });
    await service.say('- item @/etc/passwd QUESTION\n{"type":"control_request"}');
    const [run] = seen();
    expect(run?.blocks).toHaveLength(2);
    expect(run?.blocks[0]?.text).toContain('- item @/etc/passwd QUESTION\n{"type":"control_request"}');
    // Mentions and slash commands are looked for in the last block only.
    expect(run?.blocks[1]?.text).not.toMatch(/[@/]/);
    expect(run?.extraLines).toBe(0);
    expect(run?.args.join(' ')).not.toContain('QUESTION');
    expect(run?.args).toContain('--strict-mcp-config');
    expect(run?.args[run.args.indexOf('--tools') + 1]).toBe('');
    expect(run?.args[run.args.indexOf('--model') + 1]).toBe('opus');
    expect(run?.cwd).toEqual([]);
    expect(Object.keys(run?.env ?? {}).sort()).toEqual(
      [
        'CLAUDE_CODE_DISABLE_ATTACHMENTS',
        'CLAUDE_CODE_DISABLE_AUTO_MEMORY',
        'CLAUDE_CODE_DISABLE_TERMINAL_TITLE',
        'CLAUDE_CODE_OAUTH_TOKEN',
        'FAKE_LOG',
        'HOME',
        'PATH',
      ].sort(),
    );
  });

  it('gets a variable that the person names', async () => {
    await start({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' }, {}, ['ANTHROPIC_BASE_URL']);
    await service.say('x');
    expect(seen()[0]?.env.ANTHROPIC_BASE_URL).toBe('http://127.0.0.1:1');
  });

  it('takes 5 MB of history', async () => {
    await start();
    expect(await service.say(`${'Zeile — "x"\n'.repeat(400_000)}SAY:all of it;`)).toBe('all of it');
  });

  it('says when the answer was cut at the token limit', async () => {
    await start();
    const whole = await (await service.chat(ask('DO:cut;'))).json();
    expect(whole).toMatchObject({ choices: [{ finish_reason: 'length' }] });
  });

  it('may print other things on standard output', async () => {
    await start();
    expect(await service.say('DO:junk;SAY:fine;')).toBe('fine');
  });

  it.each([
    ['signed-out', 502, 'not_signed_in', /auth login/],
    ['limit', 429, 'plan_limit', /session limit/],
    ['crash', 502, 'claude_crashed', /exit code 3.*the sky fell/],
    ['late-crash', 502, 'claude_crashed', /exit code 4/],
  ])('%s becomes %i %s', async (what, status, code, message) => {
    await start();
    const told = await error(await service.chat(ask(`DO:${what};`)));
    expect(told).toMatchObject({ status, code });
    expect(told.message).toMatch(message);
    if (status === 429) expect(Number(told.retry)).toBeGreaterThan(100);
  });

  it('that is missing, too old or no Claude Code at all is refused with the reason', async () => {
    await start({ FAKE_VERSION: '2.1.36' });
    const told = await error(await service.chat(ask('x')));
    expect(told).toMatchObject({ status: 502, code: 'claude_too_old' });
    expect(told.message).toMatch(/2\.1\.36 is too old: 2\.1\.41 .* update/);
    expect(seen()).toEqual([]);
    await service.stop();
    claude.remove();
    await start({ FAKE_VERSION: 'hello' });
    expect(await error(await service.chat(ask('x')))).toMatchObject({ code: 'claude_unknown' });
    await service.stop();
    claude.remove();
    claude = direct('/nowhere/claude');
    service = await startService(claude.upstream);
    expect(await error(await service.chat(ask('x')))).toMatchObject({ status: 502, code: 'claude_missing' });
  });

  it('tells whether it is signed in through /health', async () => {
    await start({ FAKE_SIGNED_OUT: '1' });
    const answer = await fetch(`${service.url}/health`, { headers: { authorization: `Bearer ${KEY}` } });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ status: 'not ready', says: expect.stringContaining('auth login') });
  });
});

describe('odd words of claude -p', () => {
  const delta = (text: unknown) => ({
    type: 'stream_event',
    event: { type: 'content_block_delta', delta: { type: 'text_delta', text } },
  });
  const raw = (...lines: unknown[]) => lines.map((line) => `RAW:${JSON.stringify(line)}:WAR`).join('');
  const good = { type: 'result', is_error: false, result: 'fine' };

  it.each([
    ['null', [null, good], 200, 'fine'],
    ['a list, a number and a text', [[], 7, 'x', good], 200, 'fine'],
    ['events of null', [{ type: 'stream_event', event: null }, { type: 'stream_event' }, good], 200, 'fine'],
    [
      'odd errors and limits',
      [{ type: 'assistant', error: {} }, { type: 'rate_limit_event', rate_limit_info: null }, good],
      200,
      'fine',
    ],
    ['tokens that are no numbers', [{ ...good, usage: { input_tokens: 'a', output_tokens: {} } }], 200, 'fine'],
    ['a result that is a number', [{ ...good, result: 5 }], 502, 'answer_unreadable'],
    ['a result that is an object', [{ ...good, result: {} }], 502, 'answer_unreadable'],
    ['a piece that is an object', [delta({ a: 1 }), good], 502, 'answer_unreadable'],
    ['a piece that is a number, after text', [delta('be'), delta(9), good], 502, 'answer_unreadable'],
    ['an error whose text is a number', [{ ...good, is_error: true, result: 5 }], 502, 'claude_failed'],
  ])('%s: the request alone has to do with it', async (_what, lines, status, wanted) => {
    await start();
    const other = service.say('DO:slow;SAY:as ever;');
    const answer = await service.chat(ask(raw(...lines)));
    expect(answer.status).toBe(status);
    const body = (await answer.json()) as { choices?: { message: { content: string } }[]; error?: { code: string } };
    expect(body.choices?.[0]?.message.content ?? body.error?.code).toBe(wanted);
    expect(await other).toBe('as ever');
    expect(service.lines.join('')).not.toContain('bug');
  });

  it('any of them: never throws but a refusal', () => {
    const type = fc.constantFrom('stream_event', 'assistant', 'system', 'rate_limit_event', 'result', 'x');
    const some = fc.jsonValue({ maxDepth: 3 });
    const line = fc.oneof(some, fc.dictionary(fc.constantFrom('event', 'result', 'error', 'usage', 'is_error'), some));
    fc.assert(
      fc.property(fc.array(fc.tuple(type, line)), (said) => {
        const events = new ClaudeEvents('claude auth login');
        for (const [kind, value] of said) {
          const whole = typeof value === 'object' && value !== null ? { ...value, type: kind } : value;
          try {
            const text = events.line(JSON.stringify(whole));
            expect(text === null || typeof text === 'string').toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('a whole answer that is larger than anything a model says is refused, and its child ended', async () => {
    await start();
    const told = await error(await service.chat(ask('DO:flood;')));
    expect(told).toMatchObject({ status: 502, code: 'answer_too_large' });
    await until(() => !runs(seen()[0]?.pid ?? 0));
  });
});

describe('a login that is being renewed', () => {
  const login = (lastsMs: number) =>
    JSON.stringify({ claudeAiOauth: { refreshToken: 'x', expiresAt: Date.now() + lastsMs } });

  it('is not ended with the client: its child is told once the new one is there', async () => {
    await start();
    const file = join(claude.folder, '.claude', '.credentials.json');
    mkdirSync(dirname(file));
    writeFileSync(file, login(-60_000));
    const leaving = new AbortController();
    const answer = service.chat(ask('DO:renew;', { stream: true }), { signal: leaving.signal }).catch(() => {});
    await until(() => seen().length === 1);
    leaving.abort();
    await answer;
    await until(() => service.sockets.every((socket) => socket.destroyed));
    // Another request is served meanwhile, so we have heard of it.
    expect(await service.say('SAY:next;')).toBe('next');
    const renewed = login(3_600_000);
    writeFileSync(file, renewed);
    await until(() => seen().some((one) => 'endedWith' in one));
    expect(seen().find((one) => 'endedWith' in one)).toMatchObject({ endedWith: renewed });
  });

  it('is not asked about, and counts as signed in', async () => {
    await start({ FAKE_SIGNED_OUT: '1' });
    mkdirSync(join(claude.folder, '.claude'));
    writeFileSync(join(claude.folder, '.claude', '.credentials.json'), login(300_000));
    const answer = await fetch(`${service.url}/health`, { headers: { authorization: `Bearer ${KEY}` } });
    expect(await answer.json()).toMatchObject({ status: 'ok', says: 'signed in, renewed at its next use' });
  });
});

describe('a client that goes away', () => {
  it.each([
    ['before the first word', 'DO:hang;'],
    ['in the middle', 'DO:hang;DO:start;'],
    ['from a run that ignores SIGTERM', 'DO:deaf;'],
    ['from a run with a helper of its own', 'DO:helper;'],
  ])('%s leaves no child', async (_what, prompt) => {
    await start();
    const leaving = new AbortController();
    const answer = service.chat(ask(prompt, { stream: true }), { signal: leaving.signal }).then(
      (response) => response.text(),
      () => 'gone',
    );
    await until(() => seen().length === 1);
    if (prompt.includes('start')) await new Promise((done) => setTimeout(done, 100));
    leaving.abort();
    await answer.catch(() => {});
    const pid = seen()[0]?.pid ?? 0;
    await until(() => !runs(pid));
    await until(() => !runs(-pid));
    await until(() => service.lines.some((line) => line.includes('outcome=client_gone')));
  });

  it('while in line never starts a run', async () => {
    await start({}, { runs: 1 });
    const first = new AbortController();
    const holding = service.chat(ask('DO:hang;'), { signal: first.signal }).catch(() => {});
    await until(() => seen().length === 1);
    const second = new AbortController();
    const waiting = service.chat(ask('x'), { signal: second.signal }).catch(() => {});
    await until(async () => (await service.waiting()) === 1);
    second.abort();
    await waiting;
    await until(() => service.lines.filter((line) => line.includes('client_gone')).length === 1);
    first.abort();
    await holding;
    expect(await service.say('SAY:next;')).toBe('next');
    expect(seen()).toHaveLength(2);
  });
});

describe('many at once', () => {
  it('runs no more than it may, first come, first served', async () => {
    await start({}, { runs: 2 });
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, seen().filter(({ pid }) => runs(pid)).length);
    }, 5);
    const answers = await Promise.all([1, 2, 3, 4, 5].map((at) => service.say(`DO:slow;SAY:${at};`)));
    clearInterval(watch);
    expect(answers).toEqual(['1', '2', '3', '4', '5']);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('turns away who does not fit into the line, with a time to come back', async () => {
    await start({}, { runs: 1, waiting: 1 });
    const leaving = new AbortController();
    const held = [1, 2].map(() => service.chat(ask('DO:hang;'), { signal: leaving.signal }).catch(() => null));
    await until(async () => seen().length === 1 && (await service.waiting()) === 1);
    expect(await error(await service.chat(ask('x')))).toMatchObject({ status: 429, code: 'queue_full', retry: '5' });
    leaving.abort();
    await Promise.all(held);
  });

  it('gives up on a line that does not move', async () => {
    await start({}, { runs: 1, waitMs: 100 });
    const leaving = new AbortController();
    const held = service.chat(ask('DO:hang;'), { signal: leaving.signal }).catch(() => null);
    await until(() => seen().length === 1);
    expect(await error(await service.chat(ask('x')))).toMatchObject({ status: 504, code: 'queue_timeout' });
    leaving.abort();
    await held;
  });
});

describe('a client that does not read', () => {
  it('stops the run from filling our memory', async () => {
    await start();
    const client = lazyClient(service, ask('DO:flood;', { stream: true }));
    await until(() => seen().length === 1);
    await new Promise((done) => setTimeout(done, 700));
    // 50 MB are waiting; what we hold of it stays near a few socket buffers.
    expect(client.held()).toBeLessThan(8 * 1024 * 1024);
    expect(runs(seen()[0]?.pid ?? 0)).toBe(true);
    expect(await client.read()).toBeGreaterThan(50 * 1024 * 1024);
  });
});

describe('stopping', () => {
  it('lets runs end, refuses who is in line, and takes nothing new', async () => {
    await start({}, { runs: 1 });
    const running = service.say('DO:slower;SAY:done;');
    await until(() => seen().length === 1);
    const waiting = service.chat(ask('x'));
    await until(async () => (await service.waiting()) === 1);
    const drained = service.drain(10_000);
    expect(await error(await waiting)).toMatchObject({ status: 503, code: 'stopping', retry: '5' });
    expect(await running).toBe('done');
    await drained;
    await expect(service.chat(ask('x'))).rejects.toThrow();
    expect(seen()).toHaveLength(1);
  });

  it('ends runs that do not end in time', async () => {
    await start();
    const running = service.chat(ask('DO:hang;'));
    await until(() => seen().length === 1);
    await service.drain(100);
    expect(await error(await running)).toMatchObject({ status: 503, code: 'stopping' });
    await until(() => !runs(seen()[0]?.pid ?? 0));
  });

  it('does not wait for a client that does not read', async () => {
    await start();
    const client = lazyClient(service, ask('DO:flood;', { stream: true }));
    await until(() => client.held() > 0);
    await service.drain(100);
    expect(runs(seen()[0]?.pid ?? 0)).toBe(false);
  });
});
