import { sha256 } from '../system/hash.ts';
import { Overlay, withOverlay } from '../system/overlay.ts';
import { Problem } from '../system/problem.ts';
import { redact } from '../system/secret.ts';
import type { FileStat, ReadFiles, World } from '../system/world.ts';
import { Checkpoint } from './checkpoint.ts';
import { type Attributes, type Content, Disk, hashFile } from './disk.ts';
import type { JournalRecord } from './journal.ts';
import type { StepToUndo } from './runs.ts';
import { Store } from './store.ts';
import type { Action, ActionKinds, Dry, RunEvent } from './types.ts';
import { Work, type WorkContext, withOriginal } from './work.ts';

/** A file that a step would change; null for absent. */
export interface WouldChange {
  /** As the step names it; `real` with links followed. */
  readonly path: string;
  readonly real: string;
  readonly now: Uint8Array | null;
  readonly then: Uint8Array | null;
  /** Names of a hard link: the others keep what is there now. */
  readonly links?: number;
}

/** What a step would do, in the order in which it would: lines for a person, and files. */
export type Would = string | WouldChange;

/** Files up to this size are hashed in memory. */
const IN_MEMORY = 4 << 20;

/** Steps run through a dry door, one after the other: each sees what those before it would leave. */
export class DryRun {
  readonly #kinds: ActionKinds;
  readonly #world: World;
  readonly #overlay: Overlay;
  readonly #store: Store;
  readonly #hidden = new Set<string>();
  /** By real path: the name by which a step changed it. */
  readonly #changed = new Map<string, string>();
  readonly #shared: Pick<WorkContext, 'expected' | 'found'> = { expected: new Map(), found: new Set() };
  /** What somebody wrote since a step that was taken back, and that keeps it from going back exactly: paths. */
  readonly changedSince: string[] = [];

  constructor(world: World, kinds: ActionKinds) {
    this.#kinds = kinds;
    this.#world = world;
    this.#overlay = new Overlay(world.files);
    const { network: _, ...without } = withOverlay(world, this.#overlay);
    const files = { ...this.#overlay.files, sha256: hashes(world.files, this.#overlay) };
    this.#store = new Store({ ...without, files }, new DryDisk(this.#overlay, files));
  }

  /** What applying a new action would do. Throws the `Problem` of one that could not work. */
  apply(action: Action): Promise<readonly Would[]> {
    return this.#step('apply', async (run, before) => {
      const checkpoint = await Checkpoint.take(this.#store, action.touches, { dry: before });
      await new Work(run, 0, 'do', checkpoint, action.touches, false, neverAborted).apply(action);
      return [];
    });
  }

  /** What taking this step back, or bringing it back, would do. `fresh`: no step of the same run was new. */
  revert(step: StepToUndo, fresh: boolean): Promise<readonly Would[]> {
    const { action, checkpoint: target = { before: [], after: [], written: [], ranProgram: false } } = step;
    return this.#step('revert', async (run, before) => {
      for (const { path, database } of target.before) if (database !== undefined) run.dry?.hide(path);
      const touches = withOriginal(action.touches, target);
      const left = step.outcome?.left;
      try {
        const checkpoint = await Checkpoint.take(this.#store, touches, { dry: before });
        const work = new Work(run, 0, 'do', checkpoint, touches, fresh, neverAborted);
        const { outcome } = await work.revert({ action, undo: step.undo, left }, target, step.direction === 'revert');
        if (outcome?.state === 'ours removed' || outcome?.state === 'left in place') {
          const left = new Map(target.after?.map((entry) => [entry.path, entry.sha256]));
          const changed = checkpoint.entries.filter(({ path, sha256 }) => left.get(path) !== sha256);
          this.changedSince.push(...changed.map(({ path }) => path));
        }
        return outcome?.notes ?? [];
      } catch (error) {
        // It would fail, and the steps after it would be taken back all the same.
        if (error instanceof Problem) return [error.what];
        throw error;
      }
    });
  }

