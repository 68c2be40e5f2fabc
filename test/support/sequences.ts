import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import json5 from 'json5';
import { edit } from '../../src/json5/index.ts';
import type { ModelsTold } from './bridge-home.ts';
import { choicesIn, expectInvariants, type Had } from './invariants.ts';
import { type Finished, filesWith } from './run-packed.ts';

export type Way = 'setup-token' | 'claude-cli' | 'proxy' | 'api-key';

/** What can happen to a machine that the packed program and an OpenClaw live on. */
export type Event =
  | { readonly do: 'apply'; readonly as: 'everything' | 'fallback' | 'agent'; readonly primary: string }
  /** To a way with what it starts from by itself, whichever is in force; nothing runs the proxy. */
  | { readonly do: 'switch'; readonly to: Way; readonly keepOld: boolean }
  | { readonly do: 'renew' | 'undo' | 'redo' | 'uninstall' }
  /** By hand, in an editor. */
  | { readonly do: 'person'; readonly what: 'key' | 'comment' | 'alias' }
  | { readonly do: 'openclaw'; readonly what: 'set' | 'default' | 'credential' }
  /** Our program is killed when its step list shows the n-th step (from 1), and then recovered in one of three ways. */
  | {
      readonly do: 'kill';
      /** `switch`: to the proxy. */
      readonly in: 'apply' | 'switch' | 'renew' | 'undo' | 'uninstall';
      readonly at: number;
      readonly end: 'resume' | 'undo' | 'leave';
    };

export interface EventOptions {
  /** What OpenClaw itself can be asked to do in this place. */
  readonly openclaw: readonly Extract<Event, { do: 'openclaw' }>['what'][];
  /** `provider/model` */
  readonly primaries: readonly string[];
  /** It can run Claude Code for its models, as whoever runs the test. */
  readonly runsClaude?: boolean;
}

export function eventsOf({ openclaw, primaries, runsClaude = false }: EventOptions): fc.Arbitrary<readonly Event[]> {
  const apply = fc.record({
    do: fc.constant('apply' as const),
    as: fc.constantFrom('everything' as const, 'everything' as const, 'fallback' as const, 'agent' as const),
    primary: fc.constantFrom(...primaries),
  });
  const change = fc.record({
    do: fc.constant('switch' as const),
    // What is set up first is a token.
    to: fc.constantFrom(
      'proxy' as const,
      'proxy' as const,
      'api-key' as const,
      'api-key' as const,
      'setup-token' as const,
      ...(runsClaude ? (['claude-cli', 'claude-cli'] as const) : []),
    ),
    keepOld: fc.constantFrom(false, false, true),
  });
  const others = fc.oneof(
    { weight: 3, arbitrary: apply },
    { weight: 3, arbitrary: change },
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('renew', 'undo', 'redo', 'uninstall') }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('person'), what: fc.constantFrom('key', 'comment', 'alias') }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('openclaw'), what: fc.constantFrom(...openclaw) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('kill'),
        in: fc.constantFrom('apply', 'switch', 'switch', 'renew', 'undo', 'uninstall'),
        at: fc.integer({ min: 1, max: 6 }),
        end: fc.constantFrom('resume', 'undo', 'leave'),
      }),
    },
  ) as fc.Arbitrary<Event>;
  // Something of ours early, or most of the rest has nothing to do; then another way.
  return fc
    .tuple(
      fc.array(others, { maxLength: 1 }),
      apply,
      fc.array(others, { maxLength: 1 }),
      change,
      fc.array(others, { minLength: 1, maxLength: 3 }),
    )
    .map(([first, second, between, third, rest]) => [...first, second, ...between, third, ...rest]);
}

/** The sequence of a seed: the same one each time. */
export function sequenceOf(seed: number, options: EventOptions): readonly Event[] {
  return fc.sample(eventsOf(options), { seed, numRuns: 1 })[0] as readonly Event[];
}

/** A home with an OpenClaw in it. */
export interface Place {
  readonly home: string;
  readonly stateDir: string;
  readonly config: string;
  /** Runs the packed program in it. */
  ours(args: readonly string[], more?: { readonly input?: string; readonly killAt?: RegExp }): Promise<Finished>;
  /** Runs OpenClaw in it; throws when it fails. */
  openclaw(args: readonly string[], input?: string): Promise<string>;
  /** What OpenClaw says of models and credentials (`models status --json`). */
  status(): Promise<ModelsTold>;
}

