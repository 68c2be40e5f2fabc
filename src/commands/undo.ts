import type { ExitCode } from '../system/problem.ts';
import type { CommandContext } from './context.ts';
import { engineFor, runOptions } from './engine.ts';
import { exitCodeOf } from './exit-code.ts';
import { list } from './list.ts';
import { receiptJson, receiptText, undoCommand } from './print-run.ts';

/**
 * `clawauth-setup undo [ID] [--list]`: takes the newest run back, or the one named; first whatever an interrupted run
 * left. Reads no OpenClaw config and needs no network, so that it works when both are broken.
 */
export async function runUndo(context: CommandContext): Promise<ExitCode> {
  const { args, streams, signal } = context;
  const engine = await engineFor(context);
  if (args.switches.has('list')) return list(context, await engine.backups());

  const leftover = args.operand === undefined ? await engine.pending() : null;
  if (leftover !== null) streams.err(`Taking back a run that was interrupted: ${leftover.title}\n`);
  const options = runOptions(context);
  const receipt = leftover === null ? await engine.undo(args.operand, options) : await engine.recover('undo', options);
  // Taking an interrupted run back ends with that run "put back", which is what was asked for.
  const asked = leftover !== null && receipt.outcome === 'put back';
  const code = signal.aborted ? 130 : asked ? 0 : exitCodeOf(receipt);
  if (args.switches.has('json')) {
    const answer = { schema: 1, command: 'undo', ok: code === 0, exitCode: code, receipt: receiptJson(receipt) };
    streams.out(`${JSON.stringify(answer)}\n`);
  } else streams.out(asked ? 'Taken back.\n' : receiptText(receipt, undoCommand(receipt, context.world.sandbox)));
  return code;
}
