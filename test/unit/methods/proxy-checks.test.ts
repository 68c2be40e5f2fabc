import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/facts/types.ts';
import { methods } from '../../../src/methods/index.ts';
import { checks } from '../../../src/methods/proxy/checks.ts';
import { proxy } from '../../../src/methods/proxy/index.ts';
import { questions } from '../../../src/methods/questions.ts';
import type { Answers, Finding } from '../../../src/methods/types.ts';
import type { ServicesFacts } from '../../../src/services/records.ts';
import { known } from '../../../src/system/fact.ts';
import { Secret } from '../../../src/system/secret.ts';
import type { LocalAnswer, LocalRequest, World } from '../../../src/system/world.ts';
import { factsFor } from '../../support/facts-for.ts';
import { type Answer, memoryWorld } from '../../support/memory-world.ts';

const HOME = '/home/ana';
const KEY = `FAKE${'k'.repeat(39)}`;
const CONFIG = `{ agents: { defaults: { model: { primary: 'claude-max-proxy/opus' } } }, models: { providers: { 'claude-max-proxy': { baseUrl: 'http://127.0.0.1:3457/v1', apiKey: '${KEY}', models: [{ id: 'opus', name: 'x' }] } } } }`;
const NOBODY = { ok: false as const, because: 'no systemd', help: '' };

const READY: Partial<ServicesFacts> = {
  keyFile: { path: `${HOME}/.local/share/clawauth-setup/normalizer.key`, usable: true },
  provider: {
    id: 'claude-max-proxy',
    baseUrl: 'http://127.0.0.1:3457/v1',
    api: 'openai-completions',
    models: [],
    otherKeys: [],
  },
};

async function factsOf(services: Partial<ServicesFacts>): Promise<Facts> {
  const claude = { path: '/opt/claude', realPath: '/opt/claude', version: '2.1.329', wins: true };
  return {
    ...(await factsFor({ version: '2026.9.6', config: CONFIG, services: { ...READY, ...services } })),
    claude: known([claude], 'PATH'),
    claudeSignIn: known({ loggedIn: true, authMethod: 'claude.ai' }, 'claude'),
  };
}

type Told = (request: LocalRequest) => LocalAnswer | null;

function worldWith(told: Told | null, commands: Record<string, Answer> = {}): World {
  const ask = async (request: LocalRequest) => told?.(request) ?? null;
  const key = { content: `${KEY}\n`, mode: 0o600 };
  return memoryWorld({
    files: { [`${HOME}/.local/share/clawauth-setup/normalizer.key`]: key },
    commands,
    overrides: { network: { listening: async () => told !== null, ask } },
  });
}

async function finding(
  id: string,
  world: World,
  services: Partial<ServicesFacts> = {},
  change: Partial<Answers> = {},
): Promise<readonly Finding[]> {
  const facts = await factsOf(services);
  const check = checks(facts, { ...proxy.defaults(facts), service: 'install', ...change }, facts).find(
    (one) => one.id === id,
  );
  if (!check) throw new Error(id);
  const signal = new AbortController().signal;
  const made = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, make: () => Promise<T>): Promise<T> => {
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as Promise<T>;
  };
  const findings = (await check.run?.({ world, signal, shared: { once } })) ?? [];
  expect(JSON.stringify(findings)).not.toContain(KEY);
  return findings;
}

const words = (findings: readonly Finding[]) => findings.map(({ verdict, says }) => `${verdict}: ${says}`);
const keyOf = ({ key }: LocalRequest) => key?.reveal((value) => value);
/** A normalizer with this key, as it answers. */
const normalizer =
  (key: string, state: object = { status: 'ok', says: 'signed in (claude.ai)' }): Told =>
  (request) => {
    const plain = { status: 'ok', service: 'clawauth-setup-normalizer' };
    if (request.path === '/health') {
      const more = keyOf(request) === key ? { upstream: 'direct', ...state } : {};
      return { status: 200, text: JSON.stringify({ ...plain, ...more }) };
    }
    return keyOf(request) === key ? { status: 200, text: '{}' } : { status: 401, text: '{}' };
  };

