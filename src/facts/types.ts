import * as z from 'zod/mini';
import { ClaudeFacts } from '../claude/records.ts';
import { OpenClawFacts } from '../openclaw/records.ts';
import { ServicesFacts } from '../services/records.ts';
import { fact } from '../system/fact.ts';

export const PlatformFacts = z.object({
  os: z.enum(['linux', 'macos', 'windows', 'other']),
  wsl: z.boolean(),
  /** `docker`, `podman`, `lxc` …; null outside containers. */
  container: z.nullable(z.string()),
  user: z.string(),
  uid: z.number(),
  home: z.string(),
  /** Owner of the state directory when it is not us: running as root or sudo for somebody else. */
  stateOwner: z.optional(z.string()),
  /** Who called sudo, when we run under it. */
  sudoUser: z.optional(z.string()),
  node: z.string(),
});
export type PlatformFacts = z.infer<typeof PlatformFacts>;

/** A variable that wins over, or hides, a stored credential of a program that reads it. The value is never kept. */
export const ShadowVariable = z.object({
  name: z.string(),
  /** `environment` or the file it stands in. */
  where: z.string(),
  line: z.optional(z.number()),
  /** `token`, `api key`, `url` or `other`, told from the shape. */
  shape: z.string(),
  /** The programs that read it where it stands. */
  readers: z.array(z.enum(['OpenClaw', 'Claude Code'])),
});
export type ShadowVariable = z.infer<typeof ShadowVariable>;

/** A token refresher left over from older guides: crontab line, systemd timer, launchd agent. */
export const Refresher = z.object({
  kind: z.enum(['crontab', 'systemd', 'launchd']),
  where: z.string(),
  line: z.optional(z.number()),
  text: z.string(),
});
export type Refresher = z.infer<typeof Refresher>;

/** A file of OpenClaw with secrets in it whose permissions are not 0600. */
export const LooseFile = z.object({
  path: z.string(),
  what: z.enum(['config', 'store', 'database', 'copy']),
  /** Permission bits. */
  mode: z.number(),
});
export type LooseFile = z.infer<typeof LooseFile>;

/** A credential that stands spelled out in a shell's history. */
export const SpelledSecret = z.object({
  file: z.string(),
  line: z.number(),
  shape: z.string(),
  fingerprint: z.string(),
});
export type SpelledSecret = z.infer<typeof SpelledSecret>;

/** A credential file without `profiles`. */
export const FlatStore = z.object({
  agent: z.string(),
  file: z.string(),
  /** Its keys that hold something like a secret. */
  names: z.array(z.string()),
});
export type FlatStore = z.infer<typeof FlatStore>;

/** A Facts record: what is here. Every part carries its evidence or says why it is not known. */
export const Facts = z.object({
  schema: z.literal(1),
  /** ISO 8601, UTC. */
  takenAt: z.string(),
  platform: fact(PlatformFacts),
  ...OpenClawFacts.shape,
  ...ClaudeFacts.shape,
  shadows: fact(z.array(ShadowVariable)),
  refreshers: fact(z.array(Refresher)),
  looseFiles: fact(z.array(LooseFile)),
  histories: fact(z.array(SpelledSecret)),
  /** In releases that read JSON (up to 2026.6.1); empty in later ones. */
  flatStores: fact(z.array(FlatStore)),
  services: fact(ServicesFacts),
  /**
   * sha256 (hex) of every file that a plan may be made from, by absolute path; null when absent: the config and its
   * includes, each agent's auth-profiles.json, auth-state.json and models.json, the cron files.
   */
  files: fact(z.record(z.string(), z.nullable(z.string()))),
});
export type Facts = z.infer<typeof Facts>;
export type FactName = Exclude<keyof Facts, 'schema' | 'takenAt'>;
