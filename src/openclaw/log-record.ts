import * as z from 'zod/mini';

/** A known text that the log holds, told once however often it stands there. */
export const LogEvent = z.object({
  /** What it means: the id of a check. */
  id: z.string(),
  /** Unix ms of the newest one; null where its lines have no time. */
  at: z.nullable(z.number()),
  /** A file, or `the journal of UNIT`. */
  source: z.string(),
  agent: z.optional(z.string()),
  /** Lines that hold it. */
  count: z.number(),
  /** The newest line, without secrets, 200 characters at most. */
  text: z.string(),
});
export type LogEvent = z.infer<typeof LogEvent>;
