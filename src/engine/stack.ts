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
 * A step as it is taken back: a file or folder that an older run made, and could not take away for what a newer one had put
 * into it, goes with the newer one. `receipts` are all there are.
 */
export function withOwnership(receipts: readonly Receipt[]): (step: StepToUndo) => StepToUndo {
  const runs = new Map(receipts.map((receipt) => [receipt.id, receipt]));
  /** By path: the run that made it, and the one that left it. */
  const made = new Map<string, { readonly by: string; readonly until: string }[]>();
  const whole = (step: StepToUndo): StepToUndo => {
    const { checkpoint, takes } = step;
    if (checkpoint === undefined || made.size === 0) return step;
    // Made before this step and left after this run, or late in it by a switch: nobody else can have made it in between.
    const ours = (path: string) =>
      made.get(path)?.some(({ by, until }) => by <= takes.run && takes.run <= until) === true;
    const before = checkpoint.before.map((entry) => {
      if (entry.link !== undefined) return entry;
      if (entry.stat !== null) return ours(entry.path) ? { ...entry, ownedByOlderRun: true } : entry;
      const missing = entry.missingFolders ?? [];
      const more: string[] = [];
      for (let folder = dirname(missing[0] ?? entry.path); ours(folder); folder = dirname(folder)) more.unshift(folder);
      return more.length === 0 ? entry : { ...entry, missingFolders: [...more, ...missing] };
    });
    return { ...step, checkpoint: { ...checkpoint, before } };
  };
  // Oldest first: what a run came to own by this goes on to the next.
  for (const undo of [...receipts].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    for (const { takes, state, outcome } of undo.steps) {
      const step = takes && runs.get(takes.run)?.steps[takes.step];
      if (step === undefined || takes === undefined || state !== 'reverted' || outcome?.state === 'stays') continue;
      for (const entry of whole({ ...step, takes }).checkpoint?.before ?? []) {
        const file = entry.stat === null || entry.ownedByOlderRun === true ? [entry.path] : [];
        for (const path of [...file, ...(entry.missingFolders ?? [])]) {
          made.set(path, [...(made.get(path) ?? []), { by: takes.run, until: undo.id }]);
        }
      }
    }
  }
  return whole;
}
