import json5 from 'json5';
import { describe, expect, it } from 'vitest';
import { actionKinds, type ConfigEditParams } from '../../../src/actions/index.ts';
import { availabilityOf } from '../../../src/doctor/gate.ts';
import type { Action } from '../../../src/engine/types.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { type Edit, edit } from '../../../src/json5/index.ts';
import { checks } from '../../../src/methods/proxy/checks.ts';
import { proxy } from '../../../src/methods/proxy/index.ts';
import type { Answers } from '../../../src/methods/types.ts';
import type { ServicesFacts } from '../../../src/services/records.ts';
import { known, unknown } from '../../../src/system/fact.ts';
import { Problem } from '../../../src/system/problem.ts';
import { type FactsInput, factsFor, STATE } from '../../support/facts-for.ts';
import { cannedServicesFacts } from '../../support/services-facts.ts';

const HOME = '/home/ana';
const KEY = 'k'.repeat(43);
const BRIDGE = `'claude-bridge': { baseUrl: 'http://127.0.0.1:3456/v1', models: [{ id: 'claude-opus-4', name: 'x' }] }`;
const OLD_REFS: Readonly<Record<string, readonly [string, string]>> = {
  'a bridge': ['claude-bridge/claude-opus-4', 'claude-bridge/claude-sonnet-4'],
  'the setup token': ['anthropic/claude-opus-5', 'anthropic/claude-sonnet-5'],
};
const list = ([opus, sonnet]: readonly [string, string]) =>
  `{ agents: { defaults: { model: { primary: '${opus}', fallbacks: ['${sonnet}', 'openai/gpt-5'] }, heartbeat: { model: '${sonnet}' }, models: { '${opus}': { alias: 'Opus' }, 'openai/gpt-5': {} } }, list: [{ id: 'main', default: true }, { id: 'lite', model: '${sonnet}' }, { id: 'other', model: 'openai/gpt-5' }] }, models: { providers: { ${BRIDGE} } }, mine: 1 }`;
const entries = ([opus, sonnet]: readonly [string, string]) =>
  `{ agents: { defaults: { model: { primary: '${opus}', fallbacks: ['${sonnet}', 'openai/gpt-5'] }, heartbeat: { model: '${sonnet}' }, models: { '${opus}': { alias: 'Opus' } }, modelPolicy: { allow: ['${opus}', 'openai/gpt-5'] } }, ownership: 'explicit', entries: { main: {}, lite: { model: '${sonnet}' }, other: { model: 'openai/gpt-5' } } }, models: { providers: { ${BRIDGE} } }, meta: { lastTouchedVersion: 'x', migrations: { modelPolicyAllowlist: true } }, mine: 1 }`;
const textFor = (version: string, old: keyof typeof OLD_REFS = 'a bridge') =>
  (/^2026\.[89]\./.test(version) ? entries : list)(OLD_REFS[old] as readonly [string, string]);

const CLAUDE = {
  path: `${HOME}/.local/bin/claude`,
  realPath: `${HOME}/.local/bin/claude`,
  version: '2.1.329',
  wins: true,
};

const SIGNED_OUT = known({ loggedIn: false, authMethod: 'none' }, 'claude');

async function factsOf(input: FactsInput, change: Partial<Facts> = {}): Promise<Facts> {
  return {
    ...(await factsFor(input)),
    claude: known([CLAUDE], 'PATH'),
    claudeSignIn: known({ loggedIn: true, authMethod: 'claude.ai', plan: 'max' }, 'claude auth status'),
    ...change,
  };
}

async function plan(input: FactsInput, change: Partial<Answers> = {}): Promise<readonly Action[]> {
  const facts = await factsOf(input);
  return proxy.plan(facts, { ...proxy.defaults(facts), ...change });
}

it.each(['2026.2.17', '2026.6.1', '2026.9.6'])(
  '%s: makes no new agent whose folder leads out of the state directory, or is none',
  async (version) => {
    const links = { [`${STATE}/agents/claude/agent`]: '/srv/agent' };
    const input = { version, config: textFor(version), links };
    const role = 'agent' as const;
    await expect(plan(input, { role, newAgent: 'claude' })).rejects.toMatchObject({
      code: 'agent-outside',
      what: expect.stringContaining('/srv/agent'),
      more: { next: 'ls -ld /srv/agent' },
    });
    await expect(plan(input, { role, newAgent: '../../.ssh' })).rejects.toMatchObject({ code: 'bad-agent-id' });
    expect(ids(await plan(input, { role, newAgent: 'other2' }))).not.toEqual([]);
  },
);

