import { actionKinds } from '../actions/index.ts';
import { type Engine, openEngine, type RunOptions } from '../engine/index.ts';
import { findInstalls } from '../openclaw/install.ts';
import type { CommandContext } from './context.ts';
import { progress } from './progress.ts';
import { confirm } from './prompt.ts';

/** The engine with every kind of action, and with the Node that can copy OpenClaw's databases while they are in use. */
export async function engineFor(context: Pick<CommandContext, 'world' | 'version'>): Promise<Engine> {
  const { world, version } = context;
  // Found on disk alone: undo must work when OpenClaw does not.
  const installs = await findInstalls(world).catch(() => []);
  const node = installs.find((install) => install.wins)?.node.path ?? null;
  return openEngine({
    world,
    kinds: actionKinds,
    version,
    freesDatabases: 'openclaw gateway stop',
    ...(node === null ? {} : { sqliteNode: node }),
  });
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
