import type { RunEvent, Words } from '../src/engine/types.ts';
import type { Run, RunStep, State } from './state.ts';

export function startRun(purpose: Run['purpose'], headlines: readonly string[]): Run {
  return {
    purpose,
    startedAt: 0,
    copied: null,
    steps: headlines.map((headline) => step(headline)),
    stopping: false,
    ended: false,
    ms: 0,
    receipt: null,
    problem: null,
  };
}

const step = (headline: string): RunStep => ({
  headline,
  state: 'waiting',
  startedAt: 0,
  ms: 0,
  notes: [],
  problem: null,
});

const said = ({ headline, many }: Pick<Words, 'headline' | 'many'>) => ({ headline, many });

function change(run: Run, index: number, edit: (step: RunStep) => Partial<RunStep>): Run {
  const steps = [...run.steps];
  while (steps.length <= index) steps.push(step(''));
  const old = steps[index] ?? step('');
  steps[index] = { ...old, ...edit(old) };
  return { ...run, steps };
}

/** A run after one event of the engine. `at`: monotonic ms. */
export function runAfter(run: Run, event: RunEvent, at: number): Run {
  const since = run.startedAt === 0 ? at : run.startedAt;
  const timed: Run = { ...run, startedAt: since, ms: at - since };
  switch (event.type) {
    case 'checkpoint': {
      const before = run.copied ?? { files: 0, ms: 0 };
      return { ...timed, copied: { files: before.files + event.files, ms: before.ms + event.ms } };
    }
    case 'step':
      return change(timed, event.index, () => ({ ...said(event.words), state: 'running', startedAt: at }));
    case 'note':
      return change(timed, event.index, (old) => ({ notes: [...old.notes, event.text] }));
    case 'step done':
      return change(timed, event.index, () => ({ state: event.byHand ? 'by hand' : 'done', ms: event.ms }));
    // Its tick is not so yet.
    case 'proving':
      return change(timed, event.index, (old) => ({ state: 'running', startedAt: at - old.ms }));
    case 'proved':
      return change(timed, event.index, (old) => ({ state: 'done', ms: at - old.startedAt }));
    case 'step failed':
      return change(timed, event.index, () => ({ state: 'failed', problem: event.problem }));
    case 'reverting':
      return change(timed, event.index, (old) => ({
        ...said(run.purpose === 'apply' ? old : event.words),
        state: 'putting back',
        startedAt: at,
      }));
    case 'reverted':
      return change(timed, event.index, (old) => ({
        state: event.outcome.byHand
          ? 'by hand'
          : event.outcome.state === 'left in place'
            ? 'left in place'
            : run.purpose === 'apply'
              ? 'put back'
              : 'done',
        ms: at - old.startedAt,
        kept: event.outcome.state === 'ours removed',
        notes: [...old.notes, ...event.outcome.notes],
      }));
  }
}

/** The run ends what a crash left, or leaves it as it is. */
export const endsLeftover = (run: Run | null) => run?.purpose === 'recover' || run?.purpose === 'leave';

/** All is taken away, and OpenClaw is asked how it does without. */
export function asksAfterwards({ run, uninstalling }: Pick<State, 'run' | 'uninstalling'>): boolean {
  return run?.purpose === 'uninstall' && !run.ended && uninstalling?.asking === true;
}

/** The disk took no record any more: the run stands as it is, and `recover` ends it. */
export const isHalfDone = (run: Pick<Run, 'problem'> | null) => run?.problem?.code === 'run-stopped';
