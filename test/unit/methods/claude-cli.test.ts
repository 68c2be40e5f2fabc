import json5 from 'json5';
import { describe, expect, it } from 'vitest';
import type { ConfigEditParams } from '../../../src/actions/index.ts';
import type { ClaudeInside } from '../../../src/claude/records.ts';
import type { Action } from '../../../src/engine/types.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { type Edit, edit } from '../../../src/json5/index.ts';
import { claudeCli } from '../../../src/methods/claude-cli/index.ts';
import type { Answers } from '../../../src/methods/types.ts';
import { type Fact, known, unknown } from '../../../src/system/fact.ts';
import { containerWith } from '../../support/container.ts';
import { type FactsInput, factsFor, STATE } from '../../support/facts-for.ts';

const OPUS = 'anthropic/claude-opus-5';
const SONNET = 'anthropic/claude-sonnet-5';
const HAIKU = 'anthropic/claude-haiku-4-5';
const RUNS = { id: 'claude-cli' };
const MIGRATED = 'meta: { migrations: { modelPolicyAllowlist: true } }';
const BRIDGE = `models: { providers: { 'claude-bridge': { baseUrl: 'http://127.0.0.1:3457/v1', models: [{ id: 'claude-opus-4' }] } } }`;
const NEW = `{ agents: { defaults: { model: { primary: 'claude-bridge/claude-opus-4' } }, ownership: 'explicit', entries: { main: {}, lite: { model: '${HAIKU}' } } }, ${BRIDGE}, ${MIGRATED} }`;
const OLD = `{ agents: { defaults: { model: '${OPUS}' }, list: [{ id: 'main', default: true }, { id: 'lite', tools: { exec: { ask: 'always' } } }] } }`;

async function factsOf(input: FactsInput, change: Partial<Facts> = {}): Promise<Facts> {
  const claude = { path: '/home/ana/.local/bin/claude', realPath: '/x/claude', version: '2.1.329', wins: true };
  return {
    ...(await factsFor(input)),
    claude: known([claude], 'PATH'),
    claudeSignIn: known({ loggedIn: true, authMethod: 'claude.ai', plan: 'max' }, 'claude auth status'),
    ...change,
  };
}

function planFor(facts: Facts, change: Partial<Answers> = {}): readonly Action[] {
  return claudeCli.plan(facts, { ...claudeCli.defaults(facts), ...change });
}

function after(steps: readonly Action[], text: string): string {
  const own = steps.filter(({ params }) => (params as ConfigEditParams).file === `${STATE}/openclaw.json`);
  return own.reduce((now, { params }) => edit(now, (params as ConfigEditParams).edits as Edit[]), text);
}

/** The config after the plan. */
async function made(input: FactsInput, change: Partial<Answers> = {}) {
  return json5.parse(after(planFor(await factsOf(input), change), input.config));
}

const runtimes = (models: Readonly<Record<string, { agentRuntime?: unknown }>> = {}) =>
  Object.fromEntries(
    Object.entries(models).flatMap(([ref, one]) => (one.agentRuntime ? [[ref, one.agentRuntime]] : [])),
  );

describe('what Claude Code runs', () => {
  it('is every Claude model in use, and no other', async () => {
    const jobs = [{ model: 'anthropic/claude-sonnet-4-5' }, { model: 'openai/gpt-5' }];
    const { agents } = await made(
      { version: '2026.9.6', config: NEW, jobs },
      { fallbacks: ['openai/gpt-5'], aliases: {} },
    );
    expect(agents.defaults.model).toEqual({ primary: OPUS, fallbacks: ['openai/gpt-5'] });
    expect(runtimes(agents.defaults.models)).toEqual({
      [OPUS]: RUNS,
      [HAIKU]: RUNS,
      'anthropic/claude-sonnet-4-5': RUNS,
    });
  });

  it('is so also where an agent has another program run it', async () => {
    const own = `models: { '${HAIKU}': { agentRuntime: { id: 'openclaw', keep: 1 } } }`;
    const config = NEW.replace(`model: '${HAIKU}'`, `model: '${HAIKU}', ${own}`);
    const { agents } = await made({ version: '2026.9.6', config });
    expect(agents.entries.lite.models[HAIKU]).toEqual({ agentRuntime: { id: 'claude-cli', keep: 1 } });
  });

  it('is told of single agents alone where only those were chosen', async () => {
    const { agents } = await made(
      { version: '2026.9.6', config: NEW },
      { agents: ['lite'], fallbacks: [SONNET], aliases: {} },
    );
    expect(agents.defaults.model).toEqual({ primary: 'claude-bridge/claude-opus-4' });
    expect(runtimes(agents.defaults.models)).toEqual({});
    expect(runtimes(agents.entries.lite.models)).toEqual({ [OPUS]: RUNS, [SONNET]: RUNS });
  });

  it('is told of a new agent alone', async () => {
    const { agents } = await made(
      { version: '2026.9.6', config: NEW },
      { role: 'agent', newAgent: 'claude', primary: OPUS, fallbacks: [] },
    );
    expect(agents.entries.claude.models).toEqual({ [OPUS]: { agentRuntime: RUNS } });
    expect(runtimes(agents.defaults.models)).toEqual({});
  });

  it.each(['2026.6.1', '2026.8.2', '2026.9.6'])(
    '%s: passes the allowlist, and a second plan is empty',
    async (version) => {
      const config = version === '2026.6.1' ? OLD : NEW;
      const facts = await factsOf({ version, config });
      const text = after(planFor(facts), config);
      const again = await factsOf({ version, config: text });
      expect(again.config).toMatchObject({ value: { primary: OPUS } });
      expect(planFor(again).map(({ id }) => id)).toEqual([]);
    },
  );
});

