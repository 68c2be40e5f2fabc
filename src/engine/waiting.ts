import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Problem } from '../system/problem.ts';
import { isTaken, newSteps, runsInForce, type StepToUndo, stepsToUndo } from './runs.ts';
import type { Action, Builds, Receipt } from './types.ts';

/** What an undo of one run does. */
export interface UndoWork {
  /** In the order in which they are taken back. One with `waits` stays, and is only written down. */
  readonly steps: readonly StepToUndo[];
  /** Older runs that waited for this one and go with it, newest first. */
  readonly also: readonly string[];
}

/**
 * An undo of `target`, while newer runs stand. What one of those uses stays until it goes itself: a step of a run that it
 * builds on, or one about the very thing that a newer step is about. So does what came before it in its own run: a default model stays
 * together with the provider that it names. With the last run that used them go the steps that were left so before.
 */
export function undoWork(receipts: readonly Receipt[], target: Receipt, builds: Builds = APART): UndoWork {
  const own = stepsToUndo(receipts, target);
  // An undo of an undo brings back; nothing stands on what is not there.
  if (target.purpose === 'undo') return { steps: own, also: [] };
  const standing = runsInForce(receipts).map((run) => ({
    run,
    steps: newSteps(receipts, run).filter((step) => !wasLeft(receipts, step)),
  }));
  const going = new Set<string>();
  const usersOf = (run: Receipt, { action }: StepToUndo) =>
    standing.flatMap(({ run: newer, steps }) => {
      if (newer.id <= run.id || (builds.whole(newer) && !builds.whole(run))) return [];
      const left = steps.filter((step) => !going.has(keyOf(step)));
      return left.some((step) => builds.on(newer, run) || aboutTheSame(step.action, action)) ? [newer] : [];
    });
  /** Steps of one run, last first, each with what it waits for: in a whole, one also stands on those before it. */
  const sorted = (run: Receipt, taken: readonly StepToUndo[]) => {
    const held = new Set<string>();
    let any = false;
    return taken.map((step) => {
      const users = usersOf(run, step);
      const waits = new Set([...held, ...users.map(({ id }) => id)]);
      for (const user of users) if (builds.whole(user) && builds.whole(run)) held.add(user.id);
      // What touches no file before all others is there for their undo (a restart after it): it goes with any of them.
      const closes = any && users.length === 0 && step.action.touches.length === 0;
      if (waits.size > 0 && !closes) return { ...step, waits: [...waits].sort().reverse() };
      any = true;
      going.add(keyOf(step));
      return step;
    });
  };

  const steps = sorted(target, own);
  const again = steps.filter((step) => step.waits === undefined || !isLeftFor(receipts, step));
  if (again.length === 0 && steps.length > 0) throw stillUsed(target, steps);
  const also: string[] = [];
  for (const { run } of standing) {
    if (run.id >= target.id) continue;
    const left = stepsToUndo(receipts, run).filter((step) => isLeftFor(receipts, step));
    const free = sorted(run, left).filter(({ waits }) => waits === undefined);
    if (free.length === 0) continue;
    for (const step of free) again.push(step);
    also.push(run.id);
  }
  return { steps: again, also };
}

/** Runs that have to go before what an undo left of this one goes too, newest first; empty when nothing waits. */
export function waitsFor(receipts: readonly Receipt[], run: Receipt): readonly string[] {
  if (!newSteps(receipts, run).some((step) => isLeftFor(receipts, step))) return [];
  const newer = new Set(runsInForce(receipts).map(({ id }) => id));
  const told = receipts.flatMap(({ steps }) =>
    steps.flatMap(({ takes, waits }) => (takes?.run === run.id && waits !== undefined ? waits : [])),
  );
  return [...new Set(told)]
    .filter((id) => newer.has(id))
    .sort()
    .reverse();
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
    // Made before this step and left after this run: nobody else can have made it in between.
    const ours = (folder: string) =>
      made.get(folder)?.some(({ by, until }) => by <= takes.run && takes.run < until) === true;
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

/** What a person is told of a step that stays for newer runs. */
export function staysText(waits: readonly string[]): string {
  return `stays: used by ${waits.length === 1 ? 'run' : 'runs'} ${waits.join(' and ')}`;
}

function stillUsed(target: Receipt, steps: readonly StepToUndo[]): Problem {
  const [newest = ''] = [...new Set(steps.flatMap(({ waits = [] }) => waits))].sort().reverse();
  return new Problem('used-by-newer', `What is left of ${target.id} is used by the run ${newest}.`, {
    why: 'It goes as soon as that run is taken back.',
    next: `clawauth-setup undo ${newest}`,
  });
}

const APART: Builds = { on: () => false, whole: () => false };

/** Two steps that do the very same and touch no file (a restart) do not stand on each other. */
function aboutTheSame(a: Action, b: Action): boolean {
  if (a.kind !== b.kind || a.id !== b.id) return false;
  return a.touches.length + b.touches.length > 0 || !isDeepStrictEqual(a.params, b.params);
}

/** An undo left this step for a newer run, and was not taken back since. */
function isLeftFor(receipts: readonly Receipt[], step: StepToUndo): boolean {
  return takesOf(receipts, step, ({ outcome }) => outcome?.state === 'stays');
}

/** An undo could not take this step back: nothing is going to stand on it any more. */
function wasLeft(receipts: readonly Receipt[], step: StepToUndo): boolean {
  return takesOf(
    receipts,
    step,
    ({ state, outcome }) => state === 'revert failed' || outcome?.state === 'left in place',
  );
}

function takesOf(
  receipts: readonly Receipt[],
  { takes }: StepToUndo,
  which: (step: Receipt['steps'][number]) => boolean,
): boolean {
  return receipts.some(
    (undo) =>
      undo.purpose === 'undo' &&
      undo.steps.some(
        (step, index) =>
          step.takes?.run === takes.run &&
          step.takes.step === takes.step &&
          which(step) &&
          !isTaken(receipts, undo, { ...step, takes: { run: undo.id, step: index } }),
      ),
  );
}

function keyOf({ takes }: StepToUndo): string {
  return `${takes.run} ${takes.step}`;
}
