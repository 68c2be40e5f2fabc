import { dirname } from 'node:path';
import { newSteps, runsInForce, type StepToUndo, stepsToUndo } from './runs.ts';
import type { Receipt } from './types.ts';

export interface UndoWork {
  /** Newest first. */
  readonly runs: readonly Receipt[];
  /** In the order in which they are taken back. */
  readonly steps: readonly StepToUndo[];
}

/**
 * Runs are a stack: an undo of `target` takes back every run in force that is newer, and then itself; null: all runs. What
 * one of them had taken back comes back with it, where that is older than `target`.
 */
export function undoWork(receipts: readonly Receipt[], target: Receipt | null): UndoWork {
  const standing = runsInForce(receipts);
  if (target === null) return { runs: standing, steps: standing.flatMap((run) => newSteps(receipts, run)) };
  const own = stepsToUndo(receipts, target);
  // Nothing of it stands: what is newer does not stand on it.
  const newer = own.length === 0 ? [] : standing.filter(({ id }) => id > target.id);
  const comesBack = (run: Receipt, { takes }: StepToUndo) => {
    const taken = run.steps[takes.step]?.takes;
    return taken === undefined || taken.run < target.id;
  };
  const above = newer.flatMap((run) => stepsToUndo(receipts, run).filter((step) => comesBack(run, step)));
  return { runs: [...newer, target], steps: [...above, ...own] };
}

/**
 * A step as it is taken back: a folder that an older run made, and could not take away for what a newer one had put there,
 * goes with the newer one. `receipts` are all there are.
 */
export function withFolders(receipts: readonly Receipt[]): (step: StepToUndo) => StepToUndo {
  const runs = new Map(receipts.map((receipt) => [receipt.id, receipt]));
  const made = new Map<string, { readonly by: string; readonly until: string }[]>();
  for (const undo of receipts) {
    for (const { takes, state, outcome } of undo.steps) {
      if (takes === undefined || state !== 'reverted' || outcome?.state === 'stays') continue;
      const before = runs.get(takes.run)?.steps[takes.step]?.checkpoint?.before ?? [];
      for (const folder of before.flatMap(({ missingFolders }) => missingFolders ?? [])) {
        made.set(folder, [...(made.get(folder) ?? []), { by: takes.run, until: undo.id }]);
      }
    }
  }
  return (step) => {
    const { checkpoint, takes } = step;
    if (checkpoint === undefined || made.size === 0) return step;
    // Made before this step and left after this run, or late in it by a switch: nobody else can have made it in between.
    const ours = (folder: string) =>
      made.get(folder)?.some(({ by, until }) => by <= takes.run && takes.run <= until) === true;
    const before = checkpoint.before.map((entry) => {
      if (entry.stat !== null || entry.link !== undefined) return entry;
      const missing = entry.missingFolders ?? [];
      const more: string[] = [];
      for (let folder = dirname(missing[0] ?? entry.path); ours(folder); folder = dirname(folder)) more.unshift(folder);
      return more.length === 0 ? entry : { ...entry, missingFolders: [...more, ...missing] };
    });
    return { ...step, checkpoint: { ...checkpoint, before } };
  };
}
