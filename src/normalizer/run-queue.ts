import { onAbort } from './cancellation.ts';
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

  /**
   * Gives the function that frees the slot again (it may be called more than once). Throws a `Refusal` (429) when the
   * line is full, (503) once the queue is closed; rejects with the reason of `signal`.
   */
  enter(signal: AbortSignal): Promise<() => void> {
    if (this.closed) return Promise.reject(stopping());
    if (signal.aborted) return Promise.reject(signal.reason);
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
        reject(signal.reason);
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
      const forget = onAbort(signal, giveUp);
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

/** Returns all but `keep` bytes (default 0) of what was taken. May be called more than once. */
export type GiveBack = (keep?: number) => void;

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

  /** Gives the function that returns the bytes, all but those that are kept. Rejects with the reason of `signal`. */
  take(bytes: number, signal: AbortSignal): Promise<GiveBack> {
    const wanted = Math.min(bytes, this.total);
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.line.size === 0 && wanted <= this.free) return Promise.resolve(this.grant(wanted));
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.line.delete(waiting);
        reject(signal.reason);
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
      const forget = onAbort(signal, giveUp);
    });
  }

  private grant(bytes: number): GiveBack {
    this.free -= bytes;
    let held = bytes;
    return (keep = 0) => {
      if (keep >= held) return;
      this.free += held - keep;
      held = keep;
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
