import { Problem } from '../system/problem.ts';
import { isTake, type RunState, readJournal } from './journal.ts';
import { readAll, targetsOf, unreadableRun } from './receipts.ts';
import type { Store } from './store.ts';
import type { Plan, Receipt, StepRecord } from './types.ts';

/** The run that a crash left after its first step began. */
export async function unfinishedRun(store: Store): Promise<RunState | null> {
  for (const id of [...(await store.runs())].reverse()) {
    if ((await store.world.files.stat(store.path('runs', id, 'receipt.json'))) !== null) continue;
    const state = await readJournal(store, id);
    if (state !== null && state.closed === null && hasWorked(state)) return state;
  }
  return null;
}

export async function refuseUnfinished(store: Store): Promise<void> {
  const state = await unfinishedRun(store);
  if (state === null) return;
  throw new Problem('run-unfinished', `The run ${state.open.id} was interrupted and is still half done.`, {
    why: 'Starting another one on top would make both harder to undo.',
    next: 'clawauth-setup undo',
  });
}

export async function receiptById(store: Store, id: string): Promise<Receipt> {
  const { receipts, unreadable } = await readAll(store);
  const receipt = receipts.find((each) => each.id === id);
  if (receipt !== undefined) return receipt;
  if (unreadable.includes(id)) throw unreadableRun(store, id);
  throw new Problem('no-such-run', `There is no run "${id}".`, { next: 'clawauth-setup undo --list', exitCode: 2 });
}

/** The run that an undo is about: `id`, or the newest that is in force and is not an undo itself. */
export async function undoTarget(store: Store, id: string | undefined): Promise<Receipt> {
  if (id !== undefined) {
    const receipt = await receiptById(store, id);
    const { receipts } = await readAll(store);
    if (receipt.undoneBy === undefined || stepsToUndo(receipts, receipt).length > 0) return receipt;
    throw new Problem('already-undone', `${id} was already undone by ${receipt.undoneBy}.`, {
      next: `clawauth-setup undo ${receipt.undoneBy}`,
    });
  }
  const [newest] = runsInForce((await readAll(store)).receipts);
  if (newest !== undefined) return newest;
  throw new Problem('nothing-to-undo', 'There is nothing to undo.', { next: 'clawauth-setup undo --list' });
}

/** One step that an undo takes back, and where it stands. */
export interface StepToUndo extends StepRecord {
  readonly takes: { readonly run: string; readonly step: number };
}

/**
 * Steps of `target` that are still in force, wholly or in part, last first: what an undo of it has to take back.
 * `receipts` are all there are. Each step is followed by itself: an undo of an undo may have brought back only some.
 */
export function stepsToUndo(receipts: readonly Receipt[], target: Receipt): readonly StepToUndo[] {
  const left = stepsLeft(receipts, target);
  return target.purpose === 'undo' || !goneWithAll(receipts, target) ? left : left.filter((step) => !isTake(step));
}

/**
 * {@link stepsToUndo} without those that took an earlier run back: what has to go where that earlier run is not to come
 * back.
 */
export function newSteps(receipts: readonly Receipt[], target: Receipt): readonly StepToUndo[] {
  return stepsLeft(receipts, target).filter((step) => !isTakeOf(target, step));
}

function stepsLeft(receipts: readonly Receipt[], target: Receipt): readonly StepToUndo[] {
  const inForce = (step: StepRecord) =>
    step.state !== (isTakeOf(target, step) ? 'done' : 'reverted') || step.outcome?.state === 'left in place';
  return target.steps
    .map((step, index) => ({ step, index }))
    .filter(({ step }) => step.checkpoint !== undefined && isBegun(step) && inForce(step))
    .map(({ step, index }): StepToUndo => ({ ...step, takes: { run: target.id, step: index } }))
    .filter((step) => !isTaken(receipts, target, step))
    .reverse();
}

/** Whether the step is about a step of another run. */
export function isTakeOf(receipt: Receipt, step: StepRecord): boolean {
  return receipt.purpose === 'undo' || isTake(step);
}

/** Whether what `target` brought was taken back together with other runs: then nothing that it replaced comes back. */
function goneWithAll(receipts: readonly Receipt[], target: Receipt): boolean {
  return receipts.some(
    (run) =>
      run.undoesAll?.includes(target.id) === true &&
      run.steps.some(
        (step, index) =>
          step.takes?.run === target.id &&
          isTakenBack(step) &&
          !isTaken(receipts, run, { ...step, takes: { run: run.id, step: index } }),
      ),
  );
}

