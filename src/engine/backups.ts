import type { World } from '../system/world.ts';
import { Disk } from './disk.ts';
import { type RunSummary, readAll, summaryOf, unreadableSummary } from './receipts.ts';
import { begunRuns, isBegun, isTakeOf, runsInForce } from './runs.ts';
import { entryOf, sameContent } from './snapshot.ts';
import { Store } from './store.ts';
import type { ActionKinds, Entry, Receipt, StepRecord } from './types.ts';
import { wordsOf } from './work.ts';

/** One run with what it changed and what it keeps. */
export interface Backup extends RunSummary {
  /** Its effect stands: undoing everything takes it back. */
  readonly inForce: boolean;
  /** Its steps that were begun, by what they are called. */
  readonly changed: readonly string[];
  /** Files that it changed, absolute; a database stands for its parts. */
  readonly files: readonly string[];
  /** Those of them that somebody else changed since. Databases are not named: programs write them when merely asked. */
  readonly changedSince: readonly string[];
  /** Bytes of the copies that it keeps; a copy that several runs share counts in each. */
  readonly bytes: number;
}

/** What there is of every run that began, newest first. */
export interface Runs {
  readonly backups: readonly Backup[];
  /** Those that can be read. */
  readonly receipts: readonly Receipt[];
}

/** {@link Runs.backups} without an engine. */
export async function backupsIn(world: World, kinds: () => Promise<ActionKinds>): Promise<readonly Backup[]> {
  return (await allRuns(new Store(world, new Disk()), kinds)).backups;
}

/** `kinds` are asked for where there is a run. */
export async function allRuns(store: Store, kinds: () => Promise<ActionKinds>): Promise<Runs> {
  const { receipts, unreadable } = await readAll(store);
  const standing = new Set(runsInForce(receipts).map(({ id }) => id));
  const known: ActionKinds = receipts.length === 0 ? new Map() : await kinds();
  const since = await changedSince(store, receipts);
  const all = begunRuns({ receipts });
  const read = all.map((receipt): Backup => {
    const begun = receipt.steps.filter((step) => isBegun(step) && step.quiet !== true);
    const side = receipt.purpose === 'undo' ? 'backward' : 'forward';
    return {
      ...summaryOf(receipt),
      inForce: standing.has(receipt.id),
      changed: begun.map((step) => {
        const own = step.direction === undefined ? side : step.direction === 'redo' ? 'forward' : 'backward';
        return wordsOf(known, step.action)[own].headline;
      }),
      files: filesOf(receipt),
      changedSince: since.get(receipt.id) ?? [],
      bytes: [...copiesOf(receipt).values()].reduce((sum, { size }) => sum + size, 0),
    };
  });
  const unknown = unreadable.map(
    (id): Backup => ({
      ...unreadableSummary(id),
      inForce: false,
      changed: [],
      files: [],
      changedSince: [],
      bytes: 0,
    }),
  );
  return { backups: [...read, ...unknown].sort((a, b) => (a.id < b.id ? 1 : -1)), receipts: all };
}

/** The copies that a receipt names: hash → path it was made from, and its size. */
export function copiesOf(receipt: Receipt): Map<string, { readonly path: string; readonly size: number }> {
  const copies = new Map<string, { path: string; size: number }>();
  for (const { checkpoint } of receipt.steps) {
    for (const { path, stat, sha256, blob } of checkpoint?.before ?? []) {
      const copy = blob ?? sha256;
      // `-shm` is an index that SQLite makes again; it is copied only beside its database.
      if (stat?.kind === 'file' && copy !== null) copies.set(copy, { path, size: stat.size });
    }
  }
  return copies;
}

function filesOf(receipt: Receipt): string[] {
  const files = new Set<string>();
  for (const { checkpoint } of receipt.steps) {
    if (checkpoint?.after === undefined) continue;
    const before = new Map(checkpoint.before.map((entry) => [entry.path, entry]));
    for (const after of checkpoint.after) {
      const old = before.get(after.path);
      if (after.tree === true && old?.tree === false) files.add(after.path);
      if (isPlain(after) && (old === undefined ? after.stat !== null : !sameContent(old, after))) {
        files.add(after.database ?? after.path);
      }
    }
  }
  return [...files];
}

function isPlain(entry: Entry): boolean {
  return entry.stat === null || entry.stat.kind === 'file';
}

/** `unknown`: a step was taken back in the middle of its run, and what that left is not in the receipt. */
type Known = string | null | 'unknown';

/**
 * By run: the files that are not what our runs left. Our own later runs do not count: each is followed from what it
 * found to what it left, and only a gap in that chain is somebody else's doing.
 */
async function changedSince(store: Store, receipts: readonly Receipt[]): Promise<Map<string, string[]>> {
  interface Visit {
    readonly run: string;
    readonly found: string | null;
    readonly left: Known;
  }
  const visits = new Map<string, Visit[]>();
  for (const receipt of receipts) {
    for (const step of receipt.steps) {
      const { before = [], after = [] } = step.checkpoint ?? {};
      const found = new Map(before.map((entry) => [entry.path, entry.sha256]));
      for (const entry of after) {
        if (!isPlain(entry) || entry.database !== undefined) continue;
        const was = found.get(entry.path) ?? null;
        const left = leftBy(receipt, step, was, entry.sha256);
        const visit: Visit = { run: receipt.id, found: was, left };
        const chain = visits.get(entry.path);
        if (chain === undefined) visits.set(entry.path, [visit]);
        else chain.push(visit);
      }
    }
  }
  const changed = new Map<string, string[]>();
  for (const [path, chain] of visits) {
    // Backwards: from the first gap on, every earlier run has one after it.
    // What cannot be read, or is a folder now, is not what we left.
    const now = await entryOf(store.world, path).catch(() => null);
    let next: Known = now === null ? 'unknown' : now.sha256;
    let gap = false;
    const drifted = new Set<string>();
    for (const { run, found, left } of chain.reverse()) {
      if (left !== 'unknown' && left !== next) gap = true;
      if (gap && found !== left) drifted.add(run);
      next = found;
    }
    for (const run of drifted) changed.set(run, [...(changed.get(run) ?? []), path]);
  }
  return changed;
}

function leftBy(receipt: Receipt, step: StepRecord, found: string | null, left: string | null): Known {
  const back = isTakeOf(receipt, step) ? 'done' : 'reverted';
  if (step.state !== back) return left;
  return step.outcome?.state === 'restored' ? found : 'unknown';
}
