import { once } from 'node:events';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { redact, Secret } from '../system/secret.ts';
import { canOpenBrowser } from './browser.ts';
import { readLogin } from './login-screen.ts';
import { COLUMNS, openProgram, opensBrowser, ROWS } from './program.ts';
import { recogniseDecision } from './provider-decisions.ts';
import { endGroup, findPtyHost, type Pty, type PtyExit, type PtyHost } from './pty.ts';
import { makeScratch, type Scratch } from './scratch.ts';
import { readScreen, type ScreenReading, visibleText } from './screen.ts';
import type { Pace, SignInFor, SignInOptions, SignInState } from './sign-in.ts';
import { endedInVain, isFinal, sameState, unavailable } from './states.ts';
import { type EmulatedTerminal, openTerminal } from './terminal.ts';
import { inspectToken } from './token.ts';

/** Ctrl-U. */
const CLEAR_FIELD = '\x15';
const NO_ANSWER = 'Claude Code did not react to this code.';

const PACE: Pace = { settle: 40, enter: 300, slow: 15_000, unrecognised: 25_000, grace: 3_000, keep: 60_000 };

/** One run of `claude setup-token` or `claude auth login`: its program, its screen, and the state that follows from both. */
export class SignIn {
  state: SignInState = { at: 'starting', slow: false };
  /** The final state, once the program is gone and its folder deleted. Never rejects. */
  readonly done: Promise<SignInState>;

  readonly #options: SignInOptions;
  readonly #makes: SignInFor;
  readonly #pace: Pace;
  readonly #listeners = new Set<(state: SignInState) => void>();
  readonly #checks = new Set<(reading: ScreenReading) => void>();
  /** Typed codes, kept to mask them. */
  readonly #codes: Secret[] = [];
  readonly #cancelling = new AbortController();
  #pty: Pty | null = null;
  #terminal: EmulatedTerminal | null = null;
  #exit: PtyExit | null = null;
  #settling: NodeJS.Timeout | null = null;
  #waiting: NodeJS.Timeout[] = [];
  /** A code is being typed, or Enter has been pressed and nothing was painted since: the screen still shows the past. */
  #stale = false;
  /** A login has a code and has not answered: it may be keeping what it got for it, so it is not ended. */
  #keeping = false;
  /** Fires when a login that gave up is to be begun anew. */
  #again = new AbortController();
  #url = '';

  constructor(options: SignInOptions) {
    this.#options = options;
    this.#makes = options.makes ?? 'token';
    this.#pace = { ...PACE, ...options.pace };
    const cancel = () => void this.cancel();
    options.signal?.addEventListener('abort', cancel, { once: true });
    if (options.signal?.aborted) this.#cancelling.abort();
    this.done = this.#run().finally(() => options.signal?.removeEventListener('abort', cancel));
  }

