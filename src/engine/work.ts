import { Problem } from '../system/problem.ts';
import type { Secret } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import type { Checkpoint } from './checkpoint.ts';
import { Door, type Expected } from './door.ts';
import type { Journal, StepState } from './journal.ts';
import { Original } from './original.ts';
import { entryOf, snapshot } from './snapshot.ts';
import type {
  Action,
  ActionKind,
  ActionKinds,
  ApplyContext,
  Dry,
  Entry,
  RevertContext,
  RevertOutcome,
  RunEvent,
  StepCheckpoint,
  Touch,
  Words,
} from './types.ts';

export type Phase = 'do' | 'back';

export interface WorkContext {
  readonly journal: Pick<Journal, 'store' | 'add' | 'mask'>;
  readonly kinds: ActionKinds;
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly expected: Expected;
  /** See {@link RevertContext.found}. */
  readonly found: Set<string>;
  /** Of a preview. */
  readonly dry?: Dry;
  emit(event: RunEvent): void;
}

/** The kind of an action, if this release can execute that version of it. */
export function knownKind(kinds: ActionKinds, action: Action): { kind: ActionKind; params: unknown } | null {
  const kind = kinds.get(action.kind);
  if (kind === undefined || action.schema > kind.schema) return null;
  return { kind, params: kind.parse(action.params, action.schema) };
}

/** What a step is called; one that this release does not know goes by its kind. */
export function wordsOf(kinds: ActionKinds, action: Action): { forward: Words; backward: Words } {
  try {
    const known = knownKind(kinds, action);
    if (known !== null) return known.kind.describe(known.params);
  } catch {}
  return {
    forward: { headline: `${action.kind} (not known to this release)` },
    backward: { headline: `Put back the files of ${action.kind}`, because: 'This release does not know this step.' },
  };
}

/** The touches of a step that is taken back also cover what its checkpoint found, and what links led to. */
export function withOriginal(touches: readonly Touch[], target: StepCheckpoint): Touch[] {
  const all = new Map<string, Touch>(touches.map((touch) => [`${touch.as} ${touch.path}`, touch]));
  const add = (path: string, as: Touch['as']) => all.set(`${as} ${path}`, { path, as });
  for (const entry of [...target.before, ...(target.after ?? [])]) {
    if (entry.database !== undefined) add(entry.database, 'sqlite');
    else if (entry.tree !== undefined) add(entry.path, 'tree');
    else add(entry.path, 'file');
    for (const path of [entry.real, ...(entry.missingFolders ?? [])]) {
      if (path !== undefined) add(path, 'file');
    }
  }
  return [...all.values()];
}

interface Ended {
  readonly undo?: unknown;
  readonly outcome?: RevertOutcome;
}

/** What the kinds get to see of one running step. */
export class Work {
  readonly #run: WorkContext;
  readonly #signal: AbortSignal;
  readonly #index: number;
  readonly #phase: Phase;
  readonly #checkpoint: Checkpoint;
  readonly #touches: readonly Touch[];
  readonly #expected: Expected;
  readonly #door: Door;
  readonly #notes: string[] = [];
  #ranProgram = false;
  /** Something is left for the person to do. */
  isLeft = false;

  constructor(
    run: WorkContext,
    index: number,
    phase: Phase,
    checkpoint: Checkpoint,
    touches: readonly Touch[],
    fresh: boolean,
    signal: AbortSignal,
  ) {
    this.#run = run;
    this.#signal = signal;
    this.#index = index;
    this.#phase = phase;
    this.#checkpoint = checkpoint;
    this.#touches = touches;
    // An undo, and putting back, start from what is there now; going forward, from what the plan saw.
    this.#expected = fresh ? new Map() : run.expected;
    for (const entry of checkpoint.entries) {
      const real = entry.real ?? entry.path;
      if (!this.#expected.has(real)) this.#expected.set(real, entry.sha256);
    }
    this.#door = new Door(run.journal.store, checkpoint, this.#expected, (intent) =>
      run.journal.add({ t: 'write', step: index, phase, ...intent }),
    );
  }

