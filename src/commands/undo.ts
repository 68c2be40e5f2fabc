import type { Receipt } from '../engine/types.ts';
import { takeBackView } from '../history/overview.ts';
import { pasteable } from '../system/pasteable.ts';
import { printableRow } from '../system/printable.ts';
import { Cancelled, type ExitCode, Problem } from '../system/problem.ts';
import { answer, changedBy } from './answer.ts';
import type { CommandContext } from './context.ts';
import { engineFor, runOptions } from './engine.ts';
import { exitCodeOf } from './exit-code.ts';
import { goOn } from './go-on.ts';
import { goingText } from './print-plan.ts';
import { receiptJson, receiptText } from './print-run.ts';
import { confirm } from './prompt.ts';
import { leftoverSteps } from './recover.ts';
import { nothingChanged } from './words/asking.ts';
import { outcome, undo as words } from './words/runs.ts';

/**
 * `clawauth-setup undo [ID]`: takes the newest run back, or the one named; first whatever an interrupted run
 * left. On a terminal it shows what goes and asks. Reads no OpenClaw config and needs no network, so that it works when
 * both are broken.
 */
export async function runUndo(context: CommandContext): Promise<ExitCode> {
  const { world, args, streams, signal } = context;
  const engine = await engineFor(context);

  const leftover = args.operand === undefined ? await engine.pending() : null;
  const options = runOptions(context);
  let receipt: Receipt;
  try {
    if (leftover !== null) {
      streams.err(`${words.interrupted(printableRow(leftover.title))}\n`);
      await askFirst(context, () => leftoverSteps(leftover));
      receipt = await engine.recover('undo', options);
    } else {
      const id = args.operand ?? (await engine.inForce())[0]?.id;
      if (id !== undefined)
        await askFirst(
          context,
          async () => goingText(await takeBackView(engine, id), world.home) + newerText(await engine.inForce(), id),
        );
      receipt = await engine.undo(id, options);
    }
  } catch (error) {
    if (args.operand !== undefined || !(error instanceof Problem) || error.code !== 'nothing-to-undo') throw error;
    return nothingToDo(context, error.what);
  }
  // Taking an interrupted run back ends with that run "put back", which is what was asked for.
  const putBack = leftover !== null && receipt.outcome === 'put back';
  const code = signal.aborted ? 130 : putBack ? 0 : exitCodeOf(receipt);
  const next = await goOn(engine, receipt);
  // An interrupted run that ends as "put back" had changed something.
  const more = { changed: putBack || changedBy(receipt), receipt: receiptJson(receipt) };
  return answer(context, code, next === null ? more : { ...more, next: pasteable(next, world) }, () =>
    putBack ? `${outcome.undone}\n` : receiptText(receipt, world, { next }),
  );
}

/** What is taken back as well, because it was made on top. */
function newerText(inForce: readonly Receipt[], id: string): string {
  const newer = inForce.filter((run) => run.id > id);
  if (newer.length === 0) return '';
  const lines = newer.map((run) => `  ${run.id}  ${printableRow(run.title)}\n`);
  return `\n${words.newer(newer.length)}\n${lines.join('')}`;
}

/** A script has said what it wants; a person sees it first. */
async function askFirst({ args, streams, signal }: CommandContext, shown: () => string | Promise<string>) {
  if (!streams.stdinTty || args.switches.has('yes')) return;
  streams.err(await shown());
  if (!(await confirm(streams, signal, words.ask, true))) throw new Cancelled(nothingChanged);
}

/** Asked for no run in particular, an undo that finds none has done its job. */
function nothingToDo(context: CommandContext, what: string): ExitCode {
  const list = pasteable('clawauth-setup undo --list', context.world);
  return answer(context, 0, { changed: false, receipt: null }, () => `${words.earlier(what, list)}\n`);
}
