import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import json5 from 'json5';
import { actionKinds } from '../../src/actions/index.ts';
import { keep, read, replace, storesOf } from '../../src/claude-sync/disk.ts';
import { parseClaudeSyncArgs } from '../../src/claude-sync/options.ts';
import { Sync } from '../../src/claude-sync/sync.ts';
import { homeFacts, prepareRenewal, runUninstall } from '../../src/commands/home.ts';
import type { Around } from '../../src/engine/disk.ts';
import { type Engine, openEngine } from '../../src/engine/index.ts';
import { gatherFacts } from '../../src/facts/gather.ts';
import type { Facts } from '../../src/facts/types.ts';
import { answersOf } from '../../src/history/overview.ts';
import { planHere, recordFor, switchAnswers, switchTo } from '../../src/history/switch.ts';
import { edit, parse } from '../../src/json5/index.ts';
import { type HandedSecret, planOptions, secretsOf } from '../../src/methods/handed.ts';
import { defaultAnswers } from '../../src/methods/index.ts';
import type { Answers } from '../../src/methods/types.ts';
import { previewPlan } from '../../src/plan/index.ts';
import type { ServicesFacts } from '../../src/services/records.ts';
import { known } from '../../src/system/fact.ts';
import { Problem } from '../../src/system/problem.ts';
import { Secret } from '../../src/system/secret.ts';
import { crashAt, isCrash } from './edit-kind.ts';
import { managed } from './fake-manager.ts';
import { type LivingHome, livingHome } from './living-home.ts';
import { cannedServicesFacts } from './services-facts.ts';

/** What can happen to a machine over the months. Ours first, then the person's, OpenClaw's, and the power's. */
const WAYS = ['setup-token', 'claude-cli', 'proxy', 'api-key', 'oauth-sync'] as const;
export type Way = (typeof WAYS)[number];

export type Happening =
  | { readonly do: 'apply'; readonly as: 'everything' | 'fallback'; readonly primary: string }
  | { readonly do: 'switch'; readonly to: Way; readonly keepOld: boolean }
  | { readonly do: 'renew' | 'undo' | 'redo' | 'uninstall' }
  /** Of the runs in force, counted from the newest one. */
  | { readonly do: 'undo older'; readonly run: number }
  | { readonly do: 'person'; readonly what: 'key' | 'primary' | 'comment' | 'job' | 'profile' }
  | { readonly do: 'openclaw rewrites' }
  /** Claude Code has renewed its login, and the service looks, where it runs. */
  | { readonly do: 'login is renewed' }
  | {
      readonly do: 'crash';
      /** The n-th changing call to the disk fails, and all after it. */
      readonly at: number;
      readonly torn: boolean;
      readonly in: 'apply' | 'switch' | 'renew' | 'undo' | 'uninstall';
      /** Of a switch; else from the token to the proxy and back. */
      readonly to?: Way;
      readonly end: 'resume' | 'undo' | 'leave';
    };

const primaries = fc.constantFrom('anthropic/claude-opus-5', 'anthropic/claude-sonnet-5');
export const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('apply' as const),
      as: fc.constantFrom('everything', 'fallback'),
      primary: primaries,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('switch' as const),
      to: fc.constantFrom(...WAYS),
      keepOld: fc.constantFrom(false, false, true),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('renew', 'undo', 'redo', 'uninstall') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo older' as const), run: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('person' as const),
      what: fc.constantFrom('key', 'primary', 'comment', 'job', 'profile'),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'openclaw rewrites' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'login is renewed' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      at: fc.integer({ min: 1, max: 90 }),
      torn: fc.boolean(),
      in: fc.constantFrom('apply', 'switch', 'renew', 'undo', 'uninstall'),
      to: fc.constantFrom(...WAYS),
      end: fc.constantFrom('resume', 'undo', 'leave'),
    }),
  },
) as fc.Arbitrary<Happening>;

type Json = Record<string, unknown>;

/** The machine, and beside it what the person alone would have: the state that an uninstall has to reach. */
export class ComingBack {
  readonly home: LivingHome = managedHome();
  readonly tokens: string[] = [];
  /** What each file would hold without us. */
  readonly #alone: { config: Json; main: Json; jobs: Json };
  readonly #before: Record<string, string>;
  #count = 0;
  /** Somebody else wrote a file since. */
  touched = false;