describe('whether the services run', () => {
  const show = (active: string, sub: string, file: string) => ({
    stdout: `LoadState=loaded\nActiveState=${active}\nSubState=${sub}\nUnitFileState=${file}\nNRestarts=2\nMainPID=7\n`,
  });
  const unit = 'systemctl --user show clawauth-normalizer.service';

  it('is asked of the manager', async () => {
    const run = worldWith(null, { [unit]: show('active', 'running', 'enabled') });
    expect(words(await finding('services', run))).toEqual([
      'ok: clawauth-normalizer.service is active (running) and enabled, started again 2 times.',
    ]);
    const off = worldWith(null, { [unit]: show('active', 'running', 'disabled') });
    expect(await finding('services', off)).toMatchObject([
      { verdict: 'warning', next: 'systemctl --user enable clawauth-normalizer.service' },
    ]);
  });

  it('tells the last lines of one that does not', async () => {
    const world = worldWith(null, {
      [unit]: show('failed', 'failed', 'enabled'),
      'journalctl --user-unit clawauth-normalizer.service': { stdout: 'first\nPort 3457 is in use.\n' },
    });
    const [found] = await finding('services', world);
    expect(found?.verdict).toBe('error');
    expect(found?.says).toContain('first / Port 3457 is in use.');
    expect(found?.next).toBe('journalctl --user -u clawauth-normalizer.service -n 20');
  });

  it('asks for both with claude-max-api-proxy', async () => {
    const world = worldWith(null, {
      [unit]: show('active', 'running', 'enabled'),
      'systemctl --user show clawauth-claude-max-api.service': show('inactive', 'dead', 'enabled'),
    });
    const findings = await finding('services', world, {}, { upstream: 'claude-max-api' });
    expect(findings.map(({ verdict }) => verdict)).toEqual(['error', 'ok']);
  });

  it('names the whole command where no service is wanted', async () => {
    const services = { manager: NOBODY, place: null, ours: [] };
    const [found] = await finding('services', worldWith(null), services, { service: 'none' });
    expect(found?.verdict).toBe('warning');
    expect(found?.next).toContain('/normalizer.mjs --port 3457 --key-file');
    expect(found?.next).toContain('--claude /opt/claude');
    const silent = await finding('health', worldWith(null), services, { service: 'none' });
    expect(silent.map(({ verdict }) => verdict)).toEqual(['skipped']);
  });
});

describe('whether the proxy answers', () => {
  it('with its key, and only with it', async () => {
    expect(words(await finding('health', worldWith(normalizer(KEY))))).toEqual([
      'ok: The proxy answers on 127.0.0.1:3457: signed in (claude.ai).',
      'ok: A request without the key is refused.',
    ]);
  });

  it('says what to run when Claude Code is signed out', async () => {
    const says = 'Claude Code is not signed in. Run: /opt/claude auth login';
    const [found] = await finding('health', worldWith(normalizer(KEY, { status: 'not ready', says })));
    expect(found).toMatchObject({ verdict: 'error', next: '/opt/claude auth login' });
  });

  it.each([
    ['nobody', null, /Nothing answers/],
    ['another program', () => ({ status: 200, text: '<html>' }), /Another program/],
    ['a normalizer with another key', normalizer('other'), /another key/],
  ] as const)('is an error with %s on its port', async (_who, told, shape) => {
    const [found] = await finding('health', worldWith(told));
    expect(found?.verdict).toBe('error');
    expect(found?.says).toMatch(shape);
  });

  it('is an error when it takes requests without the key', async () => {
    const secret = new Secret(KEY);
    const open: Told = (request) => normalizer(KEY)({ ...request, key: request.key ?? secret });
    const findings = await finding('health', worldWith(open));
    expect(findings[1]).toMatchObject({ verdict: 'error' });
  });

  it('reads the text of a stream, and the message of an error', async () => {
    const stream =
      (text: string): Told =>
      () => ({ status: 200, text });
    const good =
      'data: {"choices":[{"delta":{"content":"O"}}]}\n\ndata: {"choices":[{"delta":{"content":"K"}}]}\n\ndata: [DONE]\n';
    expect(await finding('answer', worldWith(stream(good)))).toMatchObject([{ verdict: 'ok' }]);
    const empty = 'data: {"choices":[{"delta":{}}]}\n\ndata: [DONE]\n';
    expect(await finding('answer', worldWith(stream(empty)))).toMatchObject([{ verdict: 'error' }]);
    const message = 'Claude Code is not signed in. Run: /opt/claude auth login';
    const refused: Told = () => ({ status: 502, text: JSON.stringify({ error: { message, code: 'not_signed_in' } }) });
    expect(await finding('answer', worldWith(refused))).toMatchObject([
      { verdict: 'error', says: expect.stringContaining(message), next: '/opt/claude auth login' },
    ]);
  });
});

