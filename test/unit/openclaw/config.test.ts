import { mkdirSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { probeConfig } from '../../../src/facts/openclaw-disk.ts';
import { makeReader } from '../../../src/facts/reader.ts';
import { doublesV1, isAnthropicRef, isBridgeRef, resolveAlias } from '../../../src/openclaw/bridge.ts';
import { type ReadConfig, readConfig } from '../../../src/openclaw/config.ts';
import { allowEdits } from '../../../src/openclaw/model-edits.ts';
import { configuredPath, findState } from '../../../src/openclaw/paths.ts';
import { factValue } from '../../../src/system/fact.ts';
import { tempWorld } from '../../support/temp-world.ts';

const includes: Record<string, unknown> = {};

const read = (text: string | null, version: string | null = '2026.9.6', files = includes): Promise<ReadConfig> =>
  readConfig(text, {
    path: '/home/ana/.openclaw/openclaw.json',
    sha256: 'x',
    stateDir: '/home/ana/.openclaw',
    locate: (told) => configuredPath(told, { stateDir: '/home/ana/.openclaw' }, '/home/ana'),
    version,
    load: async (file) => files[file],
    agentDirExists: async (folder) => folder.includes('/main/'),
    resolve: async (path) => path,
    agentFolders: async () => [],
  });

const BRIDGED = `// my bridge
{
  models: { providers: { "claude-max-proxy": {
    baseUrl: "http://127.0.0.1:3457/v1", api: "openai-completions", apiKey: "not-needed",
    models: [{ id: "claude-opus-4" }, { id: "claude-sonnet-4" }] } } },
  agents: {
    defaults: {
      model: { primary: "bridge", fallbacks: ["claude-max-proxy/claude-sonnet-4"] },
      models: { "claude-max-proxy/claude-opus-4": { alias: "bridge" }, "claude-max-proxy/claude-sonnet-4": {} },
      heartbeat: { every: "30m", model: "claude-max-proxy/claude-sonnet-4" },
    },
    list: [
      { id: "Main" },
      { id: "lite", default: true, agentDir: "~/lite-agent", model: { primary: "anthropic/claude-haiku-4-5", fallbacks: ["bridge"] }, heartbeat: { model: "bridge" } },
    ],
  },
  auth: { profiles: { "anthropic:default": { provider: "anthropic", mode: "token" } }, order: { anthropic: ["anthropic:default"] } },
}`;

describe('folders under the names of agents that are yet to be made', () => {
  it('are known where they lead out of the state directory, also to what is not there', async () => {
    const temp = tempWorld();
    for (const name of ['plain/agent', 'inside/agent', 'known/agent'])
      mkdirSync(temp.path('.openclaw/agents', name), { recursive: true });
    mkdirSync(temp.path('far/agent'), { recursive: true });
    mkdirSync(temp.path('.openclaw/agents/deep'));
    symlinkSync(temp.path('far'), temp.path('.openclaw/agents/linked'));
    symlinkSync(temp.path('far/agent'), temp.path('.openclaw/agents/deep/agent'));
    symlinkSync(temp.path('nowhere'), temp.path('.openclaw/agents/dangling'));
    symlinkSync('inside', temp.path('.openclaw/agents/round'));
    temp.write('.openclaw/openclaw.json', `{ agents: { list: [{ id: 'main' }, { id: 'known' }] } }`);
    const { state } = await findState(temp.world, '2026.9.6');
    const { fact } = await probeConfig(temp.world, makeReader(temp.world), state, '2026.9.6');
    expect(factValue(fact)?.foreignFolders).toEqual({
      linked: temp.path('far/agent'),
      deep: temp.path('far/agent'),
      dangling: temp.path('nowhere/agent'),
    });
    temp.remove();
  });
});

describe('configuration', () => {
  it('reads models, agents, providers and declared profiles from commented JSON5', async () => {
    const { facts } = await read(BRIDGED, '2026.4.29');
    expect(facts).toMatchObject({
      syntaxError: null,
      agentsShape: 'list',
      defaultAgent: 'lite',
      primary: 'bridge',
      fallbacks: ['claude-max-proxy/claude-sonnet-4'],
      aliases: { bridge: 'claude-max-proxy/claude-opus-4' },
      heartbeatModel: 'claude-max-proxy/claude-sonnet-4',
      declaredProfiles: { 'anthropic:default': { provider: 'anthropic', mode: 'token' } },
      order: { anthropic: ['anthropic:default'] },
      allowlist: {
        where: 'agents.defaults.models',
        refs: ['claude-max-proxy/claude-opus-4', 'claude-max-proxy/claude-sonnet-4'],
      },
    });
    expect(facts.agents).toEqual([
      {
        id: 'main',
        isDefault: false,
        agentDir: '/home/ana/.openclaw/agents/main/agent',
        agentDirExists: true,
        model: null,
        fallbacks: [],
        heartbeatModel: null,
        at: ['agents', 'list', 0],
      },
      {
        id: 'lite',
        isDefault: true,
        agentDir: '/home/ana/lite-agent',
        agentDirExists: false,
        outside: '/home/ana/lite-agent',
        model: 'anthropic/claude-haiku-4-5',
        fallbacks: ['bridge'],
        heartbeatModel: 'bridge',
        at: ['agents', 'list', 1],
      },
    ]);
    expect(isBridgeRef('bridge', facts)).toBe(true);
    expect(isBridgeRef('BRIDGE', facts)).toBe(true);
    expect(isAnthropicRef('anthropic/claude-haiku-4-5', facts)).toBe(true);
    expect(resolveAlias('unknown', facts)).toBe('unknown');
  });

  it('makes folders of names as OpenClaw does, and takes the first of two that give one', async () => {
    const { facts } = await read(
      `{ agents: { list: [{ id: 'Work Bot' }, { id: '../../.ssh' }, { id: 'work-bot', model: 'x/y' }] } }`,
    );
    expect(facts.agents.map(({ id, agentDir, model }) => [id, agentDir, model])).toEqual([
      ['work-bot', '/home/ana/.openclaw/agents/work-bot/agent', null],
      ['ssh', '/home/ana/.openclaw/agents/ssh/agent', null],
    ]);
  });

  it('has one implicit agent without a file, without agents, and with an empty list', async () => {
    for (const text of [null, '{}', '{ agents: { list: [] } }']) {
      const { facts } = await read(text);
      expect(facts.agentsShape).toBe('none');
      expect(facts.agents.map(({ id, isDefault, at }) => [id, isDefault, at])).toEqual([['main', true, undefined]]);
    }
  });

  it('reads the keyed roster of later releases and its system agent', async () => {
    const roster = (defaults: string) =>
      `{ agents: { defaults: ${defaults}, entries: { a: {}, main: { model: "x/y" } } } }`;
    expect((await read(roster('{}'))).facts.defaultAgent).toBe('main');
    const { facts } = await read(roster('{ systemAgent: { agentId: "a" } }'));
    expect(facts.defaultAgent).toBe('a');
    expect(facts.agentsShape).toBe('entries');
    expect(facts.agents[1]).toMatchObject({ id: 'main', model: 'x/y', at: ['agents', 'entries', 'main'] });
  });

  it('finds the allowlist where this release keeps it', async () => {
    const models = 'models: { "a/b": {} }';
    const config = (more: string, meta = '{}') => `{ meta: ${meta}, agents: { defaults: { ${models}${more} } } }`;
    const where = async (text: string, version: string) => (await read(text, version)).facts.allowlist;
    expect(await where(config(''), '2026.7.1')).toEqual({ where: 'agents.defaults.models', refs: ['a/b'] });
    // Not migrated yet: 2026.9.6 still reports these refs as allowed.
    expect(await where(config(''), '2026.9.6')).toEqual({ where: 'agents.defaults.models', refs: ['a/b'] });
    const migrated = '{ migrations: { modelPolicyAllowlist: true } }';
    expect(await where(config('', migrated), '2026.9.6')).toBeNull();
    expect(await where(config(', modelPolicy: { allow: ["c/d"] }', migrated), '2026.9.6')).toEqual({
      where: 'agents.defaults.modelPolicy.allow',
      refs: ['c/d'],
    });
    expect(await where('{}', '2026.4.29')).toBeNull();
  });

  it('puts included files in and says which part comes from where', async () => {
    const files = {
      '/home/ana/.openclaw/agents.json5': { $include: './more/defaults.json5', list: [{ id: 'main' }, { id: 'x' }] },
      '/home/ana/.openclaw/more/defaults.json5': { defaults: { model: 'anthropic/claude-opus-4-6', workspace: 'w' } },
    };
    const text =
      '{ agents: { $include: "./agents.json5", defaults: { model: "a/b" } }, models: { $include: ["gone.json"] } }';
    const { facts } = await read(text, '2026.9.6', files);
    expect(facts.primary).toBe('a/b');
    expect(facts.agents.map((agent) => agent.id)).toEqual(['main', 'x']);
    expect(facts.includedParts).toEqual([
      { at: ['agents'], file: '/home/ana/.openclaw/agents.json5', read: true },
      { at: ['agents'], file: '/home/ana/.openclaw/more/defaults.json5', read: true },
      { at: ['models'], file: '/home/ana/.openclaw/gone.json', read: false },
    ]);
    expect(facts.includes).toHaveLength(3);
  });

  it('ends with an include that names itself', async () => {
    const files = {
      '/home/ana/.openclaw/openclaw.json': { $include: 'openclaw.json', agents: { list: [{ id: 'a' }] } },
    };
    const { facts } = await read('{ $include: "openclaw.json" }', '2026.9.6', files);
    expect(facts.agents[0]?.id).toBe('a');
  });

  it('points at the fault and hides a secret on that line', async () => {
    const { facts } = await read('{\n  gateway: { auth: { token: "hunter2-hunter2" } ]\n}');
    expect(facts.syntaxError).toMatchObject({ line: 2 });
    expect(facts.syntaxError?.text).not.toContain('hunter2');
    expect(facts.syntaxError?.text).toHaveLength('  gateway: { auth: { token: "hunter2-hunter2" } ]'.length);
    expect(facts.agents).toEqual([]);
  });

  it('survives shapes nobody should write', async () => {
    const odd =
      '{ agents: { defaults: { model: 3, models: ["x"], heartbeat: "no" }, list: [null, 7, {}, { id: "ok", model: [] }] }, models: { providers: [1] }, auth: { profiles: "none", order: { a: "b" } } }';
    const { facts } = await read(odd, '2026.2.17');
    expect(facts.agents.map((agent) => agent.id)).toEqual(['ok']);
    expect(facts.primary).toBeNull();
    for (const text of ['[]', '7', 'null', '"x"']) expect((await read(text)).facts.agents).toHaveLength(1);
  });
});

describe('bridges', () => {
  const provider = async (block: string) => (await read(`{ models: { providers: { ${block} } } }`)).facts.providers[0];
  it.each([
    ['"claude-max-proxy": { baseUrl: "http://127.0.0.1:3457/v1", models: [] }', true],
    ['meridian: { baseUrl: "http://127.0.0.1:3456", models: [] }', true],
    ['local: { baseUrl: "http://localhost:9000/v1", models: [{ id: "claude-opus-4" }] }', true],
    ['relay: { baseUrl: "https://relay.example/v1", models: [{ id: "anthropic/claude-sonnet-4" }] }', true],
    ['anthropic: { baseUrl: "http://127.0.0.1:8080", models: [{ id: "claude-opus-4" }] }', true],
    ['anthropic: { baseUrl: "https://api.anthropic.com", models: [{ id: "claude-opus-4" }] }', false],
    ['openrouter: { baseUrl: "https://openrouter.ai/api/v1", models: [{ id: "anthropic/claude-opus-4" }] }', false],
    ['ollama: { baseUrl: "http://127.0.0.1:11434/v1", models: [{ id: "qwen3" }] }', false],
    ['odd: { baseUrl: "not a url", models: [{ id: "claude-x" }] }', false],
  ])('%s → %s', async (block, bridge) => {
    expect((await provider(block))?.bridge).toBe(bridge);
  });

  it('takes a Claude model of the openai provider for a bridge', async () => {
    const { facts } = await read('{}');
    expect(isBridgeRef('openai/claude-opus-4', facts)).toBe(true);
    expect(isBridgeRef('openai/gpt-5.5', facts)).toBe(false);
    expect(isBridgeRef('anthropic/claude-opus-5', facts)).toBe(false);
  });

  it('tells a base URL that doubles /v1', async () => {
    const doubled = await provider('anthropic: { baseUrl: "https://api.anthropic.com/v1/", models: [] }');
    expect(doubled && doublesV1(doubled)).toBe(true);
    const right = await provider('anthropic: { baseUrl: "https://api.anthropic.com", models: [] }');
    expect(right && doublesV1(right)).toBe(false);
  });
});

describe('an alias that would be the first key of agents.defaults.models', () => {
  const MARKED = `{ meta: { migrations: { modelPolicyAllowlist: true } }, agents: { defaults: { model: 'openai/gpt-5' } } }`;
  const BARE = `{ agents: { defaults: { model: 'openai/gpt-5' } } }`;
  const claude = 'anthropic/claude-opus-5';
  const named = async (text: string, version: string, migratesFirst: boolean) => {
    const { facts } = await read(text, version);
    const alias = { op: 'set' as const, path: ['agents', 'defaults', 'models', claude, 'alias'], value: 'Opus' };
    return allowEdits(facts, version, [claude], [alias], migratesFirst).map(({ path }) => path.at(-1));
  };

  it.each([
    ['before 2026.8.1 it is an allowlist', BARE, '2026.7.1', false, ['openai/gpt-5']],
    ['in 2026.9.6 still, before its first write', BARE, '2026.9.6', false, ['openai/gpt-5']],
    ['no longer where that write comes first', BARE, '2026.9.6', true, []],
    ['no longer after it', MARKED, '2026.9.6', false, []],
  ])('%s', async (_, text, version, migratesFirst, also) => {
    expect(await named(text, version, migratesFirst)).toEqual(also);
  });
});