  constructor() {
    for (const name of RUNTIMES) writeFileSync(this.home.path('lib', `${name}.mjs`), `// the ${name}\n`);
    this.#signIn();
    const { read, files } = this.home;
    this.#alone = {
      config: read(files.config) as Json,
      main: read(files.main) as Json,
      jobs: read(files.jobs) as Json,
    };
    this.#before = this.bytes(NOT_OURS);
  }

  remove(): void {
    this.home.remove();
  }

  async happens(what: Happening): Promise<void> {
    switch (what.do) {
      case 'apply':
        return this.#apply(this.#engine(), what);
      case 'switch':
        return this.#switch(this.#engine(), what);
      case 'renew':
        return this.#renew(this.#engine());
      case 'undo':
        return this.#undo(this.#engine());
      case 'undo older':
        return this.#undoOlder(this.#engine(), what.run);
      case 'redo':
        return this.#redo(this.#engine());
      case 'uninstall':
        return this.uninstall();
      case 'person':
        return this.#person(what.what);
      case 'openclaw rewrites':
        return this.#rewrite();
      case 'login is renewed':
        return this.#renewLogin();
      case 'crash':
        return this.#crash(what);
    }
  }

  /** Everything of ours away. A second one has nothing to do. */
  async uninstall(engine = this.#engine()): Promise<void> {
    try {
      await runUninstall({ world: this.home.world, engine }, {});
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'nothing-to-undo') throw error;
    }
  }

  /** Throws when a key of somebody else is lost, a file does not parse, or a token stands where none may. */
  check(): void {
    const { config, main, jobs } = this.#now();
    const own = (from: Json | undefined) => {
      const { 'claude-max-proxy': _, ...providers } = ((from?.models as Json)?.providers ?? {}) as Json;
      return JSON.stringify([from?.mine, providers]);
    };
    if (own(config) !== own(this.#alone.config)) throw new Error(`A foreign key was lost: ${own(config)}`);
    const missing = Object.keys(this.#alone.main.profiles as Json).filter((id) => !(main?.profiles as Json)?.[id]);
    if (missing.length > 0) throw new Error(`A foreign profile was lost: ${missing}`);
    const ids = (list: Json | undefined) => ((list?.jobs ?? []) as Json[]).map(({ id }) => id).join();
    if (ids(jobs) !== ids(this.#alone.jobs)) throw new Error(`Cron jobs were lost: ${ids(jobs)}`);
    const { models, agents } = (config ?? {}) as { models?: { providers?: Json }; agents?: Json };
    const asked = JSON.stringify((agents?.defaults as Json | undefined)?.model ?? '').includes('claude-max-proxy/');
    if (asked && models?.providers?.['claude-max-proxy'] === undefined) throw new Error('Asks a proxy that is gone');
    for (const [path, text] of Object.entries(this.bytes())) {
      // A copy that a crash cut off lies in tmp/ until the next run.
      const allowed = /clawauth-setup\/(blobs|tmp)\/|auth-profiles\.json$|\.claude\/\.credentials\.json$/.test(path);
      if (!allowed && this.tokens.some((token) => text.includes(token.slice(20, 60))))
        throw new Error(`A token in ${path}`);
    }
  }

  /** Throws when anything of ours is left, or anything of the person's is not. */
  checkGone(): void {
    const { config, main, jobs } = this.#now();
    const { meta: _, ...rest } = config ?? {};
    same('openclaw.json', rest, this.#alone.config);
    same('auth-profiles.json', main?.profiles, this.#alone.main.profiles);
    same('jobs.json', jobs, this.#alone.jobs);
    if (existsSync(this.home.path('.local', 'share', 'clawauth-setup'))) throw new Error('The proxy left something');
    if (existsSync(this.home.files.lite)) throw new Error('lite has a store that it did not have before');
    if (!this.touched) same('the whole home', this.bytes(NOT_OURS), this.#before);
  }

  /** Every file below the home but those that match, by path. */
  bytes(skip = /$^/): Record<string, string> {
    const found: Record<string, string> = {};
    const walk = (folder: string) => {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (skip.test(path)) continue;
        if (entry.isDirectory()) walk(path);
        else if (entry.isFile()) found[path] = readFileSync(path, 'latin1');
      }
    };
    walk(this.home.home);
    return found;
  }

  // ── ours ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  #engine(around?: Around): Engine {
    return openEngine({
      world: this.home.world,
      kinds: actionKinds,
      version: '1',
      ...(around ? { around } : {}),
    });
  }

  /** A new secret for a way; one that stores nothing leaves it unused. */
  #secret(way: string): HandedSecret {
    this.#count += 1;
    const [name, kind] = way === 'api-key' ? ['key', 'api03'] : ['token', 'oat01'];
    const text = `sk-ant-${kind}-FAKE${String(this.#count).padStart(4, '0').repeat(21)}abcdef${this.#count}`;
    this.tokens.push(text);
    return { name, value: new Secret(text) };
  }

  async #apply(engine: Engine, { as, primary }: { as: Answers['role']; primary: string }): Promise<void> {
    await this.#setUp(engine, 'setup-token', { role: as, primary, fallbacks: [] });
  }

  /** The other way in the place of the one in force; the same one again, or the first, is set up as it is. */
  #switch(engine: Engine, { to, keepOld }: { to: Way; keepOld: boolean }): Promise<void> {
    return this.#setUp(engine, to, { keepOld });
  }

  async #setUp(engine: Engine, method: Way, given: Partial<Answers>): Promise<void> {
    const facts = await this.#look(method === 'oauth-sync');
    const handed = this.#secret(method);
    const home = { world: this.home.world, engine };
    const change = await switchTo(home, facts, method);
    const asked = { ...given, method, tokenExpires: null };
    const answers = change ? switchAnswers(change, method, asked) : { ...defaultAnswers(facts, method), ...asked };
    const plan = await planHere(home, facts, answers, planOptions(handed), change);
    await previewPlan(plan, { world: this.home.world, kinds: actionKinds });
    const receipt = await engine.apply(plan, { ...recordFor(answers, change), secrets: secretsOf(handed) });
    const failed = receipt.steps.find(({ problem }) => problem !== undefined)?.problem;
    if (failed !== undefined) throw new Error(`${method}: ${failed.code} ${failed.what}`);
    const kept = (await engine.inForce()).some((run) => answersOf(run)?.keepOld === true);
    if (!kept && !this.touched) this.#checkOnly(method);
  }

  /** Where no run keeps the other way, OpenClaw has nothing of it. */
  #checkOnly(method: Way): void {
    const { read, files } = this.home;
    const other = {
      proxy: /sk-ant-(oat01|api03)-FAKE/,
      'claude-cli': /sk-ant-(oat01|api03)-FAKE/,
      'setup-token': /sk-ant-api03-FAKE/,
      'api-key': /sk-ant-oat01-FAKE/,
      'oauth-sync': /anthropic:default|sk-ant-api03-FAKE/,
    };
    const left = JSON.stringify(read(files.main)).match(other[method]);
    const config = JSON.stringify(read(files.config));
    const named =
      (method === 'proxy' ? null : config.match(/claude-max-proxy/)) ??
      (method === 'claude-cli' ? null : config.match(/claude-cli/));
    if (left !== null || named !== null) throw new Error(`Of the previous way, ${left ?? named} is left.`);
  }

  /**
   * What is here, with a Claude Code that is said to be here and programs to copy. `syncs`: with a service manager, which the
   * proxy is left without, so that nothing waits for its port.
   */
  async #look(syncs = false): Promise<Facts> {
    const { world, path } = this.home;
    const facts = await gatherFacts(world, { slow: false });
    if (!facts.services.known) throw new Error(facts.services.detail);
    const { value } = facts.services;
    const runtimeOf = (name: (typeof RUNTIMES)[number], file: string) => {
      const source = path('lib', `${name}.mjs`);
      const bytes = readFileSync(source);
      const present = existsSync(file) && readFileSync(file).equals(bytes);
      return { source, sha256: createHash('sha256').update(bytes).digest('hex'), present, file };
    };
    const runtime = runtimeOf('normalizer', value.runtime.file);
    const sync = { ...value.sync, ...runtimeOf('claude-sync', value.sync.file) };
    const services = { ...value, ...(syncs ? this.#manager() : NO_MANAGER), runtime, sync };
    const claude = { path: '/opt/claude', realPath: '/opt/claude', version: '2.1.329', wins: true };
    return { ...facts, services: known(services, 'the disk'), claude: known([claude], 'PATH') };
  }

  /** As the disk tells of it. */
  #manager(): Pick<ServicesFacts, 'manager' | 'place' | 'ours'> {
    const { home, path } = this.home;
    const file = path('.config', 'systemd', 'user', UNIT);
    const unit = existsSync(file) ? readFileSync(file) : null;
    const runs = existsSync(path('manager', `running-${UNIT}`));
    const sha256 = unit === null ? null : createHash('sha256').update(unit).digest('hex');
    const enabled = existsSync(path('.config', 'systemd', 'user', 'default.target.wants', UNIT));
    const { manager, place } = cannedServicesFacts(home, 'ana');
    return {
      manager,
      place,
      ours: [{ id: 'claude-sync', file, sha256, enabled, active: unit === null ? null : runs }],
    };
  }

  /** A new login of Claude Code. */
  #signIn(): void {
    const token = this.#secret('oauth-sync').value.reveal((text) => text);
    const claudeAiOauth = {
      accessToken: token,
      refreshToken: 'sk-ant-ort01-FAKE',
      expiresAt: Date.parse('2099-01-01'),
    };
    const file = this.home.path('.claude', '.credentials.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ claudeAiOauth }));
  }

  async #renewLogin(): Promise<void> {
    this.#signIn();
    const { path } = this.home;
    if (!existsSync(path('manager', `running-${UNIT}`))) return;
    const { stores, stateDir, ...options } = wordsOf(readFileSync(path('manager', `running-${UNIT}`), 'utf8'), path());
    const gateway = { needs: async () => 'itself' as const, isBusy: async () => false, bring: async () => true };
    const ask = async () => 'no answer' as const;
    const host = {
      now: Date.now,
      read,
      replace,
      keep,
      stores: () => storesOf(stores, stateDir),
      ask,
      gateway,
      log: () => {},
    };
    mkdirSync(dirname(options.stateFile), { recursive: true });
    await new Sync(host, options).look(() => {});
  }

  async #renew(engine: Engine): Promise<void> {
    const facts = await this.#look();
    const home = { world: this.home.world, engine };
    const inForce = (await homeFacts(home)).inForce?.method;
    const handed = this.#secret(inForce ?? 'setup-token');
    const renewal = await prepareRenewal(home, facts, handed).catch(quietly('nothing-to-renew'));
    if (renewal === undefined) return;
    // What was set up by hand, or before the proxy, may be of the other kind.
    if (renewal.method.secret?.name !== handed.name) return;
    await engine.apply(renewal.plan, { ...renewal.record, secrets: secretsOf(handed) });
  }

  async #undo(engine: Engine): Promise<void> {
    await engine.undo().catch(quietly('nothing-to-undo'));
  }

  async #undoOlder(engine: Engine, run: number): Promise<void> {
    const standing = (await engine.backups()).filter(({ inForce }) => inForce);
    const id = standing[run]?.id;
    if (id !== undefined) await engine.undo(id).catch(quietly('nothing-to-undo'));
  }

  /** Takes the last undo back, when nothing came after it. */
  async #redo(engine: Engine): Promise<void> {
    const [newest] = await engine.list();
    if (newest?.purpose === 'undo') await engine.undo(newest.id).catch(quietly('nothing-to-undo', 'changed-since'));
  }

  async #crash(what: Extract<Happening, { do: 'crash' }>): Promise<void> {
    const dying = this.#engine(crashAt(what.at, what.torn));
    try {
      if (what.in === 'apply') await this.#apply(dying, { as: 'everything', primary: 'anthropic/claude-opus-5' });
      if (what.in === 'switch') {
        const { inForce } = await homeFacts({ world: this.home.world, engine: this.#engine() });
        const to = what.to ?? (inForce?.method === 'proxy' ? 'setup-token' : 'proxy');
        await this.#switch(dying, { to, keepOld: false });
      }
      if (what.in === 'renew') await this.#renew(dying);
      if (what.in === 'undo') await this.#undo(dying);
      if (what.in === 'uninstall') await this.uninstall(dying);
    } catch (error) {
      if (!isCrash(error)) throw error;
    }
    const engine = this.#engine();
    if ((await engine.pending()) === null) return;
    const secrets = { ...secretsOf(this.#secret('setup-token')), ...secretsOf(this.#secret('api-key')) };
    await engine.recover(what.end, { secrets });
    if ((await engine.pending()) !== null) throw new Error('The run is still half done after it was recovered.');
  }

  // ── others ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  #now(): { config: Json | undefined; main: Json | undefined; jobs: Json | undefined } {
    const { read, files } = this.home;
    return { config: read(files.config), main: read(files.main), jobs: read(files.jobs) };
  }

  #person(what: Extract<Happening, { do: 'person' }>['what']): void {
    this.touched = true;
    this.#count += 1;
    const n = this.#count;
    const { config, main, jobs } = this.home.files;
    const text = readFileSync(config, 'utf8');
    const alone = this.#alone;
    if (what === 'comment') appendFileSync(config, `// note ${n}\n`);
    if (what === 'key') {
      writeFileSync(config, edit(text, [{ op: 'set', path: ['mine', `key${n}`], value: n }]));
      (alone.config.mine as Json)[`key${n}`] = n;
    }
    if (what === 'primary') {
      const model = `openai/gpt-${n}`;
      writeFileSync(
        config,
        edit(text, [{ op: 'set', path: ['agents', 'defaults', 'model', 'primary'], value: model }]),
      );
      ((alone.config.agents as { defaults: { model: Json } }).defaults.model as Json).primary = model;
    }
    if (what === 'job') {
      const job = {
        id: `own-${n}`,
        name: 'own',
        agentId: 'main',
        enabled: true,
        payload: { kind: 'agentTurn' },
        state: {},
      };
      rewrite(jobs, (now) => ({ ...now, jobs: [...(now.jobs as Json[]), job] }));
      (alone.jobs.jobs as Json[]).push(job);
    }
    if (what === 'profile') {
      const profile = { type: 'api_key', provider: 'mistral', key: `FAKE-${n}` };
      rewrite(main, (now) => ({ ...now, profiles: { ...(now.profiles as Json), [`mistral:${n}`]: profile } }));
      (alone.main.profiles as Json)[`mistral:${n}`] = profile;
    }
  }

  /** As the real one does: strict JSON without comments, a stamp, and its notes about credentials that it used. */
  #rewrite(): void {
    this.touched = true;
    this.#count += 1;
    const { config, main } = this.home.files;
    const stamp = { lastTouchedVersion: '2026.4.29', lastTouchedAt: `2026-11-21T00:00:${this.#count}Z` };
    rewrite(config, (now) => ({ ...now, meta: stamp }));
    rewrite(main, (now) => now);
    const usage = { lastUsed: this.#count, errorCount: 2, cooldownUntil: Date.now() + 3_600_000 };
    const state = {
      version: 1,
      lastGood: { anthropic: 'anthropic:default' },
      usageStats: { 'anthropic:default': usage },
    };
    if (((this.home.read(main)?.profiles ?? {}) as Json)['anthropic:default']) {
      writeFileSync(join(dirname(main), 'auth-state.json'), JSON.stringify(state, null, 2), { mode: 0o600 });
    }
  }
}

