/** Limits of the service. Times in ms, sizes in bytes. */
export interface Limits {
  /** Claude Code runs at once; each takes about 200 MB. */
  readonly runs: number;
  /** Requests in line behind them. */
  readonly waiting: number;
  readonly maxBody: number;
  /** Characters of an answer that is held until it is complete. */
  readonly maxAnswer: number;
  /** Request bodies in memory, all together. */
  readonly bodyBudget: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** For the whole body. */
  readonly bodyMs: number;
  /** In line. */
  readonly waitMs: number;
  /** A run, from its start. */
  readonly runMs: number;
  /** Until a connection that has shown the key and is idle is closed. */
  readonly idleMs: number;
  /** Connections that have not shown the key. */
  readonly strangers: number;
  /** Until a waiting stream gets a sign of life, and between two. */
  readonly beatMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  runs: 2,
  waiting: 32,
  maxBody: 8 * 1024 * 1024,
  maxAnswer: 8 * 1024 * 1024,
  bodyBudget: 24 * 1024 * 1024,
  headersMs: 10_000,
  bodyMs: 30_000,
  waitMs: 300_000,
  runMs: 600_000,
  idleMs: 60_000,
  strangers: 256,
  beatMs: 15_000,
};
