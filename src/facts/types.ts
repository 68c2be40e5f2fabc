import * as z from 'zod/mini';
import { ClaudeFacts, ClaudeInside } from '../claude/records.ts';
import { NodeFacts, OpenClawFacts } from '../openclaw/records.ts';
import { SecretFileFault } from '../openclaw/secret-file-record.ts';
import { Leftover, ServicesFacts } from '../services/records.ts';
import { fact } from '../system/fact-schema.ts';

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
  /** What that place is: our own environment, OpenClaw's `.env`, a file that a shell reads when it starts … */
  kind: z.enum([
    'environment',
    'state-env',
    'config',
    'unit',
    'env-file',
    'process',
    'claude-settings',
    'shell-profile',
    'workspace',
  ]),
  /** `token`, `api key`, `url` or `other`, told from the shape. */
  shape: z.string(),
  /** The programs that read it where it stands: none for what only looks as if it were read. */
  readers: z.array(z.enum(['OpenClaw', 'Claude Code'])),
  /** Where it stands in a JSON file. */
  at: z.optional(z.array(z.string())),
  /** In a file below HOME that this user may write, in a line of its own. */
  editable: z.optional(z.boolean()),
  /** Claude Code's own login, which it hides. */
  over: z.optional(z.string()),
});
export type ShadowVariable = z.infer<typeof ShadowVariable>;

/** A token refresher left over from older guides: crontab line, systemd timer, launchd agent. */
export const Refresher = z.object({
  /** `file`: what such a tool left behind, its copy of a login or its flag. */
  kind: z.enum(['crontab', 'cron.d', 'systemd', 'launchd', 'file']),
  /** The file; `crontab` for the person's own. */
  where: z.string(),
  line: z.optional(z.number()),
  /** What it runs, secrets masked; a line of a crontab whole. */
  text: z.string(),
  /** Of a line of a crontab, see `lineHash`. */
  hash: z.optional(z.string()),
  manager: z.optional(z.enum(['systemd-user', 'systemd-system', 'launchd'])),
  /** The unit, its timer and its path unit, where they are one thing; the one that starts the others first. */
  units: z.optional(z.array(z.object({ name: z.string(), file: z.string() }))),
  /** Nothing starts it: no timer, no path unit, and it is not enabled. */
  idle: z.optional(z.boolean()),
  /** Scripts below HOME that nothing else starts. */
  scripts: z.optional(z.array(z.string())),
  /** Credential files of OpenClaw that it names: `auth-profiles.json`, `oauth.json`. */
  names: z.optional(z.array(z.string())),
});
export type Refresher = z.infer<typeof Refresher>;

/** What lies between this machine and Anthropic; asked for with `--live` only. */
export const WireFacts = z.object({
  host: z.string(),
  /** ms that our clock is ahead of theirs, below zero behind; null when they do not tell. */
  aheadMs: z.nullable(z.number()),
  /** Who signed the certificate of what answers. */
  issuer: z.nullable(z.string()),
  /** Why no authority that Node brings along vouches for it, as Node's code; null: one does. */
  distrust: z.nullable(z.string()),
  /** `NODE_EXTRA_CA_CERTS` here. */
  roots: z.nullable(z.string()),
});
export type WireFacts = z.infer<typeof WireFacts>;

/** A service definition that starts a gateway on the OpenClaw that is meant, or on its port. */
export const GatewayUnitFacts = z.object({
  name: z.string(),
  manager: z.enum(['systemd-user', 'systemd-system', 'launchd']),
  file: z.string(),
  /** The user that it runs as. */
  user: z.string(),
  /** It starts by itself, as far as the disk tells. */
  enabled: z.boolean(),
  /** `active`, `activating`, `failed` …; null where the manager was not asked or did not answer. */
  active: z.nullable(z.string()),
  /** How often the manager started it again by itself. */
  restarts: z.nullable(z.number()),
  stateDir: z.string(),
  port: z.nullable(z.number()),
  node: z.optional(NodeFacts),
  /** The script that it starts, and the OpenClaw that this belongs to. */
  script: z.nullable(z.string()),
  version: z.nullable(z.string()),
  /** Names of the variables that it sets, and where Claude Code's folder is, where it tells one. */
  variables: z.array(z.string()),
  /** PATH of its program, where it sets one. */
  searchPath: z.optional(z.string()),
  claudeDir: z.optional(
    z.object({
      path: z.string(),
      file: z.string(),
      line: z.number(),
      /** No login is kept in there. */
      empty: z.boolean(),
    }),
  ),
});
export type GatewayUnitFacts = z.infer<typeof GatewayUnitFacts>;

/** The services that start OpenClaw's gateway here. */
export const GatewayUnits = z.object({
  units: z.array(GatewayUnitFacts),
  /** Whether the services of this user go on after the logout; null where that is not known. */
  linger: z.nullable(z.boolean()),
  /** Where Claude Code keeps its settings in this shell. */
  claudeDir: z.string(),
});
export type GatewayUnits = z.infer<typeof GatewayUnits>;

/** The newest copy that OpenClaw made of its configuration, compared with what is there now. */
export const ConfigBackup = z.object({
  file: z.string(),
  /** The configuration ends in the middle, and this copy does not. */
  cutOff: z.boolean(),
  /** Keys that the copy has and the configuration lost. `value` where none of it can be a secret. */
  lost: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])), value: z.optional(z.unknown()) })),
  /** Models that are other ones now: of everything, or of one agent. */
  models: z.array(z.object({ agent: z.nullable(z.string()), before: z.string(), now: z.string() })),
  /** Unix ms of its last change. */
  changed: z.number(),
});
export type ConfigBackup = z.infer<typeof ConfigBackup>;
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
  /** The file is UTF-8: what is written again keeps every byte. */
  utf8: z.boolean(),
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

/** A file that OpenClaw reads one secret from. */
export const SecretFile = z.object({
  /** What `secrets.providers` calls it. */
  provider: z.string(),
  /** On this machine. */
  path: z.string(),
  fault: z.nullable(SecretFileFault),
});
export type SecretFile = z.infer<typeof SecretFile>;

/** A Facts record: what is here. Every part carries its evidence or says why it is not known. */
export const Facts = z.object({
  schema: z.literal(1),
  /** ISO 8601, UTC. */
  takenAt: z.string(),
  platform: fact(PlatformFacts),
  ...OpenClawFacts.shape,
  ...ClaudeFacts.shape,
  /** null where OpenClaw does not run in a container. */
  claudeInside: fact(z.nullable(ClaudeInside)),
  shadows: fact(z.array(ShadowVariable)),
  refreshers: fact(z.array(Refresher)),
  gatewayUnits: fact(GatewayUnits),
  /** null where there is no such copy. */
  configBackup: fact(z.nullable(ConfigBackup)),
  looseFiles: fact(z.array(LooseFile)),
  histories: fact(z.array(SpelledSecret)),
  secretFiles: fact(z.array(SecretFile)),
  /** In releases that read JSON (up to 2026.6.1); empty in later ones. */
  flatStores: fact(z.array(FlatStore)),
  services: fact(ServicesFacts),
  proxies: fact(ProxiesFacts),
  wire: fact(WireFacts),
  /**
   * sha256 (hex) of every file that a plan may be made from, by absolute path; null when absent: the config and its
   * includes, each agent's auth-profiles.json, auth-state.json and models.json, the cron files.
   */
  files: fact(z.record(z.string(), z.nullable(z.string()))),
});
export type Facts = z.infer<typeof Facts>;
export type FactName = Exclude<keyof Facts, 'schema' | 'takenAt'>;