describe('stored credentials', () => {
  const stored = { agent: 'main', id: 'anthropic:mine', type: 'token' } as const;

  it('stay stored and are kept from Claude Code', async () => {
    const facts = await factsOf({
      version: '2026.9.6',
      config: NEW,
      profiles: [stored],
      storedOrders: { main: ['anthropic:mine'] },
    });
    const steps = planFor(facts);
    expect(json5.parse(after(steps, NEW)).auth).toEqual({ order: { anthropic: [] } });
    const [clear] = steps;
    expect(clear?.params).toMatchObject({
      program: { argv: expect.arrayContaining(['order', 'clear', '--agent', 'main']) },
    });
  });

  it('decide before 2026.8.1, and an API key, nothing of it', async () => {
    for (const [version, type] of [
      ['2026.6.1', 'token'],
      ['2026.9.6', 'api_key'],
    ] as const) {
      const { auth } = await made({
        version,
        config: version === '2026.6.1' ? OLD : NEW,
        profiles: [{ ...stored, type }],
      });
      expect(auth).toBe(undefined);
    }
  });

  it('are in the way where only some agents were chosen', async () => {
    const facts = await factsOf({ version: '2026.9.6', config: NEW, profiles: [{ ...stored, agent: 'lite' }] });
    expect(() => planFor(facts, { agents: ['lite'] })).toThrow(
      expect.objectContaining({ code: 'stored-credential-wins' }),
    );
    const none = await factsOf({
      version: '2026.9.6',
      config: NEW.replace('{ agents', '{ auth: { order: { anthropic: [] } }, agents'),
      profiles: [{ ...stored, agent: 'lite' }],
    });
    expect(planFor(none, { agents: ['lite'] })).not.toEqual([]);
  });
});

describe('permissions of Claude Code', () => {
  it('are not bypassed: OpenClaw asks first, by a step of its own', async () => {
    const facts = await factsOf({ version: '2026.6.1', config: OLD });
    const steps = planFor(facts);
    expect(steps.map(({ id }) => id)).toEqual(['ask-before-commands', 'use-claude']);
    const { tools, agents } = json5.parse(after(steps, OLD));
    expect(tools.exec).toEqual({ security: 'allowlist', ask: 'on-miss' });
    expect(agents.list[1].tools.exec).toEqual({ ask: 'always' });
    expect(() => planFor(facts, { execPolicy: 'keep' })).toThrow(expect.objectContaining({ code: 'exec-policy-open' }));
  });

  it('are its own from 2026.8.1: nothing is asked of the person', async () => {
    const facts = await factsOf({ version: '2026.9.6', config: NEW });
    expect(claudeCli.questions.map((question) => question.asked(facts))).toEqual([false]);
    expect(planFor(facts).map(({ id }) => id)).toEqual(['use-claude']);
  });
});

describe('where it is offered', () => {
  const offered = async (version: string, change: Partial<Facts> = {}) =>
    claudeCli.availability(await factsOf({ version, config: '{}' }, change));
  const root = known(
    { os: 'linux', wsl: false, container: null, user: 'root', uid: 0, home: '/root', node: '24.0.0' } as const,
    'the system',
  );

  it('from 2026.5.28, with a Claude Code that can be signed in', async () => {
    expect(await offered('2026.5.20')).toMatchObject({ ok: false, because: expect.stringContaining('2026.5.28') });
    expect(await offered('2026.5.28')).toMatchObject({ ok: true, because: expect.stringContaining('signed in (max)') });
    const claudeSignIn = known({ loggedIn: false, authMethod: 'none' }, 'claude auth status');
    expect(await offered('2026.9.6', { claudeSignIn })).toMatchObject({
      ok: true,
      because: expect.stringContaining('you sign in first'),
    });
    expect(await offered('2026.9.6', { claude: known([], 'PATH') })).toMatchObject({ ok: false });
  });

  it('to root only where permissions are not bypassed', async () => {
    expect(await offered('2026.7.1', { platform: root })).toMatchObject({
      ok: false,
      because: expect.stringContaining('root'),
    });
    expect(await offered('2026.8.2', { platform: root })).toMatchObject({ ok: true });
  });
});

