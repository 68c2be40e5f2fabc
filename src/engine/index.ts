import { allRuns } from './backups.ts';
import type { Engine, EngineOptions } from './contract.ts';
import { Disk } from './disk.ts';
import { LocalEngine } from './local-engine.ts';
import { lockHolder } from './lock.ts';
import { previewUndoOf, standingSteps } from './preview.ts';
import { pruneBackups, purge, tidy } from './prune.ts';
import { readAll } from './receipts.ts';
import { begunRuns, runsInForce } from './runs.ts';
import { Store } from './store.ts';
import { verifyBackups } from './verify-backups.ts';

export type { Engine, Leftover, RunOptions } from './contract.ts';
export { hashFile } from './disk.ts';
export type { Would } from './dry.ts';
export { previewSteps, type StandingStep, type UndoPreview } from './preview.ts';
export type { Pruned } from './prune.ts';
export type { RunSummary } from './receipts.ts';
export { databaseHolder } from './sqlite.ts';
export { stateRoot } from './store.ts';
export { restoreFiles } from './work.ts';

/** The engine writes to the real disk: `world.files` must be the real files too. */
export function openEngine(options: EngineOptions): Engine {
  const store = new Store(options.world, new Disk(options.around), options.freesDatabases);
  const engine = new LocalEngine(store, options);
  return {
    root: store.root,
    apply: (plan, run) => engine.apply(plan, run),
    undo: (id, run = {}) => engine.undo(id, run),
    undoAll: (run) => engine.undoAll(run),
    previewUndo: (which) => previewUndoOf(store, options.kinds, which),
    standing: (runs) => standingSteps(store, runs),
    holder: () => lockHolder(store),
    backups: async () => (await allRuns(store, async () => options.kinds)).backups,
    runs: () => allRuns(store, async () => options.kinds),
    verifyBackups: () => verifyBackups(store),
    pruneBackups: (prune) => pruneBackups(store, prune),
    purge: () => purge(store),
    tidy: () => tidy(store),
    inForce: async () => runsInForce((await readAll(store)).receipts),
    list: () => engine.list(),
    receipt: (id) => engine.receipt(id),
    receipts: async () => begunRuns(await readAll(store)),
    pending: () => engine.pending(),
    recover: (how, run = {}) => engine.recover(how, run),
  };
}
