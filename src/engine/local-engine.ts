import { Cancelled, Problem } from '../system/problem.ts';
import { plural } from '../text.ts';
import { lookAgain, proved } from './afterwards.ts';
import { Checkpoint } from './checkpoint.ts';
import type { ApplyOptions, EngineOptions, Leftover, RecoverOptions, RunOptions, UndoAllOptions } from './contract.ts';
import { hashFile } from './disk.ts';
import { type Expected, fileChanged } from './door.ts';
import { isTake, Journal, type Open, type RunState, readJournal, SCHEMA } from './journal.ts';
import { leftoverOf, runStopped, tempsOf } from './leftover.ts';
import { lockHolder, withLock } from './lock.ts';
import { previewUndoOf } from './preview.ts';
import {
  outcomeOf,
  type RunSummary,
  readAll,
  receiptOf,
  secretHashes,
  summaryOf,
  unreadableSummary,
} from './receipts.ts';
import {
  begunRuns,
  hasFailed,
  hasWorked,
  isBegun,
  receiptById,
  refuseUnfinished,
  type StepToUndo,
  stepsTaken,
  undoTarget,
  unfinishedRun,
} from './runs.ts';
import { undoWork, withOwnership } from './stack.ts';
import { perform, type RunContext } from './step.ts';
import type { Store } from './store.ts';
import type { Plan, Receipt } from './types.ts';
import { knownKind } from './work.ts';

type Outcome = ReturnType<typeof outcomeOf>;

/** Codes of problems that say more about an interrupted run than that it could not be gone on with. */
const TELLS_ITSELF: ReadonlySet<string> = new Set([
  'run-stopped',
  'lock-held',
  'nothing-to-recover',
  'state-other-user',
]);

/** The engine over one state directory. See `Engine` in index.ts for what each call promises. */
export class LocalEngine {
  readonly #store: Store;
  readonly #options: EngineOptions;

  constructor(store: Store, options: EngineOptions) {
    this.#store = store;
    this.#options = options;
  }

