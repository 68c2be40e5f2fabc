import * as z from 'zod/mini';

/** A folder of this machine that a container sees under a name of its own. Both absolute. */
const Mount = z.object({
  host: z.string(),
  inside: z.string(),
  readOnly: z.optional(z.boolean()),
  /** A volume without a name of its own: Docker gives the next container another one. */
  unnamed: z.optional(z.boolean()),
});

/** The container that runs OpenClaw's gateway, or would if it were started. */
export const Container = z.object({
  runtime: z.enum(['docker', 'podman']),
  /** Stays the same when Compose makes the container again. */
  name: z.string(),
  image: z.string(),
  /** Of the runtime: `running`, `exited`, `restarting` … */
  status: z.string(),
  /** Its first process and when that started, as the runtime tells it: to compare, not to show. */
  process: z.optional(z.object({ pid: z.number(), started: z.string() })),
  /** The words that start OpenClaw in there: `node dist/index.js`. */
  entry: z.array(z.string()).check(z.minLength(1)),
  workdir: z.string(),
  /** As the image or the service says; empty for root. */
  user: z.string(),
  /** Of the image's `node` user or a user given by number; null where only the image knows, or for root. */
  uid: z.nullable(z.number()),
  /** Paths and the port that its environment names for OpenClaw, by variable. */
  places: z.record(z.string(), z.string()),
  /** The port that its command names. */
  gatewayPort: z.nullable(z.number()),
  /** In there. */
  home: z.string(),
  stateDir: z.string(),
  configPath: z.optional(z.string()),
  mounts: z.array(Mount),
  /** It has the network of this machine, not one of its own. */
  hostNetwork: z.optional(z.boolean()),
  /** On this machine; null where the gateway's port is not published. */
  port: z.nullable(z.number()),
  /** Variables by which its runtime is found, where they are set: `DOCKER_HOST` … */
  env: z.optional(z.record(z.string(), z.string())),
  /** Where Compose made it: what leads its commands to the same project. */
  compose: z.optional(
    z.object({ project: z.string(), folder: z.string(), files: z.array(z.string()), service: z.string() }),
  ),
});
export type Container = z.infer<typeof Container>;
