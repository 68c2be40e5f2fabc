import { describe, expect, it } from 'vitest';
import type { ConfigEditParams, ServiceParams } from '../../../src/actions/index.ts';
import type { ClaudeInside } from '../../../src/claude/records.ts';
import type { Action } from '../../../src/engine/types.ts';
import { ofWhose } from '../../../src/facts/claude-login.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { type Edit, edit } from '../../../src/json5/index.ts';
import { methods } from '../../../src/methods/index.ts';
import { oauthSync } from '../../../src/methods/oauth-sync/index.ts';
import { phaseOf } from '../../../src/methods/phases.ts';
import type { Answers, CheckContext } from '../../../src/methods/types.ts';
import type { Container } from '../../../src/openclaw/container.ts';
import type { ServicesFacts } from '../../../src/services/records.ts';
import { type Fact, factValue, known, unknown } from '../../../src/system/fact.ts';
import { sha256 } from '../../../src/system/hash.ts';
import { containerWith } from '../../support/container.ts';
import { type FactsInput, factsFor, STATE } from '../../support/facts-for.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { cannedServicesFacts } from '../../support/services-facts.ts';

const NOW = Date.parse('2026-11-21T00:00:00.000Z');
const HOUR = 3_600_000;
const PROFILE = 'anthropic:claude-sync';
const CONFIG = `{ agents: { defaults: { model: 'openai/gpt-5' }, list: [{ id: 'main', default: true }, { id: 'lite' }] } }`;
const LOGIN = '/home/ana/.claude/.credentials.json';
const store = (agent: string) => `${STATE}/agents/${agent}/agent/auth-profiles.json`;

async function machine(
  input: Partial<FactsInput> = {},
  change: Partial<Facts> = {},
  claude = '2.1.329',
): Promise<Facts> {
  const install = { path: '/home/ana/.local/bin/claude', realPath: '/x/claude', version: claude, wins: true };
  const services = cannedServicesFacts('/home/ana', 'ana');
  return {
    ...(await factsFor({ version: '2026.2.17', config: CONFIG, services, ...input })),
    claude: known([install], 'PATH'),
    claudeSignIn: known({ loggedIn: true, authMethod: 'claude.ai', plan: 'max' }, 'claude auth status'),
    claudeLogin: known(
      { file: LOGIN, present: true, expiresAt: NOW + 3 * HOUR, renews: true, apiKeyHelper: false, onboarded: true },
      LOGIN,
    ),
    ...change,
  };
}

const plan = (facts: Facts, change: Partial<Answers> = {}) =>
  oauthSync.plan(facts, { ...oauthSync.defaults(facts), ...change });
const named = (steps: readonly Action[]) => steps.map(({ id }) => id);
const unitOf = (steps: readonly Action[]) =>
  (steps.find(({ id }) => id === 'service-claude-sync')?.params as ServiceParams | undefined)?.content ?? '';

