import { dirname } from 'node:path';
import { Problem } from '../system/problem.ts';
import type { ReadFiles } from '../system/world.ts';
import { absent, entryOf, snapshot } from './snapshot.ts';
import { copyDatabase } from './sqlite.ts';
import type { Store } from './store.ts';
import type { Backed, Backups, Entry, Touch } from './types.ts';

export interface CheckpointOptions {
  /** A Node with `node:sqlite`, for databases that are in use. */
  readonly sqliteNode?: readonly string[];
  readonly signal?: AbortSignal;
  /** Only copies: a later checkpoint of the same store makes the copies survive a power cut. */
  readonly syncLater?: true;
  /** Of a preview, which changes nothing: these stay as they are now, and are read instead of copies. */
  readonly dry?: ReadFiles;
}

/** Copies of everything one step may change, made and on the disk before the step runs. */
export class Checkpoint implements Backups {
  readonly entries: readonly Entry[];
  /** How databases were copied. */
  readonly notes: readonly string[];
  readonly #store: Store;
  readonly #dry: ReadFiles | undefined;
  readonly #byPath = new Map<string, Entry>();
  readonly #covered = new Set<string>();

  private constructor(store: Store, entries: readonly Entry[], notes: readonly string[], dry?: ReadFiles) {
    this.#store = store;
    this.#dry = dry;
    this.entries = entries;
    this.notes = notes;
    for (const entry of entries) {
      this.#byPath.set(entry.path, entry);
      for (const path of [entry.path, entry.real, ...(entry.missingFolders ?? [])]) {
        if (path !== undefined) this.#covered.add(path);
      }
    }
  }

  static async take(store: Store, touches: readonly Touch[], options: CheckpointOptions = {}): Promise<Checkpoint> {
    const entries = await snapshot(store.world, touches);
    if (options.dry !== undefined) return new Checkpoint(store, entries, [], options.dry);
    const databases = new Map<string, Entry[]>();
    for (const [index, entry] of entries.entries()) {
      if (entry.database !== undefined) {
        databases.set(entry.database, [...(databases.get(entry.database) ?? []), entry]);
      } else if (entry.stat?.kind === 'file') {
        const sha = await store.keep(entry.path, entry.stat.size);
        if (sha === null) entries[index] = await entryOf(store.world, entry.path);
        else Object.assign(entry, { sha256: sha, blob: sha });
      }
    }
    const notes: string[] = [];
    for (const parts of databases.values()) {
      const note = await copyDatabase(store, parts, options);
      if (note !== null) notes.push(note);
    }
    if (options.syncLater !== true) await store.sync();
    return new Checkpoint(store, entries, notes);
  }

  of(path: string): Backed {
    if (this.#covered.has(path) || this.#inTouchedFolder(path)) return path as Backed;
    throw new Problem('not-backed-up', `${path} may not be written: this step did not say that it would.`, {
      why: 'Only what was named before the step ran is in the backup.',
    });
  }

  async before(path: string): Promise<Uint8Array | null> {
    const entry = this.entry(path);
    if (this.#dry !== undefined) return entry.sha256 === null ? null : this.#dry.read(path);
    const sha = entry.blob ?? entry.sha256;
    return sha === null ? null : this.#store.readBlob(sha);
  }

  entry(path: string): Entry {
    return this.#byPath.get(path) ?? absent(path);
  }

  /** A file that was not in a touched folder is backed up by being known as absent. */
  #inTouchedFolder(path: string): boolean {
    const folder = this.#byPath.get(dirname(path));
    return folder?.names !== undefined && !folder.names.includes(path.slice(dirname(path).length + 1));
  }
}
