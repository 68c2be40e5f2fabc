import { type CheckOutcome, checkOutcomeOf } from '../../src/methods/check-outcome.ts';
import { isoDate, someOf } from '../../src/text.ts';
import { tilde } from '../facts.ts';
import { asksFor, goHome, leave, undo } from '../flow.ts';
import { accept } from '../kit/keys.ts';
import { BLANK, line, seconds } from '../kit/text.ts';
import { reportLine } from '../kit/view.ts';
import { answersOf, type ReportLine, type State } from '../state.ts';
import { undoNext } from '../transcript.ts';
import { changedFiles } from './review.ts';
import { byChoice, type Screen, withList } from './screen.ts';

/** The end: what changed, how to undo it, when what it stored ends. */
export const done: Screen = {
  choices: ({ receipt }) => [
    { id: 'leave', label: 'Leave' },
    ...(receipt === null ? [] : [{ id: 'undo', label: 'Undo it', aside: 'put every file back' }]),
    { id: 'home', label: 'Overview', aside: 'what is set up, and what can be done with it' },
  ],
  keys: () => [accept('choose')],
  enter: byChoice({
    leave: (state) => leave(state, state.exitCode),
    undo,
    home: (state) => goHome(state, [{ tone: 'plain', text: '' }, ...doneLines(state)]),
  }),
  last: doneLines,
  draw(state, view, at) {
    const [first, ...rest] = doneLines(state);
    const above = [...rest.map(({ text }) => line('  ', text)), BLANK];
    const title = first === undefined ? [] : [reportLine(first, view)];
    return { title, ...withList(above, at, view, { whole: true }) };
  },
};

const ENDING_SAYS: Record<CheckOutcome['is'], (took: string) => string> = {
  works: (took) => `Done${took}.`,
  waits: (took) => `Set up${took}. One step is left for you, marked ! above.`,
  unsure: (took) => `Applied${took}, but not everything could be checked.`,
  fails: (took) => `Applied${took}, with errors above.`,
};

export function doneLines(state: State): readonly ReportLine[] {
  const { receipt, run, plan, verification } = state;
  const ends = answersOf(state)?.tokenExpires ?? null;
  const { is } = checkOutcomeOf(verification.findings);
  const tone = is === 'works' ? 'ok' : 'look';
  const lines: ReportLine[] = [];
  if (receipt === null) {
    lines.push({ tone, text: 'Nothing had to change: it is set up this way already.' });
  } else {
    const files = (plan === null ? [] : changedFiles(plan)).map((file) => tilde(file, state.facts));
    lines.push({ tone, text: ENDING_SAYS[is](run === null ? '' : ` in ${seconds(run.ms)}`) });
    if (files.length > 0) lines.push({ tone: 'plain', text: `Changed: ${someOf(files, 2)}` });
    lines.push({ tone: 'plain', text: undoNext(state) });
    if (is === 'works' && verification.live === false) {
      lines.push({ tone: 'plain', text: 'Claude itself was not asked.' });
    }
  }
  if (ends !== null) lines.push({ tone: 'plain', text: `The ${asksFor(state).noun} ends on ${isoDate(ends)}.` });
  return lines;
}
