import type { Receipt } from '../engine/types.ts';
import type { ExitCode } from '../system/problem.ts';
import type { CommandContext } from './context.ts';

/**
 * What a command ends with: words for people, or with `--json` one object in one line. `changed` of `more`: whether anything is
 * other than before; of a plan or a dry run, whether it would be.
 */
export function answer(
  { args, streams }: Pick<CommandContext, 'args' | 'streams'>,
  exitCode: ExitCode,
  more: { readonly changed: boolean; readonly [key: string]: unknown },
  words: () => string,
): ExitCode {
  const start = { schema: 1, command: args.command, ok: exitCode === 0, exitCode };
  streams.out(args.switches.has('json') ? `${JSON.stringify({ ...start, ...more })}\n` : words());
  return exitCode;
}

/** Whether a run left anything other than it was before. */
export function changedBy({ outcome, steps }: Receipt): boolean {
  if (outcome === 'put back') return false;
  return steps.some(
    ({ state, outcome: became }) =>
      state === 'done' || (state === 'reverted' && became?.state !== 'already gone' && became?.state !== 'kept'),
  );
}
