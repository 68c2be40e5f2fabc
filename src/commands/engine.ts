import { actionKinds } from '../actions/index.ts';
import { type Engine, openEngine, type RunOptions, stateRoot } from '../engine/index.ts';
import type { ActionKinds } from '../engine/types.ts';
import { containerTyped, onHost } from '../openclaw/container.ts';
import { sqliteNode } from '../openclaw/container-meant.ts';
import { findContainers } from '../openclaw/containers.ts';
import { findInstalls } from '../openclaw/install.ts';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import type { CommandContext } from './context.ts';
import { insteadOfUndo } from './go-on.ts';
import { progress } from './progress.ts';
import { confirm } from './prompt.ts';
import { events } from './words/runs.ts';

/** The engine with every kind of action, and with the Node that can copy OpenClaw's databases while they are in use. */
export async function engineFor(
  context: Pick<CommandContext, 'world' | 'version'>,
  kinds: ActionKinds = actionKinds,
): Promise<Engine> {
  const { world, version } = context;
  // Found on disk alone: undo must work when OpenClaw does not.
  const { node, freesDatabases } = await databaseTools(world);
  const engine = openEngine({
    world,
    kinds,
    version,
    freesDatabases,
    ...(node === null ? {} : { sqliteNode: node }),
  });
  /** An undo that cannot be undone exactly: the command that comes to the same. */
  const orInstead = async <T>(id: unknown, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'changed-since' || typeof id !== 'string') throw error;
      throw new Problem(error.code, error.what, { ...error.more, next: await insteadOfUndo(engine, id) });
    }
  };
  return {
    ...engine,
    undo: (id, options) => orInstead(id, engine.undo(id, options)),
    previewUndo: (which) => orInstead(which, engine.previewUndo(which)),
  };
}

/** The Node that copies a database in use, and the command that stops whoever uses it. */
async function databaseTools(world: World): Promise<{ node: readonly string[] | null; freesDatabases: string }> {
  const installs = await findInstalls(world).catch(() => []);
  const node = installs.find((install) => install.wins)?.node.path ?? null;
  const stop = 'openclaw gateway stop';
  if (node !== null) return { node: [node], freesDatabases: stop };
  const { found } = await findContainers(world);
  const [first] = found;
  if (first === undefined) return { node: null, freesDatabases: stop };
  const states = found.flatMap(({ container }) => onHost(container, container.stateDir) ?? []);
  const copies = stateRoot(world);
  return {
    node: sqliteNode(world, first.container, [...states, copies]),
    freesDatabases: containerTyped(first.container, ['gateway', 'stop']) ?? stop,
  };
}

/** How a command runs the engine: progress on standard error, and a question when Ctrl-C comes in the middle. */
export function runOptions(context: CommandContext): RunOptions {
  const { streams, signal, force } = context;
  return {
    signal,
    force,
    onEvent: progress(context),
    onCancel: async () => {
      // Nobody to ask: the state before is the one that somebody had chosen.
      if (!streams.stdinTty) return 'revert';
      streams.err(`${events.stopped}\n`);
      const back = await confirm(streams, force, events.putBack, true).catch(() => true);
      return back ? 'revert' : 'keep';
    },
  };
}