const ids = (actions: readonly Action[]) => actions.map(({ id }) => id);
const step = (actions: readonly Action[], id: string) => {
  const found = actions.find((one) => one.id === id);
  if (!found) throw new Error(`${id} is not among ${ids(actions).join(', ')}`);
  return found;
};

/** The config after every step that edits it; the key is what the secret file would give. */
function configText(actions: readonly Action[], text: string): string {
  const own = actions.filter(({ params }) => (params as ConfigEditParams).file === `${STATE}/openclaw.json`);
  const edits = own.flatMap(({ params }) => (params as ConfigEditParams).edits);
  const shown = JSON.parse(JSON.stringify(edits), (_key, value) =>
    value !== null && typeof value === 'object' && '$secretFile' in value ? KEY : value,
  ) as Edit[];
  return edit(text, shown);
}
const configAfter = (actions: readonly Action[], text: string) => json5.parse(configText(actions, text));

/** Services as they are once a plan was carried out. */
function servicesAfter(
  actions: readonly Action[],
  text: string,
  before = cannedServicesFacts(HOME, 'ana'),
): ServicesFacts {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const block = configAfter(actions, text).models.providers['claude-max-proxy'];
  return {
    ...before,
    runtime: { ...before.runtime, present: true },
    keyFile: { ...before.keyFile, usable: true },
    provider:
      block.apiKey === KEY
        ? { id: 'claude-max-proxy', baseUrl: block.baseUrl, api: block.api, models: block.models, otherKeys: [] }
        : null,
    leftovers: [],
    modelCopies: [],
    ours: before.ours.map((one) => {
      const content = (actions.find(({ id }) => id === `service-${one.id}`)?.params as { content?: string })?.content;
      if (content === undefined) return one;
      return { ...one, sha256: createHash('sha256').update(content).digest('hex'), enabled: true, active: true };
    }),
    maxApi: { ...before.maxApi, present: actions.some(({ id }) => id === 'claude-max-api-package') },
  };
}