  async apply(action: Action): Promise<Ended> {
    const known = knownKind(this.#run.kinds, action);
    if (known === null) throw new Problem('unknown-action', `This release cannot do "${action.kind}".`);
    const undo = await known.kind.apply(known.params, {
      ...this.#shared(),
      secret: (name) => {
        const secret = this.#run.secrets[name];
        if (secret !== undefined) return secret;
        throw new Problem('secret-missing', `This step needs the ${name}, which is never stored.`, {
          why: 'A run that goes on after an interruption has to be given it again.',
          next: 'clawauth-setup undo',
        });
      },
    });
    return undo === undefined ? {} : { undo };
  }

  async revert(
    step: Pick<StepState, 'action' | 'undo' | 'left' | 'outcome'>,
    target: StepCheckpoint,
    redo: boolean,
  ): Promise<Ended> {
    // Put back in the same run, what `do` left stands in its own outcome.
    const left = this.#phase === 'back' ? step.outcome?.left : step.left;
    const original = new Original(this.#run.journal.store, this.#door, target, this.#checkpoint);
    const context: RevertContext = {
      ...this.#shared(),
      found: this.#run.found,
      left,
      original,
    };
    const outcome = await this.#carryBack(step, redo, context);
    // A recovery that was killed may have removed a file and not its folders: a kind then finds its file gone.
    await original.removeMadeFolders();
    for (const before of target.before) await this.#door.rejoin(before);
    return { outcome };
  }

  async #carryBack(
    step: Pick<StepState, 'action' | 'undo'>,
    redo: boolean,
    context: RevertContext,
  ): Promise<RevertOutcome> {
    let known: ReturnType<typeof knownKind> = null;
    try {
      known = knownKind(this.#run.kinds, step.action);
    } catch {
      // Params of a release that this one cannot read: the files can still be put back.
    }
    if (known === null) {
      this.note(`"${step.action.kind}" is not known to this release; only its files were put back.`);
      return restoreFiles(context);
    }
    if (!redo) return known.kind.revert(known.params, step.undo, context);
    return (await known.kind.redo?.(known.params, step.undo, context)) ?? (await restoreFiles(context));
  }

  note(text: string): void {
    this.#notes.push(text);
    this.#say(text);
  }

  /** How databases were copied is for the receipt; on screen it is enough that they were. */
  noteCopies(how: readonly string[]): void {
    this.#notes.push(...how);
    if (how.length === 0) return;
    this.#say(`Backed up ${how.length === 1 ? 'the credential database' : `${how.length} credential databases`}.`);
  }

  #say(text: string): void {
    this.#run.emit({ type: 'note', index: this.#index, text: this.#run.journal.mask(text) });
  }

  async flush(): Promise<void> {
    for (const text of this.#notes.splice(0)) await this.#run.journal.add({ t: 'note', step: this.#index, text });
  }

  /** The state that the step leaves; later steps of this run expect to find it. */
  async look(): Promise<Entry[]> {
    const after = await snapshot(this.#run.journal.store.world, this.#touches);
    if (this.#expected === this.#run.expected) {
      for (const entry of after) this.#expected.set(entry.real ?? entry.path, entry.sha256);
    }
    return after;
  }

  #shared(): Omit<ApplyContext, 'secret'> {
    const { journal, dry } = this.#run;
    const { world } = journal.store;
    return {
      dry,
      world: { ...world, processes: { run: (argv, options) => this.#program(world, argv, options) } },
      door: this.#door,
      backups: this.#checkpoint,
      signal: this.#signal,
      note: (text) => this.note(text),
      byHand: (text) => {
        this.isLeft = true;
        this.note(text);
      },
    };
  }

  /** A program may write what the step named: written down before, and what it left is what comes next expects. */
  async #program(world: World, ...[argv, options]: Parameters<World['processes']['run']>) {
    if (!this.#ranProgram) {
      this.#ranProgram = true;
      await this.#run.journal.add({ t: 'program', step: this.#index, phase: this.#phase });
    }
    try {
      return await world.processes.run(argv, { signal: this.#signal, ...options });
    } finally {
      for (const { path, stat } of this.#checkpoint.entries) {
        if (stat?.kind === 'directory') continue;
        const now = await entryOf(world, path);
        this.#expected.set(now.real ?? path, now.sha256);
      }
    }
  }
}

/** What the engine can do without the kind: exact files where nobody changed them since. */
export async function restoreFiles(context: RevertContext): Promise<RevertOutcome> {
  const { restored, changedSince } = await context.original.restoreUntouched();
  const notes = changedSince.map((path) => `${path} was changed since; it was left as it is.`);
  return {
    state: changedSince.length > 0 ? 'left in place' : restored.length > 0 ? 'restored' : 'already gone',
    notes,
  };
}
