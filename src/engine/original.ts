import type { Checkpoint } from './checkpoint.ts';
import type { Door } from './door.ts';
import { absent, entryOf, sameContent, sameState, treeEntry } from './snapshot.ts';
import { mustBeFree } from './sqlite.ts';
import type { Store } from './store.ts';
import type { Entry, OriginalCheckpoint, PathState, StepCheckpoint } from './types.ts';

/** The checkpoint of a step that is being taken back, seen from the step that does so. */
export class Original implements OriginalCheckpoint {
  readonly #store: Store;
  readonly #door: Door;
  readonly #step: StepCheckpoint;
  readonly #before: ReadonlyMap<string, Entry>;
  readonly #after: ReadonlyMap<string, Entry>;
  readonly #finished: boolean;

  /** `present` is the checkpoint of the step that takes back: after a crash it tells what the dying step left. */
  constructor(store: Store, door: Door, step: StepCheckpoint, present: Checkpoint) {
    this.#store = store;
    this.#door = door;
    this.#step = step;
    this.#finished = step.after !== undefined;
    this.#before = byPath(step.before);
    // Folders above new files are in the checkpoint only to be removed again when they are empty.
    const made = new Set(step.before.flatMap(({ missingFolders }) => missingFolders ?? []));
    this.#after = byPath(step.after ?? present.entries.filter(({ path }) => this.#before.has(path) || !made.has(path)));
  }

