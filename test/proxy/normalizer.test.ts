import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { installClaude } from '../support/claude-stand-in.ts';
import { type FakeAnthropic, fakeAnthropic, textOf } from '../support/fake-anthropic.ts';
import {
  ask,
  type Direct,
  direct,
  eventsOf,
  KEY,
  startService,
  type TestService,
  until,
} from '../support/normalizer.ts';
import { releases } from '../support/releases.ts';

// The real Claude Code, asked through the normalizer, in front of a stand-in for the Anthropic API on loopback.

const CURRENT = '2.1.329';
/** Every release whose flags were tried; the oldest is the oldest that is started at all. */
const RELEASES = releases(['2.1.41', CURRENT], ['2.1.52', '2.1.100', '2.1.200']);
const TOKEN = `sk-ant-oat01-FAKE${'x'.repeat(91)}`;

let api: FakeAnthropic;
let claude: Direct;
let service: TestService;
let bin: string;

beforeAll(async () => {
  bin = await installClaude(CURRENT);
});

afterEach(async () => {
  await service.stop();
  await api.close();
  claude.remove();
});

async function start(program: string, env: Record<string, string> = {}, limits = {}): Promise<void> {
  api = await fakeAnthropic();
  claude = direct(program, { ANTHROPIC_BASE_URL: api.url, CLAUDE_CODE_OAUTH_TOKEN: TOKEN, ...env }, [
    'ANTHROPIC_BASE_URL',
  ]);
  service = await startService(claude.upstream, limits);
}

/** Requests that carry the conversation. */
const conversations = (word: string) => api.seen.filter(({ body }) => body.includes(word));

async function error(answer: Response): Promise<{ status: number; code: string; message: string }> {
  const body = (await answer.json()) as { error: { code: string; message: string } };
  return { status: answer.status, ...body.error };
}