/**
 * The steps that the takes of `plan` name, beside its actions; null for a new action. Throws `Problem('plan-outdated')`
 * when one of them is not in force any more.
 */
export function stepsTaken(receipts: readonly Receipt[], plan: Plan): readonly (StepToUndo | null)[] {
  const left = new Map<string, StepToUndo>();
  for (const run of plan.takes === undefined ? [] : runsInForce(receipts)) {
    for (const step of newSteps(receipts, run)) left.set(`${run.id} ${step.takes.step}`, step);
  }
  return plan.actions.map((_, index) => {
    const take = plan.takes?.[index];
    if (take == null) return null;
    const step = left.get(`${take.run} ${take.step}`);
    if (step !== undefined) return take.quiet === true ? { ...step, quiet: true } : step;
    throw new Problem('plan-outdated', `What the run ${take.run} did was undone since the plan was made.`, {
      why: 'Nothing was changed. A new plan starts from what is there now.',
      next: 'clawauth-setup',
    });
  });
}

/**
 * Whether an undo took this step back, and no later one took that undo's step back, or was left in the middle of it: what
 * may be there counts as there.
 */
export function isTaken(receipts: readonly Receipt[], target: Receipt, step: StepToUndo): boolean {
  return takesOfStep(receipts, target, step).some(
    ({ undo, step: take }) =>
      isTakenBack(take) &&
      !takesOfStep(receipts, undo, take).some(
        ({ undo: later, step: back }) =>
          (isTakenBack(back) || back.state === 'started' || back.state === 'revert failed') &&
          !isTaken(receipts, later, back),
      ),
  );
}

/** By run: the runs that took back some of it. Made once for each list of receipts. */
const undosByTarget = remembered((receipts) => {
  const undos = new Map<string, Receipt[]>();
  for (const undo of receipts) {
    for (const id of new Set(targetsOf(undo))) {
      const known = undos.get(id);
      if (known === undefined) undos.set(id, [undo]);
      else known.push(undo);
    }
  }
  return undos;
});

/** The steps of later runs that are about this one. */
function takesOfStep(receipts: readonly Receipt[], target: Receipt, { action, takes }: StepToUndo) {
  return (undosByTarget(receipts).get(target.id) ?? []).flatMap((undo) =>
    undo.steps.flatMap((step, index) => {
      if (!isTakeOf(undo, step)) return [];
      // Undos by 1.0 were of one run each, whose steps all have another id.
      const same =
        step.takes === undefined
          ? step.action.id === action.id
          : step.takes.run === target.id && step.takes.step === takes.step;
      return same ? [{ undo, step: { ...step, takes: { run: undo.id, step: index } } }] : [];
    }),
  );
}

/** Every run whose effect stands, newest first. */
export const runsInForce = remembered((receipts): readonly Receipt[] =>
  receipts
    .filter(({ purpose }) => purpose !== 'undo')
    .filter(({ outcome }) => outcome === 'applied' || outcome === 'partly applied')
    .filter((receipt) => newSteps(receipts, receipt).length > 0)
    .sort((a, b) => (a.id < b.id ? 1 : -1)),
);

/** The same for the same list: every step of every run asks for it. */
function remembered<T>(make: (receipts: readonly Receipt[]) => T): (receipts: readonly Receipt[]) => T {
  const made = new WeakMap<readonly Receipt[], T>();
  return (receipts) => {
    const known = made.get(receipts);
    if (known !== undefined) return known;
    const value = make(receipts);
    made.set(receipts, value);
    return value;
  };
}

function isTakenBack(step: StepRecord): boolean {
  return step.state === 'reverted' && step.outcome?.state !== 'left in place';
}

/** Every run that changed something, or was about to, newest first. */
export function begunRuns({ receipts }: { readonly receipts: readonly Receipt[] }): readonly Receipt[] {
  return receipts.filter(({ steps }) => steps.some(isBegun)).toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

export function isBegun(step: StepRecord): boolean {
  return step.state !== 'not started';
}

/** Whether a step got as far as its checkpoint: before that, nothing can have changed. */
export function hasWorked(state: RunState): boolean {
  return state.steps.some((step) => step.do !== undefined);
}

/** A step failed and the crash came before the run turned round. An undo goes on with what is left. */
export function hasFailed(state: RunState): boolean {
  if (state.rollingBack || state.open.purpose === 'undo') return state.rollingBack;
  return state.steps.some((step) => step.state === 'failed' || step.state === 'revert failed');
}
