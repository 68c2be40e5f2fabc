import { sha256 } from './disk.ts';
import { readAll } from './receipts.ts';
import { newSteps, runsInForce, type StepToUndo, undoTarget } from './runs.ts';
import { entryOf } from './snapshot.ts';
import { knownKind, wordsOf } from './step.ts';
import type { Store } from './store.ts';
import type {
  Action,
  ActionKinds,
  Change,
  Entry,
  Receipt,
  RevertPreview,
  StepCheckpoint,
  Take,
  Words,
} from './types.ts';
import { staysText, undoWork } from './waiting.ts';

/** A step of a run in force, that a plan may take back. */
export interface StandingStep {
  readonly action: Action;
  readonly take: Take;
}

/** What taking this step back would change, seen from what the steps before it would leave. */
export type TakePreviews = (take: Take, files: Pick<RevertPreview, 'read' | 'would'>) => Promise<readonly Change[]>;

/** What an undo would change, worked out without writing. */
export interface UndoPreview {
  readonly steps: readonly {
    readonly words: Words;
    /** What the kind tells that is not in {@link files}. */
    readonly changes: readonly Change[];
    /** The run whose step it is. */
    readonly run: string;
    /** Newer runs that use what the step made, newest first: it stays. */
    readonly waits?: readonly string[];
  }[];
  /** Files as they are, and as they would be; null for absent. */
  readonly files: readonly {
    readonly path: string;
    readonly now: Uint8Array | null;
    readonly then: Uint8Array | null;
    /** Of `now` (hex); null for absent. */
    readonly sha256: string | null;
  }[];
}

/** What undoing one run, or all that are in force, or taking back these steps in this order, would change. */
export async function previewUndoOf(
  store: Store,
  kinds: ActionKinds,
  which: string | 'all' | readonly StandingStep[],
): Promise<UndoPreview> {
  const { receipts } = await readAll(store);
  if (typeof which !== 'string') return previewUndo(store, kinds, named(receipts, which));
  if (which === 'all') {
    return previewUndo(
      store,
      kinds,
      runsInForce(receipts).flatMap((target) => newSteps(receipts, target)),
    );
  }
  return previewUndo(store, kinds, undoWork(receipts, await undoTarget(store, which)).steps);
}

/** What of these runs stands, in the order in which it would be taken back. */
export async function standingSteps(store: Store, runs: readonly string[]): Promise<readonly StandingStep[]> {
  const { receipts } = await readAll(store);
  return runsInForce(receipts)
    .filter(({ id }) => runs.includes(id))
    .flatMap((run) => newSteps(receipts, run))
    .map(({ action, takes }) => ({ action, take: takes }));
}

/** How steps of earlier runs would be taken back in the middle of a plan: what `previewPlan` asks for each of them. */
export async function takePreviews(store: Store, kinds: ActionKinds): Promise<TakePreviews> {
  const { receipts } = await readAll(store);
  const found = new Set<string>();
  return async (take, { read, would }) => {
    const [step] = named(receipts, [{ take }]);
    if (step === undefined) return [];
    const context = revertPreview(store, step.checkpoint, { read, would, found, written: () => true });
    const known = readKind(kinds, step);
    return known?.kind.previewRevert?.(known.params, step.undo, context) ?? restored(step, context);
  };
}

function named(receipts: readonly Receipt[], takes: readonly Pick<StandingStep, 'take'>[]): StepToUndo[] {
  return takes.flatMap(({ take }) => {
    const run = receipts.find(({ id }) => id === take.run);
    const step = run?.steps[take.step];
    return step === undefined ? [] : [{ ...step, takes: { run: take.run, step: take.step } }];
  });
}

/** `steps` in the order in which they would be taken back; each sees what those before it would leave. */
async function previewUndo(store: Store, kinds: ActionKinds, steps: readonly StepToUndo[]): Promise<UndoPreview> {
  const files = new Overlay(store);
  const told: UndoPreview['steps'][number][] = [];
  for (const step of steps) {
    if (step.quiet === true && step.waits === undefined) continue;
    const redo = step.direction === 'revert';
    const words = wordsOf(kinds, step.action)[redo ? 'forward' : 'backward'];
    if (step.waits !== undefined) {
      const { waits } = step;
      told.push({ words, changes: [{ outside: staysText(waits) }], run: step.takes.run, waits });
      continue;
    }
    const context = files.context(step.checkpoint);
    const known = readKind(kinds, step);
    const preview = redo
      ? known?.kind.previewRedo?.(known.params, step.outcome?.left, context)
      : known?.kind.previewRevert?.(known.params, step.undo, context);
    const changes = await (preview ?? restored(step, context));
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

interface Files extends Pick<RevertPreview, 'read' | 'would' | 'found'> {
  /** Whether a step before this one would have written it; then its content is read, else it is hashed where it lies. */
  written(path: string): boolean;
}

function revertPreview(store: Store, checkpoint: StepCheckpoint | undefined, files: Files): RevertPreview {
  const entry = (list: readonly Entry[] | undefined, path: string) => list?.find((one) => one.path === path);
  const { world } = store;
  const { read, would, found } = files;
  return {
    world,
    read,
    would,
    found,
    before: async (path) => {
      const old = entry(checkpoint?.before, path);
      const copy = old?.blob ?? old?.sha256 ?? null;
      return copy === null || old?.stat?.kind === 'directory' ? null : store.readBlob(copy);
    },
    untouchedSince: async (path) => {
      const after = entry(checkpoint?.after, path);
      // The step was cut off: what lies there is what it left.
      if (checkpoint?.after === undefined) return true;
      if (!files.written(path)) return (await entryOf(world, path)).sha256 === (after?.sha256 ?? null);
      const bytes = await read(path);
      return (bytes === null ? null : sha256(bytes)) === (after?.sha256 ?? null);
    },
  };
}

class Overlay {
  readonly #store: Store;
  readonly #then = new Map<string, Uint8Array | null>();
  readonly #found = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  context(checkpoint: StepCheckpoint | undefined): RevertPreview {
    return revertPreview(this.#store, checkpoint, {
      read: (path) => this.#read(path),
      would: (path, content) => {
        this.#then.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
      },
      found: this.#found,
      written: (path) => this.#then.has(path),
    });
  }

  async differences(): Promise<UndoPreview['files']> {
    const found: UndoPreview['files'][number][] = [];
    for (const [path, then] of this.#then) {
      const now = await this.#store.world.files.read(path);
      const same = now === null || then === null ? now === then : sha256(now) === sha256(then);
      if (!same) found.push({ path, now, then, sha256: now === null ? null : sha256(now) });
    }
    return found;
  }

  async #read(path: string): Promise<Uint8Array | null> {
    const then = this.#then.get(path);
    return then === undefined ? this.#store.world.files.read(path) : then;
  }
}