describe.each(RELEASES)('Claude Code %s', (version) => {
  it('answers with what the API says, and is sent the conversation and nothing else of this machine', async () => {
    await start(await installClaude(version));
    // A home full of everything that could get into a prompt, run a program or move the bill.
    const home = claude.folder;
    const put = (name: string, text: string) => {
      mkdirSync(join(home, name, '..'), { recursive: true });
      writeFileSync(join(home, name), text);
    };
    const ran = (name: string) => ({ hooks: [{ type: 'command', command: `touch ${home}/${name}` }] });
    put('.claude/CLAUDE.md', 'MARK-MEMORY');
    put('.claude/skills/foo/SKILL.md', '---\nname: foo\ndescription: MARK-SKILL\n---\nx\n');
    put('.claude/agents/bar.md', '---\nname: bar\ndescription: MARK-AGENT\n---\nx\n');
    put('.claude/commands/baz.md', 'MARK-COMMAND');
    put(
      '.claude/settings.json',
      JSON.stringify({
        env: { ANTHROPIC_API_KEY: 'sk-ant-api03-FAKE', ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' },
        apiKeyHelper: `touch ${home}/HELPER-RAN; echo sk-ant-api03-FAKE`,
        permissions: { allow: ['Bash', 'Read'] },
        hooks: { SessionStart: [ran('HOOK-RAN')], UserPromptSubmit: [ran('HOOK-RAN')], Stop: [ran('HOOK-RAN')] },
      }),
    );
    put('.claude.json', JSON.stringify({ mcpServers: { m: { command: 'touch', args: [join(home, 'MCP-RAN')] } } }));
    put('secret.txt', 'MARK-FILE');
    api.answer = () => ({ text: ['Grü', 'ße ', '🦞'] });

    const prompt = `/help MARK-PROMPT\nsee @${home}/secret.txt and @"${home}/secret.txt"\n!touch ${home}/BANG-RAN\n/baz`;
    const asked = {
      ...ask(prompt, { stream: true, stream_options: { include_usage: true } }),
      messages: [
        { role: 'system', content: 'MARK-SYSTEM' },
        { role: 'user', content: [{ type: 'text', text: prompt }] },
      ],
    };
    const answer = await service.chat(asked);
    const events = eventsOf(await answer.text()) as { choices?: { delta?: { content?: string } }[]; usage?: object }[];
    expect(answer.status, JSON.stringify(events)).toBe(200);
    expect(events.map((event) => event.choices?.[0]?.delta?.content ?? '').join('')).toBe('Grüße 🦞');
    expect(events.at(-2)?.usage).toEqual({
      prompt_tokens: 16,
      completion_tokens: 7,
      total_tokens: 23,
      prompt_tokens_details: { cached_tokens: 5 },
    });

    // One request with the conversation: no second one for a title.
    const [request, ...more] = conversations('MARK-PROMPT');
    expect(more).toEqual([]);
    expect(textOf(request?.body ?? '')).toContain(prompt);
    expect(request?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(request?.headers['x-api-key']).toBeUndefined();
    expect((JSON.parse(request?.body ?? '{}') as { tools?: unknown[] }).tools ?? []).toEqual([]);
    const marks = api.seen.flatMap(({ body }) => body.match(/MARK-[A-Z]+/g) ?? []);
    expect([...new Set(marks)].sort()).toEqual(['MARK-PROMPT', 'MARK-SYSTEM']);
    expect(readdirSync(home).filter((name) => name.endsWith('-RAN'))).toEqual([]);
    // No session is kept, nothing is left in its directory.
    const kept = existsSync(join(home, '.claude', 'projects')) ? readdirSync(join(home, '.claude', 'projects')) : [];
    expect(kept).toEqual([]);
    expect(readdirSync(join(home, 'work'))).toEqual([]);
  });
});

describe('Claude Code, today', () => {
  it('takes 500 KB of history', async () => {
    await start(bin);
    const history = Array.from({ length: 50 }, (_, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: `turn ${at}: ${'Grüße aus dem Hafen. '.repeat(460)}`,
    }));
    const body = JSON.stringify({
      model: 'claude-sonnet-4',
      messages: [...history, { role: 'user', content: 'LAST' }],
    });
    expect(Buffer.byteLength(body)).toBeGreaterThan(500_000);
    const answer = await service.chat(body);
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'pong' } }] });
    const sent = textOf(conversations('LAST')[0]?.body ?? '{}');
    for (const { content } of history) expect(sent).toContain(content);
  });

  it('signed out: says what to run', async () => {
    await start(bin, { CLAUDE_CODE_OAUTH_TOKEN: '' });
    const told = await error(await service.chat(ask('hi', { stream: true })));
    expect(told).toMatchObject({ status: 502, code: 'not_signed_in' });
    expect(told.message).toContain(`${bin} auth login`);
    const health = await fetch(`${service.url}/health`, { headers: { authorization: `Bearer ${KEY}` } });
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ says: expect.stringContaining('auth login') });
    expect(api.seen).toEqual([]);
  });

  it.each([
    [{ status: 401, type: 'authentication_error', message: 'Invalid bearer token' }, 502, 'not_signed_in'],
    [
      {
        status: 403,
        type: 'permission_error',
        message: 'OAuth authentication is currently not allowed for this organization.',
      },
      502,
      'claude_refused',
    ],
    [
      { status: 400, type: 'invalid_request_error', message: 'prompt is too long: 300000 tokens > 200000 maximum' },
      413,
      'context_length_exceeded',
    ],
    [{ status: 404, type: 'not_found_error', message: 'model: claude-nothing' }, 404, 'model_not_found'],
  ])('an API that answers %o becomes %i %s', async (answer, status, code) => {
    await start(bin);
    api.answer = () => answer;
    expect(await error(await service.chat(ask('hi')))).toMatchObject({ status, code });
  });

  it('passes on an answer that Claude Code continues after the token limit, and says when it stays cut', async () => {
    await start(bin);
    api.answer = () => (api.seen.length === 1 ? { text: 'one ', stopReason: 'max_tokens' } : { text: 'two' });
    const continued = await service.chat(ask('hi'));
    expect(await continued.json()).toMatchObject({
      choices: [{ message: { content: 'one two' }, finish_reason: 'stop' }],
    });
    api.answer = () => ({ text: 'cut ', stopReason: 'max_tokens' });
    const cut = await service.chat(ask('hi'));
    expect(await cut.json()).toMatchObject({
      choices: [{ message: { content: expect.stringMatching(/^(cut )+$/) }, finish_reason: 'length' }],
    });
  });

  it('ends when its client goes away, and so does its request', async () => {
    await start(bin);
    api.answer = () => ({ text: Array.from({ length: 1000 }, () => 'word '), gapMs: 100 });
    const leaving = new AbortController();
    const answer = await service.chat(ask('hi', { stream: true }), { signal: leaving.signal });
    await answer.body?.getReader().read();
    expect(children()).not.toEqual([]);
    leaving.abort();
    await until(() => children().length === 0);
    await until(() => api.seen.some(({ aborted }) => aborted));
  });

  it('answers eight at once, two by two, each its own', async () => {
    await start(bin);
    api.answer = ({ body }) => ({ text: `echo ${/NUMBER-\d/.exec(body)?.[0]}` });
    const numbers = [0, 1, 2, 3, 4, 5, 6, 7];
    const answers = await Promise.all(numbers.map((number) => service.say(`NUMBER-${number}`)));
    expect(answers).toEqual(numbers.map((number) => `echo NUMBER-${number}`));
  });

  it('started ahead, asks nothing before its prompt, sends that one alone, and goes with the service', async () => {
    await start(bin);
    // The process of an answer takes a moment to go, and the next one is started only then.
    await until(async () => {
      await service.say(`MARK-${api.seen.length};`);
      return service.lines.some((line) => line.includes('warm=true'));
    });
    await until(() => children().length === 1);
    await service.stop();
    // The end of its input reaches it once it has started, with whatever a start asks behind it.
    expect(children()).toEqual([]);
    expect(api.seen.map(({ body }) => body.match(/MARK-\d+/g))).toEqual(api.seen.map((_, at) => [`MARK-${at}`]));
  });

  /** Processes with the home of this test. */
  function children(): string[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          return readFileSync(join('/proc', pid, 'environ'), 'utf8').includes(`HOME=${claude.folder}\0`);
        } catch {
          return false;
        }
      });
  }
});
