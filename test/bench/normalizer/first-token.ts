// Four ways to the first word, one after the other in each round so that whatever else the machine does hits all of them.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claudeEnv, claudeFlags } from '../../../src/normalizer/claude-cli.ts';
import { installClaude } from '../../support/claude-stand-in.ts';
import { fakeAnthropic } from '../../support/fake-anthropic.ts';
import { ask, direct, startService, type TestService } from '../../support/normalizer.ts';

const ROUNDS = 9;
/** ms for a process started ahead to be ready, before it is asked. */
const READY_MS = 6_000;

const claude = await installClaude('2.1.329');
const api = await fakeAnthropic();
const env = { ANTHROPIC_BASE_URL: api.url, CLAUDE_CODE_OAUTH_TOKEN: `sk-ant-oat01-FAKE${'x'.repeat(91)}` };
const cold = direct(claude, env, ['ANTHROPIC_BASE_URL'], { warm: 0 });
const warm = direct(claude, env, ['ANTHROPIC_BASE_URL']);
const [coldService, warmService] = [await startService(cold.upstream), await startService(warm.upstream)];

/** ms until what a stream says first. */
async function first(answer: Promise<Response>, word: string): Promise<number> {
  const started = performance.now();
  const reader = (await answer).body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let at = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    text += value ?? '';
    if (at === 0 && text.includes(word)) at = performance.now() - started;
    if (done) break;
  }
  if (at === 0) throw new Error(`no answer: ${text.slice(0, 300)}`);
  return at;
}

const through = (service: TestService) => first(service.chat(ask('hi', { stream: true })), 'pong');

function bare(): Promise<number> {
  const body = JSON.stringify({ model: 'claude', stream: true, messages: [{ role: 'user', content: 'hi' }] });
  return first(fetch(`${api.url}/v1/messages`, { method: 'POST', body }), 'pong');
}

function byHand(): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(claude, claudeFlags('opus'), {
      cwd: join(cold.folder, 'work'),
      env: claudeEnv({ HOME: cold.folder, PATH: process.env.PATH, ...env }, ['ANTHROPIC_BASE_URL']),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let at = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (at === 0 && text.includes('text_delta')) at = performance.now() - started;
    });
    child.on('error', reject);
    child.on('close', () => (at === 0 ? reject(new Error('claude said nothing')) : resolve(at)));
    child.stdin.end('{"type":"user","message":{"role":"user","content":[{"type":"text","text":"hi"}]}}\n');
  });
}

const ways = {
  'bare API': bare,
  'claude -p by hand': byHand,
  'proxy, cold': () => through(coldService),
  'proxy, started ahead': async () => {
    await new Promise((resolve) => setTimeout(resolve, READY_MS));
    return through(warmService);
  },
};
const times: Record<string, number[]> = {};
await through(warmService);
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, way] of Object.entries(ways)) {
    times[name] = [...(times[name] ?? []), await way()];
  }
}
await coldService.stop();
await warmService.stop();
await api.close();
cold.remove();
warm.remove();

const median = (values: readonly number[]) => [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0;
const told = process.env.BENCH_RESULTS;
const medians = Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
if (told) writeFileSync(told, JSON.stringify(medians));
const hand = median(times['claude -p by hand'] ?? []);
console.log('First word, ms (median, least, most)');
for (const [name, values] of Object.entries(times)) {
  const cells = [median(values), Math.min(...values), Math.max(...values)].map((ms) => ms.toFixed(0).padStart(8));
  console.log(`${name.padEnd(24)}${cells.join('')}   ${(median(values) / hand).toFixed(2)}x claude -p by hand`);
}
