import * as z from 'zod/mini';
import { fact } from '../system/fact-schema.ts';
import { Container } from './container-record.ts';
import { ProfileHealth } from './health-record.ts';
import { NodeFacts, OpenClawInstall, OpenClawRelease } from './install-record.ts';
import { LogEvent } from './log-record.ts';
import { Catalogue, ModelsStatus } from './models-record.ts';
import { SessionPin } from './sessions.ts';

export { Generation, NodeFacts, OpenClawInstall, OpenClawRelease } from './install-record.ts';
export { Catalogue, ModelsStatus } from './models-record.ts';

/** `type` of a stored profile, and `mode` of its declaration, as we write them. */
export type CredentialType = 'token' | 'api_key';

export const Installation = z.object({
  stateDir: z.string(),
  /** Units and processes of the gateways that use it. */
  runBy: z.array(z.string()),
  /** What `--target` calls it, where containers are among those that may be meant. */
  target: z.optional(z.string()),
});
export type Installation = z.infer<typeof Installation>;

export const StateFacts = z.object({
  /** As chosen (`~/.openclaw`), and with links resolved. */
  stateDir: z.string(),
  realStateDir: z.string(),
  exists: z.boolean(),
  configPath: z.string(),
  realConfigPath: z.string(),
  /** Where the config itself is a link: the link, in its real folder. */
  configLink: z.optional(z.string()),
  configExists: z.boolean(),
  /** Variables in its `.env` that are not empty, without their values; lines count from 1. */
  variables: z.optional(z.array(z.object({ name: z.string(), line: z.number() }))),
  /** `--profile` / OPENCLAW_PROFILE, where set. */
  profile: z.nullable(z.string()),
  /** An old directory name (`.clawdbot`, `.moltbot`) is in use. */
  legacy: z.boolean(),
  /** uid of the owner. */
  owner: z.nullable(z.number()),
  /** Permission bits, e.g. 0o700. */
  mode: z.nullable(z.number()),
  writable: z.boolean(),
  /** Units and processes of the gateways that use it. */
  runBy: z.optional(z.array(z.string())),
  /** Variables by which a child of ours finds it, where our own environment leads elsewhere. Never a secret. */
  env: z.optional(z.record(z.string(), z.string())),
  /** The same as a person types them before a command, where `--profile` does not say it. */
  typed: z.optional(z.string()),
  /** It runs in this container. The paths here are those of this machine, where the container's folders lie. */
  container: z.optional(Container),
  /** Files of it that belong to another user than the one it runs as in there; of a container. */
  foreignFiles: z.optional(z.array(z.string())),
  /** The container runtime did not tell what it runs. */
  refused: z.optional(z.object({ runtime: z.string(), says: z.string(), mayNot: z.boolean() })),
  /** Other installations that may be meant. */
  others: z.optional(z.array(Installation)),
  /** Where our own shell leads, when its gateway works elsewhere, and the variables that say so. */
  shell: z.optional(
    z.object({
      stateDir: z.string(),
      /** Something of an agent, or a database, is stored there. */
      stores: z.boolean(),
      names: z.array(z.string()),
    }),
  ),
  /** It is not known which installation is meant; this one is a guess, to look at and not to write to. */
  unclear: z.optional(
    z.object({
      /** Why, one sentence. */
      says: z.string(),
      /** The command that does it as the right user. */
      run: z.optional(z.string()),
      /** The gateway runs in a container, where we do not reach. */
      inContainer: z.optional(z.boolean()),
      /** There is one OpenClaw with a gateway, and this shell names another. */
      differs: z.optional(z.boolean()),
    }),
  ),
});
export type StateFacts = z.infer<typeof StateFacts>;

export const ConfigIssue = z.object({
  path: z.string(),
  message: z.string(),
  line: z.optional(z.number()),
  column: z.optional(z.number()),
});
export type ConfigIssue = z.infer<typeof ConfigIssue>;