const UNIT = 'clawauth-claude-sync.service';
const RUNTIMES = ['normalizer', 'claude-sync'] as const;
const NO_MANAGER = { manager: { ok: false as const, because: 'a test', help: '' }, place: null, ours: [] };
/** The program's own record, what Claude Code keeps, and the manager's state. */
const NOT_OURS = /\.local|\.claude|\/manager\//;

function managedHome(): LivingHome {
  const home = livingHome();
  return { ...home, world: managed(home.world) };
}

/** What a unit starts the service with. */
function wordsOf(unit: string, home: string) {
  const command = /^ExecStart=(.*)$/m.exec(unit)?.[1]?.replaceAll('%h', home) ?? '';
  const [, , ...words] = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  return parseClaudeSyncArgs(words);
}

function rewrite(path: string, change: (now: Json) => Json): void {
  writeFileSync(path, `${JSON.stringify(change(json5.parse(readFileSync(path, 'utf8'))), null, 2)}\n`);
}

function same(name: string, now: unknown, wanted: unknown): void {
  const [a, b] = [sorted(now), sorted(wanted)];
  if (a !== b) throw new Error(`${name} is not as if we had never come:\n${a}\nwanted\n${b}`);
}

function sorted(value: unknown): string {
  const read = parse(JSON.stringify(value ?? null));
  return JSON.stringify(read.ok ? value : null, (_key, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner as Json).sort(([x], [y]) => (x < y ? -1 : 1)))
      : inner,
  );
}

function quietly(...codes: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Problem && codes.includes(error.code)) return undefined;
    throw error;
  };
}
