import { basename, dirname, join } from 'node:path';
import { sha256 } from '../system/hash.ts';
import { Problem } from '../system/problem.ts';
import type { FileStat } from '../system/world.ts';
import { shellQuote } from '../text.ts';
import type { Checkpoint } from './checkpoint.ts';
import { hashFile } from './disk.ts';
import { keptFile } from './hard-links.ts';
import { entryOf, sameState, treeEntry } from './snapshot.ts';
import { blobOf } from './sqlite.ts';
import type { Store } from './store.ts';
import type { Backed, Entry, WriteDoor } from './types.ts';

/** What the door is about to do, written into the journal first. `sha256` null: removed. */
export interface WriteIntent {
  readonly path: string;
  readonly target: string;
  readonly temp: string;
  readonly sha256: string | null;
}

/** sha256 of each real path as the plan, or the last thing this run did, left it; null for absent. */
export type Expected = Map<string, string | null>;

const READ_AND_WRITE = 0o600;

export class Door implements WriteDoor {
  readonly #store: Store;
  readonly #checkpoint: Checkpoint;
  readonly #expected: Expected;
  readonly #intend: (intent: WriteIntent) => Promise<void>;

  constructor(
    store: Store,
    checkpoint: Checkpoint,
    expected: Expected,
    intend: (intent: WriteIntent) => Promise<void>,
  ) {
    this.#store = store;
    this.#checkpoint = checkpoint;
    this.#expected = expected;
    this.#intend = intend;
  }

