import { basename } from 'node:path';
import { dropOtherLinks } from './hard-links.ts';
import { readJournal } from './journal.ts';
import { withLock } from './lock.ts';
import { readAll, targetsOf } from './receipts.ts';
import { hasWorked, refuseUnfinished, runsInForce } from './runs.ts';
import type { Store } from './store.ts';
import type { Receipt } from './types.ts';

export interface PruneOptions {
  /** Keeps the newest so many runs. */
  readonly keep?: number;
  /** Removes runs that began before this, Unix ms. */
  readonly before?: number;
  /** Also runs that stand: what they did can then not be taken back any more. */
  readonly alsoInForce?: boolean;
  /** Only tells. */
  readonly dryRun?: boolean;
}

export interface Pruned {
  /** Ids that are gone (or would be), newest first. */
  readonly removed: readonly string[];
  /** Ids that were old enough but stay: an undo of what stands needs them, or nobody can tell. */
  readonly needed: readonly string[];
  /** Copies that nothing names any more, and their bytes. */
  readonly copies: number;
  readonly bytes: number;
}

/** {@link prune} with the lock held; without it where nothing would be removed. Refuses while a run is half done. */
export async function pruneBackups(store: Store, options: PruneOptions): Promise<Pruned> {
  if (options.dryRun === true || (await store.runs()).length === 0) return prune(store, { ...options, dryRun: true });
  return withLock(store, async () => {
    await refuseUnfinished(store);
    return prune(store, options);
  });
}

/** Removes the whole state directory. Refuses while a run is half done. */
export async function purge(store: Store): Promise<void> {
  if ((await store.world.files.stat(store.root)) === null) return;
  await withLock(store, async () => {
    await refuseUnfinished(store);
    await emptyStore(store);
  });
  await store.disk.removeFolder(store.path());
}

/**
 * Forgets runs, then removes the copies that no run names any more. An undo and what it took back go together: without
 * the undo, the other would look as if it stood. Cut off anywhere, it leaves whole runs, and copies that the next call
 * removes.
 */
async function prune(store: Store, options: PruneOptions): Promise<Pruned> {
  const { receipts, unreadable } = await readAll(store);
  const ids = (await store.runs()).toReversed();
  const kept = new Set(options.keep === undefined ? [] : ids.slice(0, options.keep));
  const old = (id: string) => {
    if (kept.has(id)) return false;
    return options.before === undefined ? options.keep !== undefined : timeOf(id, receipts) < options.before;
  };
  const standing = new Set(runsInForce(receipts).map(({ id }) => id));
  const removed = new Set<string>();
  const needed: string[] = [];
  for (const group of groupsOf(receipts)) {
    if (!group.every(old)) continue;
    if (options.alsoInForce !== true && group.some((id) => standing.has(id))) for (const id of group) needed.push(id);
    else for (const id of group) removed.add(id);
  }
  for (const id of unreadable) if (old(id)) needed.push(id);
  // Folders of runs that never got as far as their first record.
  const empty = ids.filter((id) => !unreadable.includes(id) && !receipts.some((receipt) => receipt.id === id));
  const gone = ids.filter((id) => removed.has(id) || empty.includes(id));
  // What was taken back before its undo: cut off in between, it must not look as if it stood.
  if (options.dryRun !== true) for (const id of gone.toReversed()) await forget(store, id);
  const left = ids.filter((id) => !gone.includes(id));
  const { copies, bytes } = await dropUnnamed(store, left, options.dryRun === true);
  return { removed: ids.filter((id) => removed.has(id)), needed: newestFirst(needed), copies, bytes };
}

/**
 * Removes what a kill left where no run was half done: the lock, half-written files, and runs that never changed anything,
 * with their copies. Tells whether there was something.
 */
export async function tidy(store: Store): Promise<boolean> {
  const { files } = store.world;
  const locks = ((await files.list(store.root)) ?? []).filter((name) => /^lock(\.|$)/.test(name));
  const temps = (await files.list(store.path('tmp'))) ?? [];
  const idle = await neverBegun(store);
  if (locks.length + temps.length + idle.length === 0) return false;
  await withLock(store, async () => {
    await refuseUnfinished(store);
    for (const id of await neverBegun(store)) await forget(store, id);
    await dropUnnamed(store, await store.runs(), false);
  });
  return true;
}

