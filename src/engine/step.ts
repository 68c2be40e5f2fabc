import { Cancelled, Problem } from '../system/problem.ts';
import { Checkpoint } from './checkpoint.ts';
import { dropLinks, keepLinks } from './hard-links.ts';
import { isTake, type Journal, type StepState } from './journal.ts';
import { snapshot } from './snapshot.ts';
import type { StepProblem } from './types.ts';
import { type Phase, Work, type WorkContext, withOriginal, wordsOf } from './work.ts';

export interface RunContext extends WorkContext {
  readonly journal: Journal;
  readonly sqliteNode?: readonly string[];
  /** Ends the children of the running step; a plain cancel only stops after it. */
  readonly force: AbortSignal;
}

/**
 * One step in one direction: checkpoint → begin record → work → look at what it left → end record. Gives whether it
 * succeeded; a failure is in the journal.
 */
export async function perform(run: RunContext, index: number, phase: Phase): Promise<boolean> {
  const { journal } = run;
  const { open } = journal.state;
  const step = journal.state.steps[index] as StepState;
  const { clock } = journal.store.world;
  const target = phase === 'back' ? step.do : open.from?.[index]?.checkpoint;
  const reverting = target !== undefined;
  const redo = reverting && (phase === 'back') !== (step.direction === 'redo') && isTake(step);
  const words = wordsOf(run.kinds, step.action)[reverting && !redo ? 'backward' : 'forward'];
  const total = journal.state.steps.filter(({ quiet }) => quiet !== true).length;
  if (step.quiet === true) return countAsDone(run, index, phase);
  // Taking an earlier step back is a step like any other where that is only a part of what the run does.
  const forward = !reverting || (phase === 'do' && open.purpose !== 'undo');
  run.emit(
    forward ? { type: 'step', index, total, action: step.action, words } : { type: 'reverting', index, total, words },
  );

  const started = clock.monotonic();
  const touches = reverting ? withOriginal(step.action.touches, target) : step.action.touches;
  // Putting back is never cut short: it is what a forced stop leads to.
  const signal = phase === 'back' ? new AbortController().signal : run.force;
  let begun = false;
  try {
    const checkpoint = await Checkpoint.take(journal.store, touches, {
      sqliteNode: run.sqliteNode,
      signal,
    });
    await journal.add({ t: 'begin', step: index, phase, before: [...checkpoint.entries] });
    begun = true;
    await keepLinks(journal.store, checkpoint.entries);
    const fresh = phase === 'back' || open.purpose === 'undo';
    const work = new Work(run, index, phase, checkpoint, touches, fresh, signal);
    work.noteCopies(checkpoint.notes);
    try {
      const ended = target === undefined ? await work.apply(step.action) : await work.revert(step, target, redo);
      for (const note of await dropLinks(journal.store, checkpoint.entries, target?.before)) work.note(note);
      await work.flush();
      const after = await work.look();
      const ms = clock.monotonic() - started;
      await journal.add({
        t: 'end',
        step: index,
        phase,
        after,
        ms,
        undo: ended.undo,
        ...(ended.outcome === undefined ? {} : { outcome: { ...ended.outcome, notes: [...ended.outcome.notes] } }),
      });
      if (ended.outcome !== undefined && !forward) run.emit({ type: 'reverted', index, outcome: ended.outcome });
      else {
        for (const text of ended.outcome?.notes ?? []) run.emit({ type: 'note', index, text: journal.mask(text) });
        run.emit({ type: 'step done', index, ms, ...(work.isLeft ? { byHand: true } : {}) });
      }
      return true;
    } catch (error) {
      await work.flush();
      throw error;
    }
  } catch (error) {
    const problem = problemOf(error, journal);
    const after = begun ? await snapshot(journal.store.world, touches).catch(() => undefined) : undefined;
    // Told first: where the disk takes no record either, this is the only word of it.
    run.emit({ type: 'step failed', index, problem });
    await journal.add({ t: 'fail', step: index, phase, problem, after });
    return false;
  }
}

/** Written down as taken (or brought) back; nothing is run: another step of the run does its work. */
async function countAsDone({ journal }: RunContext, index: number, phase: Phase): Promise<boolean> {
  await journal.add({ t: 'begin', step: index, phase, before: [] });
  const outcome = { state: 'already gone' as const, notes: [] };
  await journal.add({ t: 'end', step: index, phase, after: [], ms: 0, outcome });
  return true;
}

/** What the journal keeps of an error. */
export function problemOf(error: unknown, journal: Journal): StepProblem {
  if (error instanceof Problem) {
    const { why, next } = error.more;
    return {
      code: error.code,
      what: journal.mask(error.what),
      why: why && journal.mask(why),
      next: next && journal.mask(next),
    };
  }
  if (error instanceof Cancelled) return { code: 'cancelled', what: 'Stopped in the middle of this step.' };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'unexpected', what: journal.mask(`Unexpected: ${message}`) };
}
