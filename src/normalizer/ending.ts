import type { Member } from './bag.ts';

/**
 * Why and when a request has to end early: the client went away, its time is up, the service stops. What AbortController
 * is elsewhere, at a tenth of its price: a request makes one of these whatever happens.
 */
export class Ending implements Member {
  slot = -1;
  private why: { readonly reason: unknown } | null = null;
  private listeners: (() => void)[] = [];

  get ended(): boolean {
    return this.why !== null;
  }

  /** What {@link end} was given. */
  get reason(): unknown {
    return this.why?.reason;
  }

  /** Only the first reason counts. */
  end(reason: unknown): void {
    if (this.why !== null) return;
    this.why = { reason };
    const { listeners } = this;
    this.listeners = [];
    for (const listener of listeners) listener();
  }

  /** Throws the reason once ended. */
  check(): void {
    if (this.why !== null) throw this.why.reason;
  }

  /** Calls back at most once, at once when ended already. Gives the function that takes the call back. */
  onEnd(listener: () => void): () => void {
    if (this.why !== null) {
      listener();
      return () => {};
    }
    this.listeners.push(listener);
    return () => {
      const at = this.listeners.indexOf(listener);
      if (at !== -1) this.listeners.splice(at, 1);
    };
  }
}
