import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { stateHome } from '../system/folders.ts';
import { sha256 } from '../system/hash.ts';
import { nearestPresent } from '../system/nearest.ts';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { type Disk, hashFile, type Own, ownPath } from './disk.ts';

/** Files up to this size are read once and kept in memory while they are copied; larger ones are streamed. */
const IN_MEMORY = 4 << 20;

/** Where journals, receipts and backups live. */
export function stateRoot(world: World): string {
  return join(stateHome(world), 'clawauth-setup');
}

/** Whether any run may be kept there: nothing else has to be loaded to know that none is. */
export async function anyRun(world: World): Promise<boolean> {
  const runs = world.files.list(join(stateRoot(world), 'runs'));
  return runs.then((names) => (names ?? []).length > 0).catch(() => true);
}

/** The state directory: `lock`, `blobs/<2>/<sha256>`, `links/<inode>`, `runs/<id>/{journal.jsonl,receipt.json}`, `tmp/`. */
export class Store {
  readonly root: string;
  readonly world: World;
  readonly disk: Disk;
  /** The command that ends the program which has the databases open. */
  readonly freesDatabases: string;
  readonly #known = new Set<string>();
  readonly #unsynced = new Set<string>();

  constructor(world: World, disk: Disk, freesDatabases = 'clawauth-setup status') {
    this.world = world;
    this.freesDatabases = freesDatabases;
    this.disk = disk;
    this.root = stateRoot(world);
  }

  path(...names: string[]): Own {
    return ownPath(this.root, ...names);
  }

  /** Makes the directories, 0700 whatever the umask, and empties `tmp/`. Only with the lock held for the latter. */
  async prepare(): Promise<void> {
    await this.#refuseOthers();
    const missing: string[] = [];
    for (let path = this.root; (await this.world.files.stat(path)) === null; path = join(path, '..')) {
      missing.unshift(path);
    }
    for (const path of missing) await this.disk.makeFolder(path as Own, { mode: 0o700 });
    const stat = await this.world.files.stat(this.root);
    if (stat !== null && (stat.mode & 0o077) !== 0) await this.disk.chmod(this.path(), 0o700);
    for (const name of ['blobs', 'runs', 'tmp']) await this.folder(this.path(name));
  }

  /** As root in somebody's home: what root made or changed there, its owner could not use any more. */
  async #refuseOthers(): Promise<void> {
    const { world, root } = this;
    if (world.uid !== 0) return;
    const at = await nearestPresent(world.files, root);
    const stat = await world.files.stat(at);
    if (stat === null || stat.uid === 0) return;
    throw new Problem('state-other-user', `${at} belongs to another user (uid ${stat.uid}), but this runs as root.`, {
      why: 'Files that root makes there could not be used by that user any more. Nothing was changed.',
      next: `sudo -u '#${stat.uid}' -H clawauth-setup`,
    });
  }

  async clearTemp(): Promise<void> {
    for (const name of (await this.world.files.list(this.path('tmp'))) ?? []) {
      await this.disk.remove(this.path('tmp', name));
    }
  }

  async folder(path: Own): Promise<void> {
    if ((await this.world.files.stat(path)) === null) await this.disk.makeFolder(path, { mode: 0o700 });
  }

  temp(): Own {
    return this.path('tmp', randomBytes(8).toString('hex'));
  }

  /** Writes one of our own files atomically, 0600. */
  async write(path: Own, text: string): Promise<void> {
    await this.disk.replace(path, new TextEncoder().encode(text), { mode: 0o600 }, this.temp());
  }

  // ── backups ────────────────────────────────────────────────────────────────────────────────────────────────────────

  blob(sha: string): Own {
    return this.path('blobs', sha.slice(0, 2), sha);
  }

  /** The stored bytes. Throws a `Problem` when the copy is gone or no longer what it was. */
  async readBlob(sha: string): Promise<Uint8Array> {
    const bytes = await this.world.files.read(this.blob(sha));
    if (bytes === null || sha256(bytes) !== sha) {
      throw new Problem('backup-damaged', `The backup copy ${this.blob(sha)} is missing or damaged.`);
    }
    return bytes;
  }

  /**
   * Copies `path` into the store and gives its sha256; null when it is absent. A file that keeps changing while it is
   * read is a `Problem`. Call {@link sync} before relying on the copy.
   */
  async keep(path: string, size: number): Promise<string | null> {
    if (size <= IN_MEMORY) {
      const bytes = await this.world.files.read(path);
      if (bytes === null) return null;
      const sha = sha256(bytes);
      if (!(await this.#has(sha))) await this.#put(sha, bytes);
      return sha;
    }
    for (let attempt = 0; attempt < 3; attempt++) {
      const sha = await hashFile(path);
      if (sha === null || (await this.#has(sha))) return sha;
      const temp = this.temp();
      await this.disk.replace(temp, { copyOf: path as Own }, { mode: 0o600 }, this.temp());
      if ((await hashFile(temp)) === sha) {
        await this.#folderOf(sha);
        await this.disk.rename(temp, this.blob(sha));
        this.#noted(sha);
        return sha;
      }
      await this.disk.remove(temp);
    }
    throw new Problem('file-busy', `${path} keeps changing while it is being copied.`, {
      why: 'A backup of a file that is being written would be worthless.',
      next: 'clawauth-setup status',
    });
  }

  /** Makes every copy since the last call survive a power cut. */
  async sync(): Promise<void> {
    for (const folder of this.#unsynced) await this.disk.syncFolder(folder);
    this.#unsynced.clear();
  }

  async #has(sha: string): Promise<boolean> {
    if (this.#known.has(sha)) return true;
    const there = (await hashFile(this.blob(sha))) === sha;
    if (there) this.#known.add(sha);
    return there;
  }

  async #put(sha: string, bytes: Uint8Array): Promise<void> {
    await this.#folderOf(sha);
    await this.disk.replace(this.blob(sha), bytes, { mode: 0o600, folderLater: true }, this.temp());
    this.#noted(sha);
  }

  async #folderOf(sha: string): Promise<void> {
    await this.folder(this.path('blobs', sha.slice(0, 2)));
  }

  #noted(sha: string): void {
    this.#known.add(sha);
    this.#unsynced.add(join(this.blob(sha), '..'));
  }

  // ── runs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Ids of all runs, oldest first. */
  async runs(): Promise<readonly string[]> {
    const names = (await this.world.files.list(this.path('runs'))) ?? [];
    return names.filter((name) => RUN_ID.test(name));
  }

  /** A new id, greater than every id before it even when the clock was set back. */
  async newId(): Promise<string> {
    const last = (await this.runs()).at(-1);
    const now = Math.floor(this.world.clock.now() / 1000) * 1000;
    const after = last === undefined ? now : Math.max(now, timeOfId(last) + 1000);
    const digits = new Date(after).toISOString().replace(/\D/g, '');
    return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${randomBytes(2).toString('hex')}`;
  }
}

const RUN_ID = /^\d{8}-\d{6}-[0-9a-f]{4}$/;

/** Unix ms at which a run began. */
export function timeOfId(id: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/.exec(id) ?? [];
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
}
