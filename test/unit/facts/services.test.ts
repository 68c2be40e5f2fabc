import { describe, expect, it } from 'vitest';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { findServices, type ServicesGiven, serviceHashes } from '../../../src/facts/services.ts';
import { Facts } from '../../../src/facts/types.ts';
import type { GatewayFacts } from '../../../src/openclaw/records.ts';
import { ServicesFacts } from '../../../src/services/records.ts';
import type { LocalRequest, World } from '../../../src/system/world.ts';
import type { Answer, MemoryEntry } from '../../support/memory-world.ts';
import { CONFIG, HOME, installed, machine, STATE } from './homes.ts';

const KEY = `FAKE${'k'.repeat(39)}`;
const DATA = `${HOME}/.local/share/clawauth-setup`;
const UNITS = `${HOME}/.config/systemd/user`;
const UNIT = `${UNITS}/clawauth-normalizer.service`;
const SYSTEMD: Record<string, MemoryEntry> = {
  '/run/systemd/system/x': '',
  [`${'/run/user/1000'}/bus`]: { content: '', uid: 1000 },
};
const MANAGER: Record<string, Answer> = {
  'systemctl --version': { stdout: 'systemd 252 (252.1)\n' },
  'systemctl --user show --property=Version': { stdout: 'Version=252\n' },
  'loginctl show-user': { stdout: 'Linger=no\n' },
  'systemctl --user show clawauth-normalizer.service': {
    stdout: 'LoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\n',
  },
  'systemctl --user show claude-max-api.service': {
    stdout: 'LoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\n',
  },
};
const provider = (more: object) => ({
  models: {
    providers: { 'claude-max-proxy': { baseUrl: 'http://127.0.0.1:3457/v1', apiKey: KEY, models: [], ...more } },
  },
});
const key = { [`${DATA}/normalizer.key`]: { content: `${KEY}\n`, mode: 0o600 } };

async function found(
  files: Record<string, MemoryEntry>,
  given: Partial<ServicesGiven> = {},
  overrides: Partial<World> = {},
): Promise<ServicesFacts> {
  const world = machine({
    files: { '/usr/bin/node': { content: '', mode: 0o755 }, ...files },
    commands: MANAGER,
    overrides: { env: { HOME, PATH: '/usr/bin', XDG_RUNTIME_DIR: '/run/user/1000' }, ...overrides },
  });
  const fact = await findServices(world, {
    config: {},
    agents: [],
    gateway: undefined,
    ask: true,
    read: (path) => world.files.readText(path),
    ...given,
  });
  if (!fact.known) throw new Error(fact.detail);
  expect(ServicesFacts.parse(JSON.parse(JSON.stringify(fact.value)))).toEqual(fact.value);
  expect(JSON.stringify(fact)).not.toContain(KEY);
  return fact.value;
}

const listeningOn =
  (...ports: number[]) =>
  async (_host: string, port: number) =>
    ports.includes(port);

