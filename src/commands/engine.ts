import { actionKinds } from '../actions/index.ts';
import { type Engine, openEngine, type RunOptions } from '../engine/index.ts';
import type { ActionKinds } from '../engine/types.ts';
import { findInstalls } from '../openclaw/install.ts';
import { Problem } from '../system/problem.ts';
import type { CommandContext } from './context.ts';
import { insteadOfUndo } from './go-on.ts';
import { progress } from './progress.ts';
import { confirm } from './prompt.ts';

/** The engine with every kind of action, and with the Node that can copy OpenClaw's databases while they are in use. */
export async function engineFor(
  context: Pick<CommandContext, 'world' | 'version'>,
  kinds: ActionKinds = actionKinds,
): Promise<Engine> {
  const { world, version } = context;
  // Found on disk alone: undo must work when OpenClaw does not.
  const installs = await findInstalls(world).catch(() => []);
  const node = installs.find((install) => install.wins)?.node.path ?? null;
  const engine = openEngine({
    world,
    kinds,
    version,
    freesDatabases: 'openclaw gateway stop',
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
      streams.err('Stopped after the running step.\n');
      const back = await confirm(streams, force, 'Put back what was done so far?', true).catch(() => true);
      return back ? 'revert' : 'keep';
    },
  };
}