describe('where it is offered', () => {
  it.each(['2026.2.17', '2026.3.2', '2026.6.1'])('is OpenClaw %s on Linux, signed in', async (version) => {
    expect(oauthSync.availability(await machine({ version }))).toEqual({
      ok: true,
      because: 'Claude Code 2.1.329 is here, signed in (max)',
    });
  });

  it('is never the way to suggest', () => {
    expect(oauthSync.suits).toBeUndefined();
    expect(methods.at(-1)).toBe(oauthSync);
  });

  it('tells that an old Claude Code costs a turn', async () => {
    const facts = await machine({}, {}, '2.1.100');
    expect(oauthSync.availability(facts).because).toContain('one small turn about every 8 hours');
    expect(JSON.stringify(plan(facts))).toContain('one small turn about every 8 hours');
    expect(JSON.stringify(plan(await machine()))).not.toContain('turn about every');
  });

  it.each([
    ['2026.6.5', 'OpenClaw 2026.6.5 runs Claude Code itself, which needs no copy of its login'],
    ['2026.9.6', 'OpenClaw 2026.9.6 runs Claude Code itself, which needs no copy of its login'],
    ['2026.1.24-3', 'OpenClaw 2026.1.24-3 keeps the login of Claude Code in step by itself'],
  ])('is not OpenClaw %s', async (version, because) => {
    expect(oauthSync.availability(await machine({ version }))).toMatchObject({ ok: false, because });
  });

  it('is not macOS, nor a machine without systemd, nor another login than one that is renewed', async () => {
    const because = async (input: Partial<FactsInput>, change: Partial<Facts> = {}) => {
      const said = oauthSync.availability(await machine(input, change));
      expect(said.ok).toBe(false);
      return said.because;
    };
    const platform = known(
      { os: 'macos', wsl: false, container: null, user: 'ana', uid: 501, home: '/Users/ana', node: '24' } as const,
      'x',
    );
    expect(await because({}, { platform })).toContain('Keychain');
    const manager = { ok: false as const, because: 'This is a container.', help: '' };
    const services = { ...cannedServicesFacts('/home/ana'), manager, place: null };
    expect(await because({ services })).toBe('no service can be installed here: This is a container');
    const login = { file: LOGIN, present: false, expiresAt: null, renews: false, apiKeyHelper: false, onboarded: true };
    expect(await because({}, { claudeLogin: known(login, LOGIN) })).toBe(
      `Claude Code keeps no login of a Claude plan in ${LOGIN}`,
    );
    const variable = {
      name: 'CLAUDE_CODE_OAUTH_TOKEN',
      where: 'environment',
      kind: 'environment',
      shape: 'token',
      readers: ['Claude Code' as const],
    } as const;
    const shadows = known([{ ...variable, readers: [...variable.readers] }], 'environment');
    expect(await because({}, { claudeLogin: known(login, LOGIN), shadows })).toContain('CLAUDE_CODE_OAUTH_TOKEN');
    expect(await because({}, { claude: unknown('absent', 'no claude') })).toBe('Claude Code was not found');
  });
});

