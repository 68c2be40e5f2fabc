import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import json5 from 'json5';
import { describe, expect, it } from 'vitest';
import type { ConfigEditParams } from '../../../src/actions/index.ts';
import type { Action } from '../../../src/engine/types.ts';
import { type Edit, edit } from '../../../src/json5/index.ts';
import { apiKey } from '../../../src/methods/api-key/index.ts';
import { readSecret, refuseOther } from '../../../src/methods/handed.ts';
import { defaultAnswers, planFor, renewalFor } from '../../../src/methods/index.ts';
import type { Answers } from '../../../src/methods/types.ts';
import { realNetwork } from '../../../src/system/real-network.ts';
import { fingerprint, Secret } from '../../../src/system/secret.ts';
import type { WebRequest } from '../../../src/system/world.ts';
import { type FactsInput, factsFor, STATE } from '../../support/facts-for.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const KEY = `sk-ant-api03-FAKE${'Z7rT'.repeat(22)}abc`;
const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}abc`;
const LIST = `{ agents: { list: [{ id: 'main', default: true }, { id: 'lite' }] } }`;
const stored = { type: 'api_key', id: 'anthropic:default', mode: 'api_key' } as const;

const plan = async (input: FactsInput, change: Partial<Answers> = {}, options = {}) => {
  const facts = await factsFor(input);
  return planFor(facts, { ...defaultAnswers(facts, 'api-key'), ...change }, options);
};
const ids = ({ actions }: Awaited<ReturnType<typeof plan>>) => actions.map(({ id }) => id);
function configAfter({ actions }: Awaited<ReturnType<typeof plan>>, text: string) {
  const own = actions.filter(({ params }) => (params as ConfigEditParams).file === `${STATE}/openclaw.json`);
  return json5.parse(own.reduce((now, { params }) => edit(now, (params as ConfigEditParams).edits as Edit[]), text));
}

describe('how the key is stored', () => {
  it.each(['2026.1.24-3', '2026.2.17', '2026.4.29', '2026.5.22', '2026.5.27'])(
    '%s: in the JSON file of every agent, by its name in the plan',
    async (version) => {
      const made = await plan({ version, config: LIST });
      const steps = made.actions.filter(({ id }) => id.startsWith('store-key'));
      expect(steps.map(({ params }) => (params as ConfigEditParams).edits[0])).toEqual(
        ['main', 'lite'].map(() => ({
          op: 'set',
          path: ['profiles', 'anthropic:api-key'],
          value: { type: 'api_key', provider: 'anthropic', key: { $secret: 'key' } },
        })),
      );
      expect(configAfter(made, LIST).auth.profiles).toEqual({
        'anthropic:api-key': { provider: 'anthropic', mode: 'api_key' },
      });
    },
  );

  it.each([
    ['2026.5.28', 'models auth --agent main paste-api-key --provider anthropic --profile-id anthropic:api-key'],
    ['2026.7.1', 'models auth --agent main paste-api-key --provider anthropic --profile-id anthropic:api-key'],
    ['2026.9.6', 'models auth paste-api-key --provider anthropic --profile-id anthropic:api-key --agent main'],
  ])('%s: by paste-api-key, from standard input, and read back', async (version, words) => {
    const first = (await plan({ version, config: LIST })).actions.find(({ id }) => id === 'store-key-main') as Action;
    expect(first.params).toMatchObject({
      program: { argv: expect.arrayContaining(words.split(' ')), stdin: { secret: 'key' } },
      readBack: { holds: { item: { profileId: 'anthropic:api-key', type: 'api_key' } } },
    });
    const { program } = first.params as { program: { argv: string[]; prints: string } };
    expect(program.argv.slice(1).join(' ')).toBe(words);
    expect('Auth profile: anthropic:api-key (anthropic/api_key)').toMatch(new RegExp(program.prints));
  });

  it('beside a setup token that stays, and before it', async () => {
    for (const version of ['2026.2.17', '2026.7.1']) {
      const made = await plan({ version, config: LIST, profiles: [{}] });
      const { auth } = configAfter(made, LIST);
      expect(auth.order).toEqual({ anthropic: ['anthropic:api-key', 'anthropic:default'] });
      expect(JSON.stringify(made)).not.toContain('"profiles","anthropic:default"');
    }
  });

  it('never twice, and another one in its place', async () => {
    const print = new Secret(KEY).reveal(fingerprint);
    const input = {
      version: '2026.2.17',
      config: `{ auth: { profiles: { 'anthropic:default': { provider: 'anthropic', mode: 'api_key' } } } }`,
      profiles: [{ ...stored, fingerprint: print }],
    };
    expect(ids(await plan(input, {}, { hasSecret: true, secret: new Secret(KEY) }))).not.toContain('store-key-main');
    const other = { hasSecret: true, secret: new Secret(`${KEY}x`) };
    expect(ids(await plan(input, {}, other))).toContain('store-key-main');
    const facts = await factsFor(input);
    expect(renewalFor(facts, defaultAnswers(facts, 'api-key'), other).actions.map(({ id }) => id)).toEqual([
      'store-key-main',
    ]);
  });

  it('without an end, whatever it was asked', async () => {
    const facts = await factsFor({ version: '2026.9.6', config: LIST });
    expect(apiKey.tokenEnd?.(facts, defaultAnswers(facts, 'api-key'), { hasSecret: true })).toBeNull();
  });
});

describe('who asks Claude', () => {
  const CLI = `agentRuntime: { id: 'claude-cli' }`;
  const config = `{ agents: {
    defaults: {
      model: { primary: 'anthropic/claude-opus-5' },
      models: {
        'anthropic/claude-opus-5': { alias: 'Opus', ${CLI} },
        'anthropic/claude-haiku-4-5': { ${CLI} },
        'openai/gpt-5': { ${CLI} },
        'anthropic/claude-sonnet-5': { agentRuntime: { id: 'pi' } },
      },
    },
    list: [
      { id: 'main', default: true },
      { id: 'lite', models: { 'anthropic/claude-opus-5': { ${CLI}, params: { x: 1 } } } },
      { id: 'other', models: { 'anthropic/claude-opus-5': { ${CLI} } } },
    ],
  } }`;
  const change = { primary: 'anthropic/claude-opus-5', fallbacks: [], aliases: {} };

  it('is OpenClaw itself, for the models that are set up and the agents that were chosen', async () => {
    const { agents } = configAfter(
      await plan({ version: '2026.7.1', config }, { ...change, agents: ['main', 'lite'] }),
      config,
    );
    expect(agents.defaults.models).toEqual({
      'anthropic/claude-opus-5': { alias: 'Opus' },
      'anthropic/claude-haiku-4-5': { agentRuntime: { id: 'claude-cli' } },
      'openai/gpt-5': { agentRuntime: { id: 'claude-cli' } },
      'anthropic/claude-sonnet-5': { agentRuntime: { id: 'pi' } },
    });
    expect(agents.list.map(({ models }: { models?: object }) => models)).toEqual([
      undefined,
      { 'anthropic/claude-opus-5': { params: { x: 1 } } },
      { 'anthropic/claude-opus-5': { agentRuntime: { id: 'claude-cli' } } },
    ]);
  });

  it('is OpenClaw itself where the defaults named Claude Code for all', async () => {
    const whole = `{ agents: { defaults: { ${CLI}, model: 'anthropic/claude-opus-5' } } }`;
    expect(
      configAfter(await plan({ version: '2026.4.29', config: whole }, change), whole).agents.defaults,
    ).not.toHaveProperty('agentRuntime');
    const behind = { ...change, role: 'fallback' } as const;
    expect(
      configAfter(await plan({ version: '2026.4.29', config: whole }, behind), whole).agents.defaults,
    ).toHaveProperty('agentRuntime');
  });
});

it('is recognised where a key wins, and its loss is a drift', async () => {
  const facts = await factsFor({ version: '2026.9.6', config: '{}', profiles: [stored] });
  expect(apiKey.recognise?.(facts)).toEqual({
    title: 'An API key under anthropic:default, set up by hand',
    agents: ['main'],
    tokenEnds: null,
  });
  const gone = await factsFor({ version: '2026.9.6', config: '{}' });
  expect(apiKey.recognise?.(gone)).toBeNull();
  expect(apiKey.drift?.(defaultAnswers(facts, 'api-key'), gone)).toMatchObject([
    { what: 'credential', says: 'The API key under anthropic:default is gone.' },
  ]);
});

describe('a secret of the other way', () => {
  const world = memoryWorld();

  it.each([
    ['key', TOKEN, 'key-is-setup-token', 'clawauth-setup apply --method setup-token --token-stdin --yes < token.txt'],
    ['token', KEY, 'token-is-api-key', 'clawauth-setup apply --method api-key --key-stdin --yes < key.txt'],
    ['key', `sk-ant-admin01-${'FAKE'.repeat(24)}`, 'key-is-admin-key', 'https://platform.claude.com/settings/keys'],
  ])('as a %s is refused with the way that takes it', async (name, text, code, next) => {
    expect(await readSecret(name, text, world)).toMatchObject({ ok: false, problem: { code, more: { next } } });
  });

  it('is not taken by its flag either', () => {
    const handed = { name: 'token', value: new Secret(TOKEN) };
    expect(() => refuseOther(handed, 'api-key')).toThrow(expect.objectContaining({ code: 'other-secret' }));
    for (const method of ['setup-token', 'proxy', undefined]) expect(() => refuseOther(handed, method)).not.toThrow();
  });
});

describe('the check of a key before it is stored', () => {
  /** What Anthropic says is answered by a stand-in on loopback; null: nobody answers. */
  async function checked(status: number | null, asked = true) {
    const seen: string[] = [];
    const server = createServer(({ method, url, headers }, response) => {
      seen.push(`${method} ${url} ${headers['x-api-key']} ${headers['anthropic-version']} ${headers.authorization}`);
      response.writeHead(status ?? 500).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const get = (request: WebRequest) => {
      const url = request.url.replace('https://api.anthropic.com', `http://127.0.0.1:${status === null ? 1 : port}`);
      return realNetwork.get?.({ ...request, url }) ?? Promise.resolve(null);
    };
    const world = { ...memoryWorld(), network: { ...realNetwork, get } };
    const facts = await factsFor({ version: '2026.9.6', config: '{}' });
    const answers = { ...defaultAnswers(facts, 'api-key'), checkKey: asked };
    const { signal } = new AbortController();
    const said = apiKey.beforeStoring?.(answers, new Secret(KEY), { facts, world, signal });
    const end = await said?.then(
      (warnings) => warnings.map(({ says }) => says),
      (error: { code: string }) => error,
    );
    server.close();
    return { end, seen };
  }

  it('asks for one model with the key, and nothing without being asked to', async () => {
    expect(await checked(200)).toEqual({
      end: [],
      seen: [`GET /v1/models?limit=1 ${KEY} 2023-06-01 undefined`],
    });
    expect(await checked(401, false)).toEqual({ end: [], seen: [] });
  });

  it('refuses a key that Anthropic does not accept, without repeating it', async () => {
    const { end } = await checked(401);
    expect(end).toMatchObject({ code: 'key-rejected', more: { exitCode: 2 } });
    expect(JSON.stringify(end)).not.toContain('Z7rT');
  });

  it.each([
    [529, 'Anthropic answered with HTTP 529'],
    [302, 'Anthropic answered with HTTP 302'],
    [null, 'Anthropic could not be asked'],
  ])('says that it does not know after %s', async (status, why) => {
    expect((await checked(status)).end).toEqual([`Whether the API key is good is not known: ${why}.`]);
  });
});