/** Runs that were cut off before their first step. One that this release cannot read is not among them. */
async function neverBegun(store: Store): Promise<readonly string[]> {
  const found: string[] = [];
  for (const id of await store.runs()) {
    if ((await store.world.files.stat(store.path('runs', id, 'receipt.json'))) !== null) continue;
    const state = await readJournal(store, id);
    // Without one whole line it was cut off in its first; other lines that cannot be read may be a newer release's.
    const text = state === null ? await store.world.files.readText(store.path('runs', id, 'journal.jsonl')) : null;
    const idle = state === null ? !text?.includes('\n') : state.closed === null && !hasWorked(state);
    if (idle) found.push(id);
  }
  return found;
}

/** Everything in the state directory but the lock that the caller holds. */
async function emptyStore(store: Store): Promise<void> {
  for (const id of await store.runs()) await forget(store, id);
  await dropUnnamed(store, [], false);
  for (const name of ['blobs', 'runs']) {
    for (const left of (await store.world.files.list(store.path(name))) ?? []) {
      await store.disk.removeFolder(store.path(name, left));
    }
    await store.disk.removeFolder(store.path(name));
  }
  await store.clearTemp();
  await store.disk.removeFolder(store.path('tmp'));
}

/** Runs that belong together: each undo with what it took back. */
function groupsOf(receipts: readonly Receipt[]): string[][] {
  const groups = new Map<string, Set<string>>();
  for (const receipt of receipts) {
    const joined = new Set([receipt.id]);
    for (const id of targetsOf(receipt)) for (const member of groups.get(id) ?? []) joined.add(member);
    for (const id of joined) groups.set(id, joined);
  }
  return [...new Set(groups.values())].map((group) => [...group]);
}

/** The journal first: a receipt without it is whole, a journal without its receipt might look like an open run. */
async function forget(store: Store, id: string): Promise<void> {
  const folder = store.path('runs', id);
  const names = (await store.world.files.list(folder)) ?? [];
  for (const name of [
    ...names.filter((one) => one !== 'receipt.json'),
    ...names.filter((one) => one === 'receipt.json'),
  ]) {
    await store.disk.remove(store.path('runs', id, name));
  }
  await store.disk.removeFolder(folder);
}

/**
 * Removes copies whose hash stands nowhere in the runs that are left. Their text is searched, not their meaning: also
 * what a newer release wrote keeps its copies.
 */
async function dropUnnamed(store: Store, runs: readonly string[], dryRun: boolean) {
  const named = new Set<string>();
  const links = new Set<string>();
  for (const id of runs) {
    for (const name of ['receipt.json', 'journal.jsonl']) {
      const text = (await store.world.files.readText(store.path('runs', id, name))) ?? '';
      for (const [sha] of text.matchAll(/\b[0-9a-f]{64}\b/g)) named.add(sha);
      for (const [, inode = ''] of text.matchAll(/"inode": ?(\d+)/g)) links.add(inode);
    }
  }
  if (!dryRun) await dropOtherLinks(store, links);
  let copies = 0;
  let bytes = 0;
  for (const folder of (await store.world.files.list(store.path('blobs'))) ?? []) {
    for (const sha of (await store.world.files.list(store.path('blobs', folder))) ?? []) {
      if (named.has(basename(sha))) continue;
      const path = store.path('blobs', folder, sha);
      copies += 1;
      bytes += (await store.world.files.stat(path))?.size ?? 0;
      if (!dryRun) await store.disk.remove(path);
    }
    if (!dryRun) await store.disk.removeFolder(store.path('blobs', folder));
  }
  return { copies, bytes };
}

function timeOf(id: string, receipts: readonly Receipt[]): number {
  return Date.parse(receipts.find((receipt) => receipt.id === id)?.startedAt ?? '') || Number.POSITIVE_INFINITY;
}

function newestFirst(ids: readonly string[]): string[] {
  return [...ids].sort().reverse();
}
