import type { RunStep } from '../state.ts';
import { run as words } from '../words/runs.ts';
import { cut, dim, type Line, line, painted, paragraph, plain, type Span, seconds, sides } from './text.ts';
import { mark, SPINNER, type View, widthIn } from './view.ts';

const SIGN: Record<RunStep['state'], Span> = {
  waiting: mark('wait'),
  running: SPINNER,
  'putting back': SPINNER,
  done: mark('ok'),
  'put back': mark('ok'),
  failed: mark('bad'),
  'left in place': mark('look'),
  'by hand': mark('look'),
};

/** The steps of a run: one spinner, the time it takes on the right. Returns the row that runs now. */
export function stepLines(
  steps: readonly RunStep[],
  view: View,
): { readonly lines: readonly Line[]; readonly focus: readonly [number, number] } {
  const width = widthIn(view);
  const lines: Line[] = [];
  let focus: readonly [number, number] = [0, 0];
  for (const step of steps) {
    if (step.headline === '') continue;
    const from = lines.length;
    const runs = step.state === 'running' || step.state === 'putting back';
    const headline = cut(step.headline, width - 12);
    const text = step.state === 'waiting' ? dim(headline) : plain(headline);
    lines.push(sides(line(SIGN[step.state], ' ', text), line(timeOf(step)), width));
    for (const note of step.notes) lines.push(...paragraph(note, width, { indent: 4, paint: 'dim' }));
    if (step.problem !== null) lines.push(...paragraph(step.problem.what, width, { indent: 4, paint: 'bad' }));
    if (runs || step.state === 'failed') focus = [from, lines.length - 1];
  }
  return { lines, focus };
}

function timeOf(step: RunStep): Span {
  if (step.state === 'running') return { text: '', since: step.startedAt, paint: 'dim', say: '' };
  if (step.state === 'putting back') return painted(words.puttingBack, 'look');
  if (step.state === 'put back') return dim(words.putBack);
  if (step.state === 'left in place') return painted(words.leftInPlace, 'look');
  if (step.state === 'by hand') return painted(words.byHand, 'look');
  return dim(step.state === 'done' ? seconds(step.ms).padStart(6) : '');
}