describe('the plan', () => {
  it('stores a first copy for each agent, then brings the service, then tells OpenClaw', async () => {
    const steps = plan(await machine());
    expect(named(steps)).toEqual([
      'store-access-token-main',
      'store-access-token-lite',
      'sync-runtime',
      'service-claude-sync',
      'use-claude',
    ]);
    expect(steps.map(phaseOf)).toEqual(['bring', 'bring', 'bring', 'bring', 'use']);
    const first = steps[0]?.params as ConfigEditParams | undefined;
    expect(first?.edits[0]).toEqual({
      op: 'set',
      path: ['profiles', PROFILE],
      value: {
        type: 'token',
        provider: 'anthropic',
        token: { $secretFile: LOGIN, at: ['claudeAiOauth', 'accessToken'] },
        expires: NOW + 3 * HOUR,
      },
    });
    expect(first?.ours).toContainEqual(['profiles', PROFILE]);
    expect(JSON.stringify(steps)).not.toMatch(/sk-ant|refreshToken/);
  });

  it('has the service know all that it needs, and nothing secret', async () => {
    const unit = unitOf(plan(await machine()));
    const exec = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '';
    expect(exec).toContain(`--credentials %h/.claude/.credentials.json --state-dir %h/.openclaw`);
    expect(exec).toContain('--claude=%h/.local/bin/claude --openclaw=/usr/bin/openclaw --port 18789');
    expect(exec).toContain(`--keeps ${PROFILE} --sign-in "claude auth login"`);
    expect(exec).toContain('--store=%h/.openclaw/agents/main/agent/auth-profiles.json');
    expect(exec).toContain('--store=%h/.openclaw/agents/lite/agent/auth-profiles.json');
    expect(unit).toContain('KillMode=process');
    expect(unit).toContain('WantedBy=default.target');
    expect(unit).toMatch(/^ReadWritePaths=%h$/m);
  });

  it('lets it write where the login lies outside of the home', async () => {
    const file = '/srv/claude/.credentials.json';
    const login = { file, present: true, expiresAt: NOW + HOUR, renews: true, apiKeyHelper: false, onboarded: true };
    const unit = unitOf(plan(await machine({}, { claudeLogin: known(login, file) })));
    expect(unit).toMatch(/^ReadWritePaths=%h \/srv\/claude$/m);
  });

  it.each(['2026.2.17', '2026.4.29', '2026.6.1'])('%s: is in files, and a second one is empty', async (version) => {
    const facts = await machine({ version });
    const steps = plan(facts);
    expect(steps.filter(({ kind }) => kind === 'command')).toEqual([]);
    const own = steps.filter(({ params }) => (params as ConfigEditParams).file === `${STATE}/openclaw.json`);
    const config = own.reduce((now, { params }) => edit(now, (params as ConfigEditParams).edits as Edit[]), CONFIG);
    const again = await machine({
      version,
      config,
      profiles: ['main', 'lite'].map((agent) => ({ agent, id: PROFILE, expires: NOW - HOUR, store: store(agent) })),
      services: standing(unitOf(steps)),
    });
    expect(named(plan(again))).toEqual([]);
    expect(oauthSync.drift?.(oauthSync.defaults(again), again)).toEqual([]);
  });

  it('gives a copy of its own to an agent that only inherits one', async () => {
    const inherited = ['main', 'lite'].map((agent) => ({ agent, id: PROFILE, store: store('main') }));
    const steps = plan(await machine({ profiles: inherited, services: standing('') }));
    expect(named(steps)).toContain('store-access-token-lite');
    expect(named(steps)).not.toContain('store-access-token-main');
  });

  it('takes copies of the whole login out, which OpenClaw would renew', async () => {
    const health = { field: 'access', fields: [], length: 108, blanks: null, refreshFingerprint: 'same' };
    const copy = { id: 'anthropic:default', type: 'oauth', store: store('main'), health };
    const facts = await machine({
      profiles: [
        { ...copy, agent: 'main' },
        { ...copy, agent: 'lite' },
      ],
    });
    expect(named(plan(facts))).not.toContain('drop-login-copy-1');
    if (!facts.claudeLogin.known) throw new Error('the login is known');
    const claudeLogin = known({ ...facts.claudeLogin.value, refreshFingerprint: 'same' }, LOGIN);
    const steps = plan({ ...facts, claudeLogin }).filter(({ id }) => id.startsWith('drop-login-copy'));
    expect(steps.map(({ params }) => params)).toEqual([
      expect.objectContaining({
        file: store('main'),
        edits: [{ op: 'delete', path: ['profiles', 'anthropic:default'] }],
      }),
    ]);
  });

  it('starts the service again where its program is another, and installs it where it is not enabled', async () => {
    const unit = unitOf(plan(await machine()));
    const profiles = ['main', 'lite'].map((agent) => ({ agent, id: PROFILE, store: store(agent) }));
    const here = standing(unit);
    const old = await machine({ profiles, services: { ...here, sync: { ...here.sync, present: false } } });
    expect(plan(old).find(({ id }) => id === 'service-claude-sync')?.params).toMatchObject({ again: true });
    const off = { ...here, ours: here.ours.map((one) => ({ ...one, enabled: false })) };
    expect(named(plan(await machine({ profiles, services: off })))).toContain('service-claude-sync');
  });

  it('says what is missing where no service can be installed, or nothing was built', async () => {
    const services = cannedServicesFacts('/home/ana');
    const none = { ...services, manager: { ok: false as const, because: 'a container', help: '' }, place: null };
    const facts = await machine({ services: none });
    expect(() => plan(facts)).toThrow(expect.objectContaining({ code: 'no-service-manager' }));
    const unbuilt = await machine({ services: { ...services, sync: { ...services.sync, source: null } } });
    expect(() => plan(unbuilt)).toThrow(expect.objectContaining({ code: 'runtime-missing' }));
  });
});

/** Services as they are once the service stands with this unit. */
function standing(unit: string): ServicesFacts {
  const services = cannedServicesFacts('/home/ana', 'ana');
  return {
    ...services,
    sync: { ...services.sync, present: true },
    ours: services.ours.map((one) =>
      one.id === 'claude-sync' ? { ...one, sha256: sha256(unit), enabled: true, active: true } : one,
    ),
  };
}

