/** Limits of the service. Times in ms, sizes in bytes. */
export const DEFAULT_LIMITS = {
  /** Claude Code runs at once; each takes about 200 MB. */
  runs: 2,
  /** Requests in line behind them. */
  waiting: 32,
  maxBody: 8 * 1024 * 1024,
  /** Characters of an answer that is held until it is complete. */
  maxAnswer: 8 * 1024 * 1024,
  /** Request bodies in memory, all together. */
  bodyBudget: 16 * 1024 * 1024,
  /** From the first byte of a request to the end of its headers. */
  headersMs: 10_000,
  /** For the whole body. */
  bodyMs: 30_000,
  /** In line. */
  waitMs: 300_000,
  /** A run, from its start. */
  runMs: 600_000,
  /** Until a connection that has shown the key and is idle is closed. */
  idleMs: 60_000,
  /** Connections that have not shown the key. */
  strangers: 256,
  /** Until a waiting stream gets a sign of life, and between two. */
  beatMs: 15_000,
};

export type Limits = Readonly<typeof DEFAULT_LIMITS>;