describe('a stream that is right but for one thing', () => {
  const text = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
  const ends = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\n`;
  const done = 'data: [DONE]\n';

  it('is an answer with nothing wrong', async () => {
    for (const last of [ends, done, ends + done]) {
      const told: Told = () => ({ status: 200, text: text('OK') + last });
      expect(await finding('answer', worldWith(told))).toMatchObject([{ verdict: 'ok' }]);
    }
  });

  it.each<[string, LocalAnswer]>([
    ['its status', { status: 502, text: text('OK') + ends + done }],
    ['its end', { status: 200, text: text('OK') }],
    ['its text', { status: 200, text: text(' ') + ends + done }],
    ['an error behind the text', { status: 200, text: `${text('O')}data: {"error":{"message":"cut off"}}\n\n${done}` }],
    ['text that is no event', { status: 200, text: `OK\n\n${done}` }],
    ['text in another field', { status: 200, text: `data: {"choices":[{"text":"OK"}]}\n\n${ends}${done}` }],
    ['an end in its text', { status: 200, text: text('data: [DONE]') }],
  ])('is none without it: %s', async (_what, answer) => {
    expect(
      await finding(
        'answer',
        worldWith(() => answer),
      ),
    ).toMatchObject([{ verdict: 'error' }]);
  });
});

describe('a turn of an agent', () => {
  const turn = (stdout: string, exitCode = 0) => ({ '/usr/bin/openclaw agent --local': { stdout, exitCode } });
  const answers: Told = () => ({ status: 200, text: '' });

  it('ends with text, in the shape of either release', async () => {
    const payloads = { payloads: [{ text: 'OK', mediaUrl: null }] };
    for (const said of [payloads, { runId: 'x', result: payloads }]) {
      const world = worldWith(answers, turn(JSON.stringify(said)));
      expect(await finding('turn', world)).toMatchObject([{ verdict: 'ok' }]);
    }
  });

  it.each<[string, object, number?]>([
    ['the exit code', {}, 1],
    ['the provider that answered', { meta: { agentMeta: { provider: 'openai' } } }],
    ['the provider that answered, in newer releases', { result: { meta: { agentMeta: { provider: 'openai' } } } }],
    ['an error shown as text', { payloads: [{ text: 'OK', isError: true }] }],
    ['a status shown as text', { payloads: [{ text: '529 overloaded' }] }],
    ['an empty text', { payloads: [{ text: ' ' }] }],
    ['a text somewhere else', { payloads: [], text: 'OK' }],
  ])('is an error where all is right but %s', async (_what, change, exitCode = 0) => {
    const right = { payloads: [{ text: 'OK' }], meta: { agentMeta: { provider: 'claude-max-proxy' } } };
    const good = await finding('turn', worldWith(answers, turn(JSON.stringify(right))));
    expect(good).toMatchObject([{ verdict: 'ok' }]);
    const { meta: _, ...rest } = right;
    const said = 'result' in change ? { ...rest, ...change } : { ...right, ...change };
    const found = await finding('turn', worldWith(answers, turn(JSON.stringify(said), exitCode)));
    expect(found).toMatchObject([{ verdict: 'error' }]);
  });

  it('is an error without text', async () => {
    for (const commands of [
      turn(JSON.stringify({ payloads: [] })),
      turn(JSON.stringify({ payloads: [{ text: 'Claude Code is not signed in', isError: true }] })),
      // 2026.1.24, signed out.
      turn(JSON.stringify({ payloads: [{ text: '502 Claude Code is not signed in.', mediaUrl: null }] }, null, 2)),
      turn('Error: All models failed', 1),
    ]) {
      const [found] = await finding('turn', worldWith(answers, commands));
      expect(found?.verdict).toBe('error');
      expect(found?.next).toContain("-m 'Answer with OK.'");
    }
  });
});

it('is among the ways that the flag names', () => {
  expect(questions.method?.choices).toEqual(methods.map(({ id }) => id));
});