describe('what services need', () => {
  it('is told on a fresh machine, with what a person should know', async () => {
    const services = await found(SYSTEMD);
    expect(services.manager).toMatchObject({ ok: true, manager: 'systemd-user', systemd: 252 });
    expect(JSON.stringify(services.manager)).toContain('loginctl enable-linger ana');
    expect(services).toMatchObject({
      asked: true,
      place: { manager: 'systemd-user', home: HOME, user: 'ana', uid: 1000, configHome: `${HOME}/.config` },
      ports: { normalizer: 3457, claudeMaxApi: 3459, notes: [] },
      node: { path: '/usr/bin/node', version: '22.14.0' },
      keyFile: { path: `${DATA}/normalizer.key`, usable: false },
      provider: null,
      npm: null,
      maxApi: { folder: `${DATA}/claude-max-api-proxy-1.0.0`, present: false, global: null },
      leftovers: [],
    });
    expect(services.ours.map(({ file, sha256, enabled, active }) => ({ file, sha256, enabled, active }))).toEqual([
      { file: UNIT, sha256: null, enabled: false, active: null },
      { file: `${UNITS}/clawauth-claude-max-api.service`, sha256: null, enabled: false, active: null },
      { file: `${UNITS}/clawauth-claude-sync.service`, sha256: null, enabled: false, active: null },
    ]);
  });

  it('asks no manager in a sandbox, and none that is not there', async () => {
    const sandbox = await found(SYSTEMD, {}, { sandbox: '/tmp/x' });
    expect(sandbox).toMatchObject({ manager: { ok: false }, place: null, ours: [] });
    expect((await found({})).manager).toMatchObject({ ok: false, because: expect.stringContaining('systemd') });
    const quick = machine({ files: SYSTEMD });
    const config = {};
    await findServices(quick, { config, agents: [], gateway: undefined, ask: false, read: async () => null });
    expect(quick.ran).toEqual([]);
  });

  it('knows a key that is too open or too short for none', async () => {
    const at = `${DATA}/normalizer.key`;
    for (const entry of [
      { content: KEY, mode: 0o644 },
      { content: 'short', mode: 0o600 },
    ]) {
      expect((await found({ [at]: entry })).keyFile.usable).toBe(false);
    }
    expect(await found(key, { config: provider({}) })).toMatchObject({
      keyFile: { usable: true },
      provider: { id: 'claude-max-proxy' },
    });
    expect(await found(key, { config: provider({ apiKey: 'other' }) })).toMatchObject({ provider: null });
  });

  it('takes the path of Node that outlives an update', async () => {
    const real = '/opt/homebrew/Cellar/node/22.14.0/bin/node';
    const files = {
      [real]: { content: '', mode: 0o755 },
      '/opt/homebrew/bin/node': { link: real },
      '/run/user/1000/fnm_multishells/1_2/bin/node': { link: real },
    };
    const env = { HOME, PATH: '/run/user/1000/fnm_multishells/1_2/bin:/opt/homebrew/bin' };
    expect((await found(files, {}, { env, execPath: real })).node?.path).toBe('/opt/homebrew/bin/node');
  });

  it('hands on what Claude Code needs, but no password', async () => {
    const env = {
      HOME,
      PATH: '/usr/bin',
      CLAUDE_CONFIG_DIR: '/data/claude',
      HTTPS_PROXY: 'http://ana:hunter2@proxy:3128',
      NO_PROXY: 'localhost',
      ANTHROPIC_API_KEY: 'sk-ant-api03-FAKE',
    };
    expect(await found({}, {}, { env })).toMatchObject({
      env: { CLAUDE_CONFIG_DIR: '/data/claude', NO_PROXY: 'localhost' },
      withheld: ['HTTPS_PROXY'],
    });
  });

  it('is a fact among the others', async () => {
    const facts = await gatherFacts(
      machine({ files: { ...installed('2026.9.6'), [`${STATE}/openclaw.json`]: CONFIG } }),
      {
        slow: false,
      },
    );
    expect(facts.services).toMatchObject({ known: true, value: { asked: false } });
    expect(Facts.parse(JSON.parse(JSON.stringify(facts)))).toEqual(facts);
  });
});

describe('ports', () => {
  it('stay as they are set up, and move away from others', async () => {
    const unit = '[Service]\nExecStart=/usr/bin/node /x --port 3471 --key-file /k --upstream-port 3473\n';
    expect((await found({ ...SYSTEMD, [UNIT]: unit })).ports).toMatchObject({ normalizer: 3471, claudeMaxApi: 3473 });
    const busy = { network: { listening: listeningOn(3457) } };
    expect((await found({}, {}, busy)).ports).toMatchObject({ normalizer: 3459, claudeMaxApi: 3461 });
  });

  it('of a proxy in the foreground are ours only as long as it takes our key', async () => {
    const asked: (string | undefined)[] = [];
    const network = (status: number) => ({
      listening: listeningOn(3457),
      ask: async ({ key: sent }: LocalRequest) => {
        asked.push(sent?.reveal((value) => value));
        return { status, text: '' };
      },
    });
    const config = provider({});
    expect((await found(key, { config }, { network: network(200) })).ports.normalizer).toBe(3457);
    expect((await found(key, { config }, { network: network(401) })).ports.normalizer).toBe(3459);
    expect(asked).toEqual([KEY, KEY]);
  });

  it('count as free where what holds them will go', async () => {
    const file = `${UNITS}/claude-max-api.service`;
    const unit = '[Service]\nExecStart=/usr/bin/claude-max-api 3459\n';
    const network = { listening: listeningOn(3459) };
    expect((await found({ ...SYSTEMD, [file]: unit }, {}, { network })).ports.claudeMaxApi).toBe(3459);
  });
});

