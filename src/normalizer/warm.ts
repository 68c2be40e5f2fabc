import type { ClaudeProcess } from './claude-process.ts';

/** Bytes that have to be free before one is started; those that wait end below half of it. */
const FREE = 2 * 2 ** 30;
/** ms that one waits for its prompt. */
const IDLE_MS = 10 * 60_000;
/** ms between two looks at those that wait. */
const LOOK_MS = 30_000;

export interface WarmOptions {
  /** How many may wait; 0: none. */
  readonly most: number;
  /** Starts one for a model (Claude Code's name for it). */
  start(model: string): ClaudeProcess;
  /** What a waiting one was started for besides its model: program and sign-in. Null: none may be started or wait now. */
  key(): Promise<string | null>;
  /** Bytes. */
  freeMemory(): number;
}

interface Waiting {
  readonly model: string;
  readonly key: string;
  /** `performance.now()` */
  readonly since: number;
  readonly claude: ClaudeProcess;
}

/**
 * Claude Code started ahead, with its prompt still to come: it answers as soon as it has it. Each answers one request and
 * never a second one, so no conversation can reach another. One that is not needed is sent the end of its input, which
 * ends it within 60 ms and asks nothing of Anthropic (2.1.41 to 2.1.329); it is not signalled.
 */
export class WarmChildren {
  readonly #options: WarmOptions;
  #waiting: readonly Waiting[] = [];
  #looking: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: WarmOptions) {
    this.#options = options;
  }

  /** The one that waits for this model, which is the caller's from now on; null where there is none. */
  take(model: string, key: string | null): ClaudeProcess | null {
    const found = this.#waiting.find((one) => one.model === model && one.key === key && one.claude.alive);
    if (found === undefined) return null;
    this.#remove(found);
    return found.claude;
  }

  /** Starts one for the next request of this model, unless one waits or nothing may be started now. */
  async keep(model: string): Promise<void> {
    const { most, freeMemory, start } = this.#options;
    if (most === 0 || freeMemory() < FREE) return;
    const key = await this.#options.key();
    if (key === null || this.#closed || this.#waiting.some((one) => one.model === model && one.key === key)) return;
    const claude = start(model);
    const one = { model, key, since: performance.now(), claude };
    claude.child.on('error', () => this.#remove(one));
    claude.child.on('exit', () => this.#remove(one));
    for (const old of this.#waiting.slice(0, Math.max(0, this.#waiting.length + 1 - most))) this.#dismiss(old);
    this.#waiting = [...this.#waiting, one];
    this.#looking ??= setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  /** Ends those that nobody has needed for a while, and those that a new one would differ from. */
  async #look(): Promise<void> {
    const key = await this.#options.key();
    const tight = this.#options.freeMemory() < FREE / 2;
    const latest = performance.now() - IDLE_MS;
    for (const one of this.#waiting) {
      if (tight || one.key !== key || one.since < latest) this.#dismiss(one);
    }
  }

  /** Ends all of them, and starts none any more. */
  close(): void {
    this.#closed = true;
    for (const one of this.#waiting) this.#dismiss(one);
  }

  #dismiss(one: Waiting): void {
    this.#remove(one);
    one.claude.dismiss();
  }

  #remove(one: Waiting): void {
    this.#waiting = this.#waiting.filter((other) => other !== one);
    if (this.#waiting.length > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }
}
