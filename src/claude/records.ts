import * as z from 'zod/mini';
import { fact } from '../system/fact.ts';

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
