import type { Secret } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import { type Around, Disk } from './disk.ts';
import { LocalEngine } from './local-engine.ts';
import type { RunSummary } from './receipts.ts';
import { Store } from './store.ts';
import type { ActionKinds, Plan, Receipt, RunEvent, Words } from './types.ts';

export { databaseHolder } from './sqlite.ts';
export { restoreFiles } from './step.ts';
export type { RunSummary };

export interface EngineOptions {
  readonly world: World;
  readonly kinds: ActionKinds;
  /** Of clawauth-setup, for receipts. */
  readonly version: string;
  /** Path of the Node that runs OpenClaw: copies databases that are in use through its `node:sqlite`. */
  readonly sqliteNode?: string;
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
}

/**
 * Applies plans and takes them back. Every call that writes holds the state directory's lock; a failing step is not
 * thrown: what was done is put back and the receipt tells (`outcome`, `steps[].problem`). Thrown `Problem`s mean that
 * nothing was changed: `lock-held`, `run-unfinished`, `file-changed`, `unknown-action`, `nothing-to-undo` …
 */
export interface Engine {
  /** Absolute path of the state directory: backups, journals, receipts. */
  readonly root: string;
  apply(plan: Plan, options: ApplyOptions): Promise<Receipt>;
  /** Takes back run `id`, or the newest that is in force. Undoing an undo brings the run back. */
  undo(id?: string, options?: RunOptions): Promise<Receipt>;
  /** Newest first. */
  list(): Promise<readonly RunSummary[]>;
  receipt(id: string): Promise<Receipt>;
  pending(): Promise<Leftover | null>;
  /** Ends the run that {@link pending} tells of: goes on with it, or puts it back. */
  recover(how: 'resume' | 'undo', options?: RecoverOptions): Promise<Receipt>;
}

/** The engine writes to the real disk: `world.files` must be the real files too. */
export function openEngine(options: EngineOptions): Engine {
  const store = new Store(options.world, new Disk(options.around));
  const engine = new LocalEngine(store, options);
  return {
    root: store.root,
    apply: (plan, run) => engine.apply(plan, run),
    undo: (id, run = {}) => engine.undo(id, run),
    list: () => engine.list(),
    receipt: (id) => engine.receipt(id),
    pending: () => engine.pending(),
    recover: (how, run = {}) => engine.recover(how, run),
  };
}
