import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installMaxApi } from '../support/claude-max-api.ts';
import { folderOf, installClaude } from '../support/claude-stand-in.ts';
import { type FakeAnthropic, fakeAnthropic, textOf } from '../support/fake-anthropic.ts';
import { type Direct, direct, KEY, maxApi, startService, type TestService, until } from '../support/normalizer.ts';
import { installRelease } from '../support/releases.ts';

// The whole way with real programs: an agent turn of OpenClaw → the normalizer → Claude Code → a stand-in for the
// Anthropic API, and its text back in OpenClaw.

const TOKEN = `sk-ant-oat01-FAKE${'x'.repeat(91)}`;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'clawauth-turn-')));
let api: FakeAnthropic;
let claude: Direct;
let signedOut: Direct;
let proxy: ChildProcess;
const services: Record<string, TestService> = {};

beforeAll(async () => {
  api = await fakeAnthropic(() => ({ text: ['CLAUDE ', 'SAYS ', 'HELLO'] }));
  const program = await installClaude('2.1.329');
  const env = { ANTHROPIC_BASE_URL: api.url, CLAUDE_CODE_OAUTH_TOKEN: TOKEN };
  claude = direct(program, env, ['ANTHROPIC_BASE_URL']);
  services.direct = await startService(claude.upstream);
  signedOut = direct(program, { ANTHROPIC_BASE_URL: api.url }, ['ANTHROPIC_BASE_URL']);
  services['signed out'] = await startService(signedOut.upstream);
  const port = await freePort();
  mkdirSync(join(folder, 'max-api'));
  proxy = spawn(process.execPath, [await installMaxApi(), String(port)], {
    cwd: join(folder, 'max-api'),
    env: { HOME: folder, PATH: `${folderOf(program)}:/usr/bin:/bin`, ...env },
    stdio: 'ignore',
  });
  services['claude-max-api'] = await startService(maxApi(port));
  while (!(await maxApi(port).state()).ok) await new Promise((resolve) => setTimeout(resolve, 50));
});

afterAll(async () => {
  for (const service of Object.values(services)) await service.stop();
  proxy.kill('SIGKILL');
  await api.close();
  claude.remove();
  signedOut.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** One agent turn of a fresh OpenClaw whose only model is ours; gives everything it printed. */
async function turn(version: string, upstream: string, message: string): Promise<string> {
  const release = await installRelease(version);
  const home = mkdtempSync(join(folder, 'home-'));
  mkdirSync(join(home, '.openclaw'), { mode: 0o700 });
  const provider = {
    baseUrl: `${services[upstream]?.url}/v1`,
    api: 'openai-completions',
    apiKey: KEY,
    models: [
      { id: 'claude-opus-4', name: 'Claude Opus (proxy)', input: ['text'], contextWindow: 200_000, maxTokens: 8192 },
    ],
  };
  const config = {
    agents: { defaults: { model: { primary: 'claude-max-proxy/claude-opus-4' }, workspace: join(home, 'workspace') } },
    gateway: { mode: 'local' },
    models: { providers: { 'claude-max-proxy': provider } },
  };
  writeFileSync(join(home, '.openclaw', 'openclaw.json'), JSON.stringify(config), { mode: 0o600 });
  const child = spawn(release.bin, ['agent', '--local', '--agent', 'main', '-m', message, '--json'], {
    cwd: home,
    env: { HOME: home, PATH: release.path.split(delimiter).join(delimiter), OPENCLAW_NO_RESPAWN: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), 240_000);
  await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  return output;
}

describe.each(['2026.9.6', '2026.2.17'])('an agent turn of OpenClaw %s', (version) => {
  it.each(['direct', 'claude-max-api'])('ends with the text of Claude, through %s', async (upstream) => {
    const before = api.seen.length;
    const output = await turn(version, upstream, 'Say MARKED hello.');
    expect(output).toContain('CLAUDE SAYS HELLO');
    const sent = api.seen
      .slice(before)
      .map(({ body }) => textOf(body))
      .filter((text) => text.includes('MARKED'));
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatch(/<user-[0-9a-f]{8}>\n[\s\S]*Say MARKED hello\.[\s\S]*<\/user-[0-9a-f]{8}>/);
    expect(sent[0]).toMatch(/<system-[0-9a-f]{8}>\n/);
  });
});

it('signed out, the person is told what to run', async () => {
  const output = await turn('2026.9.6', 'signed out', 'hello');
  expect(output).not.toContain('CLAUDE SAYS HELLO');
  await until(() => services['signed out']?.lines.some((line) => line.includes('outcome=not_signed_in')) ?? false);
  expect(output).toMatch(/not signed in[\s\S]*auth login|not_signed_in/);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
