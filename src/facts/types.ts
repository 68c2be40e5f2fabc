import * as z from 'zod/mini';
import { ClaudeFacts } from '../claude/records.ts';
import { OpenClawFacts } from '../openclaw/records.ts';
import { Leftover, ServicesFacts } from '../services/records.ts';
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

/** A program of this machine that a provider of OpenClaw's configuration leads to. */
export const ProxyFacts = z.object({
  /** Id of the provider. */
  provider: z.string(),
  baseUrl: z.string(),
  port: z.number(),
  /** Something answers there; null where that could not be asked. */
  answers: z.nullable(z.boolean()),
  /** What listens there, where it is known by its command line. */
  program: z.nullable(z.enum(['normalizer', 'claude-max-api'])),
});
export type ProxyFacts = z.infer<typeof ProxyFacts>;

export const ProxiesFacts = z.object({
  /** Each provider that leads to this machine. */
  found: z.array(ProxyFacts),
  /** Units and launch agents of proxies that disguise the client. */
  disguises: z.array(Leftover),
  /** Places that give OpenClaw an `OPENAI_BASE_URL`: `environment` or a file. */
  openaiBaseUrl: z.array(z.object({ where: z.string(), line: z.optional(z.number()) })),
});
export type ProxiesFacts = z.infer<typeof ProxiesFacts>;

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
  services: fact(ServicesFacts),
  proxies: fact(ProxiesFacts),
  /**
   * sha256 (hex) of every file that a plan may be made from, by absolute path; null when absent: the config and its
   * includes, each agent's auth-profiles.json, auth-state.json and models.json, the cron files.
   */
  files: fact(z.record(z.string(), z.nullable(z.string()))),
});
export type Facts = z.infer<typeof Facts>;
export type FactName = Exclude<keyof Facts, 'schema' | 'takenAt'>;
