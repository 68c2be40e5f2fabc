import { Problem } from '../system/problem.ts';
import { shellQuote } from '../text.ts';
import type { Leftover, LeftoverStep } from './contract.ts';
import { isTake, type RunState, type StepState } from './journal.ts';
import type { Store } from './store.ts';
import type { ActionKinds, Words } from './types.ts';
import { wordsOf } from './work.ts';

/** What a run that ended in its middle did and did not do. */
export function leftoverOf(state: RunState, kinds: ActionKinds): Leftover {
  const { id, purpose, title, startedAt, by } = state.open;
  const steps = state.steps.filter(({ quiet }) => quiet !== true);
  const interrupted = steps.find(({ do: attempt, back }) => attempt?.ended === false || back?.ended === false);
  return {
    id,
    purpose,
    title,
    startedAt,
    by,
    done: steps.filter((step) => step.state === (isTake(step) ? 'reverted' : 'done')).length,
    total: steps.length,
    turned: state.rollingBack,
    interrupted: interrupted === undefined ? null : wordsFor(interrupted, kinds),
    steps: steps.map((step) => ({ words: wordsFor(step, kinds), state: leftState(step) })),
    secrets: Object.keys(state.open.secrets ?? {}),
  };
}

/** Temporary files of steps that were cut off: each holds what was being written, a credential perhaps. */
export function tempsOf(state: RunState): readonly string[] {
  return state.steps.flatMap((step) =>
    [step.do, step.back].flatMap((attempt) =>
      attempt?.ended === false ? attempt.written.flatMap(({ temp }) => (temp === '' ? [] : [temp])) : [],
    ),
  );
}

/**
 * The end of a run whose record could not be written any further. Without a record nothing more may be changed, so nothing
 * is put back either: it says what stands, and `recover` goes on from there.
 */
export async function runStopped(cause: unknown, state: RunState, store: Store, kinds: ActionKinds): Promise<Problem> {
  const { title, steps } = leftoverOf(state, kinds);
  const rows = steps.map(({ words, state }) => `  ${words.headline}: ${state}`);
  const temps: string[] = [];
  for (const temp of new Set(tempsOf(state))) {
    if ((await store.world.files.lstat(temp).catch(() => null)) !== null) temps.push(temp);
  }
  const named =
    temps.length === 0
      ? []
      : [
          'Unfinished copies are left, which may hold a credential; recover removes them:',
          ...temps.map((t) => `  ${t}`),
        ];
  const first = cause instanceof Problem ? cause.more.next : undefined;
  const why = [
    'What was done so far stays as it is now, and a copy of every file is kept:',
    ...rows,
    ...named,
    `To go on, or to put it back, fix the disk first${first === undefined ? '' : ` (${first})`}.`,
  ];
  return new Problem('run-stopped', `"${title}" stopped before its end: ${reasonOf(cause, store)}`, {
    why: why.join('\n'),
    next: 'clawauth-setup recover',
    exitCode: 3,
    cause,
  });
}

function reasonOf(cause: unknown, store: Store): string {
  if (cause instanceof Problem) return cause.what;
  const message = cause instanceof Error ? cause.message : String(cause);
  return `its record in ${shellQuote(store.root)} could not be written (${message}).`;
}

function wordsFor(step: StepState, kinds: ActionKinds): Words {
  return wordsOf(kinds, step.action)[step.direction === 'revert' ? 'backward' : 'forward'];
}

function leftState(step: StepState): LeftoverStep['state'] {
  if (step.do?.ended === false || step.back?.ended === false) return 'cut off';
  if (step.state === (isTake(step) ? 'reverted' : 'done')) return 'done';
  if (step.state === (isTake(step) ? 'done' : 'reverted')) return 'put back';
  return step.state === 'not started' ? 'not started' : 'failed';
}
