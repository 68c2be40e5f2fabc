import type { RunResult } from '../../components/services.ts';
import type { Receipt, RunEvent } from '../engine/types.ts';
import { type Place, withPasteable } from '../system/pasteable.ts';
import type { ProblemData } from '../system/problem.ts';
import { Cancelled } from '../system/problem.ts';
import { pastingEvents } from './paste.ts';
import { viewOf } from './problem-view.ts';
import { outcome } from './words/runs.ts';

/** What the work gives, or the problem that it met, as data. */
export async function orProblem<T>(
  work: () => Promise<T>,
  place: Place,
): Promise<T | { readonly problem: ProblemData }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    return { problem: viewOf(error, place) };
  }
}

/** What one run of the wizard is given. */
interface Running {
  readonly place: Place;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/** The receipt of a run, with the problem that ended it where it did not end well. */
export async function settled(
  { place, signal, onEvent }: Running,
  run: (options: Pick<Running, 'signal' | 'onEvent'>) => Promise<Receipt>,
): Promise<RunResult> {
  try {
    const receipt = await run({ signal, onEvent: pastingEvents(onEvent, place) });
    const failed = receipt.steps.find((step) => step.problem !== undefined)?.problem;
    if (receipt.outcome === 'applied' || failed === undefined) {
      const stopped = receipt.outcome !== 'applied' && signal.aborted;
      return { receipt, problem: stopped ? { code: 'cancelled', what: outcome.stoppedByYou } : null };
    }
    return { receipt, problem: withPasteable(failed, place) };
  } catch (error) {
    if (error instanceof Cancelled)
      return { receipt: null, problem: { code: 'cancelled', what: outcome.stoppedByYou } };
    return { receipt: null, problem: viewOf(error, place) };
  }
}