export const AgentFacts = z.object({
  id: z.string(),
  /** The default agent. */
  isDefault: z.boolean(),
  /** Absolute, `…/agents/<id>/agent` unless configured. */
  agentDir: z.string(),
  agentDirExists: z.boolean(),
  /** Where the copy of the provider `anthropic` in its generated `models.json` leads, when that is not Anthropic. */
  copyLeadsTo: z.optional(z.string()),
  /** That copy has Anthropic's own address with a `/v1`, which OpenClaw adds once more. */
  copyDoublesV1: z.optional(z.string()),
  /** Where its directory really lies, when that is outside of the state directory: no credential is stored there. */
  outside: z.optional(z.string()),
  /** Its own model, where it has one: `provider/model`. */
  model: z.nullable(z.string()),
  fallbacks: z.array(z.string()),
  heartbeatModel: z.nullable(z.string()),
  /** Refs that its own `modelPolicy.allow` lets through, which counts instead of the default one; absent: it has none. */
  allow: z.optional(z.array(z.string())),
  /** Its `model` is a plain text, not an object with `primary`. */
  modelIsText: z.optional(z.boolean()),
  /** Where it stands in the config (`['agents','list',1]`); absent for the implicit `main`. */
  at: z.optional(z.array(z.union([z.string(), z.number()]))),
});
export type AgentFacts = z.infer<typeof AgentFacts>;

export const CustomProvider = z.object({
  id: z.string(),
  baseUrl: z.nullable(z.string()),
  api: z.nullable(z.string()),
  models: z.array(z.string()),
  /** It answers with Claude through something that is not the plan itself (a local proxy, a relay). */
  bridge: z.boolean(),
});
export type CustomProvider = z.infer<typeof CustomProvider>;

/** A model that is named beside the default ones: for heartbeats, images, hooks, a channel … */
export const ModelSetting = z.object({
  /** Where it stands in the config. */
  at: z.array(z.union([z.string(), z.number()])),
  /** The agent it is for; null: all of them. */
  agent: z.nullable(z.string()),
  /** What the model has to do there. `apart`: its provider has a key of its own; `unknown`: it only looks like a ref. */
  use: z.enum(['text', 'images', 'media', 'apart', 'unknown']),
  /** `provider/model` or an alias. */
  model: z.nullable(z.string()),
  fallbacks: z.array(z.string()),
  /** It is a plain text, not an object with `primary`. */
  modelIsText: z.optional(z.boolean()),
});
export type ModelSetting = z.infer<typeof ModelSetting>;

/** What the entry of a model says beside its alias: in `agents.defaults.models`, or in an agent's own `models`. */
export const ModelOption = z.object({
  /** Where the entry stands in the config. */
  at: z.array(z.union([z.string(), z.number()])),
  ref: z.string(),
  /** The agent it is for; null: all of them. */
  agent: z.nullable(z.string()),
  /** `params.context1m` is on. */
  context1m: z.optional(z.boolean()),
  /** It says more than these and an alias. */
  more: z.optional(z.boolean()),
  /** `agentRuntime.id`: the program that runs it, such as `claude-cli`. */
  runtime: z.optional(z.string()),
});
export type ModelOption = z.infer<typeof ModelOption>;

