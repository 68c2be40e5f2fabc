import * as z from 'zod/mini';

/** How a stored credential is, never what it is. */
export const ProfileHealth = z.object({
  /** Names of its fields that hold something. */
  fields: z.array(z.string()),
  /** The field that its secret was read from; null where none holds one. */
  field: z.nullable(z.string()),
  /** Of the secret, in characters; 0 where there is none. */
  length: z.number(),
  /** Inside the secret. */
  blanks: z.nullable(z.enum(['spaces', 'line breaks'])),
  refreshFingerprint: z.optional(z.string()),
  /** How `expires` is written; absent where it is not there. */
  expiresIs: z.optional(z.enum(['ms', 'seconds', 'text', 'invalid'])),
  /** Unix ms that it means, where it is not written in ms and that can be told. */
  expiresMeant: z.optional(z.number()),
  /** It replaces another one and was never activated (2026.9.x). */
  setupInactive: z.optional(z.boolean()),
  /** Unix ms until which OpenClaw has disabled it, and its word for why: `billing` … */
  disabledUntil: z.optional(z.number()),
  disabledReason: z.optional(z.string()),
  /** What it failed with, in OpenClaw's words: `rate_limit`, `auth` … */
  failures: z.optional(z.array(z.string())),
  /** Absolute path of what holds its cooldown. */
  usageIn: z.optional(z.string()),
});
export type ProfileHealth = z.infer<typeof ProfileHealth>;