  /** Every file that is not as it is on disk, in the order in which steps changed them first. */
  async files(): Promise<readonly WouldChange[]> {
    const changes = [...this.#changed].map(([real, path]) => this.#change(real, path, this.#world.files));
    return (await Promise.all(changes)).filter((change) => change !== null);
  }

  async #step(
    direction: 'apply' | 'revert',
    work: (run: WorkContext, before: ReadFiles) => Promise<readonly string[]>,
  ): Promise<readonly Would[]> {
    const before = this.#overlay.frozen();
    const done: (string | { readonly real: string; readonly path: string })[] = [];
    const dry: Dry = {
      world: this.#world,
      tell: (line) => void done.push(line),
      hide: (...paths) => {
        for (const path of paths) this.#hidden.add(path);
      },
    };
    const add = async (record: JournalRecord) => {
      if (record.t !== 'write') return;
      const { path, target } = record;
      if (!this.#changed.has(target)) this.#changed.set(target, path);
      if (!done.some((one) => typeof one !== 'string' && one.real === target)) done.push({ real: target, path });
    };
    const journal = { store: this.#store, mask: redact, add };
    // What comes out is told of what is taken back; a new step has its own lines for a preview.
    const emit = (event: RunEvent) => {
      if (direction === 'revert' && event.type === 'note') done.push(event.text);
    };
    const notes = await work({ journal, kinds: this.#kinds, secrets: {}, ...this.#shared, dry, emit }, before);
    const would: Would[] = [];
    for (const one of [...done, ...notes]) {
      const change = typeof one === 'string' ? one : await this.#change(one.real, one.path, before);
      if (change !== null) would.push(change);
    }
    return would;
  }

  async #change(real: string, path: string, before: ReadFiles): Promise<WouldChange | null> {
    if (this.#hidden.has(real) || this.#hidden.has(path)) return null;
    const stat = await before.lstat(real);
    if (stat !== null && stat.kind !== 'file') return null;
    const [now, then] = [await before.read(real), await this.#overlay.files.read(real)];
    if (now === null || then === null ? now === then : Buffer.from(now).equals(then)) return null;
    return { path, real, now, then, ...(stat?.links === undefined ? {} : { links: stat.links }) };
  }
}

const neverAborted = new AbortController().signal;

/** A file that no step would change is hashed once. */
function hashes(disk: ReadFiles, overlay: Overlay): (path: string) => Promise<string | null> {
  const known = new Map<string, Promise<string | null>>();
  const hash = async (path: string, from: ReadFiles) => {
    if (((await from.stat(path))?.size ?? 0) > IN_MEMORY && from === disk) return hashFile(path);
    const bytes = await from.read(path);
    return bytes === null ? null : sha256(bytes);
  };
  return async (path) => {
    const real = await overlay.files.realpath(path);
    if (real === null) return null;
    if (overlay.has(real)) return hash(real, overlay.files);
    const found = known.get(real) ?? hash(real, disk);
    known.set(real, found);
    return found;
  };
}

/** Puts into the overlay what would reach the disk. */
class DryDisk extends Disk {
  readonly #overlay: Overlay;
  readonly #files: ReadFiles;

  constructor(overlay: Overlay, files: ReadFiles) {
    super(({ name, path }) => {
      throw new Error(`A dry run may not ${name} ${path}`);
    });
    this.#overlay = overlay;
    this.#files = files;
  }

  override replace(path: string, content: Content, attributes: Attributes): Promise<void> {
    const { mode, owner, mtimeMs } = attributes;
    const stat: Partial<FileStat> = { mode, ...owner, ...(mtimeMs === undefined ? {} : { mtimeMs }) };
    return this.#overlay.put(path, { kind: 'file', content, stat });
  }

  override replaceWithLink(path: string, link: string): Promise<void> {
    return this.#overlay.put(path, { kind: 'symlink', link });
  }

  override async replaceWithKept(path: string, kept: string): Promise<boolean> {
    await this.#overlay.put(path, { kind: 'file', content: { copyOf: kept } });
    return true;
  }

  override remove(path: string): Promise<void> {
    return this.#overlay.put(path, null);
  }

  override async chmod(path: string, mode: number): Promise<void> {
    const stat = await this.#files.stat(path);
    if (stat?.kind !== 'file') return;
    const content = (await this.#files.read(path)) ?? new Uint8Array();
    await this.#overlay.put(path, { kind: 'file', content, stat: { ...stat, mode } });
  }

  override makeFolder(path: string, { mode, owner }: Attributes): Promise<void> {
    return this.#overlay.put(path, { kind: 'directory', stat: { mode, ...owner } });
  }

  override async removeFolder(path: string): Promise<boolean> {
    if (((await this.#files.list(path)) ?? []).length > 0) return false;
    await this.#overlay.put(path, null);
    return true;
  }

  override makeTree(path: string, _files: unknown, attributes: Attributes): Promise<void> {
    return this.makeFolder(path, attributes);
  }

  override async removeTree(path: string, _temp: string, inside?: string): Promise<void> {
    if (inside === undefined) await this.#overlay.put(path, null);
  }
}
