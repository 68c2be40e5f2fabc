import * as z from 'zod/mini';
import { redact, type Secret } from '../system/secret.ts';
import type { Appender } from './disk.ts';
import type { Store } from './store.ts';
import { asIs, Entries, Plan, StepCheckpoint, StepOutcome, StepProblem, type StepRecord } from './types.ts';

/** Newest journal and receipt schema that this release writes. */
export const SCHEMA = 1;

/** `do` is what the step is for (applying, or taking another one back); `back` puts that back again. */
const Phase = z.enum(['do', 'back']);

const Open = z.object({
  t: z.literal('open'),
  schema: z.number(),
  id: z.string(),
  by: z.string(),
  startedAt: z.string(),
  purpose: z.enum(['apply', 'undo', 'recover']),
  undoes: z.optional(z.string()),
  undoesAll: z.optional(z.array(z.string())),
  title: z.string(),
  about: z.record(z.string(), z.unknown()),
  secrets: z.optional(z.record(z.string(), z.string())),
  plan: Plan,
  /** The step of another run that each action here takes back, and what that step left for it; null for a new action. */
  from: z.optional(
    z.array(
      z.nullable(
        z.object({
          direction: z.enum(['revert', 'redo']),
          undo: z.optional(z.unknown()),
          checkpoint: StepCheckpoint,
          takes: z.optional(z.object({ run: z.string(), step: z.number() })),
          quiet: z.optional(z.boolean()),
          left: z.optional(z.unknown()),
        }),
      ),
    ),
  ),
});
export type Open = z.infer<typeof Open>;

const JournalRecord = z.discriminatedUnion('t', [
  Open,
  z.object({ t: z.literal('begin'), step: z.number(), phase: Phase, before: Entries }),
  z.object({
    t: z.literal('write'),
    step: z.number(),
    phase: Phase,
    path: z.string(),
    target: z.string(),
    temp: z.string(),
    sha256: z.nullable(z.string()),
  }),
  z.object({ t: z.literal('program'), step: z.number(), phase: Phase }),
  z.object({ t: z.literal('note'), step: z.number(), text: z.string() }),
  z.object({
    t: z.literal('end'),
    step: z.number(),
    phase: Phase,
    after: Entries,
    ms: z.number(),
    undo: z.optional(z.unknown()),
    outcome: z.optional(StepOutcome),
  }),
  z.object({
    t: z.literal('fail'),
    step: z.number(),
    phase: Phase,
    after: z.optional(Entries),
    problem: StepProblem,
  }),
  /** What had to be left in place went away with an older step of the same run. */
  z.object({ t: z.literal('settle'), step: z.number(), note: z.string() }),
  /** From here on the run is being put back. */
  z.object({ t: z.literal('turn'), why: z.enum(['failed', 'cancelled', 'asked']) }),
  z.object({ t: z.literal('cancelled') }),
  z.object({
    t: z.literal('close'),
    outcome: z.enum(['applied', 'put back', 'partly applied']),
    finishedAt: z.string(),
  }),
]);
export type JournalRecord = z.infer<typeof JournalRecord>;

/** One direction of one step, as far as the journal tells. */
export interface Attempt extends StepCheckpoint {
  ended: boolean;
}

export interface StepState extends StepRecord {
  do?: Attempt;
  back?: Attempt;
}

/** Everything a journal says about its run. The runner keeps one and changes it by the very records it appends. */
export interface RunState {
  readonly open: Open;
  readonly steps: StepState[];
  rollingBack: boolean;
  cancelled: boolean;
  closed: { readonly outcome: 'applied' | 'put back' | 'partly applied'; readonly finishedAt: string } | null;
}

export function startState(open: Open): RunState {
  const steps = open.plan.actions.map((action, index): StepState => {
    const from = open.from?.[index];
    return {
      action,
      state: 'not started',
      notes: [],
      ...(from && {
        direction: from.direction,
        undo: from.undo,
        takes: from.takes,
        quiet: from.quiet,
        left: from.left,
      }),
    };
  });
  return { open, steps, rollingBack: false, cancelled: false, closed: null };
}

/** Whether the step is about a step of another run instead of being a new one. */
export function isTake({ direction }: Pick<StepRecord, 'direction'>): boolean {
  return direction !== undefined;
}

