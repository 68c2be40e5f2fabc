import * as z from 'zod/mini';
import type { Secret } from '../system/secret.ts';
import type { Answered, FileStat, World } from '../system/world.ts';
import { StepCheckpoint, type Touch, Touches } from './entry.ts';

export { Entries, type Entry, StepCheckpoint, type Touch } from './entry.ts';

/**
 * One reversible step as plain data: it can be printed, stored in a receipt, and executed by a later release. Params
 * never hold a secret: they name one (`{ secret: 'token' }`) and the runner hands it over.
 */
export const Action = z.object({
  id: z.string(),
  kind: z.string(),
  /** Version of `params` for this kind. */
  schema: z.number(),
  params: z.unknown(),
  /** Every file this step, or a program it calls, may write, known before it runs. Absolute paths. */
  touches: Touches,
});
export interface Action<Params = unknown> {
  readonly id: string;
  readonly kind: string;
  readonly schema: number;
  readonly params: Params;
  readonly touches: readonly Touch[];
}

/** A step of an earlier run, by its place in it (from 0). */
export const Take = z.object({
  run: z.string(),
  step: z.number(),
  /** Counts as taken back without anything being run: its work is done by another step. Such takes stand last. */
  quiet: z.optional(z.boolean()),
});
export interface Take {
  readonly run: string;
  readonly step: number;
  readonly quiet?: boolean;
}

/** An ordered list of actions and the state of the files that it was made from. Empty `actions` is a success. */
export const Plan = z.object({
  schema: z.number(),
  actions: z.array(Action),
  /** Beside each action: the step of an earlier run that it takes back; null (or nothing at all) for a new one. */
  takes: z.optional(z.array(z.nullable(Take))),
  /** sha256 (hex) of each file the plan was made from, null for absent: the engine's compare-and-swap. */
  madeFrom: z.record(z.string(), z.nullable(z.string())),
});
export interface Plan {
  readonly schema: number;
  readonly actions: readonly Action[];
  readonly takes?: readonly (Take | null)[];
  readonly madeFrom: Readonly<Record<string, string | null>>;
}

export interface Words {
  readonly headline: string;
  readonly because?: string;
  /** What it does that to, by name. */
  readonly names?: readonly string[];
  /** The headline for several of its kind, `#` for how many: steps in a row that say the same here are read as one. */
  readonly many?: string;
}

/** What a step will change, secrets masked. `patch` is a unified diff without file headers. */
export type Change =
  | { readonly file: string; readonly patch: string; readonly added: number; readonly removed: number }
  | { readonly outside: string };

declare const backedUp: unique symbol;
/**
 * A path whose present content lies in the open checkpoint. Only {@link Backups.of} makes one; a test holds that no
 * other file casts to it.
 */
export type Backed = string & { readonly [backedUp]: true };

export interface Backups {
  /** Throws `Problem('not-backed-up')` for a path that the running action did not name in `touches`. */
  of(path: string): Backed;
  /** The content that the checkpoint holds for `path`; null when it was absent. */
  before(path: string): Promise<Uint8Array | null>;
}

/** The only way to write. Made by the engine for one action; its functions take only `Backed` paths. */
export interface WriteDoor {
  /**
   * Atomic, through symlinks to the real file, keeping owner and mode (0600 for a new file unless told). Throws
   * `Problem('file-changed')` when the file is no longer what the plan, or the previous action, left.
   */
  replace(path: Backed, content: Uint8Array | string, options?: { readonly mode?: number }): Promise<void>;
  remove(path: Backed): Promise<void>;
  /** Makes the symlink again that the checkpoint holds for `path`, where a program replaced it by a file. */
  relink(path: Backed): Promise<void>;
  chmod(path: Backed, mode: number): Promise<void>;
  /** Makes a folder, 0700, and those above it; one that is there is fine. */
  makeFolder(path: Backed): Promise<void>;
  /**
   * Makes a folder that was touched as a `tree`, with these files in it (by name, 0600) and our marker, all at once. One
   * of ours that is there goes first. Throws `Problem('folder-not-ours')` when something else is there.
   */
  makeTree(path: Backed, files: Readonly<Record<string, string>>): Promise<void>;
  /** Removes a folder that was touched as a `tree`, whole; or `inside`, a folder directly in it. Same `Problem`. */
  removeTree(path: Backed, inside?: string): Promise<void>;
}

/**
 * The dry door of a preview: what a step writes goes into an overlay, and no program runs. Only what neither shows has to
 * be told.
 */
export interface Dry {
  /** The real world, for a question whose answer decides what the step would do. */
  readonly world: World;
  /** A line for the person. */
  tell(line: string): void;
  /** No diff of these files is shown: their change is told, or goes without saying. */
  hide(...paths: readonly string[]): void;
}