it('is recognised, and its loss is noticed', async () => {
  const config = after(planFor(await factsOf({ version: '2026.9.6', config: NEW })), NEW);
  const facts = await factsOf({ version: '2026.9.6', config });
  expect(claudeCli.recognise?.(facts)).toMatchObject({ agents: ['main', 'lite'], tokenEnds: null });
  expect(claudeCli.drift?.(claudeCli.defaults(facts), facts)).toEqual([]);
  const lost = await factsOf({ version: '2026.9.6', config: config.replaceAll('claude-cli', 'openclaw') });
  expect(claudeCli.drift?.(claudeCli.defaults(facts), lost)).toMatchObject([{ what: 'credential', now: 'openclaw' }]);
});

describe('where OpenClaw runs in a container', () => {
  const claude = known(
    [
      {
        ...{ path: '/usr/local/bin/claude', realPath: '/usr/local/bin/claude', version: '2.1.329', wins: true },
        inside: { runtime: 'docker', name: 'claw', folder: '/home/node/.claude', stateFile: '/home/node/.claude.json' },
      } as const,
    ],
    'docker exec claw',
  );
  const INSIDE: ClaudeInside = {
    claude,
    claudeSignIn: known({ loggedIn: true, authMethod: 'claude.ai', plan: 'max' }, 'claude auth status'),
    claudeLogin: unknown('absent', 'not read'),
    uid: 1000,
    login: { fate: 'kept', path: '/home/node/.claude/.credentials.json' },
  };
  const mounts = [{ host: '/home/ana/node', inside: '/home/node' }];

  async function offered(
    change: Partial<ClaudeInside> | Fact<ClaudeInside | null>,
    version = '2026.9.6',
    status = 'running',
  ) {
    const facts = await factsOf({ version, config: '{}' });
    if (!facts.state.known) throw new Error(facts.state.detail);
    const container = containerWith({ status, mounts });
    return claudeCli.availability({
      ...facts,
      state: { ...facts.state, value: { ...facts.state.value, container } },
      claudeInside: 'known' in change ? change : known({ ...INSIDE, ...change }, 'docker exec claw'),
    });
  }
  const no = (because: string, help: RegExp) => ({
    ok: false,
    because: expect.stringContaining(because),
    help: expect.stringMatching(help),
  });

  it('it is the Claude Code of the container that counts', async () => {
    expect(await offered({})).toMatchObject({
      ok: true,
      because: expect.stringContaining('2.1.329 is in the container claw, signed in (max)'),
    });
    const claudeSignIn = known({ loggedIn: false, authMethod: 'none' }, 'claude auth status');
    expect(await offered({ claudeSignIn })).toMatchObject({
      ok: true,
      because: expect.stringContaining('you sign in first'),
    });
  });

  it('says what is missing, with what helps', async () => {
    const missing: Fact<never> = unknown('absent', 'no claude on the PATH of the container claw');
    expect(await offered({ claude: missing })).toMatchObject(no('no claude on the PATH', /inspect claw/));
    expect(await offered(unknown('absent', 'stopped'), '2026.9.6', 'exited')).toMatchObject(
      no('claw does not run', /^docker start claw$/),
    );
    expect(await offered(unknown('timed out', 'the container claw gave no answer'))).toMatchObject({ ok: false });
  });

  it.each([
    ['lost', 'would be lost with the container claw', /inspect claw/],
    ['read-only', 'mounted read-only', /inspect claw/],
    ['not writable', 'uid 1000 may not write', /^sudo chown -R 1000:1000 \/home\/ana\/node\/.claude$/],
  ] as const)('not where its login is %s', async (fate, because, help) => {
    expect(await offered({ login: { fate, path: '/home/node/.claude' } })).toMatchObject(no(because, help));
  });

  it('not as root in there while permissions are bypassed', async () => {
    expect(await offered({ uid: 0 }, '2026.7.1')).toMatchObject({
      ok: false,
      because: expect.stringContaining('root'),
    });
    expect(await offered({ uid: 0 }, '2026.9.6')).toMatchObject({ ok: true });
    expect(await offered({}, '2026.2.17')).toMatchObject({ ok: false, because: expect.stringContaining('2026.5.28') });
  });
});
