import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { installMaxApi } from '../support/claude-max-api.ts';
import { folderOf, installClaude } from '../support/claude-stand-in.ts';
import { type FakeAnthropic, fakeAnthropic, textOf } from '../support/fake-anthropic.ts';
import { freePort } from '../support/free-port.ts';
import { ask, maxApi, startService, type TestService } from '../support/normalizer.ts';
import { until } from '../support/processes.ts';
import { removeTree } from '../support/tree.ts';

// The real claude-max-api-proxy 1.0.0 with the real Claude Code behind the normalizer.

let api: FakeAnthropic;
let service: TestService;
let proxy: ChildProcess;
let port: number;
const home = realpathSync(mkdtempSync(join(tmpdir(), 'clawauth-max-api-')));

async function startProxy(token: string): Promise<void> {
  const claude = folderOf(await installClaude('2.1.329'));
  mkdirSync(join(home, 'work'), { recursive: true });
  port = await freePort();
  proxy = spawn(process.execPath, [await installMaxApi(), String(port)], {
    cwd: join(home, 'work'),
    env: { HOME: home, PATH: `${claude}:/usr/bin:/bin`, ANTHROPIC_BASE_URL: api.url, CLAUDE_CODE_OAUTH_TOKEN: token },
    stdio: 'ignore',
  });
  service = await startService(maxApi(port));
  await until(async () => (await maxApi(port).state()).ok);
}

beforeAll(async () => {
  api = await fakeAnthropic();
});

afterEach(async () => {
  await service.stop();
  proxy.kill('SIGKILL');
});

afterAll(async () => {
  await api.close();
  removeTree(home);
});

const TOKEN = `sk-ant-oat01-FAKE${'x'.repeat(91)}`;

it('answers whole and as a stream, with text that it would read as options, commands or a list of objects', async () => {
  await startProxy(TOKEN);
  api.answer = () => ({ text: ['Grü', 'ße'] });
  expect(await service.say('--version')).toBe('Grüße');
  expect(await service.say('/help')).toBe('Grüße');
  const content = [
    { type: 'text', text: '- item' },
    { type: 'text', text: 'two' },
  ];
  const asked = { model: 'claude-sonnet-4', stream: true, user: 'no-uuid', messages: [{ role: 'user', content }] };
  const text = await (await service.chat(asked)).text();
  expect(text).toContain('"content":"Grü"');
  expect(text).toContain('[DONE]');
  const last = api.seen.at(-1)?.body ?? '{}';
  expect(textOf(last)).toContain('- item two');
  expect((JSON.parse(last) as { model: string }).model).toMatch(/sonnet/);
});

it('takes a prompt of exactly its limit', async () => {
  await startProxy(TOKEN);
  api.answer = () => ({ text: 'ok' });
  const size = async (text: string) => (await service.chat(ask(text))).status;
  // One refusal tells the limit and the size, so the room that is left is known to the byte.
  const refused = (await (await service.chat(ask('x'.repeat(140_000)))).json()) as { error: { message: string } };
  const [has = 0, limit = 0] = (refused.error.message.match(/[\d,]+(?= bytes)/g) ?? []).map((text) =>
    Number(text.replaceAll(',', '')),
  );
  expect(limit).toBe(131_071);
  expect(await size('x'.repeat(140_000 - (has - limit)))).toBe(200);
  expect(await size('x'.repeat(140_001 - (has - limit)))).toBe(413);
});

it('signed out: a plain error instead of an empty answer, and the proxy lives on', async () => {
  await startProxy('');
  for (const stream of [false, true]) {
    const answer = await service.chat(ask('hi', { stream }));
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ error: { code: 'not_signed_in' } });
  }
  expect([proxy.exitCode, proxy.signalCode]).toEqual([null, null]);
});

it('a client that goes away ends the run behind it', async () => {
  await startProxy(TOKEN);
  api.answer = () => ({ text: Array.from({ length: 1000 }, () => 'word '), gapMs: 100 });
  const leaving = new AbortController();
  // Not a stream for the client: asked that way, the proxy would let the run go on.
  const answer = service.chat(ask('hi'), { signal: leaving.signal }).catch(() => null);
  const before = api.seen.length;
  await until(() => api.seen.length > before);
  leaving.abort();
  await answer;
  await until(() => api.seen.at(-1)?.aborted === true);
});
