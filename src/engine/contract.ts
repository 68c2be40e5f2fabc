import type { Secret } from '../system/secret.ts';
import type { Answered, World } from '../system/world.ts';
import type { Backup, Runs } from './backups.ts';
import type { Around } from './disk.ts';
import type { StandingStep, UndoPreview } from './preview.ts';
import type { Pruned, PruneOptions } from './prune.ts';
import type { RunSummary } from './receipts.ts';
import type { ActionKinds, Plan, Receipt, RunEvent, Words } from './types.ts';
import type { BackupsCheck } from './verify-backups.ts';

export interface EngineOptions {
  readonly world: World;
  readonly kinds: ActionKinds;
  /** Of clawauth-setup, for receipts. */
  readonly version: string;
  /** Path of a Node with `node:sqlite`, through which databases that are in use are copied. */
  readonly sqliteNode?: readonly string[];
  /** The command that ends the program which has the databases open. */
  readonly freesDatabases?: string;
  /** Wraps every system call that changes the disk: how the tests make the n-th one fail. */
  readonly around?: Around;
}

export interface RunOptions {
  /** Stops after the running step. Before the first step the run throws `Cancelled` and nothing has changed. */
  readonly signal?: AbortSignal;
  /** Also ends the programs that the running step waits for (a second Ctrl-C). */
  readonly force?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Asked once when `signal` stopped a run that had begun; `keep` without it. */
  readonly onCancel?: () => Promise<'revert' | 'keep'>;
  /** What a program said last, when every step was done. */
  readonly onAnswer?: (answer: Answered) => void;
}

export interface ApplyOptions extends RunOptions {
  /** One line for lists. */
  readonly title: string;
  /** Free data of the caller. Never a secret. */
  readonly about?: Readonly<Record<string, unknown>>;
  /** By the names that actions use. Never stored. */
  readonly secrets?: Readonly<Record<string, Secret>>;
}

export interface RecoverOptions extends RunOptions {
  /** For a resume: the steps that are left may need them again. */
  readonly secrets?: Readonly<Record<string, Secret>>;
}

export interface UndoAllOptions extends RunOptions {
  /** One line for lists. */
  readonly title: string;
  readonly about?: Readonly<Record<string, unknown>>;
}

/** One step of a run that a crash left in the middle. */
export interface LeftoverStep {
  readonly words: Words;
  /** `cut off`: the crash came in its middle. `put back`: it was done, and taken back again. */
  readonly state: 'done' | 'cut off' | 'failed' | 'put back' | 'not started';
}

/** A run that a crash left in the middle. */
export interface Leftover {
  readonly id: string;
  readonly purpose: Receipt['purpose'];
  readonly title: string;
  readonly startedAt: string;
  readonly by: string;
  readonly done: number;
  readonly total: number;
  /** It was already being put back. */
  readonly turned: boolean;
  /** The step in whose middle it stopped. */
  readonly interrupted: Words | null;
  readonly steps: readonly LeftoverStep[];
  /** Names of the secrets that it was handed. */
  readonly secrets: readonly string[];
}

/**
 * Applies plans and takes them back. Every call that writes holds the state directory's lock; a failing step is not
 * thrown: what was done is put back and the receipt tells (`outcome`, `steps[].problem`). Thrown `Problem`s mean that
 * nothing was changed: `lock-held`, `run-unfinished`, `file-changed`, `unknown-action`, `nothing-to-undo` … But one:
 * `run-stopped`, where the disk takes no record any more, says what stands, and {@link Engine.recover} ends that run.
 */
export interface Engine {
  /** Absolute path of the state directory: backups, journals, receipts. */
  readonly root: string;
  apply(plan: Plan, options: ApplyOptions): Promise<Receipt>;
  /**
   * Takes back run `id` and every newer one, newest first and as one run; without an id the newest that is in force.
   * Undoing an undo brings back what it took, exactly; throws `Problem('changed-since')` where somebody wrote since.
   */
  undo(id?: string, options?: RunOptions): Promise<Receipt>;
  /**
   * Takes back every run that is in force, newest first, as one run; undoing that brings all of them back. Throws
   * `Problem('nothing-to-undo')` when there is none.
   */
  undoAll(options: UndoAllOptions): Promise<Receipt>;
  /** What an undo of one run, or of all that are in force, or of these steps would change. Writes nothing. */
  previewUndo(which: string | 'all' | readonly StandingStep[]): Promise<UndoPreview>;
  /**
   * What of these runs stands, in the order in which it would be taken back. A plan can name such steps in its `takes`:
   * the run that applies it counts as their undo, and an undo of that run brings them back.
   */
  standing(runs: readonly string[]): Promise<readonly StandingStep[]>;
  /** The receipts of all runs whose effect stands, newest first. */
  inForce(): Promise<readonly Receipt[]>;
  /** Newest first. */
  list(): Promise<readonly RunSummary[]>;
  receipt(id: string): Promise<Receipt>;
  /** Of every run that began and can be read, newest first. */
  receipts(): Promise<readonly Receipt[]>;
  pending(): Promise<Leftover | null>;
  /** The live process that changes files here now; null when there is none. */
  holder(): Promise<{ readonly pid: number; readonly since: string } | null>;
  /** {@link list} with what each run changed, what it keeps, and what somebody changed since. */
  backups(): Promise<readonly Backup[]>;
  /** {@link backups} and {@link receipts}, for what each run is read but once. */
  runs(): Promise<Runs>;
  /** Compares every stored copy with its hash. */
  verifyBackups(): Promise<BackupsCheck>;
  /** Forgets old runs and their copies; see {@link PruneOptions}. */
  pruneBackups(options: PruneOptions): Promise<Pruned>;
  /** Removes the whole state directory: after this nothing can be undone. */
  purge(): Promise<void>;
  /**
   * Removes what a kill left where nothing is {@link pending}: a lock, half-written files, copies that nothing needs. Tells
   * whether there was something.
   */
  tidy(): Promise<boolean>;
  /**
   * Ends the run that {@link pending} tells of: goes on with it, puts it back, or leaves it as it stands (it is then
   * `partly applied` and can be undone later).
   */
  recover(how: 'resume' | 'undo' | 'leave', options?: RecoverOptions): Promise<Receipt>;
}
