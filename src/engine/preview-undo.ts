import { sha256 } from './disk.ts';
import { readAll } from './receipts.ts';
import { runsInForce, type StepToUndo, stepsToUndo, undoTarget } from './runs.ts';
import { entryOf } from './snapshot.ts';
import { knownKind, wordsOf } from './step.ts';
import type { Store } from './store.ts';
import type { ActionKinds, Change, Entry, RevertPreview, StepCheckpoint, Words } from './types.ts';

/** What an undo would change, worked out without writing. */
export interface UndoPreview {
  readonly steps: readonly {
    readonly words: Words;
    /** What the kind tells that is not in {@link files}. */
    readonly changes: readonly Change[];
    /** The run whose step it is. */
    readonly run: string;
  }[];
  /** Files as they are, and as they would be; null for absent. */
  readonly files: readonly {
    readonly path: string;
    readonly now: Uint8Array | null;
    readonly then: Uint8Array | null;
  }[];
}

/** What undoing one run, or all that are in force, would change. */
export async function previewUndoOf(store: Store, kinds: ActionKinds, which: string | 'all'): Promise<UndoPreview> {
  const { receipts } = await readAll(store);
  const targets = which === 'all' ? runsInForce(receipts) : [await undoTarget(store, which)];
  return previewUndo(
    store,
    kinds,
    targets.flatMap((target) => stepsToUndo(receipts, target)),
  );
}

/** `steps` in the order in which they would be taken back; each sees what those before it would leave. */
async function previewUndo(store: Store, kinds: ActionKinds, steps: readonly StepToUndo[]): Promise<UndoPreview> {
  const files = new Overlay(store);
  const told: UndoPreview['steps'][number][] = [];
  for (const step of steps) {
    const redo = step.direction === 'revert';
    const words = wordsOf(kinds, step.action)[redo ? 'forward' : 'backward'];
    const context = files.context(step.checkpoint);
    const known = redo ? null : readKind(kinds, step);
    const changes = await (known?.kind.previewRevert?.(known.params, step.undo, context) ?? restored(step, context));
    told.push({ words, changes, run: step.takes.run });
  }
  return { steps: told, files: await files.differences() };
}

function readKind(kinds: ActionKinds, step: StepToUndo) {
  try {
    return knownKind(kinds, step.action);
  } catch {
    return null;
  }
}

/** Exact files where nobody changed them since: what the engine does without the kind. */
async function restored(step: StepToUndo, context: RevertPreview): Promise<readonly Change[]> {
  const stays: Change[] = [];
  for (const entry of step.checkpoint?.before ?? []) {
    if (entry.database !== undefined || (entry.stat !== null && entry.stat.kind !== 'file')) continue;
    if (!changedBy(step.checkpoint, entry)) continue;
    if (await context.untouchedSince(entry.path)) context.would(entry.path, await context.before(entry.path));
    else stays.push({ outside: `${entry.path} was changed since and stays as it is` });
  }
  return stays;
}

function changedBy(checkpoint: StepCheckpoint | undefined, before: Entry): boolean {
  const after = checkpoint?.after?.find(({ path }) => path === before.path);
  return after === undefined || after.sha256 !== before.sha256 || after.link !== before.link;
}

class Overlay {
  readonly #store: Store;
  readonly #then = new Map<string, Uint8Array | null>();

  constructor(store: Store) {
    this.#store = store;
  }

  context(checkpoint: StepCheckpoint | undefined): RevertPreview {
    const entry = (list: readonly Entry[] | undefined, path: string) => list?.find((one) => one.path === path);
    const { world } = this.#store;
    return {
      world,
      read: (path) => this.#read(path),
      would: (path, content) => {
        this.#then.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
      },
      before: async (path) => {
        const old = entry(checkpoint?.before, path);
        const copy = old?.blob ?? old?.sha256 ?? null;
        return copy === null || old?.stat?.kind === 'directory' ? null : this.#store.readBlob(copy);
      },
      untouchedSince: async (path) => {
        const after = entry(checkpoint?.after, path);
        // The step was cut off: what lies there is what it left.
        if (checkpoint?.after === undefined) return true;
        const bytes = this.#then.get(path);
        const now = bytes === undefined ? (await entryOf(world, path)).sha256 : bytes === null ? null : sha256(bytes);
        return now === (after?.sha256 ?? null);
      },
    };
  }

  async differences(): Promise<UndoPreview['files']> {
    const found: UndoPreview['files'][number][] = [];
    for (const [path, then] of this.#then) {
      const now = await this.#store.world.files.read(path);
      const same = now === null || then === null ? now === then : sha256(now) === sha256(then);
      if (!same) found.push({ path, now, then });
    }
    return found;
  }

  async #read(path: string): Promise<Uint8Array | null> {
    const then = this.#then.get(path);
    return then === undefined ? this.#store.world.files.read(path) : then;
  }
}
