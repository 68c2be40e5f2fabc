import { copiesOf } from './backups.ts';
import { hashFile } from './disk.ts';
import { readAll } from './receipts.ts';
import type { Store } from './store.ts';

/** One copy that cannot be relied on. */
export interface BadCopy {
  readonly run: string;
  /** The file that it was made from. */
  readonly path: string;
  /** Where it should lie. */
  readonly copy: string;
  readonly wrong: 'missing' | 'damaged';
}

export interface BackupsCheck {
  readonly root: string;
  readonly runs: number;
  /** Different copies that receipts name, and their bytes. */
  readonly copies: number;
  readonly bytes: number;
  readonly bad: readonly BadCopy[];
  /** Ids whose receipt this release cannot read: their copies were not looked at. */
  readonly unreadable: readonly string[];
  /** Our own files and folders that others can read. */
  readonly open: readonly string[];
}

/** Reads every copy that a receipt names and compares its sha256 with its name. */
export async function verifyBackups(store: Store): Promise<BackupsCheck> {
  const { receipts, unreadable } = await readAll(store);
  const looked = new Map<string, BadCopy['wrong'] | null>();
  const bad: BadCopy[] = [];
  let bytes = 0;
  for (const receipt of receipts) {
    for (const [sha, { path }] of copiesOf(receipt)) {
      const copy = store.blob(sha);
      if (!looked.has(sha)) {
        const found = await hashFile(copy).catch(() => 'unreadable');
        looked.set(sha, found === sha ? null : found === null ? 'missing' : 'damaged');
        bytes += (await store.world.files.stat(copy))?.size ?? 0;
      }
      const wrong = looked.get(sha);
      if (wrong != null) bad.push({ run: receipt.id, path, copy, wrong });
    }
  }
  return {
    root: store.root,
    runs: receipts.length,
    copies: looked.size,
    bytes,
    bad,
    unreadable,
    open: await open(store),
  };
}

async function open(store: Store): Promise<string[]> {
  const found: string[] = [];
  const look = async (path: string, depth: number) => {
    const stat = await store.world.files.lstat(path);
    if (stat === null || stat.kind === 'symlink') return;
    // What a hard link led to keeps the permissions that it has under its other names.
    if (path === store.path('links')) depth = 0;
    if ((stat.mode & 0o077) !== 0) found.push(path);
    if (stat.kind !== 'directory' || depth === 0) return;
    for (const name of (await store.world.files.list(path)) ?? []) await look(`${path}/${name}`, depth - 1);
  };
  await look(store.root, 3);
  return found;
}