describe('the plan of the proxy', () => {
  it('brings everything that has to stand before OpenClaw is told of it', async () => {
    const actions = await plan({ version: '2026.9.6', config: textFor('2026.9.6') });
    expect(ids(actions)).toEqual(['proxy-key', 'proxy-runtime', 'service-normalizer', 'proxy-provider', 'use-claude']);
    const unit = step(actions, 'service-normalizer').params as { content: string; ready: object };
    expect(unit.content).toContain(
      'ExecStart=/usr/bin/node %h/.local/share/clawauth-setup/runtime/1.0.0/normalizer.mjs --port 3457 --key-file %h/.local/share/clawauth-setup/normalizer.key --claude %h/.local/bin/claude --work-dir %t/clawauth-normalizer/work',
    );
    expect(unit.ready).toMatchObject({ port: 3457 });
    expect(step(actions, 'proxy-key').params).not.toHaveProperty('value');
  });

  it('starts claude-max-api-proxy first, fetched into a folder of its own, and the gateway last', async () => {
    const input = { version: '2026.9.6', config: textFor('2026.9.6') };
    const facts = await factsOf(input, {
      gateway: known({ running: true, port: 18789, unit: 'openclaw-gateway.service', manager: 'systemd-user' }, 'unit'),
    });
    const actions = proxy.plan(facts, { ...proxy.defaults(facts), upstream: 'claude-max-api' });
    expect(ids(actions).slice(0, 5)).toEqual([
      'proxy-key',
      'proxy-runtime',
      'claude-max-api-package',
      'service-claude-max-api',
      'service-normalizer',
    ]);
    const units = ['claude-max-api', 'normalizer'].map(
      (id) => (step(actions, `service-${id}`).params as { content: string }).content,
    );
    expect(units[0]).toMatch(/standalone\.js 3459$/m);
    expect(units[0]).toContain('CLAUDE_CODE_DISABLE_ATTACHMENTS=1');
    expect(units[0]).toMatch(/^Environment="?PATH=\/usr\/bin:%h\/\.local\/bin:/m);
    expect(units[1]).toContain('Wants=clawauth-claude-max-api.service');
    expect(units[1]).toContain('After=clawauth-claude-max-api.service');
    expect(units[1]).toContain('Before=openclaw-gateway.service');
    expect(units[1]).toContain('--upstream claude-max-api --upstream-port 3459');
    // One argument of 128 KiB is the most that it can hand over.
    const rows = configAfter(actions, input.config).models.providers['claude-max-proxy'].models;
    expect(rows.map((row: { contextWindow: number }) => row.contextWindow)).toEqual([32_000, 32_000, 32_000]);
  });

  it("uses the person's own global claude-max-api-proxy where there is one", async () => {
    const script = '/usr/lib/node_modules/claude-max-api-proxy/dist/server/standalone.js';
    const maxApi = { ...cannedServicesFacts(HOME).maxApi, global: script };
    const config = textFor('2026.9.6');
    const actions = await plan({ version: '2026.9.6', config, services: { maxApi } }, { upstream: 'claude-max-api' });
    expect(ids(actions)).not.toContain('claude-max-api-package');
    expect((step(actions, 'service-claude-max-api').params as { content: string }).content).toContain(script);
  });

  it.each(['2026.1.24-3', '2026.2.17', '2026.4.29', '2026.6.1', '2026.7.1', '2026.8.1', '2026.9.6'])(
    '%s: maps what names Claude or a bridge, by family, and nothing else',
    async (version) => {
      for (const old of Object.keys(OLD_REFS)) {
        const config = textFor(version, old);
        const actions = await plan({ version, config }, { keepModel: ['other'] });
        const done = configAfter(actions, config);
        const { defaults } = done.agents;
        expect(defaults.model).toEqual({
          primary: 'claude-max-proxy/opus',
          fallbacks: ['claude-max-proxy/sonnet', 'openai/gpt-5'],
        });
        expect(defaults.heartbeat.model).toBe('claude-max-proxy/sonnet');
        expect(defaults.models['claude-max-proxy/opus']).toMatchObject({ alias: 'Opus' });
        const agents =
          done.agents.entries ?? Object.fromEntries(done.agents.list.map((a: { id: string }) => [a.id, a]));
        const lite = agents.lite.model;
        expect(lite.primary ?? lite).toBe('claude-max-proxy/sonnet');
        expect(agents.other.model).toBe('openai/gpt-5');
        const allowed = defaults.modelPolicy?.allow ?? Object.keys(defaults.models);
        for (const ref of ['opus', 'sonnet']) expect(allowed).toContain(`claude-max-proxy/${ref}`);
        expect(allowed).toContain('openai/gpt-5');
        expect(done.mine).toBe(1);
        expect(done.meta).toEqual(json5.parse(config).meta);
        expect(done.models.providers['claude-bridge']).toEqual(json5.parse(config).models.providers['claude-bridge']);
        expect(done.models.providers['claude-max-proxy']).toMatchObject({
          baseUrl: 'http://127.0.0.1:3457/v1',
          api: 'openai-completions',
          apiKey: KEY,
        });
      }
    },
  );

  it.each(['2026.2.17', '2026.9.6'])('%s: is empty when everything is so, whatever the answers', async (version) => {
    const config = textFor(version);
    const changes: Partial<Answers>[] = [
      {},
      { role: 'fallback' },
      { role: 'agent' },
      { upstream: 'claude-max-api' },
      { service: 'none' },
      { cron: 'keep' },
    ];
    for (const change of changes) {
      const facts = await factsOf({ version, config });
      const answers = { ...proxy.defaults(facts), ...change };
      const actions = proxy.plan(facts, answers);
      expect(actions.length).toBeGreaterThan(2);
      const again = await factsOf({
        version,
        config: configText(actions, config),
        services: servicesAfter(actions, config),
      });
      expect(ids(proxy.plan(again, answers)), JSON.stringify(change)).toEqual([]);
      if (change.role === 'agent' || change.cron === 'keep') continue;
      // What the present state suggests is what was set up.
      const { role, primary, upstream, service } = proxy.defaults(again);
      expect({ role, primary, upstream, service }).toEqual({
        role: answers.role,
        primary: answers.primary,
        upstream: answers.upstream,
        service: answers.service,
      });
    }
  });

  it('brings back a service that was stopped, and starts one again whose key is new', async () => {
    const config = textFor('2026.9.6');
    const first = await plan({ version: '2026.9.6', config });
    const services = servicesAfter(first, config);
    const text = configText(first, config);
    const stopped = { ...services, ours: services.ours.map((one) => ({ ...one, active: false })) };
    expect(ids(await plan({ version: '2026.9.6', config: text, services: stopped }))).toEqual(['service-normalizer']);
    const keyless = { ...services, keyFile: { ...services.keyFile, usable: false }, provider: null };
    const actions = await plan({ version: '2026.9.6', config: text, services: keyless });
    expect(ids(actions)).toEqual(['proxy-key', 'service-normalizer', 'proxy-provider']);
    expect(step(actions, 'service-normalizer').params).toMatchObject({ again: true });
  });

  it('replaces a hand-made block of its name, and keeps the ids that are in use', async () => {
    const config = `{ agents: { defaults: { model: 'claude-max-proxy/claude-opus-4' } }, models: { providers: { 'claude-max-proxy': { baseUrl: 'http://127.0.0.1:3457/v1', apiKey: 'not-needed', headers: { 'x-a': 'b' }, models: [{ id: 'claude-opus-4', name: 'a' }, { id: 'claude-sonnet-4-5', name: 'b' }] } } } }`;
    const actions = await plan({ version: '2026.7.1', config });
    const done = configAfter(actions, config);
    const block = done.models.providers['claude-max-proxy'];
    expect(block.apiKey).toBe(KEY);
    expect(block.headers).toBeUndefined();
    expect(block.models.map(({ id }: { id: string }) => id)).toEqual(['opus', 'sonnet', 'haiku', 'claude-opus-4']);
    // A model that the normalizer serves under that name stays what it is.
    expect(done.agents.defaults.model).toBe('claude-max-proxy/claude-opus-4');
  });

  it('stops and takes away what guides left, before its own services start', async () => {
    const file = `${HOME}/.config/systemd/user/claude-max-api.service`;
    const script = `${HOME}/.openclaw/content-normalizer-proxy.js`;
    const leftover = { sha256: 'a'.repeat(64), ports: [3457], removable: true, active: true };
    const leftovers: ServicesFacts['leftovers'] = [
      {
        ...leftover,
        name: 'claude-max-api.service',
        manager: 'systemd-user',
        file,
        links: [`${HOME}/.config/systemd/user/default.target.wants/claude-max-api.service`],
        script: null,
      },
      {
        ...leftover,
        name: 'openclaw-content-normalizer.service',
        manager: 'systemd-user',
        file: file.replace('claude-max-api', 'openclaw-content-normalizer'),
        links: [],
        script,
      },
      {
        ...leftover,
        name: 'claude-max-api.service',
        manager: 'systemd-system',
        file: '/etc/systemd/system/claude-max-api.service',
        links: [],
        script: null,
        removable: false,
      },
    ];
    const actions = await plan({ version: '2026.9.6', config: textFor('2026.9.6'), services: { leftovers } });
    expect(ids(actions).slice(0, 4)).toEqual([
      'retire-claude-max-api.service',
      'retire-openclaw-content-normalizer.service',
      'retire-script-1',
      'proxy-key',
    ]);
    const touched = actions.slice(0, 3).flatMap(({ touches }) => touches.map(({ path }) => path));
    expect(touched).toContain(file);
    expect(touched).toContain(script);
    expect(touched.some((path) => path.startsWith('/etc/'))).toBe(false);
  });

  it('cleans the copies of the provider that OpenClaw keeps per agent', async () => {
    const file = `${STATE}/agents/lite/agent/models.json`;
    const modelCopies = [{ file, provider: 'claude-max-proxy', current: false }];
    const actions = await plan({ version: '2026.9.6', config: textFor('2026.9.6'), services: { modelCopies } });
    expect(step(actions, 'provider-copies').params).toMatchObject({
      files: expect.arrayContaining([file]),
      path: ['providers', 'claude-max-proxy'],
    });
    expect(ids(actions).indexOf('provider-copies')).toBeLessThan(ids(actions).indexOf('proxy-provider'));
    // A copy alone is a reason as well.
    const config = textFor('2026.9.6');
    const first = await plan({ version: '2026.9.6', config });
    const services = { ...servicesAfter(first, config), modelCopies };
    expect(ids(await plan({ version: '2026.9.6', config: configText(first, config), services }))).toEqual([
      'provider-copies',
    ]);
  });

  it('takes the copies that OpenClaw will make along with the provider, and lists no step for it', async () => {
    const actions = await plan({ version: '2026.9.6', config: textFor('2026.9.6') });
    expect(ids(actions)).not.toContain('provider-copies');
    const { params, touches } = step(actions, 'proxy-provider');
    const files = [`${STATE}/agents/main/agent/models.json`, `${STATE}/agents/lite/agent/models.json`];
    const { copiedTo } = params as ConfigEditParams;
    expect(copiedTo).toMatchObject({ files: expect.arrayContaining(files), path: ['providers', 'claude-max-proxy'] });
    expect(touches.map(({ path }) => path)).toEqual(expect.arrayContaining(files));
  });

  it('points cron jobs by either way, and leaves the others alone', async () => {
    const jobs = [
      { kind: 'agentTurn', model: 'anthropic/claude-opus-5' },
      { kind: 'agentTurn', model: 'claude-bridge/claude-opus-4' },
      { kind: 'agentTurn', model: 'openai/gpt-5' },
      { kind: 'heartbeat', model: 'anthropic/claude-opus-5', system: true },
    ];
    const config = textFor('2026.9.6');
    const actions = await plan({ version: '2026.9.6', config, jobs, gateway: true });
    expect(ids(actions).filter((id) => id.startsWith('cron-'))).toEqual(['cron-job-0', 'cron-job-1']);
    expect(ids(await plan({ version: '2026.9.6', config, jobs, gateway: true }, { cron: 'keep' }))).not.toContain(
      'cron-job-0',
    );
  });

  it('restarts a running gateway only where the release needs it, or for the drop-in', async () => {
    const old = { version: '2026.6.1', config: textFor('2026.6.1'), gateway: true };
    expect(ids(await plan(old)).at(-1)).toBe('gateway-restart');
    expect(ids(await plan(old))[0]).toBe('gateway-after-undo');
    const newer = { ...old, version: '2026.9.6', config: textFor('2026.9.6') };
    expect(ids(await plan(newer))).not.toContain('gateway-restart');
    const unit = 'openclaw-gateway.service';
    const dropIn = { file: `${HOME}/.config/systemd/user/${unit}.d/clawauth-setup.conf`, sha256: null };
    const facts = await factsOf(
      { ...newer, services: { dropIn } },
      { gateway: known({ running: true, port: 18789, unit, manager: 'systemd-user' }, 'unit') },
    );
    expect(proxy.defaults(facts).gatewayNoRespawn).toBe(false);
    const asked = proxy.plan(facts, { ...proxy.defaults(facts), gatewayNoRespawn: true });
    expect(ids(asked).slice(-2)).toEqual([`drop-in-${unit}`, 'gateway-restart']);
    expect((step(asked, `drop-in-${unit}`).params as { content: string }).content).toContain('OPENCLAW_NO_RESPAWN=1');
  });

  it('needs no service manager when the person runs it', async () => {
    const services = {
      manager: { ok: false as const, because: 'no systemd', help: 'run it' },
      place: null,
      ours: [],
    };
    const input = { version: '2026.9.6', config: textFor('2026.9.6'), services };
    const facts = await factsOf(input);
    expect(proxy.availability(facts)).toMatchObject({ ok: true });
    expect(proxy.defaults(facts).service).toBe('none');
    expect(ids(await plan(input))).toEqual(['proxy-key', 'proxy-runtime', 'proxy-provider', 'use-claude']);
    await expect(plan(input, { service: 'install' })).rejects.toMatchObject({ code: 'no-service-manager' });
  });

  it('is not set up by root in the home of somebody else, and says how it is', async () => {
    const input = { version: '2026.9.6', config: textFor('2026.9.6'), services: { homeOwner: 'ana' } };
    expect(proxy.availability(await factsOf(input))).toEqual({
      ok: false,
      because: 'this runs as root in the home of ana, who could not read what the proxy needs there',
      help: 'sudo -iu ana clawauth-setup',
    });
  });

  it('says what is missing', async () => {
    const input = { version: '2026.9.6', config: textFor('2026.9.6') };
    const runtime = { ...cannedServicesFacts(HOME).runtime, source: null, sha256: null };
    await expect(plan({ ...input, services: { runtime } })).rejects.toMatchObject({ code: 'runtime-missing' });
    await expect(plan({ ...input, services: { npm: null } }, { upstream: 'claude-max-api' })).rejects.toMatchObject({
      code: 'npm-missing',
    });
    await expect(plan(input, { agents: ['nobody'] })).rejects.toMatchObject({ code: 'unknown-agent' });
    const facts = await factsOf(input, { services: unknown('crashed', 'no reason') });
    expect(() => proxy.plan(facts, proxy.defaults(facts))).toThrow(Problem);
  });

  it('has only steps that the registry knows and a receipt can hold, without the key', async () => {
    const actions = await plan({ version: '2026.9.6', config: textFor('2026.9.6') }, { upstream: 'claude-max-api' });
    for (const action of actions) {
      const kind = actionKinds.get(action.kind);
      expect(kind?.parse(JSON.parse(JSON.stringify(action.params)), action.schema)).toEqual(action.params);
    }
    expect(JSON.stringify(actions)).toContain('"$secretFile"');
  });
});

describe('whether the proxy can be set up', () => {
  const input = { version: '2026.9.6', config: textFor('2026.9.6') };

  it.each([
    ['Claude Code is missing', { claude: unknown('absent', 'none') }, /not found/, /npm install -g/],
    ['it is too old', { claude: known([{ ...CLAUDE, version: '2.1.36' }], 'PATH') }, /2\.1\.36 is too old/, /update/],
    [
      'it is signed out, and too old to be led through a sign-in',
      { claudeSignIn: SIGNED_OUT, claude: known([{ ...CLAUDE, version: '2.1.100' }], 'PATH') },
      /not signed in/,
      /claude auth login$/,
    ],
    ['OpenClaw is missing', { release: unknown('absent', 'none') }, /OpenClaw was not found/, /npm install/],
  ] as const)('not when %s', async (_what, change, because, help) => {
    const found = availabilityOf(proxy, await factsOf(input, change as Partial<Facts>));
    expect(found).toMatchObject({ ok: false });
    expect(found.because).toMatch(because);
    expect(found.help).toMatch(help);
  });

  it('where the person signs in to it first', async () => {
    const found = availabilityOf(proxy, await factsOf(input, { claudeSignIn: SIGNED_OUT }));
    expect(found).toMatchObject({ ok: true, because: expect.stringContaining('you sign in first') });
  });

  it('passes over an old Claude Code for a new one', async () => {
    const old = { ...CLAUDE, path: '/usr/bin/claude', version: '2.0.77' };
    const facts = await factsOf(input, { claude: known([old, { ...CLAUDE, wins: false }], 'PATH') });
    expect(proxy.availability(facts).ok).toBe(true);
    const { content } = step(proxy.plan(facts, proxy.defaults(facts)), 'service-normalizer').params as {
      content: string;
    };
    expect(content).toContain('--claude %h/.local/bin/claude');
  });
});

describe('a proxy set up by hand', () => {
  const config = textFor('2026.9.6');
  const leftover: ServicesFacts['leftovers'][number] = {
    name: 'claude-max-api.service',
    manager: 'systemd-user',
    file: '/x',
    sha256: null,
    links: [],
    script: null,
    ports: [],
    removable: true,
    active: true,
  };

  it('is recognised by its services and the bridge that OpenClaw uses', async () => {
    const services = { leftovers: [leftover] };
    expect(proxy.recognise?.(await factsOf({ version: '2026.9.6', config, services }))).toMatchObject({
      title: expect.stringContaining('http://127.0.0.1:3456/v1'),
      tokenEnds: null,
    });
    expect(proxy.recognise?.(await factsOf({ version: '2026.9.6', config }))).toBeNull();
    const other = config.replaceAll('127.0.0.1', 'relay.example.org');
    expect(proxy.recognise?.(await factsOf({ version: '2026.9.6', config: other, services }))).toBeNull();
  });
});

describe('what is no longer so', () => {
  it('is told: the provider gone, at another address, or with another key', async () => {
    const config = textFor('2026.9.6');
    const actions = await plan({ version: '2026.9.6', config });
    const services = servicesAfter(actions, config);
    const text = configText(actions, config);
    const driftWith = async (change: Partial<ServicesFacts>, now = text) => {
      const facts = await factsOf({ version: '2026.9.6', config: now, services: { ...services, ...change } });
      return proxy.drift?.(proxy.defaults(facts), facts).map(({ says }) => says);
    };
    expect(await driftWith({})).toEqual([]);
    expect(await driftWith({ provider: null }, config)).toEqual(['The provider claude-max-proxy is gone.']);
    expect(await driftWith({ provider: null })).toEqual([
      'The key of claude-max-proxy is not the one that the proxy takes.',
    ]);
    const moved = text.replace('127.0.0.1:3457', '127.0.0.1:9');
    expect((await driftWith({}, moved))?.[0]).toContain('http://127.0.0.1:9/v1');
  });
});

describe('the checks of the proxy', () => {
  it('ask the costly questions last, and apart', async () => {
    const facts = await factsOf({ version: '2026.9.6', config: textFor('2026.9.6') });
    const all = checks(facts, proxy.defaults(facts), facts);
    expect(all.filter(({ costs }) => costs).map(({ id }) => id)).toEqual(['answer', 'turn']);
    expect(all.slice(-2).every(({ costs }) => costs)).toBe(true);
  });
});