type Json = Record<string, unknown>;
const at = (value: unknown, ...keys: string[]) =>
  keys.reduce<unknown>((inner, key) => (inner as Json | undefined)?.[key], value);

/** Refs that both homes have from the start. */
export interface Known {
  /** A ref whose alias the person changes by hand. */
  readonly aliased: string;
  /** A ref that OpenClaw is told to use by default. */
  readonly other: string;
}

/**
 * Two homes side by side: one that we come to, one that has only the person and OpenClaw. After an uninstall they must
 * be the same.
 */
export class SideBySide {
  readonly tokens: string[] = [];
  /** Of the proxy, as they were seen between two events. */
  readonly keys: string[] = [];
  readonly #printed: string[] = [];
  #count = 0;

  constructor(
    readonly us: Place,
    readonly alone: Place,
    readonly known: Known,
  ) {}

  async happens(event: Event): Promise<void> {
    if (event.do === 'kill') return this.#kill(event);
    if (event.do === 'person') return this.#byHand(event.what);
    if (event.do === 'openclaw') return this.#openclaw(event.what);
    const { args, input } = await this.#call(event);
    if (args === null) return;
    const had = { holdings: [], choices: choicesIn(this.us) };
    const first = await this.#ours(args, { input });
    // It is the API key that is in force.
    const key = problemOf(first) === 'other-secret' ? this.#renewal('--key-stdin', 'api03') : null;
    const done = key === null ? first : await this.#ours(key.args, key);
    if (done.code === 0 && args[0] === 'apply') await this.#held(had, done, args, input);
    // There may be nothing to renew, or somebody may have written since an undo.
    if (done.code === 0 || ['nothing-to-renew', 'changed-since'].includes(problemOf(done) ?? '')) return;
    throw new Error(`${args.join(' ')} ended with ${done.code}:\n${done.out}\n${done.err}`);
  }

