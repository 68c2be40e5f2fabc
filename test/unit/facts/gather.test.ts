import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FACT_NAMES, gatherFacts } from '../../../src/facts/gather.ts';
import { type FactName, Facts } from '../../../src/facts/types.ts';
import { Cancelled, Problem } from '../../../src/system/problem.ts';
import { authProfiles, CONFIG, HOME, installed, machine, STATE, status, TOKEN } from './homes.ts';

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const openclawCalls = (world: ReturnType<typeof machine>) =>
  world.ran.filter(({ argv }) => /openclaw|clawdbot/.test(argv[0] ?? '')).map(({ argv }) => argv.slice(1).join(' '));

describe('gathering', () => {
  it('knows everything on disk of a G1 home without running OpenClaw', async () => {
    const agent = `${STATE}/agents/main/agent`;
    const world = machine({
      files: {
        ...installed('2026.2.17'),
        [`${STATE}/openclaw.json`]: CONFIG,
        [`${agent}/auth-profiles.json`]: authProfiles({ expires: 1_900_000_000_000 }),
        [`${STATE}/cron/jobs.json`]: JSON.stringify({
          jobs: [{ id: 'j', payload: { kind: 'agentTurn', model: 'a/b' } }],
        }),
        [`${STATE}/.env`]: 'export ANTHROPIC_API_KEY="sk-ant-api03-FAKEFAKEFAKEFAKEFAKEFAKEFAKE"\n',
      },
    });
    const seen: FactName[] = [];
    const facts = await gatherFacts(world, { slow: false, onFact: (name) => seen.push(name) });
    expect(Facts.safeParse(facts).error).toBeUndefined();
    expect(openclawCalls(world)).toEqual([]);
    expect(facts.release).toMatchObject({ known: true, value: { version: '2026.2.17', generation: 'G1' } });
    expect(facts.profiles).toMatchObject({
      known: true,
      value: [
        { agent: 'main', id: 'anthropic:default', wins: true, mode: 'token', masked: 'sk-ant-oat01-…0001' },
        { agent: 'lite', id: 'anthropic:default', wins: true, store: `${agent}/auth-profiles.json` },
      ],
    });
    expect(facts.cron).toMatchObject({ known: true, value: { store: 'file', jobs: [{ id: 'j', model: 'a/b' }] } });
    expect(facts.gateway).toMatchObject({ known: true, value: { running: false, port: 18999, manager: 'none' } });
    expect(facts.catalogue).toMatchObject({ value: { anthropic: ['claude-opus-5', 'claude-sonnet-5'] } });
    expect(facts.shadows).toMatchObject({
      value: [{ name: 'ANTHROPIC_API_KEY', where: `${STATE}/.env`, line: 1, shape: 'api key' }],
    });
    expect(facts.modelsStatus).toMatchObject({ known: false, reason: 'waiting' });
    expect(facts.files).toMatchObject({
      value: {
        [`${STATE}/openclaw.json`]: sha(CONFIG),
        [`${agent}/models.json`]: null,
        [`${STATE}/agents/lite/agent/auth-profiles.json`]: null,
        [`${STATE}/cron/jobs.json`]: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
    expect(Object.keys((facts.files as { value: object }).value)).not.toContain(`${STATE}/.env`);
    const text = JSON.stringify(facts);
    for (const secret of [TOKEN, 'gateway-secret', 'sk-ant-api03-FAKE']) expect(text).not.toContain(secret);
    expect(seen).toEqual(expect.arrayContaining(['installs', 'state', 'config', 'profiles', 'files']));
  });

  it.each([
    ['2026.1.24-3', 'clawdbot', `${HOME}/.clawdbot/clawdbot.json`, 'G1', 'file'],
    ['2026.4.29', 'openclaw', `${STATE}/openclaw.json`, 'G1b', 'file'],
    ['2026.6.1', 'openclaw', `${STATE}/openclaw.json`, 'G1c', null],
    ['2026.7.1', 'openclaw', `${STATE}/openclaw.json`, 'G2', null],
    ['2026.9.6', 'openclaw', `${STATE}/openclaw.json`, 'G3', null],
  ])('asks %s once and only what its generation needs', async (version, command, config, generation, store) => {
    const world = machine({
      files: { ...installed(version), [config]: CONFIG },
      commands: { [`${command} models status`]: { stdout: `notice\n${status()}` } },
    });
    const facts = await gatherFacts(world, { slow: true });
    expect(facts.release).toMatchObject({ value: { generation } });
    // With two agents, the late releases want to be told whose.
    const whose = generation === 'G3' ? ' --agent main' : '';
    expect(openclawCalls(world)).toEqual([`models status${whose} --json`]);
    expect(facts.validation).toMatchObject({ known: true, value: { valid: true } });
    expect(facts.modelsStatus).toMatchObject({ known: true });
    if (store) expect(facts.cron).toMatchObject({ known: true, value: { store } });
    else expect(facts.cron).toMatchObject({ known: false, detail: expect.stringContaining('not running') });
    for (const name of FACT_NAMES) expect(facts[name]).not.toMatchObject({ reason: 'waiting' });
  });

  it("takes OpenClaw's word for a store that only it reads, for every agent that shares it", async () => {
    const world = machine({
      running: true,
      files: {
        ...installed('2026.9.6'),
        [`${STATE}/openclaw.json`]: CONFIG,
        [`${STATE}/state/openclaw.sqlite`]: 'SQLite',
        [`${STATE}/agents/lite/agent/auth-profiles.json`]: authProfiles(),
      },
      commands: {
        'openclaw models status': { stdout: status({ expiresAt: 1_900_000_000_000 }) },
        'openclaw cron list --all --json': { stdout: '{"jobs":[{"id":"x","payload":{"kind":"agentTurn"}}]}' },
      },
    });
    const facts = await gatherFacts(world, { slow: true });
    expect(facts.profiles).toMatchObject({
      value: ['main', 'lite'].map((agent) => ({
        agent,
        id: 'anthropic:default',
        masked: 'sk-ant-o…0001',
        mode: 'token',
        wins: true,
        expires: 1_900_000_000_000,
      })),
    });
    expect(facts.strayStores).toMatchObject({ value: [`${STATE}/agents/lite/agent/auth-profiles.json`] });
    expect(facts.cron).toMatchObject({ value: { store: 'gateway', jobs: [{ id: 'x' }] } });
  });

  it('lets the slow answer win over the file', async () => {
    const files = {
      ...installed('2026.2.17'),
      [`${STATE}/openclaw.json`]: CONFIG,
      [`${STATE}/agents/main/agent/auth-profiles.json`]: authProfiles(),
    };
    const world = machine({ files, commands: { 'openclaw models status': { stdout: status({ status: 'expired' }) } } });
    const told: boolean[] = [];
    const facts = await gatherFacts(world, {
      slow: true,
      onFact: (name, fact) => {
        if (name === 'profiles' && fact.known) told.push((fact.value as { wins: boolean }[])[0]?.wins ?? false);
      },
    });
    expect(told).toEqual([true, false]);
    expect(facts.profiles).toMatchObject({ value: [{ agent: 'main', rejected: 'expired', wins: false }, {}] });
  });

  it('asks the validator only when the status failed', async () => {
    const world = machine({
      files: { ...installed('2026.9.6'), [`${STATE}/openclaw.json`]: CONFIG },
      commands: {
        'openclaw models status': { exitCode: 1, stderr: 'Invalid config at x' },
        'openclaw config validate': {
          exitCode: 1,
          stdout: '{"valid":false,"path":"p","issues":[{"path":"agents.ownership","message":"needs an owner"}]}',
        },
      },
    });
    const facts = await gatherFacts(world, { slow: true });
    expect(openclawCalls(world)).toEqual(['models status --agent main --json', 'config validate --json']);
    expect(facts.validation).toMatchObject({
      value: { valid: false, issues: [{ path: 'agents.ownership', message: 'needs an owner' }] },
    });
    expect(facts.modelsStatus).toMatchObject({ known: false, reason: 'crashed' });
    expect(facts.profiles).toMatchObject({ known: false });
  });

  it('reads the issues that releases without a validator print', async () => {
    const panel = 'Invalid config at /x\n│ - <root>: Unrecognized key: "bogus"   │\n';
    const world = machine({
      files: { ...installed('2026.2.17'), [`${STATE}/openclaw.json`]: CONFIG },
      commands: { 'openclaw models status': { exitCode: 1, stderr: panel } },
    });
    const facts = await gatherFacts(world, { slow: true });
    expect(facts.validation).toMatchObject({
      value: { valid: false, issues: [{ path: '<root>', message: 'Unrecognized key: "bogus"' }] },
    });
  });

  describe('with a configuration without meta, as OpenClaw decides over it (run on 2026.8.2 and 2026.9.6)', () => {
    const bare = CONFIG.replace(/^ {2}meta.*\n/m, '');
    const local = { gateway: { mode: 'local' } };
    const stamped = { ...local, meta: { lastTouchedVersion: '2026.9.6' } };
    const noted = (hasMeta: boolean) => ({ stdout: JSON.stringify({ hasMeta, gatewayMode: 'local' }) });
    it.each([
      ['a .bak with meta: put in its place', JSON.stringify(stamped), undefined, false],
      ['no .bak: accepted', undefined, undefined, true],
      ['a .bak that never had meta: accepted', JSON.stringify(local), undefined, true],
      ['a .bak without gateway.mode: accepted', JSON.stringify({ meta: stamped.meta }), undefined, true],
      ['a .bak that does not parse: accepted', '{ broken', undefined, true],
      ['a .bak with meta, but taken for good without since: accepted', JSON.stringify(stamped), noted(false), true],
      ['a .bak without meta, but taken for good with it: put in its place', JSON.stringify(local), noted(true), false],
    ])('%s', async (_what, bak, note, isAsked) => {
      const world = machine({
        files: {
          ...installed('2026.9.6'),
          [`${STATE}/openclaw.json`]: bare,
          [`${STATE}/config-journal-fingerprint.key`]: 'k',
          ...(bak === undefined ? {} : { [`${STATE}/openclaw.json.bak`]: bak }),
          ...(note === undefined ? {} : { [`${STATE}/state/openclaw.sqlite`]: 'db' }),
        },
        commands: {
          'openclaw models status': { stdout: status() },
          ...(note === undefined ? {} : { '/usr/bin/node --no-warnings -e': note }),
        },
      });
      const facts = await gatherFacts(world, { slow: true });
      if (isAsked) expect(facts.modelsStatus).toMatchObject({ known: true });
      else expect(facts.modelsStatus).toMatchObject({ known: false, detail: expect.stringContaining('meta') });
      expect(openclawCalls(world).length > 0).toBe(isAsked);
    });
  });

  it.each([
    ['2026.4.29', false],
    ['2026.5.28', true],
    ['2026.6.1', true],
    ['2026.6.5', false],
    ['2026.7.1', false],
  ])(
    'asks %s about a configuration that lost its meta only where it would not replace it',
    async (version, isAsked) => {
      const world = machine({
        files: {
          ...installed(version),
          [`${STATE}/openclaw.json`]: CONFIG.replace(/^ {2}meta.*\n/m, ''),
          [`${STATE}/openclaw.json.bak`]: JSON.stringify({ gateway: { mode: 'local' }, meta: {} }),
        },
        commands: { 'openclaw models status': { stdout: status() } },
      });
      const facts = await gatherFacts(world, { slow: true });
      expect(facts.modelsStatus.known).toBe(isAsked);
      expect(openclawCalls(world).length > 0).toBe(isAsked);
    },
  );

  it('is a set of reasons on an empty machine', async () => {
    const facts = await gatherFacts(machine(), { slow: true });
    expect(Facts.safeParse(facts).error).toBeUndefined();
    for (const name of ['installs', 'release', 'profiles', 'cron', 'modelsStatus', 'claude'] as const) {
      expect(facts[name]).toMatchObject({ known: false, reason: 'absent' });
    }
    expect(facts.config).toMatchObject({ known: true, value: { sha256: null } });
  });

  it('does not ask about a configuration that does not parse', async () => {
    const world = machine({ files: { ...installed('2026.9.6'), [`${STATE}/openclaw.json`]: '{ broken: ' } });
    const facts = await gatherFacts(world, { slow: true });
    expect(facts.config).toMatchObject({ known: true, value: { syntaxError: { line: 1 } } });
    expect(facts.modelsStatus).toMatchObject({ known: false, detail: expect.stringContaining('does not parse') });
    expect(openclawCalls(world)).toEqual([]);
  });

  it('goes on when files cannot be read and programs hang', async () => {
    const world = machine({
      files: { ...installed('2026.9.6'), [`${STATE}/openclaw.json`]: CONFIG },
      commands: { openclaw: { outcome: 'timed out', exitCode: null, durationMs: 120_000 } },
    });
    const unreadable = {
      ...world,
      files: {
        ...world.files,
        read: async (path: string) => {
          if (path.endsWith('auth-profiles.json')) throw new Problem('not-readable', `${path} cannot be read.`);
          return world.files.read(path);
        },
      },
    };
    const facts = await gatherFacts(unreadable, { slow: true });
    expect(facts.modelsStatus).toMatchObject({ known: false, reason: 'timed out' });
    expect(facts.validation).toMatchObject({ known: false, reason: 'timed out' });
    expect(facts.strayStores).toMatchObject({ known: false, reason: 'unreadable' });
    expect(facts.files).toMatchObject({ known: true });
  });

  it('ends with Cancelled, and only then throws', async () => {
    const stop = new AbortController();
    const world = machine({
      files: { ...installed('2026.9.6'), [`${STATE}/openclaw.json`]: CONFIG },
      commands: {
        'openclaw models status': () => {
          stop.abort();
          throw new Cancelled();
        },
      },
    });
    await expect(gatherFacts(world, { slow: true, signal: stop.signal })).rejects.toBeInstanceOf(Cancelled);
    await expect(gatherFacts(world, { slow: false, signal: AbortSignal.abort() })).rejects.toBeInstanceOf(Cancelled);
  });

  it('leaves no probe behind that nobody awaits, when it is cancelled just as an answer comes', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const stop = new AbortController();
    const world = machine({
      files: { ...installed('2026.9.6'), [`${STATE}/openclaw.json`]: CONFIG },
      commands: {
        'openclaw models status': () => {
          stop.abort();
          return { stdout: status({}) };
        },
      },
    });
    await expect(gatherFacts(world, { slow: true, signal: stop.signal })).rejects.toBeInstanceOf(Cancelled);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('hashes again what a status call rewrote beside the configuration', async () => {
    const file = `${STATE}/agents/main/agent/models.json`;
    const world = machine({
      files: { ...installed('2026.2.17'), [`${STATE}/openclaw.json`]: CONFIG, [file]: '{}' },
      commands: {
        'openclaw models status': () => {
          world.set(file, '{"providers":{}}');
          return { stdout: status() };
        },
      },
    });
    const facts = await gatherFacts(world, { slow: true });
    expect(facts.files).toMatchObject({ value: { [file]: sha('{"providers":{}}') } });
  });

  it('is linear in agents and jobs, and keeps no text of them', async () => {
    const list = Array.from({ length: 1000 }, (_, index) => ({ id: `a${index}` }));
    const jobs = Array.from({ length: 10_000 }, (_, index) => ({ id: `j${index}`, payload: { kind: 'agentTurn' } }));
    const files = {
      ...installed('2026.2.17'),
      [`${STATE}/openclaw.json`]: JSON.stringify({ agents: { list } }),
      [`${STATE}/cron/jobs.json`]: JSON.stringify({ jobs }),
    };
    const world = machine({ files });
    let reads = 0;
    const read = (path: string) => {
      if (path.startsWith(`${STATE}/`)) reads++;
      return world.files.read(path);
    };
    const counting = { ...world, files: { ...world.files, stat: async () => null, read } };
    const facts = await gatherFacts(counting, { slow: false });
    expect(facts.cron).toMatchObject({ known: true });
    expect(facts.files).toMatchObject({ known: true });
    // Three files per agent, main's two, and the config and cron files: each once.
    expect(reads).toBe(3 * 1000 + 2 + 3);
  });
});
