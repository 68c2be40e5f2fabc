import type { Own } from './disk.ts';
import { entryOf, sameState } from './snapshot.ts';
import type { Store } from './store.ts';
import type { Entry } from './types.ts';

/**
 * Gives each hard link of `entries` one more name, `links/<inode>`: a write puts a new file in its place, and an undo can
 * then join the old one again. Not databases: what is beside one decides what its bytes mean.
 */
export async function keepLinks(store: Store, entries: readonly Entry[]): Promise<void> {
  for (const { path, inode } of linked(entries, false)) {
    await store.folder(store.path('links'));
    await store.disk.linkWhereAllowed(path, nameOf(store, inode));
  }
}

/** The kept file that `before` was, as long as it is still just that. */
export async function keptFile(store: Store, before: Entry) {
  const inode = before.stat?.inode;
  if (inode === undefined) return null;
  const name = nameOf(store, inode);
  const now = await entryOf(store.world, name);
  // Without a number it has no other name just now.
  return (now.stat?.inode ?? inode) === inode && sameState({ ...before, path: name }, now) ? name : null;
}

/**
 * Removes the kept names that are no longer needed once a step has ended: those of files that are still, or again, in
 * their places. `found` is what the step found, `wanted` what it was to bring back. Returns a note for each file that is
 * not linked again.
 */
export async function dropLinks(store: Store, found: readonly Entry[], wanted: readonly Entry[] = []) {
  const notes = new Set<string>();
  const needed = new Set<number>();
  const all = [...linked(found, false), ...linked(wanted, true)];
  for (const { path, inode, back } of all) {
    if ((await store.world.files.stat(path))?.inode === inode) continue;
    const kept = await store.world.files.lstat(nameOf(store, inode));
    // The last name of that file: there is nothing to be joined with.
    if (back && kept !== null && kept.inode === undefined) continue;
    if (back) notes.add(`${path} is now a separate file: it is no longer linked to its other names.`);
    else if (kept === null) notes.add(`${path} was a hard link; an undo cannot restore that link here.`);
    needed.add(inode);
  }
  for (const { inode } of all) {
    const name = nameOf(store, inode);
    if (!needed.has(inode) && (await store.world.files.lstat(name)) !== null) await dropLink(store, name);
  }
  return notes;
}

/** Removes the kept files that no number in `needed` names. */
export async function dropOtherLinks(store: Store, needed: ReadonlySet<string>): Promise<void> {
  for (const name of (await store.world.files.list(store.path('links'))) ?? []) {
    if (!needed.has(name)) await dropLink(store, store.path('links', name));
  }
}

async function dropLink(store: Store, name: Own): Promise<void> {
  await store.disk.remove(name);
  await store.disk.removeFolder(store.path('links'));
}

function nameOf(store: Store, inode: number): Own {
  return store.path('links', String(inode));
}

function linked(entries: readonly Entry[], back: boolean) {
  return entries.flatMap(({ path, real, stat, database }) =>
    stat?.inode === undefined || database !== undefined ? [] : [{ path: real ?? path, inode: stat.inode, back }],
  );
}
