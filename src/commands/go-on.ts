import type { Engine } from '../engine/index.ts';
import { targetsOf } from '../engine/receipts.ts';
import type { Receipt, StepRecord } from '../engine/types.ts';
import { answersOf } from '../history/overview.ts';
import { equivalentCommand } from './args.ts';

type Runs = Pick<Engine, 'receipt'>;

/** The command that goes on where a run came to only a part of its work; null where it came to all or to nothing. */
export async function goOn(engine: Runs, receipt: Receipt): Promise<string | null> {
  if (receipt.outcome !== 'partly applied') return null;
  const [target = receipt.id] = targetsOf(receipt).slice(-1);
  const lost = receipt.steps.find((step) => step.direction === 'redo' && step.outcome?.state === 'left in place');
  return lost === undefined ? `clawauth-setup undo ${target}` : againWith(await broughtBy(engine, lost));
}

/** The command that comes to the same as an undo of the undo `id`. */
export async function insteadOfUndo(engine: Runs, id: string): Promise<string> {
  let brings = false;
  let run = await engine.receipt(id);
  while (run.purpose === 'undo') {
    run = await engine.receipt(targetsOf(run)[0] ?? '');
    brings = !brings;
  }
  return brings ? againWith(run) : `clawauth-setup undo ${run.id}`;
}

/** The run that did first what this step brings back. */
async function broughtBy(engine: Runs, { takes }: StepRecord): Promise<Receipt | null> {
  if (takes === undefined) return null;
  const run = await engine.receipt(takes.run);
  const step = run.steps[takes.step];
  return step?.takes === undefined ? run : broughtBy(engine, step);
}

/** Applies the answers of a run again, where its receipt holds them. */
function againWith(run: Receipt | null): string {
  const answers = run === null ? null : answersOf(run);
  return answers === null ? 'clawauth-setup' : equivalentCommand(answers);
}
