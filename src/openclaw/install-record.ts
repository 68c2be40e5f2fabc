import * as z from 'zod/mini';

/** Where a release keeps credentials and cron jobs; the ranges stand in `openclaw/generation.ts`. */
export const Generation = z.enum(['G1', 'G1b', 'G1c', 'G2', 'G3']);
export type Generation = z.infer<typeof Generation>;

/** A Node, its version, and the range that the release asks for (`engines.node`). */
export const NodeFacts = z.object({
  path: z.nullable(z.string()),
  version: z.nullable(z.string()),
  wants: z.nullable(z.string()),
  ok: z.nullable(z.boolean()),
});
export type NodeFacts = z.infer<typeof NodeFacts>;

/** One `openclaw` or `clawdbot` on PATH. */
export const OpenClawInstall = z.object({
  /** As found on PATH. */
  path: z.string(),
  realPath: z.string(),
  command: z.enum(['openclaw', 'clawdbot']),
  /** Read from its package.json, not by spawning; null when that could not be found. */
  version: z.nullable(z.string()),
  /** Of a container: its folder in there. */
  packageRoot: z.nullable(z.string()),
  /** The one a bare command name runs. */
  wins: z.boolean(),
  /** How it was installed, told from its path: `npm`, `pnpm`, `volta`, `wrapper` … */
  via: z.optional(z.string()),
  node: NodeFacts,
  /** How it is typed, where its bare name runs another one. */
  typed: z.optional(z.string()),
  /** The words of a Node that reads its databases, where that is not `node`. */
  sqliteNode: z.optional(z.array(z.string())),
  /** It is a script that leads into a container (`docker`, `podman` …): what it runs lies where we do not reach. */
  container: z.optional(z.string()),
  /** The command that finishes an install whose scripts npm skipped, where this user may not do it (2026.8.1 and later). */
  finishWith: z.optional(z.string()),
});
export type OpenClawInstall = z.infer<typeof OpenClawInstall>;

/** The winning installation and what follows from its version. */
export const OpenClawRelease = z.object({
  version: z.string(),
  generation: Generation,
  install: OpenClawInstall,
});
export type OpenClawRelease = z.infer<typeof OpenClawRelease>;