export interface ApplyContext {
  readonly world: World;
  /** Only in a preview. */
  readonly dry?: Dry;
  readonly door: WriteDoor;
  readonly backups: Backups;
  readonly signal: AbortSignal;
  /** Throws `Problem('secret-missing')` when the run was not given that secret (a resume after a crash, say). */
  secret(name: string): Secret;
  /** A line for the step list and the receipt. Never a secret. */
  note(text: string): void;
  /** The same for what the step could not bring about and the person has to do: the step is not shown as done. */
  byHand(text: string): void;
}

export interface RevertContext extends Omit<ApplyContext, 'secret'> {
  /** The checkpoint of the action that is taken back. `backups` is the undo's own, new one. */
  readonly original: OriginalCheckpoint;
  /**
   * What steps of this run found out, for those that come after them. Gone after a crash: only for what a step could do
   * without as well.
   */
  readonly found: Set<string>;
  /** For `redo`: the `left` of the outcome that it undoes, where that is known. */
  readonly left?: unknown;
}

export interface ProveContext extends Pick<ApplyContext, 'world' | 'signal'> {
  /** What is asked now, before it takes its time: "Checking that the token was saved". */
  asking(says: string): void;
  /** An answer that whoever looks after the run need not ask for again. */
  answered(answer: Answered): void;
}

/** The state of one path before or after an action. */
export interface PathState {
  /** Of the bytes on disk (hex), through a link; null when there is no plain file. */
  readonly sha256: string | null;
  /** Of the real file behind a link; null when absent. */
  readonly stat: FileStat | null;
  /** Link target when the path itself is a symlink. */
  readonly link?: string;
}

export interface OriginalCheckpoint {
  /** Every path that the checkpoint covers (files, database parts, files found in directories). */
  paths(): readonly string[];
  before(path: string): Promise<{ readonly state: PathState; readonly content: Uint8Array | null }>;
  /** Whether we made the file: this step, or an older one that was taken back and had to leave the file behind. */
  isOurs(path: string): boolean;
  /** What the action left there. */
  after(path: string): PathState;
  /** Whether `path` is still byte for byte what the action left. */
  untouchedSince(path: string): Promise<boolean>;
  /** Restores every path that is untouched since exactly (bytes, mode, times); returns those that changed since. */
  restoreUntouched(
    paths?: readonly string[],
  ): Promise<{ restored: readonly string[]; changedSince: readonly string[] }>;
}

export interface RevertOutcome {
  /**
   * `ours removed`: somebody wrote since, and what they wrote stays; an undo of an undo is refused then. `kept`: it was
   * never to be taken back, and the undo is whole without.
   */
  readonly state: 'restored' | 'ours removed' | 'already gone' | 'kept' | 'left in place';
  /** What a person should know: what stayed and how to remove it. */
  readonly notes: readonly string[];
  /** The notes say what the person has to do: the step is not shown as done. */
  readonly byHand?: true;
  /** What `redo` of this kind needs to bring the effect back where somebody wrote since. Plain data, never a secret. */
  readonly left?: unknown;
}

/** What the engine can do with an action of one kind. `src/actions/index.ts` maps kinds to these. */
export interface ActionKind<Params = unknown, Undo = unknown> {
  readonly kind: string;
  /** The newest schema this release writes; older ones must still be understood. */
  readonly schema: number;
  /** Validates params read from a receipt of this or an older release. Throws a `Problem`. */
  parse(params: unknown, schema: number): Params;
  describe(params: Params): { readonly forward: Words; readonly backward: Words };
  apply(params: Params, context: ApplyContext): Promise<Undo>;
  revert(params: Params, undo: Undo | undefined, context: RevertContext): Promise<RevertOutcome>;
  /**
   * Asks for the proof of what {@link apply} did, once every step of the run is done: what it asks has then seen all of
   * them. Throws a `Problem` where there is none, and the whole run is put back.
   */
  prove?(params: Params, context: ProveContext): Promise<void>;
  /** What of {@link apply} does not stand any more, once the whole run is done: places that a person knows. */
  missing?(params: Params, world: World, undo: Undo | undefined): Promise<readonly string[]>;
  /**
   * A newer step of this kind and id that had to be left in place counts as gone once the older one, in the same run,
   * was taken back: both are about the same thing, and taking the older back takes all of it away.
   */
  readonly goneWithOlder?: true;
  /**
   * Undoes an undo: brings the action's effect back, without secrets. `context.original` is the checkpoint of the undo.
   * Needed only where the effect is not (only) in the touched files; the engine restores those by itself otherwise.
   */
  redo?(params: Params, undo: Undo | undefined, context: RevertContext): Promise<RevertOutcome>;
}

