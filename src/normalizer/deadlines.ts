import { Bag, type Member } from './bag.ts';

/** One time limit under way. */
export interface Deadline {
  /** Starts the time anew; also from within `due`. */
  renew(): void;
  cancel(): void;
}

/**
 * Time limits that nearly always are taken back before they are due: all of them share one timer, so that setting one
 * costs next to nothing. They are due up to `tickMs` late, never early.
 */
export class Deadlines {
  private readonly open: Bag<Limit> = new Bag();
  private timer: NodeJS.Timeout | null = null;
  private readonly tickMs: number;

  constructor(tickMs: number) {
    this.tickMs = tickMs;
  }

  /** Calls `due` `ms` from now. */
  after(ms: number, due: () => void): Deadline {
    const limit = new Limit(this.open, ms, due);
    this.open.add(limit);
    this.timer ??= setInterval(() => this.sweep(), this.tickMs).unref();
    return limit;
  }

  private sweep(): void {
    const now = performance.now();
    for (const limit of this.open.all()) {
      if (limit.at > now || limit.slot === -1) continue;
      limit.due();
      if (limit.at <= now) this.open.delete(limit);
    }
    if (this.open.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }
}

class Limit implements Deadline, Member {
  at: number;
  slot = -1;
  readonly due: () => void;
  private readonly open: Bag<Limit>;
  private readonly ms: number;

  constructor(open: Bag<Limit>, ms: number, due: () => void) {
    this.open = open;
    this.ms = ms;
    this.due = due;
    this.at = performance.now() + ms;
  }

  renew(): void {
    this.at = performance.now() + this.ms;
  }

  cancel(): void {
    this.open.delete(this);
  }
}