/** What the configuration says, read from the file itself (JSON5, `$include` named but not followed for edits). */
export const ConfigFacts = z.object({
  path: z.string(),
  /** sha256 hex of its bytes; null when absent. */
  sha256: z.nullable(z.string()),
  /** Set when it does not parse; then everything below is empty. */
  syntaxError: z.nullable(z.object({ message: z.string(), line: z.number(), column: z.number(), text: z.string() })),
  /** `$include` targets found in the text. */
  includes: z.array(z.string()),
  /** The same with places: which part of the config comes from which file (absolute; null when it is not there). */
  includedParts: z.optional(
    z.array(z.object({ at: z.array(z.union([z.string(), z.number()])), file: z.string(), read: z.boolean() })),
  ),
  agentsShape: z.enum(['list', 'entries', 'none']),
  /** `agents.ownership` is "explicit" (2026.8.1 and later): then no agent may be marked as the default. */
  ownersNamed: z.optional(z.boolean()),
  agents: z.array(AgentFacts),
  /** Folders below `agents/` of no agent in the config that lead out of the state directory: id → where to. */
  foreignFolders: z.optional(z.record(z.string(), z.string())),
  defaultAgent: z.string(),
  /** `provider/model` or an alias, as written; null when not set. */
  primary: z.nullable(z.string()),
  /** `agents.defaults.model` is a plain text, not an object with `primary`. */
  modelIsText: z.optional(z.boolean()),
  fallbacks: z.array(z.string()),
  /** alias → ref */
  aliases: z.record(z.string(), z.string()),
  /** Keys of `agents.defaults.models` whose entry has no `alias`, not even an empty one. */
  unnamed: z.optional(z.array(z.string())),
  /** Entries that say more of a model than its alias; absent where none does. */
  modelOptions: z.optional(z.array(ModelOption)),
  /** `agentRuntime.id` of the agents' defaults (2026.4.25 to 2026.5.x). */
  runtime: z.optional(z.string()),
  /** Refs that are allowed; null when everything is. */
  allowlist: z.nullable(
    z.object({
      where: z.enum(['agents.defaults.models', 'agents.defaults.modelPolicy.allow']),
      refs: z.array(z.string()),
    }),
  ),
  /** From 2026.8.1: the keys of `agents.defaults.models` restrict nothing (any more), whoever adds one. */
  modelKeysAreFree: z.optional(z.boolean()),
  heartbeatModel: z.nullable(z.string()),
  /** Exec policies that let an agent run any command unasked: `tools.exec`, or its own, which counts instead. */
  openExec: z.optional(z.array(z.array(z.union([z.string(), z.number()])))),
  /** Every other model that it names, heartbeats included; absent where there is none. */
  settings: z.optional(z.array(ModelSetting)),
  providers: z.array(CustomProvider),
  /** `auth.profiles` of the config: id → provider and mode. */
  declaredProfiles: z.record(
    z.string(),
    z.object({
      provider: z.nullable(z.string()),
      mode: z.nullable(z.string()),
      /** Names of fields that belong into the store: OpenClaw refuses them here. */
      misplaced: z.optional(z.array(z.string())),
    }),
  ),
  /** Secrets among those fields; absent where there is none. */
  secretsInside: z.optional(
    z.array(
      z.object({
        at: z.array(z.string()),
        profile: z.string(),
        shape: z.string(),
        fingerprint: z.string(),
      }),
    ),
  ),
  /** `secrets.providers`: by name, the file that is one secret (`singleValue`), or null for any other kind; absent: none. */
  secretProviders: z.optional(z.record(z.string(), z.nullable(z.string()))),
  /** `auth.order` of the config: provider → ids. */
  order: z.record(z.string(), z.array(z.string())),
});
export type ConfigFacts = z.infer<typeof ConfigFacts>;

/** What OpenClaw's own validator says (`config validate --json`, releases from 2026.3.2 on). */
export const ValidationFacts = z.object({
  valid: z.boolean(),
  issues: z.array(ConfigIssue),
  warnings: z.array(z.string()),
});
export type ValidationFacts = z.infer<typeof ValidationFacts>;

export const ProfileFacts = z.object({
  /** The agent whose store was read. */
  agent: z.string(),
  id: z.string(),
  provider: z.string(),
  /** `token`, `oauth`, `api_key` or as found. */
  type: z.string(),
  /** `sk-ant-oat01-…k9Qw` */
  masked: z.nullable(z.string()),
  /** Where the secret really is, when the profile only points to it (`tokenRef`, `keyRef`): `env MY_TOKEN`. */
  reference: z.optional(z.string()),
  /** Of the whole secret, where it can be read; compared with others of the same process only. */
  fingerprint: z.optional(z.string()),
  /** Unix ms. */
  expires: z.nullable(z.number()),
  /** Config `mode` of the same id; null when the config does not list it. */
  mode: z.nullable(z.string()),
  /** Why OpenClaw would not use it (its own reason codes), or null. */
  rejected: z.nullable(z.string()),
  /** Wins for its provider and agent. */
  wins: z.boolean(),
  lastGood: z.boolean(),
  /** Unix ms until which it is cooling down. */
  cooldownUntil: z.nullable(z.number()),
  errorCount: z.number(),
  /** Unix ms of its last success, which only that writes; absent where it is not known. */
  lastUsed: z.optional(z.number()),
  /** What the secret looks like: `token`, `api key`, `refresh token`, `code`, `other` …; told from its prefix. */
  shape: z.optional(z.string()),
  /** Absent where only OpenClaw told of it. */
  health: z.optional(ProfileHealth),
  /** Place in the order that is in force (0 first), and where that order comes from; absent outside it. */
  order: z.optional(
    z.object({
      place: z.nullable(z.number()),
      from: z.enum(['store', 'config order', 'config profiles', 'all']),
      /** Absolute path of the store that holds it. */
      in: z.optional(z.string()),
    }),
  ),
  /** Absolute path of the store it was read from, or the program that told us. */
  store: z.optional(z.string()),
  /** By its store OpenClaw would use this one; asked, it uses the one of this id. */
  passedOver: z.optional(z.string()),
});
export type ProfileFacts = z.infer<typeof ProfileFacts>;

