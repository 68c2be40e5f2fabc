import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { StoredLogin } from '../claude/login.ts';
import type { Reaper } from './reaper.ts';

export type ClaudeChild = ChildProcessWithoutNullStreams;

/** ms between SIGTERM and SIGKILL for a child that has to end. */
const TERM_GRACE = 2_000;
/** s that a child gets which may be renewing its login. The server answers within one, or it is in trouble. */
const RENEWAL_SECONDS = 30;

/**
 * The process group of one `claude -p`. One that may be renewing its login is not ended before the new one is written or
 * the answer has begun: the server has spent the old login by then.
 */
export class ClaudeProcess {
  readonly child: ClaudeChild;
  readonly #group: number | undefined;
  readonly #reaper: Reaper;
  readonly #login: () => Promise<StoredLogin>;
  #renewing = false;
  #stopping = false;
  #gone = false;
  #killer: NodeJS.Timeout | undefined;

  constructor(child: ClaudeChild, login: () => Promise<StoredLogin>, reaper: Reaper) {
    this.child = child;
    this.#group = child.pid;
    this.#login = login;
    this.#reaper = reaper;
    // One that ends early closes its standard input: its exit tells more than our broken pipe.
    child.stdin.on('error', () => {});
    if (this.#group !== undefined) reaper.watch(this.#group, 0);
  }

  /** Whether it could take a prompt. */
  get alive(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  get renewing(): boolean {
    return this.#renewing && !this.#gone;
  }

  /** What it does next renews its login, or may. */
  mayRenew(): void {
    if (this.#gone) return;
    this.#renewing = true;
    if (this.#group !== undefined) this.#reaper.watch(this.#group, RENEWAL_SECONDS);
  }

  /** The answer has begun: whatever there was to renew is renewed. */
  begun(): void {
    if (!this.#renewing) return;
    this.#renewing = false;
    if (this.#group !== undefined && !this.#gone) this.#reaper.watch(this.#group, 0);
    if (this.#stopping) this.#terminate();
  }

  /** Ends it, as soon as it may be ended. */
  stop(): void {
    // What it still says is read and dropped: a child is only done when its output is.
    this.child.stdout.resume();
    if (this.#stopping || this.#gone) return;
    this.#stopping = true;
    if (this.#renewing) void this.#afterRenewal();
    else this.#terminate();
  }

  /** Ends one that has no prompt by the end of its input; only one that stays for {@link TERM_GRACE} is ended otherwise. */
  dismiss(): void {
    this.child.stdout.resume();
    this.child.stderr.resume();
    this.child.stdin.end();
    this.#killer = setTimeout(async () => {
      this.#killer = undefined;
      if ((await this.#login()) !== 'lasting') this.mayRenew();
      this.stop();
    }, TERM_GRACE);
  }

  /** Ends it at once, unless it may be renewing: the reaper gives it its time. */
  kill(): void {
    if (!this.renewing) this.#signal('SIGKILL');
  }

  /** The child itself is gone; a helper that it left behind in its group goes too. */
  ended(): void {
    clearTimeout(this.#killer);
    this.#signal('SIGKILL');
    this.#gone = true;
    if (this.#group !== undefined) this.#reaper.forget(this.#group);
  }

  async #afterRenewal(): Promise<void> {
    const latest = performance.now() + RENEWAL_SECONDS * 1_000;
    while (this.renewing && performance.now() < latest) {
      const login = await this.#login();
      if (login !== 'due' && login !== 'unreadable') break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    this.begun();
  }

  #terminate(): void {
    if (this.#gone || this.#killer !== undefined) return;
    this.#signal('SIGTERM');
    this.#killer = setTimeout(() => this.#signal('SIGKILL'), TERM_GRACE);
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#group === undefined || this.#gone) return;
    try {
      process.kill(-this.#group, signal);
    } catch {
      // Gone already.
    }
  }
}
