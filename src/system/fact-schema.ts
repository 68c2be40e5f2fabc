import * as z from 'zod/mini';

/** How we know something: shown to the person on request, written into the receipt. */
export const Evidence = z.object({
  /** File read, command run or variable seen. */
  from: z.string(),
  /** Why this one, where there was a choice. */
  because: z.optional(z.string()),
});
export type Evidence = z.infer<typeof Evidence>;

/** The schema of the outcome of one probe. A probe never throws: not knowing is an answer too. */
export function fact<T extends z.core.$ZodType>(value: T) {
  return z.union([
    z.object({ known: z.literal(true), value, evidence: Evidence }),
    z.object({
      known: z.literal(false),
      /** `waiting`: the probe has not finished; only seen while facts stream in. */
      reason: z.enum(['absent', 'unreadable', 'timed out', 'crashed', 'waiting']),
      detail: z.string(),
    }),
  ]);
}
