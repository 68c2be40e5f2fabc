import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PublicReport, publicRuns, reportText } from '../../../src/commands/report-text.ts';
import { healthOf } from '../../../src/doctor/health.ts';
import type { RunSummary } from '../../../src/engine/index.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { publicFacts } from '../../../src/facts/public/facts.ts';
import { Names, rangeOf, versionOf } from '../../../src/facts/public/names.ts';
import { plainWords } from '../../../src/facts/public/words.ts';
import { Facts } from '../../../src/facts/types.ts';
import type { World } from '../../../src/system/world.ts';
import type { MemoryEntry } from '../../support/memory-world.ts';
import { authProfiles, HOME, installed, machine, NOW, STATE, status } from './homes.ts';

// ── what must not come out ─────────────────────────────────────────────────────────────────────────────────────────

const letters = (minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom(...'bcdfghjklmnpqrstvwxz'), { minLength, maxLength }).map((all) => all.join(''));
const digits = (length: number) =>
  fc.array(fc.constantFrom(...'123456789'), { minLength: length, maxLength: length }).map((all) => all.join(''));
const mixed = (length: number) =>
  fc
    .array(fc.constantFrom(...'ABCDEFGHJKLMNPQRSTUVWXYZbcdfghjkmnpqrstvwxyz23456789_-'), {
      minLength: length,
      maxLength: length,
    })
    .map((all) => all.join(''));

/** A name as an id can be: no vowels, so that no word of ours is one by chance. */
const name = letters(8, 14);
const secret = fc.oneof(
  mixed(91).map((rest) => `sk-ant-oat01-${rest}`),
  mixed(60).map((rest) => `sk-ant-api03-${rest}`),
  mixed(40).map((rest) => `xoxb-${rest}`),
  fc.tuple(digits(10), mixed(35)).map(([id, rest]) => `${id}:${rest}`),
  mixed(32),
  mixed(16),
  fc.uuid(),
);
const anything = fc.oneof(
  name,
  secret,
  fc.tuple(name, name).map(([a, b]) => `${a[0]?.toUpperCase()}${a.slice(1)} ${b}`),
  fc.tuple(name, name).map(([a, b]) => `${a}.x@${b}.test`),
  fc.tuple(digits(2), digits(3), digits(8)).map(([a, b, c]) => `+${a} ${b} ${c}`),
  fc.tuple(name, name).map(([a, b]) => `/srv/${a}/${b}.json`),
  fc.tuple(name, name).map(([a, b]) => `/home/${a}/Documents/${b}`),
  fc.tuple(name, digits(4)).map(([a, b]) => `https://${a}.test:${b}/hook?key=${a}`),
  fc.tuple(name, name).map(([a, b]) => `${a}/${b}`),
  fc.tuple(name, name).map(([a, b]) => `${a}:${b}`),
  fc.tuple(name, name).map(([a, b]) => `config error in agent ${a}: token ${b} is not valid`),
);

/** The planted text and every piece of it that is long enough to tell something. */
function pieces(planted: string): string[] {
  const own = planted
    .replace(/^sk-ant-[a-z]+\d*-/, '')
    .replace(/(config|error|agent|token|valid|Documents|https?)/g, ' ');
  const parts = own.split(/[^A-Za-z0-9]+/).filter((part) => part.length >= 7);
  const windows = parts.flatMap((part) => Array.from({ length: part.length - 6 }, (_, at) => part.slice(at, at + 7)));
  return [planted, ...windows].map((piece) => piece.toLowerCase());
}

function expectNone(text: string, planted: readonly string[]): void {
  const seen = text.toLowerCase();
  const leaked = planted.filter((one) => pieces(one).some((piece) => seen.includes(piece)));
  expect(leaked).toEqual([]);
}

const report = (facts: Facts, world: Pick<World, 'home' | 'username' | 'hostname'>): string => {
  const all: PublicReport = {
    schema: 1,
    program: '1.0.0',
    node: '20.20.2',
    platform: 'linux x64',
    sandbox: false,
    takenAt: '2026-11-21',
    facts: publicFacts(facts, world, healthOf(facts, NOW), NOW),
    runs: publicRuns([], null, false),
  };
  return `${reportText(all)}\n${JSON.stringify(all)}`;
};

// ── a home with something private in every place ───────────────────────────────────────────────────────────────────