  /** Calls the listener after every change of `state`; gives the way to stop. */
  readonly subscribe = (listener: (state: SignInState) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /**
   * Types the code that the page shows. Blanks and line breaks are dropped; everything else is Claude Code's to judge.
   * Only while waiting for a code; resolves when it is typed. The code is kept out of every later message.
   */
  async submitCode(text: string): Promise<void> {
    const code = text.replace(/\x1b\[20[01]~/g, '').replace(/[\s\x00-\x1f\x7f]+/g, '');
    if (this.state.at !== 'waiting for code' || code === '') return;
    this.#codes.push(new Secret(code));
    this.#stale = true;
    this.#to({ at: 'checking', slow: false });
    const field = this.#reading();
    const before = this.#text();
    if (field.kind === 'prompt' && field.filled) {
      this.#pty?.write(CLEAR_FIELD);
      await this.#painted((reading) => reading.kind !== 'prompt' || !reading.filled);
    }
    this.#pty?.write(this.#terminal?.marksPaste ? `\x1b[200~${code}\x1b[201~` : code);
    // 2.1.126 does not show what a login is handed.
    if (this.#makes === 'token') await this.#painted((reading) => reading.kind !== 'prompt' || reading.filled);
    await sleep(this.#pace.enter);
    if (this.#isOver() || this.#cancelling.signal.aborted) return;
    this.#keeping = this.#makes === 'login';
    this.#pty?.write('\r');
    // Whatever is painted from here on is the answer; a field that is still filled is not.
    await this.#painted(
      (reading) =>
        (reading.kind !== 'prompt' || !reading.filled || reading.url !== this.#url) &&
        // 2.1.126 keeps what it said of an earlier code in sight.
        (this.#makes === 'token' || this.#text() !== before),
    );
    this.#stale = false;
    this.#read();
  }

  /** Goes on from an error that can be retried: by Enter, or with the program started anew. A new address follows. */
  retry(): void {
    if (this.state.at !== 'error' || !this.state.canRetry) return;
    this.#to({ at: 'starting', slow: false });
    if (this.#makes === 'login') {
      this.#close();
      this.#again.abort();
      return;
    }
    this.#stale = true;
    this.#pty?.write('\r');
    void this.#painted((reading) => reading.kind !== 'error').then(() => {
      this.#stale = false;
      this.#read();
    });
  }

  /**
   * Ends the program and all its children. Safe at any time, any number of times. A login that was handed a code is given
   * the time to end by itself: then its outcome may be `signed in` all the same.
   */
  async cancel(): Promise<void> {
    this.#cancelling.abort();
    await this.done;
  }

  async #run(): Promise<SignInState> {
    let scratch: Scratch | null = null;
    try {
      const host = this.#options.host ?? (await findPtyHost(this.#options.world));
      if ('unavailable' in host) return this.#to(unavailable(host.unavailable, this.#makes));
      if (this.#cancelling.signal.aborted) return this.#to({ at: 'cancelled' });
      scratch = await makeScratch(this.#options.world);
      do {
        await this.#open(host, scratch);
        await this.#finish();
      } while (await this.#retried());
      return this.state;
    } catch (cause) {
      await this.#end();
      return this.#to(unavailable(cause instanceof Error ? cause.message : String(cause), this.#makes));
    } finally {
      this.#close();
      this.#codes.length = 0;
      await scratch?.remove().catch(() => {});
    }
  }

  async #open(host: PtyHost, scratch: Scratch): Promise<void> {
    this.#close();
    this.#exit = null;
    this.#stale = false;
    this.#keeping = false;
    this.#again = new AbortController();
    this.#url = '';
    this.#terminal = await openTerminal(COLUMNS, ROWS, (answer) => this.#pty?.write(answer));
    this.#pty = await openProgram(host, this.#options, scratch);
    this.#pty.onData((bytes) => void this.#terminal?.feed(bytes).then(() => this.#settle()));
    this.#expect();
  }

  /** Waits for the end of the program, helps it to end where it should, and tells the final state. */
  async #finish(): Promise<void> {
    const cancelled = fired(this.#cancelling.signal);
    const got = this.#until((state) => state.at === 'token');
    const exited = this.#pty?.exited.then((exit) => {
      this.#exit = exit;
    });
    let first = await Promise.race([
      exited?.then(() => 'exited' as const),
      got.then(() => 'token' as const),
      cancelled.then(() => 'cancelled' as const),
    ]);
    if (first === 'cancelled' && this.#keeping) {
      await Promise.race([exited, this.#until(({ at }) => at !== 'checking'), sleep(this.#pace.keep)]);
      if (this.#exit?.code === 0) first = 'exited';
    }
    if (first === 'cancelled') {
      await this.#end();
      this.#to({ at: 'cancelled' });
      return;
    }
    if (first === 'token') {
      // It paints the token half a second before it ends by itself.
      await Promise.race([exited, sleep(this.#pace.grace)]);
      await this.#end();
      return;
    }
    await this.#terminal?.feed('');
    this.#stale = false;
    this.#read();
    if (!this.#isOver() && !this.#again.signal.aborted)
      this.#to(this.#makes === 'login' ? this.#loggedIn() : this.#inVain());
  }

  /** A login whose program gave up is begun again where the person wants that. */
  async #retried(): Promise<boolean> {
    if (this.#makes !== 'login' || this.#isOver()) return false;
    await Promise.race([fired(this.#again.signal), fired(this.#cancelling.signal)]);
    if (this.#cancelling.signal.aborted) this.#to({ at: 'cancelled' });
    return !this.#cancelling.signal.aborted;
  }

  async #end(): Promise<void> {
    if (this.#pty !== null && this.#exit === null) this.#exit = await endGroup(this.#pty, this.#pace.grace);
  }

  #settle(): void {
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#read(), this.#pace.settle);
  }

  #read(): void {
    if (this.#terminal === null || this.#isOver()) return;
    const reading = this.#reading();
    for (const check of [...this.#checks]) check(reading);
    if (!this.#stale || reading.kind === 'token') this.#take(reading);
  }

  #reading(): ScreenReading {
    const rows = this.#terminal?.rows() ?? [];
    return this.#makes === 'login' ? readLogin(rows) : readScreen(rows);
  }

  #text(): string {
    return (this.#terminal?.rows() ?? []).join('\n');
  }

  #take(reading: ScreenReading): void {
    switch (reading.kind) {
      case 'prompt':
        // No release goes back to the same address without a word: it is still checking (2.1.100 and older keep the
        // prompt on the screen while they do).
        if (this.state.at === 'checking' && reading.complaint === null && reading.url === this.#url) return;
        this.#prompt(reading, reading.complaint);
        return;
      case 'working':
        // A browser of this machine may have handed it over.
        this.#keeping = this.#makes === 'login';
        return void this.#to({ at: 'checking', slow: false });
      case 'error': {
        // A login ends with it.
        if (this.#makes === 'login' && this.#exit === null) return;
        const canRetry = reading.canRetry || (this.#makes === 'login' && this.#exit?.code === 1);
        const message = this.#clean(reading.message);
        return void this.#to({
          at: 'error',
          message,
          canRetry,
          decision: recogniseDecision(message),
        });
      }
      case 'token':
        if (reading.complete || this.#exit !== null) this.#takeToken(reading.text, reading.lifetimeMs);
        return;
      case 'crash': {
        const message = this.#clean(reading.message);
        this.#to({ at: 'error', message: `Claude Code crashed: ${message}`, canRetry: false, decision: null });
        // It hangs after the trace and never ends by itself (1.0.128).
        return void this.#end();
      }
      default:
        return;
    }
  }

  #prompt(reading: Extract<ScreenReading, { kind: 'prompt' }>, complaint: string | null): void {
    this.#url = reading.url;
    this.#keeping = false;
    this.#to({
      at: 'waiting for code',
      url: reading.url,
      sentToBrowser: opensBrowser(this.#options) && canOpenBrowser(this.#options.world),
      refused: complaint === null ? null : this.#clean(complaint),
    });
  }

  #takeToken(text: string, lifetimeMs: number | null): void {
    const found = inspectToken(text);
    if (found.ok) this.#to({ at: 'token', secret: found.secret, lifetimeMs, warnings: found.warnings });
    else this.#to({ at: 'error', message: found.problem.what, canRetry: false, decision: null });
  }

  /** Its exit code alone tells. What it refused can be tried again, with a new page. */
  #loggedIn(): SignInState {
    if (this.#exit?.code === 0) return { at: 'signed in' };
    return this.state.at === 'error' && this.state.canRetry ? this.state : this.#inVain();
  }

  #inVain(): SignInState {
    const told = this.state.at === 'error' ? this.state.message : visibleText(this.#terminal?.rows() ?? []);
    return endedInVain(this.#exit, this.#clean(told), this.#makes);
  }

  /** Claude Code's words without anything secret in them. */
  #clean(text: string): string {
    return redact(text, this.#codes);
  }

  #to(state: SignInState): SignInState {
    if (this.#isOver() || sameState(this.state, state)) return this.state;
    this.state = state;
    this.#expect();
    for (const listener of [...this.#listeners]) listener(state);
    return state;
  }

  #isOver(): boolean {
    return isFinal(this.state);
  }

  /** Says when what should come next takes long. */
  #expect(): void {
    this.#clearTimers();
    const { state } = this;
    if (this.#pty === null || (state.at !== 'starting' && state.at !== 'checking') || state.slow) return;
    this.#waiting = [
      setTimeout(() => {
        if (this.state === state) this.#slow(state);
      }, this.#pace.slow),
    ];
  }

  #slow(state: Extract<SignInState, { slow: boolean }>): void {
    this.#to({ ...state, slow: true });
    const slow = this.state;
    const pause = Math.max(0, this.#pace.unrecognised - this.#pace.slow);
    const look = () => {
      if (this.state !== slow) return;
      const rows = this.#terminal?.rows() ?? [];
      const reading = this.#reading();
      // The prompt stands there as before: the code got lost (2.0.77 ignores Enter after a very short paste).
      if (reading.kind === 'prompt') {
        this.#prompt(reading, reading.complaint ?? NO_ANSWER);
        return;
      }
      const screen = this.#clean(visibleText(rows));
      const known = this.#makes === 'login' && reading.kind === 'working';
      if (screen !== '' && !known) this.#to({ at: 'unrecognised', screen });
      // Nothing painted yet: it may still be loading.
      else this.#waiting = [setTimeout(look, Math.max(pause, 50))];
    };
    this.#waiting = [setTimeout(look, pause)];
  }

  /** Resolves when the screen shows something, the program has ended, or it takes unusually long. */
  #painted(wanted: (reading: ScreenReading) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.#checks.delete(check);
        resolve();
      };
      const check = (reading: ScreenReading) => {
        if (wanted(reading) || this.#exit !== null) finish();
      };
      const timer = setTimeout(finish, this.#pace.slow).unref();
      this.#checks.add(check);
      void this.#pty?.exited.then(finish);
      if (this.#terminal) check(this.#reading());
    });
  }

  #until(wanted: (state: SignInState) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.subscribe((state) => {
        if (!wanted(state)) return;
        stop();
        resolve();
      });
    });
  }

  #close(): void {
    this.#clearTimers();
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#terminal?.dispose();
    this.#terminal = null;
  }

  #clearTimers(): void {
    for (const timer of this.#waiting) clearTimeout(timer);
    this.#waiting = [];
  }
}

const fired = async (signal: AbortSignal) => void (signal.aborted || (await once(signal, 'abort')));

/** The program's terminal keeps us alive while this matters. */
const sleep = (ms: number) => setTimeoutPromise(ms, undefined, { ref: false });

/** Runs `claude setup-token` or `claude auth login` in a terminal of its own, out of sight, and reads its screen. Starts at once. */
export function startSignIn(options: SignInOptions): SignIn {
  return new SignIn(options);
}