export const CronJob = z.object({
  id: z.string(),
  name: z.string(),
  agent: z.nullable(z.string()),
  enabled: z.boolean(),
  /** `payload.kind`; only `agentTurn` jobs may be changed. */
  kind: z.string(),
  /** `payload.model`, where set. */
  model: z.nullable(z.string()),
  /** Has a `declarationKey`: OpenClaw's own job, never touched. */
  system: z.boolean(),
  consecutiveErrors: z.number(),
  /** How its last run ended, and why: 300 characters at most, secrets masked. */
  lastStatus: z.optional(z.string()),
  lastError: z.optional(z.string()),
  /** OpenClaw switched it off by itself, after failures in a row: how many. */
  switchedOff: z.optional(z.number()),
  /** That was because its schedule cannot be computed. */
  badSchedule: z.optional(z.boolean()),
  /** Place in the `jobs` array of a file; absent when the gateway told. */
  index: z.optional(z.number()),
  /** Its error streak stands in the sidecar `jobs-state.json`. */
  streakInSidecar: z.optional(z.boolean()),
});
export type CronJob = z.infer<typeof CronJob>;

export const GatewayFacts = z.object({
  /** Something answers on the port. */
  running: z.boolean(),
  port: z.number(),
  /** The service manager's name of it, where there is one. */
  unit: z.nullable(z.string()),
  manager: z.enum(['systemd-user', 'systemd-system', 'launchd', 'none', 'unknown']),
  unitFile: z.optional(z.nullable(z.string())),
  /** `gateway.mode` is "remote": the gateway is on another machine, and this one is its client. */
  remote: z.optional(
    z.object({
      /** `gateway.remote.url`. */
      url: z.nullable(z.string()),
      /** The person said that things are to be stored here all the same. */
      storeHere: z.boolean(),
    }),
  ),
  /** Who listens on the port; absent where nobody does or we may not know. */
  process: z.optional(z.object({ pid: z.number(), started: z.string() })),
  /** What the service manager says: `active`, `failed` …; null when it could not be asked. */
  unitState: z.optional(z.nullable(z.string())),
  /** The Node that the unit starts. */
  node: z.optional(NodeFacts),
  /** The unit or drop-in that says so (systemd). */
  startedBy: z.optional(z.string()),
});
export type GatewayFacts = z.infer<typeof GatewayFacts>;

export const OpenClawFacts = z.object({
  installs: fact(z.array(OpenClawInstall)),
  release: fact(OpenClawRelease),
  state: fact(StateFacts),
  config: fact(ConfigFacts),
  validation: fact(ValidationFacts),
  profiles: fact(z.array(ProfileFacts)),
  /** Auth files of another generation that are in the way (`auth-profiles.json` in G2/G3), absolute paths. */
  strayStores: fact(z.array(z.string())),
  /** What an older release left and this one takes over at its next writing command, absolute paths. */
  legacyState: fact(z.array(z.string())),
  /** The order of Anthropic profiles that an agent's store holds (`models auth order set`): by agent, where there is one. */
  storedOrders: fact(z.record(z.string(), z.array(z.string()))),
  cron: fact(z.object({ store: z.enum(['file', 'gateway']), path: z.nullable(z.string()), jobs: z.array(CronJob) })),
  /** `cron/jobs.json` beside a release that keeps its jobs in a database; null where there is none. */
  retiredCron: fact(z.nullable(z.object({ path: z.string(), jobs: z.nullable(z.number()) }))),
  /** Chats that are pinned to a model or profile; not known where they lie in a database. */
  sessions: fact(z.array(SessionPin)),
  gateway: fact(GatewayFacts),
  /** What the gateway's log says of the last 24 hours. */
  log: fact(z.array(LogEvent)),
  modelsStatus: fact(ModelsStatus),
  catalogue: fact(Catalogue),
});
export type OpenClawFacts = z.infer<typeof OpenClawFacts>;
