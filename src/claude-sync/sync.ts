import { dirname, join } from 'node:path';
import type { Log } from '../normalizer/log.ts';
import type { ClaudeAnswer } from './claude.ts';
import { afterAsking, afterAway, afterLook, afterSignedOut, type Memory, NOTHING_YET, nextAsk } from './due.ts';
import type { Gateway } from './gateway.ts';
import { type Login, readLogin } from './login.ts';
import { writeState } from './state.ts';
import { endIn, withoutFailures, withToken } from './store.ts';

/** ms from one look to the next where no event of the file system comes first: network mounts send none. */
const LOOK_MS = 60_000;
/** ms from an event to the look: Claude Code up to 2.1.100 writes the file in place, in two steps. */
export const SETTLES_MS = 300;
/** So many looks in a row may find half a file before it is taken for a broken one. */
const HALF_WRITTEN = 20;
/** ms between two looks at a gateway that still works on something. */
const BUSY_MS = 5_000;
/** ms before the end of the old token at which a gateway is restarted whatever it works on: its next turn would fail. */
const LAST_CALL_MS = 60_000;

/** What the service does to the machine; the real one is in `host.ts`. */
export interface SyncHost {
  /** Unix ms. */
  now(): number;
  /** null when absent. */
  read(file: string): Promise<string | null>;
  /** Puts `after` in the place of a file that holds `before`; false where it holds something else by now. */
  replace(file: string, before: string, after: string): Promise<boolean>;
  /** Writes a file of ours. */
  keep(file: string, text: string): Promise<void>;
  /** Files that may hold the profile, absolute: those of the chosen agents, and those that OpenClaw copied it into. */
  stores(): Promise<readonly string[]>;
  /** Asks Claude Code whether it is signed in, which renews a login that is about to end. `login`: there is one to renew. */
  ask(login: boolean): Promise<ClaudeAnswer>;
  readonly gateway: Gateway;
  readonly log: Log;
}

export interface SyncOptions {
  /** Claude Code's `.credentials.json`, absolute. */
  readonly credentials: string;
  /** Name of the profile that is kept. */
  readonly profile: string;
  readonly stateFile: string;
  /** What a person types to sign in again. */
  readonly signIn: string;
}

/** Keeps one profile of OpenClaw in step with the login of Claude Code, which alone renews it. */
export class Sync {
  readonly #host: SyncHost;
  readonly #options: SyncOptions;
  #memory: Memory = NOTHING_YET;
  #unreadable = 0;
  /** Text of the state file. */
  #state: string | null = null;
  #asking: Promise<void> | null = null;
  #answer: ClaudeAnswer | null = null;
  /** The gateway has yet to be brought to the new token; Unix ms when it can wait no longer. */
  #bringBy: number | null = null;

  constructor(host: SyncHost, options: SyncOptions) {
    this.#host = host;
    this.#options = options;
  }

  /**
   * One look, and what follows from it. Gives ms until the next one, where no event comes before. `asked`: told when a
   * question to Claude Code has ended.
   */
  async look(asked: () => void): Promise<number> {
    const { now, read, log } = this.#host;
    const login = readLogin(await read(this.#options.credentials));
    this.#unreadable = login.state === 'unreadable' ? this.#unreadable + 1 : 0;
    if (login.state === 'unreadable') return this.#unreadable < HALF_WRITTEN ? SETTLES_MS : LOOK_MS;
    const ended = this.#memory.ended !== null;
    this.#memory = afterLook(this.#memory, login);
    if (login.state === 'there' && login.end > now()) await this.#bring(login);
    if (!ended && this.#memory.ended !== null) this.#signInNeeded();
    if (ended && this.#memory.ended === null) log('info', 'signed_in_again');
    const due = nextAsk(this.#memory, login);
    if (due !== null && due <= now() && this.#asking === null) this.#ask(login, asked);
    const next = nextAsk(this.#memory, login);
    await this.#tell(next);
    const gateway = await this.#bringGateway();
    return Math.max(SETTLES_MS, Math.min(LOOK_MS, gateway, next === null ? LOOK_MS : next - now()));
  }

  /** The question that is under way; it is never broken off. */
  get asking(): Promise<void> | null {
    return this.#asking;
  }

  async #bring(login: Extract<Login, { state: 'there' }>): Promise<void> {
    const { read, replace, stores, log } = this.#host;
    const { profile } = this.#options;
    for (const file of await stores()) {
      const before = await read(file);
      const after = before === null ? null : withToken(before, profile, login);
      if (before === null || after === null) continue;
      if (!(await replace(file, before, after))) {
        log('info', 'changed_meanwhile', { file });
        continue;
      }
      log('info', 'in_step', { file, until: new Date(login.end).toISOString() });
      const oldEnd = endIn(before, profile) ?? 0;
      this.#bringBy = Math.min(this.#bringBy ?? Number.POSITIVE_INFINITY, oldEnd - LAST_CALL_MS);
      await this.#forgetFailures(join(dirname(file), 'auth-state.json'));
    }
  }

  async #forgetFailures(file: string): Promise<void> {
    const before = await this.#host.read(file);
    const after = before === null ? null : withoutFailures(before, this.#options.profile);
    if (before !== null && after !== null) await this.#host.replace(file, before, after);
  }

  async #bringGateway(): Promise<number> {
    const { now, gateway, log } = this.#host;
    if (this.#bringBy === null) return LOOK_MS;
    const needs = await gateway.needs();
    if (needs === null) return LOOK_MS;
    if (needs !== 'itself') {
      // A restart of its container would end a question that is under way in there.
      if (this.#asking !== null) return BUSY_MS;
      if (now() < this.#bringBy && (await gateway.isBusy())) return BUSY_MS;
      const done = await gateway.bring(needs);
      log(done ? 'info' : 'warn', done ? 'gateway_told' : 'gateway_not_told', { by: needs });
    }
    this.#bringBy = null;
    return LOOK_MS;
  }

  #ask(login: Login, asked: () => void): void {
    const { now, ask, log } = this.#host;
    this.#memory = afterAsking(this.#memory, now());
    const about = this.#memory.seen;
    const answered = ask(login.state === 'there').catch((): ClaudeAnswer => 'no answer');
    this.#asking = answered.then((answer) => {
      this.#asking = null;
      // Away for the night, it is asked every minute: that is told once.
      if (answer !== 'away' || this.#answer !== 'away') log('info', 'asked_claude', { answer });
      this.#answer = answer;
      if (answer === 'away') this.#memory = afterAway(this.#memory);
      if (answer === 'signed out' && this.#memory.seen === about && this.#memory.ended === null) {
        this.#memory = afterSignedOut(this.#memory);
        this.#signInNeeded();
      }
      asked();
    });
  }

  #signInNeeded(): void {
    this.#host.log('error', 'sign_in_needed', { run: this.#options.signIn });
  }

  async #tell(asks: number | null): Promise<void> {
    const { keep, stores, read } = this.#host;
    const { credentials, profile, stateFile } = this.#options;
    const ends = await Promise.all((await stores()).map(async (file) => endIn((await read(file)) ?? '', profile)));
    const known = ends.filter((end) => end !== null);
    const end = known.length === 0 ? null : Math.min(...known);
    const text = writeState({ credentials, end, asks, ended: this.#memory.ended !== null });
    if (text === this.#state) return;
    await keep(stateFile, text);
    this.#state = text;
  }
}