function home(p: readonly string[], version: string) {
  const [user = '', host = '', agent = '', mail = '', bot = '', phone = '', gateway = '', place = '', job = ''] = p;
  const [provider = '', alias = '', channel = '', key = '', unit = '', folder = '', text = '', token = '', other = ''] =
    p.slice(9);
  const at = `/home/${user}`;
  const state = `${at}/.openclaw`;
  const q = JSON.stringify;
  const config = `// ${text}
{
  meta: { lastTouchedVersion: ${q(other)} },
  gateway: { port: 18999, auth: { token: ${q(gateway)}, password: ${q(other)} }, remote: { url: ${q(place)} } },
  env: { ANTHROPIC_API_KEY: ${q(token)}, vars: { ANTHROPIC_BASE_URL: ${q(`https://${host}.test/${user}`)} } },
  channels: { telegram: { botToken: ${q(bot)}, allowFrom: [${q(phone)}] }, ${q(channel)}: { room: ${q(channel)} } },
  agents: {
    defaults: {
      workspace: ${q(place)}, model: { primary: ${q(alias)}, fallbacks: [${q(`${provider}/${key}`)}] },
      models: { ${q(`${provider}/${key}`)}: { alias: ${q(alias)} } },
    },
    list: [
      { id: ${q(agent)}, default: true, name: ${q(text)}, workspace: ${q(place)}, model: ${q(`${provider}/${text}`)} },
      { id: "main", agentDir: ${q(`/srv/${folder}/${agent}`)}, heartbeat: { model: ${q(`anthropic/${key}`)} } },
    ],
  },
  models: { providers: { ${q(provider)}: {
    baseUrl: ${q(`https://${user}:${bot}@${host}.test/v1`)}, apiKey: ${q(key)}, api: ${q(other)}, models: [{ id: ${q(key)}, name: ${q(text)} }],
  } } },
  auth: {
    profiles: { ${q(`anthropic:${mail}`)}: { provider: "anthropic", mode: ${q(other)}, email: ${q(mail)} } },
    order: { ${q(provider)}: [${q(`${provider}:${mail}`)}] },
  },
}`;
  const auth = JSON.stringify({
    version: 1,
    profiles: {
      [`anthropic:${mail}`]: { type: 'token', provider: 'anthropic', token, email: mail },
      [`${provider}:${user}`]: { type: other, provider, key, access: bot, refresh: gateway },
    },
    order: { anthropic: [`anthropic:${mail}`] },
    usageStats: { [`anthropic:${mail}`]: { cooldownUntil: NOW + 1e6, errorCount: 3, disabledReason: text } },
  });
  const jobs = {
    jobs: [
      {
        id: job,
        name: text,
        agentId: agent,
        enabled: true,
        payload: { kind: 'agentTurn', model: `${provider}/${key}`, message: text, to: phone },
        state: { consecutiveErrors: 2, lastError: text },
      },
      { id: `${job}-2`, name: channel, enabled: true, payload: { kind: other, model: alias } },
    ],
  };
  const units = `${at}/.config/systemd/user`;
  const files: Record<string, MemoryEntry> = {
    ...installed(version),
    [`${state}/openclaw.json`]: config,
    [`${state}/.env`]: `export ANTHROPIC_OAUTH_TOKEN="${token}"\n`,
    [`${state}/agents/main/agent/auth-profiles.json`]: auth,
    [`${state}/agents/${agent}/agent/auth-profiles.json`]: auth,
    [`${state}/cron/jobs.json`]: JSON.stringify(jobs),
    [`${at}/.claude/settings.json`]: JSON.stringify({ env: { ANTHROPIC_AUTH_TOKEN: token } }),
    [`${units}/${unit.replace(/\W/g, '')}-claude-token-refresh.service`]: `[Service]\nExecStart=${place} claude-token-refresh ${token}\n`,
    [`${units}/openclaw-gateway.service`]: `[Service]\nEnvironment=ANTHROPIC_API_KEY=${key}\nExecStart=/opt/${folder.replace(/\W/g, '')}/node ${place}\n`,
    [`${at}/.local/bin/claude`]: { content: '#!/usr/bin/env node\n', mode: 0o755 },
  };
  const junk = {
    exitCode: 1,
    stderr: `Error: agent ${agent} at ${place}: ${text} (${token})\n    at ${at}/x.js:1:2`,
    stdout: text,
  };
  const failing = p.length % 2 === 0;
  const world = machine({
    files,
    commands: {
      'openclaw models status': failing
        ? junk
        : {
            stdout: JSON.stringify({
              ...JSON.parse(status({ storePath: place })),
              resolvedDefault: `${provider}/${key}`,
              aliases: { [alias]: `${provider}/${text}` },
              allowed: [channel],
              auth: {
                storePath: place,
                missingProvidersInUse: [provider],
                unusableProfiles: [{ profileId: `anthropic:${mail}`, reason: text }],
                oauth: {
                  profiles: [{ profileId: `anthropic:${mail}`, provider: 'anthropic', type: other, status: text }],
                },
              },
            }),
          },
      'openclaw config validate': {
        exitCode: 1,
        stdout: JSON.stringify({
          valid: false,
          issues: [{ path: `agents.${agent}.${key}`, message: text }],
          warnings: [place],
        }),
      },
      'openclaw cron list': { stdout: JSON.stringify(jobs) },
      'crontab -l': { stdout: `0 3 * * * ${place}/claude-token-refresh.sh ${token} # ${text}\n` },
      'claude --version': { stdout: `${other} (Claude Code)\n` },
      'claude auth': {
        stdout: JSON.stringify({
          loggedIn: true,
          authMethod: other,
          email: mail,
          subscriptionType: text,
          orgName: user,
        }),
      },
    },
    running: true,
    overrides: {
      home: at,
      username: user,
      hostname: host,
      env: { HOME: at, PATH: `/usr/bin:${at}/.local/bin`, ANTHROPIC_API_KEY: key },
    },
  });
  return world;
}