describe('where OpenClaw runs in a container', () => {
  const SRV = '/srv/claw-home';
  const FILE = `${SRV}/.claude/.credentials.json`;
  const HERE = { path: '/home/ana/.local/bin/claude', realPath: '/x/claude', version: '2.1.329', wins: true };
  const INSTALL = {
    ...{ path: '/usr/local/bin/claude', realPath: '/usr/local/bin/claude', version: '2.1.329', wins: true },
    inside: {
      ...{ runtime: 'docker' as const, name: 'claw', folder: '/home/node/.claude' },
      stateFile: '/home/node/.claude.json',
      mounted: { folder: `${SRV}/.claude`, stateFile: `${SRV}/.claude.json` },
    },
  };
  const LOGIN_INSIDE = {
    ...{ file: '/home/node/.claude/.credentials.json', present: true, expiresAt: NOW + 2 * HOUR, renews: true },
    ...{ apiKeyHelper: false, onboarded: true, accessFingerprint: 'itself' },
  };
  const INSIDE: ClaudeInside = {
    claude: known([INSTALL], 'docker exec claw'),
    claudeSignIn: known({ loggedIn: true, authMethod: 'claude.ai', plan: 'pro' }, 'claude auth status'),
    claudeLogin: known(LOGIN_INSIDE, LOGIN_INSIDE.file),
    uid: 1000,
    login: { fate: 'kept', path: LOGIN_INSIDE.file },
  };
  const NONE: Fact<never> = unknown('absent', 'no claude on the PATH of the container claw');
  const NO_LOGIN = known({ ...LOGIN_INSIDE, present: false, expiresAt: null, renews: false }, LOGIN_INSIDE.file);
  const NOWHERE: Pick<Facts, 'claude' | 'claudeSignIn'> = {
    claude: unknown('absent', 'no claude'),
    claudeSignIn: unknown('absent', 'no claude'),
  };

  async function inContainer(
    inside: Partial<ClaudeInside> | Fact<ClaudeInside | null> = {},
    change: Partial<Facts> = {},
    container: Partial<Container> = {},
    input: Partial<FactsInput> = {},
  ): Promise<Facts> {
    const facts = await machine(input, change);
    if (!facts.state.known) throw new Error(facts.state.detail);
    const mounts = [
      { host: STATE, inside: '/home/node/.openclaw' },
      { host: SRV, inside: '/home/node' },
    ];
    const value = { ...facts.state.value, container: containerWith({ mounts, ...container }) };
    const claudeInside = 'known' in inside ? inside : known({ ...INSIDE, ...inside }, 'docker exec claw');
    return { ...facts, state: { ...facts.state, value }, claudeInside };
  }

  const words = (facts: Facts) => /^ExecStart=(.*)$/m.exec(unitOf(plan(facts)))?.[1] ?? '';

  it('it is the login of the container that is kept in step, asked and restarted in there', async () => {
    const facts = await inContainer({}, {}, {}, { version: '2026.6.1' });
    expect(oauthSync.availability(facts)).toEqual({
      ok: true,
      because: 'Claude Code 2.1.329 is in the container claw, signed in (pro)',
    });
    const first = plan(facts)[0]?.params as ConfigEditParams | undefined;
    expect(first?.edits[0]).toMatchObject({
      value: { token: { $secretFile: FILE, at: ['claudeAiOauth', 'accessToken'] }, expires: NOW + 2 * HOUR },
    });
    const said = words(facts);
    expect(said).toContain(`--credentials ${FILE} --state-dir %h/.openclaw`);
    expect(said).toMatch(/ --claude=docker --claude=exec --claude=claw --claude=env --claude=-u /);
    for (const name of ['CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_BASE_URL'])
      expect(said).toContain(`--claude=-u --claude=${name} `);
    expect(said).toMatch(/ --claude=\/usr\/local\/bin\/claude --openclaw=docker --openclaw=exec --openclaw=-i /);
    expect(said).toMatch(/ --openclaw=claw --openclaw=node --openclaw=dist\/index.js --gateway-runs=docker /);
    expect(said).toContain(
      '--gateway-restart=docker --gateway-restart=restart --gateway-restart=claw --within=%h/.openclaw --within=/srv/claw-home --store=',
    );
    expect(said).toContain('--sign-in "docker exec -it claw claude auth login"');
    expect(said).not.toContain('--port');
    expect(JSON.stringify(plan(facts))).toContain('the container claw is restarted about every 8 hours');
    // Claude Code writes its folder, and the service does not.
    expect(unitOf(plan(facts))).toMatch(/^ReadWritePaths=%h$/m);
  });

  it('a second plan is empty, also once the login has ended and this machine has one', async () => {
    const steps = plan(await inContainer());
    const own = steps.filter(({ params }) => (params as ConfigEditParams).file === `${STATE}/openclaw.json`);
    const config = own.reduce((now, { params }) => edit(now, (params as ConfigEditParams).edits as Edit[]), CONFIG);
    const profiles = ['main', 'lite'].map((agent) => ({ agent, id: PROFILE, store: store(agent) }));
    const here = standing(unitOf(steps));
    const state = { credentials: FILE, end: NOW, asks: null, ended: true };
    const services = { ...here, sync: { ...here.sync, state } };
    for (const change of [{}, { claudeLogin: NO_LOGIN }])
      expect(named(plan(await inContainer(change, {}, {}, { config, profiles, services })))).toEqual([]);
  });

  it('it is that of this machine where only that has one, or the service was set up with it', async () => {
    for (const claude of [NONE, INSIDE.claude] as const) {
      const facts = await inContainer({ claude, claudeLogin: NO_LOGIN });
      expect(oauthSync.availability(facts)).toEqual({
        ok: true,
        because: 'Claude Code 2.1.329 is here, signed in (max)',
      });
      expect(words(facts)).toContain(`--credentials %h/.claude/.credentials.json --state-dir %h/.openclaw`);
      expect(words(facts)).toContain('--claude=%h/.local/bin/claude --openclaw=docker --openclaw=exec');
      expect(words(facts)).toContain('--gateway-restart=claw');
    }
    const lost = await inContainer({ login: { fate: 'lost', path: '/home/node/.claude' } });
    expect(words(lost)).toContain('--claude=%h/.local/bin/claude');
    const canned = cannedServicesFacts('/home/ana', 'ana');
    const state = { credentials: LOGIN, end: NOW, asks: NOW, ended: false };
    const again = await inContainer({}, {}, {}, { services: { sync: { ...canned.sync, state } } });
    expect(words(again)).toContain('--credentials %h/.claude/.credentials.json');
  });

  it('of a stopped container the service is set up with the login of this machine alone', async () => {
    const stopped: Fact<never> = unknown('absent', 'the container claw does not run');
    const facts = await inContainer(stopped, {}, { status: 'exited' });
    expect(words(facts)).toContain('--openclaw=docker --openclaw=exec');
    const none = await inContainer(stopped, { ...NOWHERE, claudeLogin: NO_LOGIN }, { status: 'exited' });
    expect(oauthSync.availability(none)).toMatchObject({
      because: expect.stringContaining('claw does not run'),
      help: 'docker start claw',
    });
  });

  it('says why not: whose login cannot be read here or would be lost, and Podman', async () => {
    const { accessFingerprint: _, ...masked } = LOGIN_INSIDE;
    expect(oauthSync.availability(await inContainer({ claudeLogin: known(masked, 'x') }))).toEqual({
      ok: false,
      because: `you may not read ${FILE}, where the container claw keeps the login of Claude Code`,
      help: 'sudo -i clawauth-setup',
    });
    const lost = { login: { fate: 'lost', path: '/home/node/.claude' } } as const;
    expect(oauthSync.availability(await inContainer(lost, { ...NOWHERE, claudeLogin: NO_LOGIN }))).toMatchObject({
      ok: false,
      because: expect.stringContaining('would be lost with the container claw'),
    });
    expect(oauthSync.availability(await inContainer({}, {}, { runtime: 'podman' }))).toMatchObject({
      ok: false,
      because: 'the container claw is Podman’s, and the sync works with Docker only',
    });
  });

  it.each([
    ['2.1.329', 'auth status'],
    ['2.1.100', '-p hello'],
  ])('not while Claude Code %s is about to renew its login, which a restart could end', async (version, words) => {
    const renews = known({ loggedIn: true, authMethod: 'claude.ai', renewsAtNextUse: true }, LOGIN_INSIDE.file);
    const claude = known([{ ...INSTALL, version }], 'docker exec claw');
    expect(oauthSync.availability(await inContainer({ claude, claudeSignIn: renews }))).toMatchObject({
      ok: false,
      because: expect.stringContaining('about to renew its login'),
      help: `docker exec -it claw /usr/local/bin/claude ${words}`,
    });
    // That of this machine is not ended by a restart of the container.
    const here = await inContainer({ claudeLogin: NO_LOGIN }, { claudeSignIn: renews });
    expect(oauthSync.availability(here)).toMatchObject({ ok: true });
  });

  it('has whoever is not signed in sign in where the login is to be', async () => {
    const out = known({ loggedIn: false, authMethod: 'none' }, 'claude auth status');
    const inside = { claudeLogin: NO_LOGIN, claudeSignIn: out } as const;
    const whose = async (change: Partial<ClaudeInside>) => {
      const facts = await inContainer({ ...inside, ...change }, { claudeSignIn: out, claudeLogin: NO_LOGIN });
      expect(oauthSync.availability(facts)).toMatchObject({
        ok: true,
        because: expect.stringContaining('sign in first'),
      });
      return factValue(ofWhose('kept in step', facts).claude)?.[0]?.path;
    };
    expect(await whose({})).toBe(INSTALL.path);
    expect(await whose({ claude: NONE })).toBe(HERE.path);
  });

  it('hands the service what finds Docker', async () => {
    const env = { DOCKER_HOST: 'unix:///run/user/1000/docker.sock' };
    expect(unitOf(plan(await inContainer({}, {}, { env })))).toContain(`Environment=DOCKER_HOST=${env.DOCKER_HOST}`);
  });
});

