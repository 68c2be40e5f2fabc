import * as z from 'zod/mini';
import { fact } from '../system/fact-schema.ts';

/** What leads to a Claude Code of a container, and to its files. */
const Inside = z.object({
  runtime: z.enum(['docker', 'podman']),
  /** Of the container. */
  name: z.string(),
  /** Its own folder and `.claude.json`, absolute, as it sees them. */
  folder: z.string(),
  stateFile: z.string(),
  /** The same two on this machine; absent where one of them lies in the container alone. */
  mounted: z.optional(z.object({ folder: z.string(), stateFile: z.string() })),
});

/** One `claude` on PATH (or in a well-known place). */
export const ClaudeInstall = z.object({
  path: z.string(),
  realPath: z.string(),
  /** null when it could not be told. */
  version: z.nullable(z.string()),
  /** The one a bare `claude` runs. */
  wins: z.boolean(),
  /** Why it cannot run, where that is plain from the files; with the command that repairs it. */
  broken: z.optional(z.string()),
  /** It is not on this machine, but in the container where OpenClaw runs. */
  inside: z.optional(Inside),
});
export type ClaudeInstall = z.infer<typeof ClaudeInstall>;

/**
 * What `claude auth status --json` says (Claude Code 2.1.41 and later; older ones take it as a prompt), or would say.
 */
export const ClaudeSignIn = z.object({
  loggedIn: z.boolean(),
  /** `claude.ai`, `oauth_token`, `api_key`, `none` … as printed. */
  authMethod: z.string(),
  email: z.optional(z.string()),
  /** `max`, `pro` …, where it is told. */
  plan: z.optional(z.string()),
  /** Read from its file and not asked: Claude Code renews a login that is near or past its end when it is next used. */
  renewsAtNextUse: z.optional(z.boolean()),
});
export type ClaudeSignIn = z.infer<typeof ClaudeSignIn>;

/** The login that Claude Code keeps in `.credentials.json`, and what it is set to; never a token. */
export const ClaudeLogin = z.object({
  /** Absolute path of `.credentials.json`. */
  file: z.string(),
  /** It holds a login; null where macOS may keep one in the Keychain. */
  present: z.nullable(z.boolean()),
  /** Unix ms when the access token ends. */
  expiresAt: z.nullable(z.number()),
  /** It has what it renews itself with. */
  renews: z.boolean(),
  accessFingerprint: z.optional(z.string()),
  refreshFingerprint: z.optional(z.string()),
  /** `apiKeyHelper` of its settings: a program gives it a key, and the login is not used. */
  apiKeyHelper: z.boolean(),
  /** Its first-run questions were answered. */
  onboarded: z.boolean(),
});
export type ClaudeLogin = z.infer<typeof ClaudeLogin>;

export const ClaudeFacts = z.object({
  claude: fact(z.array(ClaudeInstall)),
  claudeSignIn: fact(ClaudeSignIn),
  claudeLogin: fact(ClaudeLogin),
});
export type ClaudeFacts = z.infer<typeof ClaudeFacts>;

/** The Claude Code of the container where OpenClaw runs, the only one that it finds. */
export const ClaudeInside = z.object({
  ...ClaudeFacts.shape,
  /** Of the user that its commands run as. */
  uid: z.number(),
  /**
   * What becomes of the login that it keeps: `kept` where it outlives the container, `lost` where it ends with it,
   * `read-only` and `not writable` where Claude Code could not renew it. `path`: of which file or folder, in there.
   */
  login: z.object({ fate: z.enum(['kept', 'lost', 'read-only', 'not writable']), path: z.string() }),
});
export type ClaudeInside = z.infer<typeof ClaudeInside>;
