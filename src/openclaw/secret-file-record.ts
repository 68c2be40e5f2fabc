import * as z from 'zod/mini';

/** Why OpenClaw does not read a secret from a file. */
export const SecretFileFault = z.object({
  /** A clause, such as "it is not there". */
  says: z.string(),
  /** The command that changes it. */
  next: z.string(),
});
export type SecretFileFault = z.infer<typeof SecretFileFault>;