  /** Throws when a key of somebody else is lost, the config does not parse, or a token stands where none may. */
  check(): void {
    const [ours, alone] = [this.#read(this.us), this.#read(this.alone)];
    for (const path of [
      ['gateway'],
      ['models', 'providers', 'claude-bridge'],
      ['agents', 'defaults', 'timeoutSeconds'],
      ['agents', 'defaults', 'mediaMaxMb'],
    ])
      same(path.join('.'), at(ours, ...path), at(alone, ...path));
    // Two runs can make two keys.
    const key = this.#key();
    if (key !== null && !this.keys.includes(key)) this.keys.push(key);
    for (const secret of [...this.tokens, ...this.keys]) {
      if (this.#printed.some((text) => text.includes(secret))) throw new Error('A secret was printed.');
      const found = filesWith(this.us.home, secret);
      const astray = found.filter(
        (path) =>
          path !== this.#keyFile &&
          !path.startsWith(`${this.us.stateDir}/`) &&
          !/\/clawauth-setup\/(blobs|tmp)\//.test(path),
      );
      if (astray.length > 0) throw new Error(`A secret in ${astray}`);
    }
  }

  /**
   * Uninstalls. Throws when anything of ours is left then, when OpenClaw does not take the config (no command of models
   * answers to one that it refuses), or anything of the person's is not there.
   */
  async checkGone(): Promise<void> {
    await this.happens({ do: 'uninstall' });
    const [status, wanted] = await Promise.all([this.us.status(), this.alone.status()]);
    same('what OpenClaw says', told(status), told(wanted));
    same('the config', this.#read(this.us), this.#read(this.alone));
    same('the files', this.#files(this.us), this.#files(this.alone));
    for (const secret of [...this.tokens, ...this.keys]) {
      const left = filesWith(this.us.stateDir, secret).filter(
        (path) => !/\.sqlite(-wal|-shm)?$|\.bak(\.\d)?$/.test(path),
      );
      if (left.length > 0) throw new Error(`A secret of ours in ${left}`);
    }
    if (existsSync(dirname(this.#keyFile))) throw new Error(`Left: ${readdirSync(dirname(this.#keyFile))}`);
    const again = await this.#ours(['uninstall', '--yes', '--json']);
    same('a second uninstall', JSON.parse(again.out).uninstall.steps, []);
  }

  // ── ours ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #ours(args: readonly string[], more: { input?: string; killAt?: RegExp } = {}): Promise<Finished> {
    const done = await this.us.ours(args, more);
    this.#printed.push(done.out, done.err);
    return done;
  }

  get #keyFile(): string {
    return join(this.us.home, '.local', 'share', 'clawauth-setup', 'normalizer.key');
  }

  #key(): string | null {
    return existsSync(this.#keyFile) ? readFileSync(this.#keyFile, 'utf8').trim() : null;
  }

  async #call(event: Extract<Event, { do: 'apply' | 'switch' | 'renew' | 'undo' | 'redo' | 'uninstall' }>) {
    if (event.do === 'switch') {
      const args = ['apply', '--method', event.to, ...(event.keepOld ? ['--keep-old'] : []), '--yes', '--json'];
      if (event.to === 'proxy') return { args: [...args, '--service', 'none'], input: '' };
      if (event.to === 'claude-cli') return { args, input: '' };
      return event.to === 'api-key'
        ? { args: [...args, '--key-stdin'], input: this.#secret('api03') }
        : { args: [...args, '--token-stdin'], input: this.#secret('oat01') };
    }
    if (event.do === 'apply') {
      const args = ['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--json'];
      return { args: [...args, '--role', event.as, '--primary', event.primary], input: this.#secret('oat01') };
    }
    if (event.do === 'renew') return this.#renewal('--token-stdin', 'oat01');
    if (event.do === 'uninstall') return { args: ['uninstall', '--yes', '--json'], input: '' };
    if (event.do === 'undo') return { args: ['undo', '--yes', '--json'], input: '' };
    // Only the undo that nothing came after can be undone.
    const [newest] = JSON.parse((await this.#ours(['undo', '--list', '--json'])).out).runs;
    const redo = newest?.purpose === 'undo' && newest.undoneBy === undefined;
    return { args: redo ? ['undo', newest.id, '--yes', '--json'] : null, input: '' };
  }

  #renewal(flag: '--token-stdin' | '--key-stdin', kind: 'oat01' | 'api03') {
    return { args: ['renew', flag, '--yes', '--json'], input: this.#secret(kind) };
  }

  /** What OpenClaw keeps is compared with the other home after every event. */
  async #held(had: Had, done: Finished, args: readonly string[], input: string): Promise<void> {
    const dry = await this.#ours([...args, '--dry-run'], { input });
    const { role, primary, newAgent } = JSON.parse(dry.out).answers;
    const who = role === 'everything' ? 'main' : role === 'agent' ? newAgent : null;
    const openclaw = (...words: string[]) => this.us.openclaw(words);
    const setUp = { printed: [done.err], answers: who ? { [who]: primary } : {}, again: async () => dry };
    await expectInvariants({ ...this.us, openclaw }, had, setUp);
  }

  async #kill(event: Extract<Event, { do: 'kill' }>): Promise<void> {
    const { args, input } = await this.#call(
      event.in === 'apply'
        ? { do: 'apply', as: 'everything', primary: 'anthropic/claude-sonnet-5' }
        : event.in === 'switch'
          ? { do: 'switch', to: 'proxy', keepOld: false }
          : { do: event.in },
    );
    if (args === null) return;
    // Steps that are taken back are counted as well.
    const killAt = new RegExp(`^ +(${event.at}/\\d+|↩) `, 'm');
    await this.#ours(args, { input, killAt });
    const left = await this.#ours(['recover', '--json']);
    if (left.code === 0) return;
    const { leftover } = JSON.parse(left.out);
    // An undo goes on with an undo; nobody goes on with a run that was being put back.
    const resume = event.end === 'resume' && leftover.purpose === 'apply' && !leftover.turned;
    const end = event.end === 'resume' && !resume ? 'undo' : event.end;
    const flag = resume ? args.filter((word) => word.endsWith('-stdin')) : [];
    const done = await this.#ours(['recover', `--${end}`, ...flag, '--json'], { input: resume ? input : '' });
    if (done.code !== 0) throw new Error(`recover --${end} ended with ${done.code}:\n${done.out}\n${done.err}`);
    if ((await this.#ours(['recover', '--json'])).code !== 0) throw new Error('The run is still half done.');
  }

  /** Its last four characters differ as well: OpenClaw shows no more of one. */
  #secret(kind: 'oat01' | 'api03'): string {
    this.#count += 1;
    const secret = `sk-ant-${kind}-FAKE${String(this.#count).padStart(4, '0').repeat(22)}x${String(this.#count).padStart(3, '0')}`;
    this.tokens.push(secret);
    return secret;
  }

  // ── others ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  #byHand(what: Extract<Event, { do: 'person' }>['what']): void {
    this.#count += 1;
    const n = this.#count;
    for (const { config } of [this.us, this.alone]) {
      const text = readFileSync(config, 'utf8');
      if (what === 'comment') writeFileSync(config, `${text}// note ${n}\n`);
      const path = ['agents', 'defaults'];
      if (what === 'key') writeFileSync(config, edit(text, [{ op: 'set', path: [...path, 'mediaMaxMb'], value: n }]));
      if (what === 'alias') {
        const place = [...path, 'models', this.known.aliased, 'alias'];
        writeFileSync(config, edit(text, [{ op: 'set', path: place, value: `Mine${n}` }]));
      }
    }
  }

  async #openclaw(what: Extract<Event, { do: 'openclaw' }>['what']): Promise<void> {
    this.#count += 1;
    const n = this.#count;
    const both = (args: readonly string[], input?: string) =>
      Promise.all([this.us, this.alone].map((place) => place.openclaw(args, input)));
    if (what === 'set') await both(['config', 'set', 'agents.defaults.timeoutSeconds', String(300 + n)]);
    if (what === 'default') await both(['models', 'set', this.known.other]);
    if (what === 'credential') {
      const id = ['--provider', 'anthropic', '--profile-id', `anthropic:mine-${n}`];
      await both(['models', 'auth', 'paste-token', ...id], `sk-ant-oat01-FAKE${'mine'.repeat(22)}${n}`);
    }
  }

  /** The config by its meaning: comments go with OpenClaw's own next write, and its stamps are times. */
  #read({ config, home }: Place): unknown {
    const value = json5.parse(readFileSync(config, 'utf8').replaceAll(home, '~')) as Json;
    const { port: _, ...gateway } = value.gateway as Json;
    const { lastTouchedAt: __, ...meta } = (value.meta ?? {}) as Json;
    const { meta: ___, ...rest } = value;
    return { ...rest, gateway, ...(Object.keys(meta).length > 0 ? { meta } : {}) };
  }

  /** Names of what lies in OpenClaw's folder, but for what it writes whenever it is merely started. */
  #files({ stateDir }: Place): readonly string[] {
    const volatile = /\.bak(\.\d)?$|\.sqlite(-wal|-shm)?$|^(logs|identity|state|config-journal-fingerprint\.key)(\/|$)/;
    const walk = (folder: string, name: string): string[] =>
      readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(name, entry.name);
        if (volatile.test(path)) return [];
        return entry.isDirectory() ? [`${path}/`, ...walk(join(folder, entry.name), path)] : [path];
      });
    return existsSync(stateDir) ? walk(stateDir, '').sort() : [];
  }
}

/** Its code. */
function problemOf({ out }: Finished): string | undefined {
  return (out === '' ? {} : (JSON.parse(out) as { problem?: { code: string } })).problem?.code;
}

function told({ resolvedDefault, fallbacks, aliases, allowed, auth }: ModelsTold): unknown {
  const profiles = auth.oauth.profiles.map(({ profileId }) => profileId).sort();
  return { resolvedDefault, fallbacks, aliases, allowed: [...allowed].sort(), profiles };
}

function same(name: string, now: unknown, wanted: unknown): void {
  const [a, b] = [sorted(now), sorted(wanted)];
  if (a !== b) throw new Error(`${name}: not as if we had never come:\n${a}\nwanted\n${b}`);
}

function sorted(value: unknown): string {
  return JSON.stringify(
    value ?? null,
    (_key, inner) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner as Json).sort(([x], [y]) => (x < y ? -1 : 1)))
        : inner,
    1,
  );
}