describe('root', () => {
  const gateway = { manager: 'systemd-system', unit: 'openclaw-gateway.service', running: true } as GatewayFacts;
  const users = { '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nana:x:1000:1000::/home/ana:/bin/sh\n' };
  const files = { ...SYSTEMD, ...users, [`${HOME}/.profile`]: '' };

  it('in the home of somebody else is told from root in its own', async () => {
    const root = { uid: 0, username: 'root' };
    expect(await found(files, { gateway }, root)).toMatchObject({
      homeOwner: 'ana',
      place: { manager: 'systemd-system', home: HOME, user: 'root' },
    });
    expect(
      await found({ ...SYSTEMD, '/root': { uid: 0 } }, { gateway }, { ...root, home: '/root' }),
    ).not.toHaveProperty('homeOwner');
    expect(await found(files, { gateway })).not.toHaveProperty('homeOwner');
  });
});

describe('what guides left', () => {
  const script = `${HOME}/.openclaw/content-normalizer-proxy.js`;
  const files: Record<string, MemoryEntry> = {
    ...SYSTEMD,
    [`${UNITS}/claude-max-api.service`]: '[Service]\nExecStart=/usr/bin/claude-max-api 3459\n',
    [`${UNITS}/default.target.wants/claude-max-api.service`]: { link: `${UNITS}/claude-max-api.service` },
    [`${UNITS}/my-own.service`]: '[Service]\nExecStart=/usr/bin/node %h/.openclaw/content-normalizer-proxy.js\n',
    [`${UNITS}/clawauth-claude-max-api.service`]: '[Service]\nExecStart=/usr/bin/node /x/claude-max-api-proxy/y.js\n',
    [`${UNITS}/backup.service`]: '[Service]\nExecStart=/usr/bin/tar claude-backups\n',
    [script]: 'server.listen(3457)',
  };

  it('is found by name or by what it starts, never ours', async () => {
    const { leftovers } = await found(files);
    expect(leftovers.map(({ name, links, script: of, ports, active }) => ({ name, links, of, ports, active }))).toEqual(
      [
        {
          name: 'claude-max-api.service',
          links: [`${UNITS}/default.target.wants/claude-max-api.service`],
          of: null,
          ports: [3459],
          active: true,
        },
        { name: 'my-own.service', links: [], of: script, ports: [3457], active: null },
      ],
    );
    expect(Object.keys(serviceHashes(await found(files)))).toContain(`${UNITS}/claude-max-api.service`);
  });

  it('is found as a script that nothing starts', async () => {
    const { leftovers } = await found({ [script]: 'x' });
    expect(leftovers).toMatchObject([{ name: 'content-normalizer-proxy.js', manager: 'none', file: script, script }]);
  });

  it('is found as a launch agent', async () => {
    const file = `${HOME}/Library/LaunchAgents/com.claude-max-api.plist`;
    const plist =
      '<plist><dict><key>Label</key><string>com.claude-max-api</string><key>ProgramArguments</key><array><string>/usr/local/bin/claude-max-api</string><string>3456</string></array></dict></plist>';
    const { leftovers } = await found({ [file]: plist }, { ask: false }, { platform: 'darwin' });
    expect(leftovers).toMatchObject([{ name: 'com.claude-max-api', manager: 'launchd', file, links: [] }]);
  });
});

describe('copies of the provider in models.json', () => {
  const agents = ['main', 'lite', 'third', 'none'].map((id) => ({ agentDir: `${STATE}/agents/${id}/agent` }));
  const at = (id: string) => `${STATE}/agents/${id}/agent/models.json`;
  const copy = (more: object) =>
    JSON.stringify({
      providers: { 'claude-max-proxy': { baseUrl: 'http://127.0.0.1:3457/v1', apiKey: KEY, ...more } },
    });

  it('are stale with another address or key; the name of a variable is none', async () => {
    const files = {
      ...key,
      [at('main')]: copy({}),
      [at('lite')]: copy({ apiKey: 'not-needed' }),
      [at('third')]: copy({ apiKey: 'CLAUDE_PROXY_KEY' }),
    };
    const stale = async (all: typeof files, config: Readonly<Record<string, unknown>>) =>
      (await found(all, { agents, config })).modelCopies.filter(({ current }) => !current).map(({ file }) => file);
    expect(await stale(files, provider({}))).toEqual([at('lite')]);
    const moved = { ...files, [at('main')]: copy({ baseUrl: 'http://127.0.0.1:1/v1' }) };
    expect(await stale(moved, provider({}))).toEqual([at('main'), at('lite')]);
    // Of a block that is gone, too.
    expect(await stale(moved, {})).toEqual([at('main'), at('lite')]);
  });
});
