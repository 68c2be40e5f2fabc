import * as z from 'zod/mini';

const Manager = z.enum(['systemd-user', 'systemd-system', 'launchd']);

/** What a person should know about the manager (linger, a session that was no login) or a program's path, and a command that changes it. */
const Note = z.object({ says: z.string(), next: z.optional(z.string()) });
export type Note = z.infer<typeof Note>;

/** A service, launch agent or script of a hand-made proxy set-up, as guides have people make them. */
export const Leftover = z.object({
  /** `claude-max-api.service`, `com.claude-max-api`, or the name of a script that no manager starts. */
  name: z.string(),
  /** Who starts it; `none` for a script alone. */
  manager: z.union([Manager, z.literal('none')]),
  /** Unit file, launch agent or script, absolute. */
  file: z.string(),
  /** Of that file (hex); null when it cannot be read. */
  sha256: z.nullable(z.string()),
  /** Links that enable it, absolute; none for a launch agent. */
  links: z.array(z.string()),
  /** The script that it starts, where that is a script of such guides that lies under the home. */
  script: z.nullable(z.string()),
  /** systemd starts it with the machine, by a link or for another one that it starts; absent elsewhere. */
  enabled: z.optional(z.boolean()),
  /** The port that its command hands to claude-max-api. */
  upstream: z.optional(z.number()),
  /** Usual ports that it names: free once it is gone. */
  ports: z.array(z.number()),
  /** This user may take it away. */
  removable: z.boolean(),
  /** It runs now; null while the manager was not asked. */
  active: z.nullable(z.boolean()),
});
export type Leftover = z.infer<typeof Leftover>;

/** What can run our services here, what of them is here already, and what they would be made from. */
export const ServicesFacts = z.object({
  /** The manager itself was asked. Without it everything is told from the disk. */
  asked: z.boolean(),
  manager: z.discriminatedUnion('ok', [
    z.object({
      ok: z.literal(true),
      manager: Manager,
      because: z.string(),
      /** Major version of systemd; null where it is not the manager or was not asked. */
      systemd: z.nullable(z.number()),
      /** What the manager's command needs besides our environment. */
      env: z.record(z.string(), z.string()),
      notes: z.array(Note),
    }),
    z.object({ ok: z.literal(false), because: z.string(), help: z.string() }),
  ]),
  /** Whose home it is, where this runs as root with the home of somebody else. */
  homeOwner: z.optional(z.string()),
  /** Where and for whom services are installed; null without a manager. */
  place: z.nullable(
    z.object({
      manager: Manager,
      home: z.string(),
      user: z.string(),
      uid: z.number(),
      /** Major version of systemd, where that is the manager; null when it is not known. */
      systemd: z.nullable(z.number()),
      /** `$XDG_CONFIG_HOME`, else `~/.config`. */
      configHome: z.string(),
    }),
  ),
  /** Ports of the present set-up, else free ones. `notes` say why one differs from the usual. */
  ports: z.object({ normalizer: z.number(), claudeMaxApi: z.number(), notes: z.array(z.string()) }),
  /** The Node that services start, by a path that outlives an update where there is one. */
  node: z.nullable(z.object({ path: z.string(), version: z.string(), notes: z.array(Note) })),
  /** The normalizer's own program: where this package has it, and where services start it from. */
  runtime: z.object({
    /** null when this installation was not built. */
    source: z.nullable(z.string()),
    /** sha256 hex of `source`; null when it is not there. */
    sha256: z.nullable(z.string()),
    file: z.string(),
    /** `file` is there, byte for byte what `source` is. */
    present: z.boolean(),
  }),
  /** The program that keeps a profile in step with the login of Claude Code; as `runtime`, and what the service says. */
  sync: z.object({
    source: z.nullable(z.string()),
    sha256: z.nullable(z.string()),
    file: z.string(),
    present: z.boolean(),
    /** Where the service says how things are, absolute. */
    stateFile: z.string(),
    /** See `SyncState`; null where it said nothing yet. */
    state: z.nullable(
      z.object({
        credentials: z.nullable(z.string()),
        end: z.nullable(z.number()),
        asks: z.nullable(z.number()),
        ended: z.boolean(),
      }),
    ),
  }),
  /** The key that OpenClaw sends. `usable`: there, long enough, and readable by nobody else. */
  keyFile: z.object({ path: z.string(), usable: z.boolean() }),
  /** The provider in OpenClaw's configuration that sends the key of that file, without what may be secret in it. */
  provider: z.nullable(
    z.object({
      id: z.string(),
      baseUrl: z.nullable(z.string()),
      api: z.nullable(z.string()),
      models: z.unknown(),
      /** Keys besides those and `apiKey`. */
      otherKeys: z.array(z.string()),
    }),
  ),
  /** Providers in the generated `models.json` of agents (absolute); `current`: with the address and key of ours. */
  modelCopies: z.array(z.object({ file: z.string(), provider: z.string(), current: z.boolean() })),
  /** Variables that Claude Code needs in a service as it has them here: its directory, proxies, certificates. */
  env: z.record(z.string(), z.string()),
  /** Such variables whose value may hold a password: a unit file can be read by everyone, so they stay out. */
  withheld: z.array(z.string()),
  /** Our service definitions: sha256 hex of the file (null when absent) and whether its enabling link stands. */
  ours: z.array(
    z.object({
      id: z.enum(['normalizer', 'claude-max-api', 'claude-sync']),
      file: z.string(),
      sha256: z.nullable(z.string()),
      enabled: z.boolean(),
      /** It runs now; null while the manager was not asked. */
      active: z.nullable(z.boolean()),
    }),
  ),
  /** How many Claude Code processes our normalizer may start ahead, where its service says it; null: as it does by itself. */
  warm: z.nullable(z.number()),
  /** A drop-in of ours for the gateway's unit: sha256 hex, null when absent; null without such a unit. */
  dropIn: z.nullable(z.object({ file: z.string(), sha256: z.nullable(z.string()) })),
  leftovers: z.array(Leftover),
  /** Absolute path of npm, where there is one. */
  npm: z.nullable(z.string()),
  /** claude-max-api-proxy 1.0.0: in our folder, or installed by the person. */
  maxApi: z.object({
    folder: z.string(),
    present: z.boolean(),
    /** Its program for `node`, in a global installation of that very release. */
    global: z.nullable(z.string()),
  }),
});
export type ServicesFacts = z.infer<typeof ServicesFacts>;
