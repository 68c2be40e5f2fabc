import { onAbort } from './cancellation.ts';
import { Refusal } from './refusal.ts';

/** Returns all but `keep` units (default 0) of what was taken. May be called more than once. */
export type GiveBack = (keep?: number) => void;

interface Waiting {
  readonly units: number;
  readonly start: () => void;
  readonly drop: (error: unknown) => void;
}

/** Hands out `total` units, first come, first served. Who wants more than there are gets all of them, alone. */
export class Semaphore {
  private free: number;
  private readonly line: Set<Waiting> = new Set();

  constructor(private readonly total: number) {
    this.free = total;
  }

  get taken(): number {
    return this.total - this.free;
  }

  get isFull(): boolean {
    return this.free === 0;
  }

  get waiting(): number {
    return this.line.size;
  }

  /** Rejects with the reason of `signal`. */
  take(wanted: number, signal: AbortSignal): Promise<GiveBack> {
    const units = Math.min(wanted, this.total);
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.line.size === 0 && units <= this.free) return Promise.resolve(this.grant(units));
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.line.delete(waiting);
        forget();
      };
      const waiting: Waiting = {
        units,
        start: () => {
          leave();
          resolve(this.grant(units));
        },
        drop: (error) => {
          leave();
          reject(error);
        },
      };
      this.line.add(waiting);
      const forget = onAbort(signal, () => {
        waiting.drop(signal.reason);
        this.serve();
      });
    });
  }

  /** Sends everyone in line away. What is taken stays so. */
  dismiss(why: unknown): void {
    for (const waiting of this.line) waiting.drop(why);
  }

  private grant(units: number): GiveBack {
    this.free -= units;
    let held = units;
    return (keep = 0) => {
      if (keep >= held) return;
      this.free += held - keep;
      held = keep;
      this.serve();
    };
  }

  private serve(): void {
    for (const waiting of this.line) {
      if (waiting.units > this.free) return;
      waiting.start();
    }
  }
}

/**
 * At most `slots` runs at once, first come, first served; at most `waiting` in line, everyone else is told to come back.
 */
export class RunQueue {
  private closed = false;
  private readonly slots: Semaphore;

  constructor(
    slots: number,
    private readonly limit: number,
  ) {
    this.slots = new Semaphore(slots);
  }

  get state(): { readonly running: number; readonly waiting: number } {
    return { running: this.slots.taken, waiting: this.slots.waiting };
  }

  /**
   * Gives the function that frees the slot again (it may be called more than once). Throws a `Refusal` (429) when the
   * line is full, (503) once the queue is closed; rejects with the reason of `signal`.
   */
  async enter(signal: AbortSignal): Promise<GiveBack> {
    if (this.closed) throw stopping();
    signal.throwIfAborted();
    const { running, waiting } = this.state;
    if (this.slots.isFull && waiting >= this.limit) {
      throw new Refusal(429, 'queue_full', `${running} requests are running and ${waiting} are waiting.`, {
        retryAfter: 5,
      });
    }
    return this.slots.take(1, signal);
  }

  /** Refuses everyone in line and everyone who comes. Runs go on. */
  close(): void {
    this.closed = true;
    this.slots.dismiss(stopping());
  }
}

function stopping(): Refusal {
  return new Refusal(503, 'stopping', 'The service is stopping. Ask again in a few seconds.', { retryAfter: 5 });
}
