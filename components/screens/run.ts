import { plural } from '../../src/text.ts';
import { choicesOf, cursorOf } from '../../src/wizard/choices.ts';
import { ENDS_CHECKS } from '../../src/wizard/look.ts';
import { RUN_SAYS, seconds } from '../../src/wizard/report.ts';
import { asksAfterwards, endsLeftover, isHalfDone } from '../../src/wizard/run.ts';
import type { Leftover } from '../../src/wizard/services.ts';
import type { Run, State } from '../../src/wizard/state.ts';
import { picker } from '../kit/picker.ts';
import { problemLines } from '../kit/problem.ts';
import { stepLines } from '../kit/steps.ts';
import { BLANK, cut, dim, type Line, line, painted, paragraph, sides, strong } from '../kit/text.ts';
import { mark, SPINNER, type View, widthIn } from '../kit/view.ts';
import { type Inside, shell } from './shell.ts';

/** A run as it goes: what is copied, each step with its time, one spinner. */
export function apply(state: State, view: View) {
  const run = state.run;
  if (run === null) return shell(state, view, { title: [], body: [] });
  const width = widthIn(view);
  const asks = asksAfterwards(state);
  const stopping = run.stopping ? painted(asks ? 'stopping' : 'stopping after this step', 'look') : dim('');
  const title = [sides(line(strong(RUN_SAYS[run.purpose])), line(stopping), width)];
  const { lines, focus } = withCopies(run, view);
  const slow = state.uninstalling?.slow ?? null;
  const ends = slow === null ? ENDS_CHECKS : `${slow} ${ENDS_CHECKS}`;
  const says = asks ? ends : whatIfStopped(run);
  const help = run.stopping ? [] : [BLANK, ...paragraph(says, width, { paint: 'dim' })];
  if (!asks) return shell(state, view, { title, body: [...lines, ...help], focus });
  const body = [...lines, line(SPINNER, ' Asking OpenClaw whether it starts'), ...help];
  return shell(state, view, { title, body, focus: [lines.length, body.length - 1] });
}

const whatIfStopped = (run: Run) =>
  run.purpose === 'apply'
    ? 'Ctrl-C ends after the step that runs, and asks what to do with what was done.'
    : 'Ctrl-C ends after the step that runs.';

function withCopies(run: Run, view: View) {
  const steps = stepLines(run.steps, view);
  if (run.copied === null || run.copied.files === 0 || run.purpose !== 'apply') return steps;
  const says = `Copied ${plural(run.copied.files, 'file')} first`;
  const time = dim(seconds(run.copied.ms).padStart(6));
  const lines: Line[] = [sides(line(mark('ok'), ' ', says), line(time), widthIn(view)), ...steps.lines];
  return { lines, focus: [steps.focus[0] + 1, steps.focus[1] + 1] as const };
}

/** It did not work, or was stopped: what is done, what is not, and what can be done about it. */
export function failed(state: State, view: View) {
  const run = state.run;
  const body: Line[] = [];
  // What went wrong is said once, with what to do about it.
  const steps = run?.steps.map((step) => ({ ...step, problem: run.problem === null ? step.problem : null }));
  if (run !== null && steps !== undefined) body.push(...withCopies({ ...run, steps }, view).lines);
  const tone = run?.problem?.code === 'cancelled' ? 'look' : 'bad';
  if (run?.problem != null) body.push(BLANK, ...problemLines(run.problem, view, tone));
  const picked = picker(choicesOf(state), cursorOf(state), view);
  body.push(BLANK);
  const focus: [number, number] = [body.length + picked.focus[0], body.length + picked.lines.length - 1];
  body.push(...picked.lines);
  return shell(state, view, { title: [line(strong(whatHappened(run)))], body, focus });
}

function whatHappened(run: Run | null): string {
  if (isHalfDone(run)) return 'It stopped in the middle. What was done so far stays as it is.';
  if (run?.purpose === 'undo') return 'Not everything could be put back';
  if (run?.purpose === 'uninstall') return 'Not everything could be taken away';
  if (endsLeftover(run)) return 'The unfinished run could not be ended';
  const partly = run?.receipt?.outcome === 'partly applied';
  const first = run?.stopping === true ? 'Stopped.' : 'It did not work.';
  if (run?.receipt == null) return `${first} Nothing was started.`;
  return partly ? `${first} Some of it is done.` : `${first} Everything was put back.`;
}

const LEFT = {
  done: { tone: 'ok', says: '' },
  'cut off': { tone: 'look', says: 'cut off' },
  failed: { tone: 'bad', says: 'failed' },
  'put back': { tone: 'ok', says: 'put back' },
  'not started': { tone: 'wait', says: 'not begun' },
} as const;

/** What was done and what was not: step by step where there is room, else as a count. */
function leftoverSteps(leftover: Leftover, view: View): readonly Line[] {
  const { steps = [], done, total, turned, interrupted } = leftover;
  const width = widthIn(view);
  if (steps.length > 0 && steps.length <= view.rows - 14) {
    return steps.map(({ headline, state }) => {
      const { tone, says } = LEFT[state];
      return sides(line(mark(tone), ' ', cut(headline, width - 14)), line(dim(says)), width);
    });
  }
  return [
    line(mark(done > 0 ? 'ok' : 'wait'), ' ', `${done} of ${plural(total, 'step')} ${turned ? 'put back' : 'done'}`),
    ...(interrupted === null ? [] : paragraph(`cut off in: ${interrupted}`, width, { indent: 2 })),
  ];
}

/** A journal that a crash left: said before anything else. */
export function recover(state: State, view: View) {
  const leftover = state.leftover;
  const width = widthIn(view);
  if (leftover === null || leftover === 'unknown') return shell(state, view, { title: [], body: [] });
  const when = leftover.startedAt.slice(0, 16).replace('T', ' ');
  const title = [line(mark('look'), ' ', strong('A run was cut off before it was done'))];
  const body: Line[] = [
    ...paragraph(`${leftover.title}, begun ${when} UTC. A copy of every file it touched is kept.`, width),
    BLANK,
    ...leftoverSteps(leftover, view),
    BLANK,
  ];
  const picked = picker(choicesOf(state), cursorOf(state), view);
  const focus: [number, number] = [body.length + picked.focus[0], body.length + picked.lines.length - 1];
  return shell(state, view, { title, body: [...body, ...picked.lines], focus } satisfies Inside);
}
