import { ENDS_CHECKS } from '../../src/facts/timeouts.ts';
import { bind } from '../kit/keys.ts';
import { stepLines } from '../kit/steps.ts';
import { BLANK, dim, type Line, line, painted, paragraph, seconds, sides, strong } from '../kit/text.ts';
import { mark, SPINNER, type View, widthIn } from '../kit/view.ts';
import { asksAfterwards } from '../run.ts';
import type { Run } from '../state.ts';
import { run as words } from '../words/runs.ts';
import type { Screen } from './screen.ts';

/** A run as it goes: what is copied, each step with its time, one spinner. */
export const apply: Screen = {
  keys(state) {
    if (state.run?.stopping === true) return [];
    return [bind('ctrl+c', asksAfterwards(state) ? words.keyStopAsking : words.keyStop, { type: 'interrupt' })];
  },
  draw(state, view) {
    const { run } = state;
    if (run === null) return { title: [], body: [] };
    const width = widthIn(view);
    const asks = asksAfterwards(state);
    const says = state.flow === 'fix' && run.purpose === 'apply' ? words.fix : words[run.purpose];
    const stopping = line(painted(asks ? words.stopping : words.stoppingAfter, 'look'));
    const title = [run.stopping ? sides(line(strong(says)), stopping, width) : line(strong(says))];
    const { lines, focus } = runRows(run, view);
    const slow = state.uninstalling?.slow ?? null;
    const ends = slow === null ? ENDS_CHECKS : `${slow} ${ENDS_CHECKS}`;
    const help = run.stopping ? [] : [BLANK, ...paragraph(asks ? ends : whatIfStopped(run), width, { paint: 'dim' })];
    if (!asks) return { title, body: [...lines, ...help], focus };
    const body = [...lines, line(SPINNER, ' ', words.asking), ...help];
    return { title, body, focus: [lines.length, body.length - 1] };
  },
};

const whatIfStopped = ({ purpose }: Run) => (purpose === 'apply' ? words.ctrlCApply : words.ctrlC);

/** The steps of a run, below what was copied first. */
export function runRows(run: Run, view: View): ReturnType<typeof stepLines> {
  const steps = stepLines(run.steps, view);
  if (run.copied === null || run.copied.files === 0 || run.purpose !== 'apply') return steps;
  const says = words.copied(run.copied.files);
  const time = dim(seconds(run.copied.ms).padStart(6));
  const lines: Line[] = [sides(line(mark('ok'), ' ', says), line(time), widthIn(view)), ...steps.lines];
  return { lines, focus: [steps.focus[0] + 1, steps.focus[1] + 1] };
}