describe('a public report', () => {
  it('tells nothing that was planted anywhere in a home', async () => {
    const planted = fc.tuple(
      fc.tuple(name, name, name),
      fc.tuple(
        fc.tuple(name, name).map(([a, b]) => `${a}@${b}.test`),
        secret,
        anything,
        secret,
      ),
      fc.tuple(anything, name, name, name, name, secret, name, name, anything, secret, anything),
    );
    await fc.assert(
      fc.asyncProperty(
        planted,
        fc.constantFrom('2026.2.17', '2026.6.1', '2026.9.6'),
        fc.boolean(),
        async (all, version, odd) => {
          const strings = all.flat();
          const world = home(odd ? [...strings, 'x'] : strings, version);
          const facts = await gatherFacts(world, { slow: true });
          expectNone(report(facts, world), strings);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tells nothing of any text of the facts but words of fixed lists', async () => {
    const facts = await gatherFacts(
      home(
        Array.from({ length: 19 }, (_, at) => `pl${'x'.repeat(8)}${at}`),
        '2026.2.17',
      ),
      {
        slow: true,
      },
    );
    const places = replaceable(facts);
    expect(places.length).toBeGreaterThan(60);
    fc.assert(
      fc.property(fc.array(anything, { minLength: places.length, maxLength: places.length }), (texts) => {
        const filled = structuredClone(facts) as unknown;
        for (const [index, place] of places.entries()) write(filled, place, texts[index] as string);
        expectNone(report(Facts.parse(filled), { home: '/nowhere', username: 'zz', hostname: 'zz' }), texts);
      }),
      { numRuns: 40 },
    );
  });

  it('still tells what a maintainer needs', async () => {
    const world = machine({
      files: {
        ...installed('2026.2.17'),
        [`${STATE}/openclaw.json`]: `{ agents: { defaults: { model: { primary: "anthropic/claude-opus-5" } }, list: [{ id: "main" }, { id: "kitchen" }] } }`,
        [`${STATE}/agents/main/agent/auth-profiles.json`]: authProfiles({ expires: NOW + 86_400_000 * 400 }),
      },
      commands: {
        'openclaw models status': { exitCode: 1, stderr: `Error: Cannot find module '${HOME}/secret-place/x.js'` },
      },
    });
    const facts = await gatherFacts(world, { slow: true });
    const shown = publicFacts(facts, world, healthOf(facts, NOW), NOW);
    expect(shown.installs).toMatchObject([{ version: '2026.2.17', path: '/usr/bin/openclaw' }]);
    expect(shown.config).toMatchObject({
      primary: 'anthropic/claude-opus-5',
      agents: [{ id: 'main' }, { id: 'agent-1' }],
    });
    expect(shown.profiles).toMatchObject([
      { agent: 'main', id: 'anthropic:default', type: 'token', shape: 'token' },
      { agent: 'agent-1' },
    ]);
    expect(shown.modelsStatus).toMatchObject({
      notKnown: 'crashed',
      because: expect.stringMatching(/ended with exit code 1: Error: Cannot find module '~\/folder-\d\/folder-\d.js'/),
    });
    expect(report(facts, world)).toContain('- OpenClaw 2026.2.17');
  });

  it('tells how our own runs ended, not what they were about', () => {
    const run: RunSummary = {
      id: '20261121-011654-3f2a',
      purpose: 'apply',
      title: 'Setup token for kitchen and attic',
      startedAt: '2026-11-21T01:16:54Z',
      outcome: 'applied',
      by: '1.0.0',
      steps: 3,
    };
    const shown = publicRuns([run, { ...run, by: 'kitchen', unreadable: 'damaged in kitchen' }], null, false);
    expect(shown.kept).toEqual([
      { day: '2026-11-21', by: '1.0.0', purpose: 'apply', outcome: 'applied', steps: 3, takenBack: false },
      { day: '2026-11-21', by: null, purpose: 'apply', outcome: 'unreadable', steps: 3, takenBack: false },
    ]);
    expect(JSON.stringify(shown)).not.toContain('kitchen');
  });
});

describe('what passes into a public report', () => {
  const names = new Names('/home/ana');

  it.each([
    ['/home/ana/.openclaw/openclaw.json', '~/.openclaw/openclaw.json'],
    ['/home/ana', '~'],
    ['/usr/local/bin/openclaw', '/usr/local/bin/openclaw'],
    ['/home/ana/.nvm/versions/node/v22.14.0/bin/node', '~/.nvm/versions/node/v22.14.0/bin/node'],
    ['/home/bob/.openclaw', '/home/folder-1/.openclaw'],
    [
      '/home/ana/.openclaw/agents/attic/agent/auth-profiles.json',
      '~/.openclaw/agents/agent-1/agent/auth-profiles.json',
    ],
    ['/home/ana/bob/x.json', '~/folder-1/folder-2.json'],
  ])('path %s as %s', (path, shown) => {
    expect(names.place(path)).toBe(shown);
  });

  it.each(['10.0.0.17', '192.168.1.20', '555.010.0199', '1.2', '2026.9.6-ana', 'v1.2.3'])('no version %s', (text) => {
    expect(versionOf(text)).toBeNull();
  });

  it.each(['2026.9.6', '2026.1.24-3', '24.16.0', '2.1.329', '1.2.0-beta.1'])('version %s', (text) => {
    expect(versionOf(text)).toBe(text);
  });

  it('a range of versions and nothing like it', () => {
    expect(rangeOf('>=22.14.0 <25 || >=26.x')).toBe('>=22.14.0 <25 || >=26.x');
    expect(rangeOf('>=22.14 ana')).toBeNull();
  });

  it.each([
    ['Ask +1 555 0100 now', 'Ask … now'],
    ['exit code 1', 'exit code 1'],
    ['Error: connect ECONNREFUSED 127.0.0.1:3457', 'Error: connect ECONNREFUSED …'],
    ['agents.list[0].name: attic is not allowed', '… is not allowed'],
    ['the gateway is down', 'the … is down'],
  ])('of the words "%s": "%s"', (text, shown) => {
    expect(plainWords(text, { special: () => null, hidden: new Set(['gateway']) })).toBe(shown);
  });
});

// ── every text in the facts that the schema lets be anything ───────────────────────────────────────────────────────

type Place = readonly (string | number)[];

function replaceable(facts: Facts): Place[] {
  const places: Place[] = [];
  const walk = (value: unknown, place: Place) => {
    if (typeof value === 'string') places.push(place);
    else if (Array.isArray(value)) for (const [index, one] of value.entries()) walk(one, [...place, index]);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) walk(one, [...place, key]);
  };
  walk(facts, []);
  return places.filter((place) => {
    if (place[0] === 'files' || place[0] === 'takenAt') return false;
    const copy = structuredClone(facts) as unknown;
    write(copy, place, 'anything');
    return Facts.safeParse(copy).success;
  });
}

function write(root: unknown, place: Place, text: string): void {
  let at = root as Record<string | number, unknown>;
  for (const key of place.slice(0, -1)) at = at[key] as typeof at;
  at[place.at(-1) as string] = text;
}