  async apply(plan: Plan, options: ApplyOptions): Promise<Receipt> {
    if (options.signal?.aborted) throw new Cancelled();
    for (const [index, action] of plan.actions.entries()) {
      if (plan.takes?.[index] == null && knownKind(this.#options.kinds, action) === null) {
        throw new Problem('unknown-action', `This release cannot do "${action.kind}" (version ${action.schema}).`, {
          next: 'npx clawauth-setup@latest',
        });
      }
    }
    return withLock(this.#store, async () => {
      await refuseUnfinished(this.#store);
      const expected = await this.#asPlanned(plan);
      const opening = await this.#opening('apply', options.title, plan, options.about ?? {});
      const secrets = secretHashes(options.secrets ?? {});
      const open: Open = Object.keys(secrets).length > 0 ? { ...opening, secrets } : opening;
      if (plan.actions.length === 0) return { ...receiptOf(emptyState(open)), outcome: 'applied' as const };
      if (plan.takes === undefined) return this.#run(open, options, expected);
      const { receipts } = await readAll(this.#store);
      const taken = stepsTaken(receipts, plan);
      const whole = withOwnership(receipts);
      const from = taken.map((step) => (step === null ? null : fromOf(whole(step))));
      const undoesAll = [...new Set(taken.flatMap((step) => step?.takes.run ?? []))].sort().reverse();
      return this.#run({ ...open, undoesAll, from }, options, expected);
    });
  }

  async undo(id: string | undefined, options: RunOptions): Promise<Receipt> {
    if (options.signal?.aborted) throw new Cancelled();
    const left = await unfinishedRun(this.#store);
    if (left !== null && (id === undefined || id === left.open.id)) return this.recover('undo', options);
    return withLock(this.#store, async () => {
      await refuseUnfinished(this.#store);
      const target = await undoTarget(this.#store, id);
      const { receipts } = await readAll(this.#store);
      const { runs, steps } = undoWork(receipts, target);
      if (steps.length === 0) throw new Problem('nothing-to-undo', `Nothing of ${target.id} is left to undo.`);
      // Throws where something was written since: an undo of an undo gives back exact bytes, or nothing.
      if (target.purpose === 'undo') await previewUndoOf(this.#store, this.#options.kinds, target.id);
      const from = steps.map(withOwnership(receipts)).map(fromOf);
      const word = target.purpose === 'undo' && !target.title.startsWith('Redo: ') ? 'Redo' : 'Undo';
      const newer = runs.length > 1 ? `, with ${plural(runs.length - 1, 'newer run')}` : '';
      const title = `${word}: ${target.title.replace(/^(Undo|Redo): /, '')}${newer}`;
      const open = await this.#opening('undo', title, planOf(steps), target.about);
      const ids = runs.map(({ id }) => id);
      const undone = ids.length > 1 ? { undoesAll: ids } : { undoes: target.id };
      return this.#run({ ...open, ...undone, from }, options, new Map());
    });
  }

  async undoAll(options: UndoAllOptions): Promise<Receipt> {
    if (options.signal?.aborted) throw new Cancelled();
    return withLock(this.#store, async () => {
      await refuseUnfinished(this.#store);
      const { receipts } = await readAll(this.#store);
      const { runs, steps } = undoWork(receipts, null);
      if (steps.length === 0) throw new Problem('nothing-to-undo', 'There is nothing of clawauth-setup to undo.');
      const open = await this.#opening('undo', options.title, planOf(steps), options.about ?? {});
      const undoesAll = runs.map(({ id }) => id);
      return this.#run(
        { ...open, undoesAll, from: steps.map(withOwnership(receipts)).map(fromOf) },
        options,
        new Map(),
      );
    });
  }

  async recover(how: 'resume' | 'undo' | 'leave', options: RecoverOptions): Promise<Receipt> {
    const left = await unfinishedRun(this.#store);
    try {
      return await withLock(this.#store, () => this.#recover(how, options));
    } catch (error) {
      const saysItself = error instanceof Cancelled || (error instanceof Problem && TELLS_ITSELF.has(error.code));
      if (left === null || saysItself) throw error;
      throw await runStopped(error, left, this.#store, this.#options.kinds);
    }
  }

  async #recover(how: 'resume' | 'undo' | 'leave', options: RecoverOptions): Promise<Receipt> {
    const state = await unfinishedRun(this.#store);
    if (state === null) throw new Problem('nothing-to-recover', 'No run was interrupted.');
    const expected: Expected = await this.#realPaths(state.open.plan.madeFrom);
    for (const temp of tempsOf(state)) await this.#store.disk.removeTemp(temp);
    for (const step of state.steps) {
      if (step.state !== (isTake(step) ? 'reverted' : 'done')) continue;
      for (const entry of step.do?.after ?? []) expected.set(entry.real ?? entry.path, entry.sha256);
    }
    const journal = await Journal.reopen(this.#store, state, Object.values(options.secrets ?? {}));
    if (how === 'leave') return this.#end(journal, async () => 'partly applied');
    return this.#drive(journal, options, expected, how === 'undo' || hasFailed(state));
  }

  async list(): Promise<readonly RunSummary[]> {
    const { receipts, unreadable } = await readAll(this.#store);
    return [...begunRuns({ receipts }).map(summaryOf), ...unreadable.map(unreadableSummary)].sort((a, b) =>
      a.id < b.id ? 1 : -1,
    );
  }

  receipt(id: string): Promise<Receipt> {
    return receiptById(this.#store, id);
  }

  async pending(): Promise<Leftover | null> {
    const state = await unfinishedRun(this.#store);
    if (state === null || (await lockHolder(this.#store)) !== null) return null;
    return leftoverOf(state, this.#options.kinds);
  }

  // ── running ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Copies everything that the run may touch before anything changes, opens the journal, and goes. */
  async #run(open: Open, options: RunOptions & Partial<ApplyOptions>, expected: Expected): Promise<Receipt> {
    const { clock } = this.#store.world;
    const started = clock.monotonic();
    let files = 0;
    let bytes = 0;
    // Folders and databases wait for their step: one before it may stop the program that has a database open.
    const paths = open.plan.actions.flatMap(({ touches }) =>
      touches.filter(({ as }) => as === 'file').map(({ path }) => path),
    );
    for (const path of new Set(paths)) {
      if (options.signal?.aborted) throw new Cancelled();
      const { entries } = await Checkpoint.take(this.#store, [{ path, as: 'file' }], { syncLater: true });
      for (const { stat } of entries) {
        if (stat?.kind !== 'file') continue;
        files += 1;
        bytes += stat.size;
      }
    }
    options.onEvent?.({ type: 'checkpoint', id: open.id, files, bytes, ms: clock.monotonic() - started });
    const journal = await Journal.create(this.#store, open, Object.values(options.secrets ?? {}));
    return this.#drive(journal, options, expected, false);
  }

  async #drive(
    journal: Journal,
    options: RunOptions & Partial<ApplyOptions>,
    expected: Expected,
    back: boolean,
  ): Promise<Receipt> {
    const { state } = journal;
    const run: RunContext = {
      journal,
      kinds: this.#options.kinds,
      secrets: options.secrets ?? {},
      ...(this.#options.sqliteNode === undefined ? {} : { sqliteNode: this.#options.sqliteNode }),
      force: options.force ?? new AbortController().signal,
      expected,
      found: new Set(),
      emit: (event) => options.onEvent?.(event),
    };
    const receipt = await this.#end(journal, async () => {
      if (back) await this.#putBack(run, 'asked');
      else await this.#forward(run, options);
      return outcomeOf(state);
    });
    if (state.cancelled && !state.steps.some(isBegun)) throw new Cancelled();
    return receipt;
  }

  /**
   * Does the rest of a run and writes its receipt: that makes it ended, and nothing else does. Throws
   * `Problem('run-stopped')` where the disk does not let it come to an end.
   */
  async #end(journal: Journal, rest: () => Promise<Outcome>): Promise<Receipt> {
    const { state } = journal;
    try {
      const outcome = await rest();
      const finishedAt = new Date(this.#store.world.clock.now()).toISOString();
      const receipt = receiptOf({ ...state, closed: { outcome, finishedAt } });
      await this.#write(receipt, journal);
      // For whoever finds the receipt damaged later; the run has ended without it as well.
      await journal.add({ t: 'close', outcome, finishedAt }).catch(() => {});
      return receipt;
    } catch (error) {
      const found = await readJournal(this.#store, state.open.id).catch(() => null);
      if (![state, found].some((each) => each !== null && hasWorked(each))) throw error;
      throw await runStopped(error, found ?? state, this.#store, this.#options.kinds);
    } finally {
      await journal.close().catch(() => {});
    }
  }

  async #write(receipt: Receipt, journal: Journal): Promise<void> {
    const path = this.#store.path('runs', receipt.id, 'receipt.json');
    // Masked step by step: of a whole one of ten thousand agents the masking takes half a gigabyte.
    const { steps, ...head } = receipt;
    const masked = steps.map((step) => journal.mask(JSON.stringify(step)));
    const text = `${journal.mask(JSON.stringify(head)).slice(0, -1)},"steps":[${masked.join(',')}]}\n`;
    try {
      await this.#store.write(path, text);
    } catch (error) {
      // It may stand there although a call after the rename failed.
      if ((await this.#store.world.files.readText(path).catch(() => null)) !== text) throw error;
    }
  }

  async #forward(run: RunContext, options: RunOptions): Promise<void> {
    const { state } = run.journal;
    const undo = state.open.purpose === 'undo';
    for (const [index, step] of state.steps.entries()) {
      const finished = step.do?.ended === true && step.back === undefined;
      if (!finished) {
        if (options.signal?.aborted) break;
        // What a crash left half done is put back first, so that the step starts from where it was meant to.
        if (step.do !== undefined && step.back?.ended !== true && !(await perform(run, index, 'back'))) {
          return this.#putBack(run, 'failed');
        }
        const done = await perform(run, index, 'do');
        // An undo takes back what it can; a failing step does not keep the others.
        if (done || undo) continue;
        if (options.signal?.aborted) await run.journal.add({ t: 'cancelled' });
        return this.#putBack(run, 'failed');
      }
    }
    if (!options.signal?.aborted) {
      await this.#settle(run);
      if (undo) return;
      return (await proved(run, this.#store.world, options))
        ? lookAgain(run, this.#store.world)
        : this.#putBack(run, 'failed');
    }
    await run.journal.add({ t: 'cancelled' });
    const begun = state.steps.some(isBegun);
    if (begun && (await options.onCancel?.()) === 'revert') await this.#putBack(run, 'cancelled');
  }

  /** What had to be left in place, where an older step about the same thing then took all of it away. */
  async #settle({ journal, kinds }: RunContext): Promise<void> {
    const { steps } = journal.state;
    for (const [index, step] of steps.entries()) {
      if (step.outcome?.state !== 'left in place' || kinds.get(step.action.kind)?.goneWithOlder !== true) continue;
      const older = steps.find(
        (other, at) =>
          at > index &&
          other.action.kind === step.action.kind &&
          other.action.id === step.action.id &&
          other.state === 'reverted' &&
          other.outcome?.state !== 'left in place',
      );
      if (older === undefined) continue;
      await journal.add({ t: 'settle', step: index, note: 'Removed with an earlier run that was about the same.' });
    }
  }

  async #putBack(run: RunContext, why: 'failed' | 'cancelled' | 'asked'): Promise<void> {
    const { state } = run.journal;
    if (!state.rollingBack) await run.journal.add({ t: 'turn', why });
    for (const [index, step] of [...state.steps.entries()].reverse()) {
      if (step.do !== undefined && step.back?.ended !== true) await perform(run, index, 'back');
    }
  }

  // ── finding things ─────────────────────────────────────────────────────────────────────────────────────────────────

  async #opening(
    purpose: Receipt['purpose'],
    title: string,
    plan: Plan,
    about: Readonly<Record<string, unknown>>,
  ): Promise<Open> {
    const startedAt = new Date(this.#store.world.clock.now()).toISOString();
    const id = await this.#store.newId();
    return {
      t: 'open',
      schema: SCHEMA,
      id,
      by: this.#options.version,
      startedAt,
      purpose,
      title,
      about,
      plan: copy(plan),
    };
  }

  /** Throws `file-changed` before anything is written when the plan was made from other files than these. */
  async #asPlanned(plan: Plan): Promise<Expected> {
    for (const [path, sha] of Object.entries(plan.madeFrom)) {
      if ((await hashFile(path)) !== sha) throw fileChanged(path);
    }
    return this.#realPaths(plan.madeFrom);
  }

  async #realPaths(madeFrom: Plan['madeFrom']): Promise<Expected> {
    const expected: Expected = new Map();
    for (const [path, sha] of Object.entries(madeFrom)) {
      expected.set((await this.#store.world.files.realpath(path)) ?? path, sha);
    }
    return expected;
  }
}

const FLIP = { revert: 'redo', redo: 'revert' } as const;

function fromOf({ direction, undo, checkpoint, takes, quiet, outcome }: StepToUndo) {
  return {
    direction: direction === undefined ? ('revert' as const) : FLIP[direction],
    undo,
    checkpoint: checkpoint ?? { before: [], after: [], written: [], ranProgram: false },
    takes: { ...takes },
    quiet,
    ...(outcome?.left === undefined ? {} : { left: outcome.left }),
  };
}

function planOf(steps: readonly StepToUndo[]): Plan {
  return { schema: SCHEMA, actions: steps.map(({ action }) => action), madeFrom: {} };
}

function emptyState(open: Open): RunState {
  return { open, steps: [], rollingBack: false, cancelled: false, closed: null };
}

/** The schema's mutable twin of a plan. */
function copy(plan: Plan): Open['plan'] {
  return {
    schema: plan.schema,
    madeFrom: { ...plan.madeFrom },
    actions: plan.actions.map((action) => ({ ...action, touches: [...action.touches] })),
    ...(plan.takes === undefined ? {} : { takes: plan.takes.map((take) => (take === null ? null : { ...take })) }),
  };
}
