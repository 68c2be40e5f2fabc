import { setImmediate } from 'node:timers/promises';
import { sha256 } from '../system/hash.ts';
import { Problem } from '../system/problem.ts';
import type { Secret } from '../system/secret.ts';
import { isTake, type RunState, readJournal, SCHEMA } from './journal.ts';
import { type Store, timeOfId } from './store.ts';
import { asIs, Receipt, type StepRecord } from './types.ts';

export interface RunSummary {
  readonly id: string;
  readonly purpose: Receipt['purpose'];
  readonly title: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly outcome: Receipt['outcome'];
  readonly by: string;
  readonly undoes?: string;
  readonly undoesAll?: readonly string[];
  /** The undo that took this run back and is itself still in force. */
  readonly undoneBy?: string;
  readonly steps: number;
  /** Why it cannot be read: written by another release, or damaged. Such a run is listed and left alone. */
  readonly unreadable?: string;
}

export function receiptOf(state: RunState): Receipt {
  const { open, closed } = state;
  const { id, by, startedAt, purpose, undoes, undoesAll, title, about, secrets } = open;
  return {
    schema: SCHEMA,
    id,
    by,
    startedAt,
    ...(closed === null ? {} : { finishedAt: closed.finishedAt }),
    purpose,
    undoes,
    undoesAll,
    outcome: closed?.outcome ?? 'in progress',
    ...(state.cancelled ? { cancelled: true } : {}),
    title,
    steps: state.steps.map(({ do: attempt, back: _back, ...step }): StepRecord => {
      if (attempt === undefined) return step;
      const { ended: _ended, ...checkpoint } = attempt;
      return { ...step, checkpoint };
    }),
    about,
    secrets,
  };
}

/** A token has far more entropy than a hash can be searched for. */
export function secretHashes(secrets: Readonly<Record<string, Secret>>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, secret.reveal(sha256)]));
}

/** How a run that does nothing more ended. `left in place` means that something remains: it is never a whole success. */
export function outcomeOf(state: RunState): 'applied' | 'put back' | 'partly applied' {
  const { steps, rollingBack } = state;
  const undo = state.open.purpose === 'undo';
  const untouched = (step: (typeof steps)[number]) =>
    step.state === 'not started' ||
    (step.do === undefined && (step.state === 'failed' || (!undo && step.state === 'revert failed')));
  const whole = (step: (typeof steps)[number], state: string) =>
    step.state === state && step.outcome?.state !== 'left in place';
  if (!rollingBack && steps.every((step) => whole(step, isTake(step) ? 'reverted' : 'done'))) return 'applied';
  const clean = steps.every((step) => untouched(step) || whole(step, isTake(step) ? 'done' : 'reverted'));
  return clean ? 'put back' : 'partly applied';
}

/** Receipts that were read, by run: of the same text comes the same receipt. */
const read = new WeakMap<Store, Map<string, ReadReceipt>>();
interface ReadReceipt {
  readonly sha256: string;
  readonly receipt: Receipt;
}

/** How many receipts are read before something else may run. */
const AT_A_TIME = 16;

/** The receipt of `id` as it was written, or made again from the journal; null when neither can be read. */
async function readReceipt(store: Store, id: string): Promise<Receipt | null> {
  const { files } = store.world;
  const path = store.path('runs', id, 'receipt.json');
  try {
    const text = files.readTextNow === undefined ? await files.readText(path) : files.readTextNow(path);
    if (text !== null) return parsedReceipt(store, id, text);
  } catch {}
  const state = await readJournal(store, id);
  return state === null ? null : receiptOf(state);
}

/** Throws where that is no receipt. */
function parsedReceipt(store: Store, id: string, text: string): Receipt {
  const known = read.get(store) ?? new Map<string, ReadReceipt>();
  read.set(store, known);
  const before = known.get(id);
  const hash = sha256(text);
  const receipt = before?.sha256 === hash ? before.receipt : asIs(Receipt, JSON.parse(text));
  known.set(id, { sha256: hash, receipt });
  // A copy: who took it back is noted in it.
  return { ...receipt };
}

