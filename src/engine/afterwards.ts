import type { World } from '../system/world.ts';
import type { RunOptions } from './contract.ts';
import { isTake } from './journal.ts';
import { problemOf, type RunContext } from './step.ts';
import type { StepProblem } from './types.ts';
import { knownKind } from './work.ts';

/** What is asked of the steps once all of them are done, before the run is over. */

/** Whether every step that is proved at the end was: the first that was not has failed, and the run is to be put back. */
export async function proved(run: RunContext, world: World, { onAnswer }: RunOptions): Promise<boolean> {
  const { journal, kinds, force: signal, emit } = run;
  for (const [index, step] of journal.state.steps.entries()) {
    const known = isTake(step) ? null : knownKind(kinds, step.action);
    let asks = false;
    try {
      await known?.kind.prove?.(known.params, {
        world,
        signal,
        asking(says) {
          asks = true;
          emit({ type: 'proving', index, says });
        },
        answered: (answer) => onAnswer?.(answer),
      });
      if (asks) emit({ type: 'proved', index });
    } catch (error) {
      await fail(run, index, problemOf(error, journal));
      return false;
    }
  }
  return true;
}

/** A program of a later step may have put an older file in the place of the one that a step wrote. */
export async function lookAgain(run: RunContext, world: World): Promise<void> {
  const { journal, kinds } = run;
  for (const [index, step] of journal.state.steps.entries()) {
    const known = isTake(step) ? null : knownKind(kinds, step.action);
    const places = (await known?.kind.missing?.(known.params, world, step.undo)) ?? [];
    if (places.length === 0) continue;
    await fail(run, index, {
      code: 'not-there-any-more',
      what: `What this step wrote is no longer there: ${journal.mask(places.join(', '))}.`,
      why: 'Another program has written the file since, perhaps from an older copy. Find out which one, then try again.',
      next: 'clawauth-setup undo',
    });
  }
}

async function fail({ journal, emit }: RunContext, index: number, problem: StepProblem): Promise<void> {
  emit({ type: 'step failed', index, problem });
  await journal.add({ t: 'fail', step: index, phase: 'do', problem });
}