  async replace(path: Backed, content: Uint8Array | string, options: { readonly mode?: number } = {}): Promise<void> {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const { target, stat } = await this.#checked(path);
    const mode = options.mode ?? stat?.mode ?? READ_AND_WRITE;
    const sha = sha256(bytes);
    if (stat !== null && sha === this.#expected.get(target)) {
      if (stat.mode !== mode) await this.#store.disk.chmod(target, mode);
      return;
    }
    if (stat !== null && (stat.mode & 0o200) === 0) {
      throw new Problem('file-read-only', `${target} is marked read-only.`, {
        why: 'Somebody protected it against changes, so it is left alone.',
        next: `chmod u+w ${shellQuote(target)}`,
      });
    }
    const folder = stat === null ? await this.#makeFolders(path, target) : null;
    const owner = stat ?? folder;
    const temp = this.#store.disk.tempFor(target);
    await this.#intend({ path, target, temp, sha256: sha });
    await this.#store.disk.replace(
      target,
      bytes,
      { mode, ...(owner === null ? {} : { owner: { uid: owner.uid, gid: owner.gid } }) },
      temp,
    );
    this.#expected.set(target, sha);
  }

  /** Removes the file, or the link when it is one: what a link points to is not ours to delete. */
  async remove(path: Backed): Promise<void> {
    const { target } = await this.#checked(path);
    await this.#intend({ path, target, temp: '', sha256: null });
    await this.#store.disk.remove(path);
    this.#expected.set(path, null);
  }

  async relink(path: Backed): Promise<void> {
    const { link } = this.#checkpoint.entry(path);
    if (link === undefined || (await entryOf(this.#store.world, path)).link === link) return;
    const temp = this.#store.disk.tempFor(path);
    await this.#intend({ path, target: path, temp, sha256: null });
    await this.#store.disk.replaceWithLink(path, link, temp);
  }

  async chmod(path: Backed, mode: number): Promise<void> {
    const { target, stat } = await this.#checked(path);
    if (stat !== null && stat.mode !== mode) await this.#store.disk.chmod(target, mode);
  }

  async makeFolder(path: Backed): Promise<void> {
    if ((await this.#store.world.files.stat(this.#checkpoint.of(path)))?.kind === 'directory') return;
    const owner = await this.#makeFolders(path, path);
    await this.#intendFolder(path);
    await this.#store.disk.makeFolder(path, { mode: 0o700, ...(owner === null ? {} : { owner }) });
  }

  async makeTree(path: Backed, files: Readonly<Record<string, string>>): Promise<void> {
    await this.removeTree(path);
    const owner = await this.#makeFolders(path, path);
    const temp = this.#store.disk.tempFor(path);
    await this.#intend({ path, target: path, temp, sha256: null });
    await this.#store.disk.makeTree(path, files, { mode: 0o700, ...(owner === null ? {} : { owner }) }, temp);
  }

  async removeTree(path: Backed, inside?: string): Promise<void> {
    const now = await treeEntry(this.#store.world, this.#checkpoint.of(path));
    if (now.stat === null && now.link === undefined) return;
    if (now.tree !== true) {
      throw new Problem('folder-not-ours', `${path} is there and was not made by clawauth-setup.`, {
        why: 'It would be emptied. Move it, or remove it if nothing needs it.',
        next: `ls -la ${shellQuote(path)}`,
      });
    }
    const temp = this.#store.disk.tempFor(inside === undefined ? path : join(path, basename(inside)));
    await this.#intend({ path, target: path, temp, sha256: null });
    await this.#store.disk.removeTree(path, temp, inside);
  }

  /** The file behind `path` is what the plan, or the last thing this run did, left. */
  async #checked(path: Backed): Promise<{ target: Backed; stat: FileStat | null }> {
    const { world } = this.#store;
    const now = await entryOf(world, this.#checkpoint.of(path));
    const target = this.#checkpoint.of(now.real ?? path);
    if (now.stat !== null && now.stat.kind !== 'file') {
      throw new Problem('not-a-file', `${target} is not a plain file.`, { next: `ls -ld ${shellQuote(target)}` });
    }
    const expected = this.#expected.get(target);
    if (now.sha256 !== (expected === undefined ? this.#checkpoint.entry(path).sha256 : expected)) {
      throw fileChanged(path);
    }
    if (now.stat !== null && world.uid > 0 && now.stat.uid !== world.uid) {
      throw new Problem('owner-would-change', `${target} belongs to another user (uid ${now.stat.uid}).`, {
        why: 'Writing it would give it to you, and whoever owns it might lose access.',
        next: `ls -ln ${shellQuote(target)}`,
      });
    }
    return { target, stat: now.stat };
  }

  /** Makes the folders above a new file, 0700; as root they and the file get the owner of the folder above. */
  async #makeFolders(path: Backed, target: Backed): Promise<FileStat | null> {
    const { files, uid } = this.#store.world;
    const missing = this.#checkpoint.entry(path).missingFolders ?? [];
    const above = await files.stat(dirname(missing[0] ?? target));
    const owner = uid === 0 && above !== null ? { owner: above } : {};
    for (const folder of missing) {
      await this.#intendFolder(folder);
      await this.#store.disk.makeFolder(this.#checkpoint.of(folder), { mode: 0o700, ...owner });
    }
    return uid === 0 ? above : null;
  }

  // ── restoring: the engine's own use ────────────────────────────────────────────────────────────────────────────────

  /** Brings `before.path` from `now` to exactly what `before` says: bytes, mode, owner, time, link. */
  async restore(before: Entry, now: Entry): Promise<void> {
    const path = this.#checkpoint.of(before.path);
    const { disk } = this.#store;
    if (before.tree !== undefined) return this.removeTree(path);
    if (before.stat === null && before.link === undefined) return this.#removeWhole(path, now);
    if (before.link !== undefined) {
      if (now.link !== before.link) {
        if (now.stat?.kind === 'directory' && now.link === undefined) await this.#removeWhole(path, now);
        const temp = disk.tempFor(path);
        await this.#intend({ path, target: path, temp, sha256: null });
        await disk.replaceWithLink(path, before.link, temp);
      }
      if (before.real === undefined) return;
      const real = await entryOf(this.#store.world, before.real);
      const original = { ...before, path: before.real, link: undefined, real: undefined };
      if (!sameState(original, real)) await this.restore(original, real);
      return;
    }
    if (before.stat?.kind === 'directory') {
      const attributes = { mode: before.stat.mode, owner: before.stat };
      if (now.stat === null) {
        await this.#intendFolder(path);
        await disk.makeFolder(path, attributes);
      }
      if (now.stat?.kind === 'directory' && now.stat.mode !== before.stat.mode) {
        await disk.chmod(path, before.stat.mode);
      }
      return;
    }
    if (before.stat?.kind === 'file') await this.#restoreFile(path, before, now);
  }

  async #restoreFile(path: Backed, before: Entry, now: Entry): Promise<void> {
    const { disk } = this.#store;
    const blob = blobOf(this.#store, before);
    if (blob === null || before.stat === null) return;
    if (now.link === undefined && now.stat?.kind === 'directory') await this.#removeWhole(path, now);
    if ((await hashFile(blob)) !== (before.blob ?? before.sha256)) {
      throw new Problem('backup-damaged', `The backup copy of ${path} is missing or damaged (${blob}).`, {
        why: 'Nothing else holds what was in it, so the file was left as it is now.',
        next: 'clawauth-setup status',
      });
    }
    const { mode, uid, gid, mtimeMs } = before.stat;
    const temp = disk.tempFor(path);
    await this.#intend({ path, target: path, temp, sha256: before.blob ?? before.sha256 });
    await disk.replace(path, { copyOf: blob }, { mode, owner: { uid, gid }, mtimeMs }, temp);
    this.#expected.set(path, before.blob ?? before.sha256);
  }

  /** Joins a file that is again what `before` says, whoever made it so, with the other names that it had then. */
  async rejoin(before: Entry): Promise<void> {
    const { disk, world } = this.#store;
    const original = { ...before, path: before.real ?? before.path, link: undefined, real: undefined };
    const kept = before.database === undefined ? await keptFile(this.#store, original) : null;
    if (kept === null) return;
    const path = this.#checkpoint.of(original.path);
    const now = await entryOf(world, path);
    if (now.stat?.inode === before.stat?.inode || !sameState(original, now)) return;
    const temp = disk.tempFor(path);
    await this.#intend({ path, target: path, temp, sha256: before.blob ?? before.sha256 });
    await disk.replaceWithKept(path, kept, temp);
  }

  async #removeWhole(path: Backed, now: Entry): Promise<void> {
    if (now.stat === null && now.link === undefined) return;
    if (now.link === undefined && now.stat?.kind === 'directory') {
      await this.#intendFolder(path);
      if (await this.#store.disk.removeFolder(path)) return;
      throw new Problem('folder-not-empty', `${path} holds files that were not there before; it was left.`, {
        next: `ls -la ${shellQuote(path)}`,
      });
    }
    await this.#intend({ path, target: path, temp: '', sha256: null });
    await this.#store.disk.remove(path);
    this.#expected.set(path, null);
  }

  /** Removes folders that were made for a new file, innermost first, as long as they are empty. */
  async removeMadeFolders(before: Entry): Promise<void> {
    for (const folder of [...(before.missingFolders ?? [])].reverse()) {
      if ((await this.#store.world.files.lstat(folder))?.kind !== 'directory') continue;
      await this.#intendFolder(folder);
      if (!(await this.#store.disk.removeFolder(this.#checkpoint.of(folder)))) return;
    }
  }

  /** Making or removing a folder is written down too: after a crash it tells our change from somebody's. */
  #intendFolder(path: string): Promise<void> {
    return this.#intend({ path, target: path, temp: '', sha256: null });
  }
}

export function fileChanged(path: string): Problem {
  return new Problem('file-changed', `${path} was changed by another program since the plan was made.`, {
    why: 'Writing it now would lose that change.',
    next: 'clawauth-setup',
  });
}