/** All receipts, oldest first, with `undoneBy` as the undo runs say; `unreadable` ids beside them. */
export async function readAll(store: Store): Promise<{ receipts: readonly Receipt[]; unreadable: readonly string[] }> {
  const receipts = new Map<string, Receipt>();
  const unreadable: string[] = [];
  for (const [at, id] of (await store.runs()).entries()) {
    if (at % AT_A_TIME === 0) await setImmediate();
    const receipt = await readReceipt(store, id);
    if (receipt !== null) receipts.set(id, receipt);
    else if ((await store.world.files.stat(store.path('runs', id, 'receipt.json'))) !== null) unreadable.push(id);
  }
  const taking = [...receipts.values()].filter((one) => targetsOf(one).length > 0 && one.outcome === 'applied');
  const standing: { readonly undo: Receipt; readonly targets: readonly Receipt[] }[] = [];
  const reversed = new Set<string>();
  // Newest first: an undo counts only while no later undo took it back itself.
  for (const undo of taking.sort((a, b) => (a.id < b.id ? 1 : -1))) {
    if (reversed.has(undo.id)) continue;
    const targets = targetsOf(undo).flatMap((id) => receipts.get(id) ?? []);
    standing.push({ undo, targets });
    for (const { id, purpose } of targets) {
      // Taken back with what it had taken back itself, a run does not bring that back.
      const brings = undo.steps.some(({ takes, direction }) => takes?.run === id && direction === 'redo');
      if (purpose === 'undo' || brings) reversed.add(id);
    }
  }
  for (const [at, { undo, targets }] of standing.entries()) {
    const sofar = standing.slice(at).map((one) => one.undo);
    for (const target of targets) if (!leavesSome(undo, target, sofar)) target.undoneBy = undo.id;
  }
  return { receipts: [...receipts.values()], unreadable };
}

/** Whether the run that put another way in the place of others took some steps of `target` only; `sofar`: it and all undos before. */
function leavesSome(undo: Receipt, target: Receipt, sofar: readonly Receipt[]): boolean {
  if (undo.purpose !== 'apply') return false;
  const gone = sofar.flatMap(({ steps }) => steps.flatMap(({ takes }) => (takes?.run === target.id ? takes.step : [])));
  return target.steps.some(
    (step, index) =>
      step.checkpoint !== undefined && step.state !== 'reverted' && !isTake(step) && !gone.includes(index),
  );
}

/** The runs that an undo, or a run that put another way in their place, took back. */
export function targetsOf({ undoes, undoesAll }: Receipt): readonly string[] {
  return [...(undoes === undefined ? [] : [undoes]), ...(undoesAll ?? [])];
}

export function summaryOf(receipt: Receipt): RunSummary {
  const { id, purpose, title, startedAt, finishedAt, outcome, by, undoes, undoesAll, undoneBy, steps } = receipt;
  return {
    id,
    purpose,
    title,
    startedAt,
    finishedAt,
    outcome,
    by,
    undoes,
    undoesAll,
    undoneBy,
    steps: steps.length,
  };
}

export function unreadableSummary(id: string): RunSummary {
  return {
    id,
    purpose: 'apply',
    title: 'Written by another release',
    startedAt: new Date(timeOfId(id)).toISOString(),
    outcome: 'applied',
    by: '',
    steps: 0,
    unreadable: 'Its receipt cannot be read by this release.',
  };
}

export function unreadableRun(store: Store, id: string): Problem {
  return new Problem('receipt-unreadable', `The receipt of ${id} cannot be read by this release.`, {
    why: `It is damaged or was written by a newer release. The backups are untouched in ${store.root}.`,
    next: `npx clawauth-setup@latest undo ${id}`,
  });
}
