import type { RunSummary } from '../engine/index.ts';
import type { ExitCode } from '../system/problem.ts';
import type { CommandContext } from './context.ts';

/** `clawauth-setup undo --list`: the runs that are kept, newest first. */
export function list(context: CommandContext, runs: readonly RunSummary[]): ExitCode {
  if (context.args.switches.has('json')) {
    context.streams.out(`${JSON.stringify({ schema: 1, command: 'undo', ok: true, exitCode: 0, runs })}\n`);
    return 0;
  }
  if (runs.length === 0) context.streams.out('No run is kept here.\n');
  for (const run of runs) {
    const state = run.unreadable !== undefined ? 'unreadable' : run.undoneBy === undefined ? run.outcome : 'taken back';
    const at = run.startedAt.slice(0, 16).replace('T', ' ');
    context.streams.out(`${run.id}  ${at} UTC  ${state.padEnd(14)} ${run.unreadable ?? run.title}\n`);
  }
  return 0;
}
