import * as z from 'zod/mini';

/** The slow truth: `openclaw models status --json`. */
export const ModelsStatus = z.object({
  resolvedDefault: z.nullable(z.string()),
  fallbacks: z.array(z.string()),
  aliases: z.record(z.string(), z.string()),
  allowed: z.array(z.string()),
  storePath: z.nullable(z.string()),
  missingProviders: z.array(z.string()),
  /** Providers of models that it could not tell whether they are ready (2026.9.6); absent where there is none. */
  unconfirmed: z.optional(z.array(z.string())),
  profiles: z.array(
    z.object({
      id: z.string(),
      provider: z.string(),
      type: z.string(),
      status: z.string(),
      expiresAt: z.nullable(z.number()),
      /** Whether OpenClaw would use it at all; null where the release does not tell. */
      effective: z.nullable(z.boolean()),
      /** Its place in the order that is in force, 0 first. */
      place: z.optional(z.number()),
    }),
  ),
  /** Profiles OpenClaw will not use now, with its reason; null where it did not say. */
  unusable: z.nullable(z.array(z.object({ id: z.string(), reason: z.string(), until: z.nullable(z.number()) }))),
});
export type ModelsStatus = z.infer<typeof ModelsStatus>;

/** Claude model ids of the installed release's own catalogue, best first, without the provider. */
export const Catalogue = z.object({ anthropic: z.array(z.string()) });
export type Catalogue = z.infer<typeof Catalogue>;