describe('the check whether OpenClaw is in step', () => {
  const token = `sk-ant-oat01-FAKE${'a'.repeat(91)}`;
  const login = (expiresAt: number) =>
    JSON.stringify({ claudeAiOauth: { accessToken: token, refreshToken: 'r', expiresAt } });
  const stored = (expires: number) => JSON.stringify({ profiles: { [PROFILE]: { type: 'token', token, expires } } });
  const state = (ended: boolean) => JSON.stringify({ schema: 1, end: 0, asks: ended ? null : NOW + 2 * HOUR, ended });

  async function findings(files: Record<string, string>) {
    const facts = await machine({ services: standing('') });
    const world = memoryWorld({ files });
    const check = oauthSync.checks(facts, oauthSync.defaults(facts)).find(({ id }) => id === 'in-step');
    const context = {
      world,
      signal: new AbortController().signal,
      shared: { once: (_: string, make: () => unknown) => make() },
    };
    return check?.run?.(context as unknown as CheckContext);
  }
  const stateFile = '/home/ana/.local/share/clawauth-setup/claude-sync.json';

  it('is yes where both ends are the same, and tells when Claude Code is asked', async () => {
    const end = NOW + 3 * HOUR;
    const files = { [LOGIN]: login(end), [store('main')]: stored(end - 1_500), [store('lite')]: stored(end) };
    expect(await findings({ ...files, [stateFile]: state(false) })).toEqual([
      {
        verdict: 'ok',
        says: `${PROFILE} ends at 2026-11-21 03:00, as the login of Claude Code does. Claude Code is asked for the next one at 2026-11-21 02:00.`,
      },
    ]);
  });

  it('is no where one agent is behind, or its token has ended', async () => {
    for (const [end, lite] of [
      [NOW + 3 * HOUR, NOW + 2 * HOUR],
      [NOW - HOUR, NOW - HOUR],
    ] as const) {
      const files = { [LOGIN]: login(end), [store('main')]: stored(end), [store('lite')]: stored(lite) };
      const [found] = (await findings({ ...files, [stateFile]: state(false) })) ?? [];
      expect(found).toMatchObject({
        verdict: 'error',
        next: expect.stringContaining('journalctl --user -u clawauth-claude-sync'),
      });
    }
  });

  it('asks for a sign-in where the login has ended', async () => {
    const ended = JSON.stringify({ claudeAiOauth: { accessToken: '', refreshToken: '', expiresAt: 0 } });
    for (const files of [{ [LOGIN]: ended }, { [LOGIN]: login(NOW), [stateFile]: state(true) }]) {
      const [found] = (await findings(files as Record<string, string>)) ?? [];
      expect(found).toMatchObject({ verdict: 'error', next: 'claude auth login', waits: true });
    }
  });
});