export function fold(state: RunState, record: JournalRecord): void {
  if (record.t === 'turn') state.rollingBack = true;
  if (record.t === 'cancelled') state.cancelled = true;
  if (record.t === 'close') state.closed = { outcome: record.outcome, finishedAt: record.finishedAt };
  if (!('step' in record)) return;
  const step = state.steps[record.step];
  if (step === undefined) return;
  if (record.t === 'note') step.notes.push(record.text);
  if (record.t === 'settle') step.outcome = { state: 'already gone', notes: [record.note] };
  if (!('phase' in record)) return;
  if (record.t === 'begin') {
    step[record.phase] = { before: record.before, written: [], ranProgram: false, ended: false };
    if (record.phase === 'do') {
      step.state = 'started';
      delete step.back;
      delete step.outcome;
    }
    return;
  }
  if (record.t === 'fail') {
    step.problem = record.problem;
    step.state = record.phase === 'do' && !isTake(step) ? 'failed' : 'revert failed';
  }
  const attempt = step[record.phase];
  if (attempt === undefined) return;
  if (record.t === 'write') {
    const { path, target, temp, sha256 } = record;
    attempt.written.push({ path, target, temp, sha256 });
  }
  if (record.t === 'program') attempt.ranProgram = true;
  if (record.t === 'end') foldEnd(step, attempt, record);
  if (record.t === 'fail') {
    attempt.ended = true;
    if (record.after !== undefined) attempt.after = record.after;
  }
}

function foldEnd(step: StepState, attempt: Attempt, record: Extract<JournalRecord, { t: 'end' }>): void {
  attempt.ended = true;
  attempt.after = record.after;
  if (record.outcome !== undefined) step.outcome = record.outcome;
  const taking = (record.phase === 'back') !== isTake(step);
  step.state = taking ? 'reverted' : 'done';
  if (record.phase === 'do') {
    step.durationMs = record.ms;
    if (!isTake(step) && record.undo !== undefined) step.undo = record.undo;
  }
}

/** Appends records to `runs/<id>/journal.jsonl`, each on the disk before the call returns, secrets masked. */
export class Journal {
  readonly state: RunState;
  readonly store: Store;
  readonly #secrets: readonly Secret[];
  readonly #file: Appender;
  /** The last append failed, and may have left half a line. */
  #torn = false;

  private constructor(state: RunState, store: Store, secrets: readonly Secret[], file: Appender) {
    this.state = state;
    this.store = store;
    this.#secrets = secrets;
    this.#file = file;
  }

  static async create(store: Store, open: Open, secrets: readonly Secret[]): Promise<Journal> {
    const folder = store.path('runs', open.id);
    await store.folder(folder);
    return Journal.#started(startState(open), store, secrets, async (journal) => {
      await store.disk.syncFolder(folder);
      await journal.#append(open);
    });
  }

  /** Goes on with the journal of a crash. */
  static async reopen(store: Store, state: RunState, secrets: readonly Secret[]): Promise<Journal> {
    // Ends a line that the crash tore; the reader skips what does not parse.
    return Journal.#started(state, store, secrets, (journal) => journal.#file.append('\n'));
  }

  static async #started(
    state: RunState,
    store: Store,
    secrets: readonly Secret[],
    first: (journal: Journal) => Promise<void>,
  ): Promise<Journal> {
    const file = await store.disk.appender(store.path('runs', state.open.id, 'journal.jsonl'));
    const journal = new Journal(state, store, secrets, file);
    try {
      await first(journal);
      return journal;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async add(record: Exclude<JournalRecord, { t: 'open' }>): Promise<void> {
    await this.#append(record);
    fold(this.state, record);
  }

  async #append(record: unknown): Promise<void> {
    const line = `${this.mask(JSON.stringify(record))}\n`;
    try {
      await this.#file.append(this.#torn ? `\n${line}` : line);
      this.#torn = false;
    } catch (error) {
      this.#torn = true;
      throw error;
    }
  }

  mask(text: string): string {
    return redact(text, this.#secrets);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** What the journal of `id` says; null when it never got as far as its first record. */
export async function readJournal(store: Store, id: string): Promise<RunState | null> {
  const text = await store.world.files.readText(store.path('runs', id, 'journal.jsonl'));
  let state: RunState | null = null;
  for (const line of (text ?? '').split('\n')) {
    const record = parseLine(line);
    if (record === null) continue;
    if (record.t === 'open') state ??= startState(record);
    else if (state !== null) fold(state, record);
  }
  return state;
}

/** A torn line, or a record of a newer release, is skipped. */
function parseLine(line: string): JournalRecord | null {
  if (line === '') return null;
  try {
    return asIs(JournalRecord, JSON.parse(line));
  } catch {
    return null;
  }
}