/** The registry the engine is given. The engine itself knows no kind. */
export type ActionKinds = ReadonlyMap<string, ActionKind>;

// ── receipts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The value itself, where it is of this type: unknown keys stay, and nothing is copied. Throws where it is not. */
export function asIs<T>(type: z.core.$ZodType<T>, value: unknown): T {
  const { error } = z.safeParse(type, value);
  if (error !== undefined) throw error;
  return value as T;
}

export const StepProblem = z.object({
  code: z.string(),
  what: z.string(),
  why: z.optional(z.string()),
  next: z.optional(z.string()),
});
export type StepProblem = z.infer<typeof StepProblem>;

export const StepOutcome = z.object({
  state: z.string(),
  notes: z.array(z.string()),
  left: z.optional(z.unknown()),
});

export const StepRecord = z.object({
  action: Action,
  state: z.enum(['not started', 'started', 'done', 'failed', 'reverted', 'revert failed']),
  /** ms */
  durationMs: z.optional(z.number()),
  notes: z.array(z.string()),
  /** What the kind's `revert` needs; its shape belongs to the kind. */
  undo: z.optional(z.unknown()),
  problem: z.optional(StepProblem),
  /** What became of taking it back. */
  outcome: z.optional(StepOutcome),
  /** For a step that is about another one: `revert` took the action back, `redo` brought it back (undo of an undo). */
  direction: z.optional(z.enum(['revert', 'redo'])),
  /** The run and the step in it (from 0) that this one is about. Undos by 1.0 do not tell. */
  takes: z.optional(z.object({ run: z.string(), step: z.number() })),
  /** Counted as taken (or brought) back without anything being run. */
  quiet: z.optional(z.boolean()),
  /** For a step that brings another one back: what taking that one back had `left` for it. */
  left: z.optional(z.unknown()),
  checkpoint: z.optional(StepCheckpoint),
});
export type StepRecord = z.infer<typeof StepRecord>;

/**
 * What was done and how to take it back. Read leniently: unknown keys stay, a newer `schema` is reported and what is
 * understood is used.
 */
export const Receipt = z.object({
  schema: z.number(),
  /** Sortable: `20261121-011654-3f2a`. Also the directory name of its checkpoint. */
  id: z.string(),
  /** Version of clawauth-setup that wrote it. */
  by: z.string(),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  finishedAt: z.optional(z.string()),
  purpose: z.enum(['apply', 'undo', 'recover']),
  /** For an undo: the receipt it took back. */
  undoes: z.optional(z.string()),
  /** Several runs taken back at once, newest first: by an undo, or by a run that put another way in their place. */
  undoesAll: z.optional(z.array(z.string())),
  /** Set once a later run took this one back. */
  undoneBy: z.optional(z.string()),
  /** `in progress` is only ever read from a journal that a crash left. */
  outcome: z.enum(['applied', 'put back', 'partly applied', 'in progress']),
  /** The person stopped the run. */
  cancelled: z.optional(z.boolean()),
  /** One line for lists: "Setup token for main, lite". */
  title: z.string(),
  steps: z.array(StepRecord),
  /** sha256 (hex) of each secret that the run was handed, by name: copies of it can be found again, and it is not stored. */
  secrets: z.optional(z.record(z.string(), z.string())),
  /** Free data of the caller (answers worth pre-filling). Never a secret. */
  about: z.record(z.string(), z.unknown()),
});
export type Receipt = z.infer<typeof Receipt>;

export type RunEvent =
  | {
      readonly type: 'checkpoint';
      readonly id: string;
      readonly files: number;
      readonly bytes: number;
      readonly ms: number;
    }
  | {
      readonly type: 'step';
      readonly index: number;
      readonly total: number;
      readonly action: Action;
      readonly words: Words;
    }
  | { readonly type: 'note'; readonly index: number; readonly text: string }
  /** `byHand`: its last note says what the person has to do. */
  | { readonly type: 'step done'; readonly index: number; readonly ms: number; readonly byHand?: true }
  | { readonly type: 'step failed'; readonly index: number; readonly problem: StepProblem }
  /** Every step is done, and this one is proved. */
  | { readonly type: 'proving'; readonly index: number; readonly says: string }
  | { readonly type: 'proved'; readonly index: number }
  | { readonly type: 'reverting'; readonly index: number; readonly total?: number; readonly words: Words }
  | { readonly type: 'reverted'; readonly index: number; readonly outcome: RevertOutcome };
