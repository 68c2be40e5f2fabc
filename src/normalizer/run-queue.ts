import type { Ending } from './ending.ts';
import { Refusal } from './refusal.ts';

interface Waiting {
  readonly start: () => void;
  readonly drop: (error: unknown) => void;
}

/**
 * At most `slots` runs at once, first come, first served; at most `waiting` in line, everyone else is told to come back.
 */
export class RunQueue {
  private running = 0;
  private readonly line: Set<Waiting> = new Set();
  private closed = false;
  private readonly slots: number;
  private readonly limit: number;

  constructor(slots: number, waiting: number) {
    this.slots = slots;
    this.limit = waiting;
  }

  get state(): { readonly running: number; readonly waiting: number } {
    return { running: this.running, waiting: this.line.size };
  }

  /** A free slot, as {@link enter} gives it; null when one has to wait. Throws a `Refusal` (503) once the queue is closed. */
  enterNow(): (() => void) | null {
    if (this.closed) throw stopping();
    return this.running < this.slots ? this.take() : null;
  }

  /**
   * Gives the function that frees the slot again (it may be called more than once). Throws a `Refusal` (429) when the
   * line is full, (503) once the queue is closed; rejects with the reason of `ending`.
   */
  enter(ending: Ending): Promise<() => void> {
    if (this.closed) return Promise.reject(stopping());
    if (ending.ended) return Promise.reject(ending.reason);
    if (this.running < this.slots) return Promise.resolve(this.take());
    if (this.line.size >= this.limit) {
      return Promise.reject(
        new Refusal(429, 'queue_full', `${this.running} requests are running and ${this.line.size} are waiting.`, {
          retryAfter: 5,
        }),
      );
    }
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.line.delete(waiting);
        reject(ending.reason);
      };
      const waiting: Waiting = {
        start: () => {
          forget();
          resolve(this.take());
        },
        drop: (error) => {
          forget();
          reject(error);
        },
      };
      this.line.add(waiting);
      const forget = ending.onEnd(giveUp);
    });
  }

  /** Refuses everyone in line and everyone who comes. Runs go on. */
  close(): void {
    this.closed = true;
    for (const waiting of this.line) waiting.drop(stopping());
    this.line.clear();
  }

  private take(): () => void {
    this.running++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.running--;
      const [next] = this.line;
      if (next === undefined) return;
      this.line.delete(next);
      next.start();
    };
  }
}

/**
 * Bytes that request bodies may take up in memory. A body that does not fit is not read until it does, so its sender
 * waits in TCP. A body larger than the whole budget gets all of it, alone.
 */
export class ByteBudget {
  private free: number;
  private readonly total: number;
  private readonly line: Set<{ readonly bytes: number; readonly start: () => void }> = new Set();

  constructor(total: number) {
    this.total = total;
    this.free = total;
  }

  /** The bytes, as {@link take} gives them; null when one has to wait. */
  takeNow(bytes: number): (() => void) | null {
    const wanted = Math.min(bytes, this.total);
    return this.line.size === 0 && wanted <= this.free ? this.grant(wanted) : null;
  }

  /** Gives the function that returns the bytes. Rejects with the reason of `ending`. */
  take(bytes: number, ending: Ending): Promise<() => void> {
    const wanted = Math.min(bytes, this.total);
    if (ending.ended) return Promise.reject(ending.reason);
    if (this.line.size === 0 && wanted <= this.free) return Promise.resolve(this.grant(wanted));
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.line.delete(waiting);
        reject(ending.reason);
        this.serve();
      };
      const waiting = {
        bytes: wanted,
        start: () => {
          forget();
          resolve(this.grant(wanted));
        },
      };
      this.line.add(waiting);
      const forget = ending.onEnd(giveUp);
    });
  }

  private grant(bytes: number): () => void {
    this.free -= bytes;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.free += bytes;
      this.serve();
    };
  }

  private serve(): void {
    for (const waiting of this.line) {
      if (waiting.bytes > this.free) return;
      this.line.delete(waiting);
      waiting.start();
    }
  }
}

function stopping(): Refusal {
  return new Refusal(503, 'stopping', 'The service is stopping. Ask again in a few seconds.', { retryAfter: 5 });
}
