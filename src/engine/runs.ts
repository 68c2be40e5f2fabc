import { Problem } from '../system/problem.ts';
import { type RunState, readJournal } from './journal.ts';
import { readAll, unreadableRun } from './receipts.ts';
import type { Store } from './store.ts';
import type { Receipt, StepRecord } from './types.ts';

/** The run that a crash left after its first step began. */
export async function unfinishedRun(store: Store): Promise<RunState | null> {
  for (const id of [...(await store.runs())].reverse()) {
    if ((await store.world.files.stat(store.path('runs', id, 'receipt.json'))) !== null) continue;
    const state = await readJournal(store, id);
    if (state !== null && state.closed === null && state.steps.some(isBegun)) return state;
  }
  return null;
}

export async function refuseUnfinished(store: Store): Promise<void> {
  const state = await unfinishedRun(store);
  if (state === null) return;
  throw new Problem('run-unfinished', `The run ${state.open.id} was interrupted and is still half done.`, {
    why: 'Starting another one on top would make both harder to take back.',
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
    if (receipt.undoneBy === undefined) return receipt;
    throw new Problem('already-undone', `${id} was already undone by ${receipt.undoneBy}.`, {
      next: `clawauth-setup undo ${receipt.undoneBy}`,
    });
  }
  const { receipts } = await readAll(store);
  for (const receipt of [...receipts].reverse()) {
    if (receipt.purpose === 'undo' || receipt.undoneBy !== undefined) continue;
    if (receipt.outcome === 'applied' || receipt.outcome === 'partly applied') return receipt;
  }
  throw new Problem('nothing-to-undo', 'There is nothing to undo.', { next: 'clawauth-setup undo --list' });
}

/** Steps of `target` that are still in force, wholly or in part, last first: what an undo of it has to take back. */
export async function stepsToUndo(store: Store, target: Receipt): Promise<readonly StepRecord[]> {
  const { receipts } = await readAll(store);
  const undos = receipts.filter(({ undoes, undoneBy }) => undoes === target.id && undoneBy === undefined);
  const taken = new Set(undos.flatMap((undo) => undo.steps.filter(isTakenBack).map(({ action }) => action.id)));
  const undone = target.purpose === 'undo' ? 'done' : 'reverted';
  const inForce = (step: StepRecord) => step.state !== undone || step.outcome?.state === 'left in place';
  return target.steps
    .filter((step) => step.checkpoint !== undefined && isBegun(step) && inForce(step) && !taken.has(step.action.id))
    .reverse();
}

function isTakenBack(step: StepRecord): boolean {
  return step.state === 'reverted' && step.outcome?.state !== 'left in place';
}

export function isBegun(step: StepRecord): boolean {
  return step.state !== 'not started';
}

/** A step failed and the crash came before the run turned round. */
export function hasFailed(state: RunState): boolean {
  return state.turned || state.steps.some((step) => step.state === 'failed');
}
