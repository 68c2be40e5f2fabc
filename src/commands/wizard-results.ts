import type { Receipt } from '../engine/types.ts';
import { Cancelled } from '../system/problem.ts';
import type { ProblemView, RunResult } from '../wizard/services.ts';
import type { Place } from './paste.ts';
import { viewOf } from './problem-view.ts';

/** What the work gives, or the problem that it met, as data. */
export async function orProblem<T>(
  work: () => Promise<T>,
  place?: Place,
): Promise<T | { readonly problem: ProblemView }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    return { problem: viewOf(error, place) };
  }
}

/** The receipt of a run, with the problem that ended it where it did not end well. */
export async function settled(signal: AbortSignal, run: () => Promise<Receipt>): Promise<RunResult> {
  try {
    const receipt = await run();
    const failed = receipt.steps.find((step) => step.problem !== undefined)?.problem;
    if (receipt.outcome === 'applied' || failed === undefined) {
      const stopped = receipt.outcome !== 'applied' && signal.aborted;
      return { receipt, problem: stopped ? { code: 'cancelled', what: 'You stopped the run.' } : null };
    }
    return { receipt, problem: { ...failed } };
  } catch (error) {
    if (error instanceof Cancelled)
      return { receipt: null, problem: { code: 'cancelled', what: 'You stopped the run.' } };
    return { receipt: null, problem: viewOf(error) };
  }
}