  paths(): readonly string[] {
    return [...new Set([...this.#before.keys(), ...this.#after.keys()])];
  }

  async before(path: string): Promise<{ readonly state: PathState; readonly content: Uint8Array | null }> {
    const entry = this.#beforeOf(path);
    const sha = entry.blob ?? entry.sha256;
    return { state: stateOf(entry), content: sha === null ? null : await this.#store.readBlob(sha) };
  }

  isOurs(path: string): boolean {
    const { stat, link, ownedByOlderRun } = this.#beforeOf(path);
    return link === undefined && (stat === null || ownedByOlderRun === true);
  }

  after(path: string): PathState {
    return stateOf(this.#afterOf(path));
  }

  async untouchedSince(path: string): Promise<boolean> {
    return this.#isAsLeft(await this.#now(path));
  }

  async restoreUntouched(
    paths: readonly string[] = this.paths(),
  ): Promise<{ restored: readonly string[]; changedSince: readonly string[] }> {
    const restored: string[] = [];
    const changedSince: string[] = [];
    const databases = new Set<string>();
    const work: { before: Entry; now: Entry }[] = [];
    for (const path of new Set(paths)) {
      const database = this.#beforeOf(path).database ?? this.#afterOf(path).database;
      if (database !== undefined) {
        databases.add(database);
        continue;
      }
      const before = this.#beforeOf(path);
      if (this.#isTree(path)) {
        const outcome = await this.#restoreTree(path);
        if (outcome === 'restored') restored.push(path);
        if (outcome === 'changed since') changedSince.push(path);
        continue;
      }
      if (sameState(before, this.#afterOf(path))) continue;
      const now = await this.#now(path);
      if (sameState(now, before)) continue;
      if (this.#isAsLeft(now)) work.push({ before: this.#keepLaterMode(before, now), now });
      else changedSince.push(path);
    }

    const folderFirst = work.filter(({ before }) => before.stat?.kind === 'directory').sort(shallowFirst);
    const files = work.filter(({ before, now }) => before.stat?.kind !== 'directory' && !isFolder(now));
    const foldersLast = work.filter(({ before, now }) => before.stat?.kind !== 'directory' && isFolder(now));
    for (const { before, now } of [...folderFirst, ...files]) {
      await this.#door.restore(before, now);
      restored.push(before.path);
    }
    for (const database of databases) {
      const outcome = await this.#restoreDatabase(database);
      if (outcome === 'restored') restored.push(database);
      if (outcome === 'changed since') changedSince.push(database);
    }
    for (const { before, now } of foldersLast.sort(shallowFirst).reverse()) {
      if (((await this.#store.world.files.list(before.path)) ?? []).length > 0) {
        changedSince.push(before.path);
        continue;
      }
      await this.#door.restore(before, now);
      restored.push(before.path);
    }
    await this.removeMadeFolders(paths);
    return { restored, changedSince };
  }

  /** Removes the empty folders that were made for files which are gone again, whoever took those away. */
  async removeMadeFolders(paths: readonly string[] = this.paths()): Promise<void> {
    for (const path of new Set(paths)) {
      const before = this.#beforeOf(path);
      if (before.stat !== null || before.link !== undefined) continue;
      if ((await this.#store.world.files.lstat(path)) === null) await this.#door.removeMadeFolders(before);
    }
  }

  /**
   * A database with its parts, as one. `-shm` is an index that SQLite rebuilds, so it decides nothing. The `-wal` goes
   * first and comes back last: at no moment does one lie beside a database that it does not belong to.
   */
  async #restoreDatabase(database: string): Promise<'same' | 'restored' | 'changed since'> {
    const parts = ['', '-wal', '-journal', '-shm'].map((suffix) => database + suffix);
    const before = parts.map((path) => this.#beforeOf(path));
    const after = parts.map((path) => this.#afterOf(path));
    const now = await Promise.all(parts.map((path) => this.#now(path)));
    const same = (a: readonly Entry[], b: readonly Entry[]) =>
      a.every((entry, index) => index === 3 || sameState(entry, b[index] as Entry));
    if (same(before, after) || same(now, before)) return 'same';
    const ours = now.every((entry, index) => {
      if (index === 3 || this.#isAsLeft(entry) || sameContent(entry, before[index] as Entry)) return true;
      return index > 0 && entry.stat === null;
    });
    if (!ours) return 'changed since';
    await mustBeFree(this.#store, now);
    for (const index of [1, 2, 3]) await this.#door.restore(absent(parts[index] as string), now[index] as Entry);
    const main = before[0] as Entry;
    await this.#door.restore(main, now[0] as Entry);
    const wholeCopy = main.blob === undefined || main.blob === main.sha256;
    for (const index of wholeCopy ? [2, 1, 3] : []) {
      const part = before[index] as Entry;
      if (part.stat !== null) await this.#door.restore(part, absent(part.path));
    }
    return 'restored';
  }

  /** A folder of ours goes whole. What was in one that is gone lies in no backup: its kind makes it again. */
  async #restoreTree(path: string): Promise<'same' | 'restored' | 'changed since'> {
    const [before, now] = [this.#beforeOf(path), await this.#now(path)];
    if (sameContent(now, before)) return 'same';
    if (before.stat !== null || before.link !== undefined || now.tree !== true) return 'changed since';
    await this.#door.restore(before, now);
    return 'restored';
  }

  #isTree(path: string): boolean {
    return (this.#beforeOf(path).tree ?? this.#afterOf(path).tree) !== undefined;
  }

  /** Whether `now` is what the step left, as opposed to somebody's later change. */
  #isAsLeft(now: Entry): boolean {
    if (this.#finished) return sameContent(now, this.#afterOf(now.path));
    // The step died: what is there is as before, or what it was writing, or what the program it had called wrote.
    return (
      this.#step.ranProgram ||
      sameContent(now, this.#beforeOf(now.path)) ||
      this.#step.written.some(
        ({ path, target, sha256 }) => (path === now.path || target === now.path) && sha256 === now.sha256,
      )
    );
  }

  /** Permissions that somebody changed since are theirs. */
  #keepLaterMode(before: Entry, now: Entry): Entry {
    const after = this.#afterOf(before.path);
    if (!this.#finished || before.stat === null || now.stat === null || after.stat === null) return before;
    if (now.stat.mode === after.stat.mode) return before;
    return { ...before, stat: { ...before.stat, mode: now.stat.mode } };
  }

  #beforeOf(path: string): Entry {
    return this.#before.get(path) ?? absent(path);
  }

  #afterOf(path: string): Entry {
    return this.#after.get(path) ?? absent(path);
  }

  #now(path: string): Promise<Entry> {
    return this.#isTree(path) ? treeEntry(this.#store.world, path) : entryOf(this.#store.world, path);
  }
}

function byPath(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  return new Map(entries.map((entry) => [entry.path, entry]));
}

function stateOf(entry: Entry): PathState {
  return { sha256: entry.sha256, stat: entry.stat, link: entry.link };
}

function isFolder(entry: Entry): boolean {
  return entry.link === undefined && entry.stat?.kind === 'directory';
}

function shallowFirst(a: { before: Entry }, b: { before: Entry }): number {
  return a.before.path.length - b.before.path.length;
}
