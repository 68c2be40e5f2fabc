import { sha256 } from '../system/hash.ts';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { Disk } from './disk.ts';
import { DryRun, type Would } from './dry.ts';
import { readAll } from './receipts.ts';
import { newSteps, runsInForce, type StepToUndo, stepsTaken, undoTarget } from './runs.ts';
import { undoWork, withOwnership } from './stack.ts';
import { Store } from './store.ts';
import type { Action, ActionKinds, Plan, Receipt, Take, Words } from './types.ts';
import { knownKind, wordsOf } from './work.ts';

/** A step of a run in force, that a plan may take back. */
export interface StandingStep {
  readonly action: Action;
  readonly take: Take;
}

export interface PlannedChange {
  readonly action: Action;
  readonly forward: Words;
  readonly backward: Words;
  readonly would: readonly Would[];
  /** The earlier run whose step it takes back; its words are turned round then. */
  readonly takesBack?: string;
}

/** What an undo would change, worked out without writing. */
export interface UndoPreview {
  readonly steps: readonly {
    readonly words: Words;
    /** Lines on what is not in {@link files}. */
    readonly changes: readonly { readonly outside: string }[];
    /** The run whose step it is. */
    readonly run: string;
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

/**
 * What each step of a plan would do, or what `shown` makes of it: the files of all steps together may not fit into memory.
 * Throws the `Problem` of one that could not work.
 */
export async function previewSteps<T = PlannedChange>(
  plan: Plan,
  { world, kinds }: { readonly world: World; readonly kinds: ActionKinds },
  shown: (step: PlannedChange) => T = (step) => step as T,
): Promise<readonly T[]> {
  const receipts = plan.takes === undefined ? [] : (await readAll(new Store(world, new Disk()))).receipts;
  const taken = stepsTaken(receipts, plan);
  const whole = withOwnership(receipts);
  const dry = new DryRun(world, kinds);
  const steps: T[] = [];
  for (const [index, action] of plan.actions.entries()) {
    const step = taken[index] ?? null;
    if (step?.quiet === true) continue;
    if (step === null && knownKind(kinds, action) === null) {
      throw new Problem('unknown-action', `This release cannot do "${action.kind}".`, {
        next: 'npx clawauth-setup@latest',
      });
    }
    const { forward, backward } = wordsOf(kinds, action);
    if (step === null) steps.push(shown({ action, forward, backward, would: await dry.apply(action) }));
    else {
      const would = await dry.revert(whole(step), false);
      steps.push(shown({ action, forward: backward, backward: forward, would, takesBack: step.takes.run }));
    }
  }
  return steps;
}

/**
 * What undoing one run, or all that are in force, or taking back these steps in this order, would change. Throws
 * `Problem('changed-since')` for an undo that cannot be undone exactly.
 */
export async function previewUndoOf(
  store: Store,
  kinds: ActionKinds,
  which: string | 'all' | readonly StandingStep[],
): Promise<UndoPreview> {
  const { receipts } = await readAll(store);
  const dry = new DryRun(store.world, kinds);
  const whole = withOwnership(receipts);
  const steps: UndoPreview['steps'][number][] = [];
  const target = typeof which === 'string' && which !== 'all' ? await undoTarget(store, which) : null;
  for (const step of target === null ? stepsOf(receipts, which) : undoWork(receipts, target).steps) {
    if (step.quiet === true) continue;
    const words = wordsOf(kinds, step.action)[step.direction === 'revert' ? 'forward' : 'backward'];
    const would = await dry.revert(whole(step), true);
    const changes = would.flatMap((one) => (typeof one === 'string' ? [{ outside: one }] : []));
    steps.push({ words, changes, run: step.takes.run });
  }
  const [changed] = dry.changedSince;
  if (target?.purpose === 'undo' && changed !== undefined) {
    throw new Problem('changed-since', `${changed} was changed since, so ${target.id} cannot be undone exactly.`, {
      why: 'Nothing was changed: every file stays as it is now.',
      next: 'clawauth-setup',
    });
  }
  const files = (await dry.files()).map(({ path, now, then }) => ({
    path,
    now,
    then,
    sha256: now === null ? null : sha256(now),
  }));
  return { steps, files };
}

function stepsOf(receipts: readonly Receipt[], which: string | readonly StandingStep[]): readonly StepToUndo[] {
  if (typeof which === 'string') return undoWork(receipts, null).steps;
  return which.flatMap(({ take }) => {
    const step = receipts.find(({ id }) => id === take.run)?.steps[take.step];
    return step === undefined ? [] : [{ ...step, takes: { run: take.run, step: take.step } }];
  });
}

/** What of these runs stands, in the order in which it would be taken back. */
export async function standingSteps(store: Store, runs: readonly string[]): Promise<readonly StandingStep[]> {
  const { receipts } = await readAll(store);
  return runsInForce(receipts)
    .filter(({ id }) => runs.includes(id))
    .flatMap((run) => newSteps(receipts, run))
    .map(({ action, takes }) => ({ action, take: takes }));
}
