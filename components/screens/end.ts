import { choicesOf, cursorOf } from '../../src/wizard/choices.ts';
import { ENDS_CHECKS } from '../../src/wizard/look.ts';
import { doneLines, findingLines, notYet, undoneLine } from '../../src/wizard/report.ts';
import type { ReportLine, State } from '../../src/wizard/state.ts';
import { picker } from '../kit/picker.ts';
import { nextRows } from '../kit/problem.ts';
import { BLANK, type Line, line, paragraph, strong } from '../kit/text.ts';
import { SPINNER, type View, widthIn } from '../kit/view.ts';
import { reportLine, shell } from './shell.ts';

/** Does it work? Asked of the real programs; the one check that costs a request is asked of the person first. */
export function verify(state: State, view: View) {
  const { live, slow, worst } = state.verification;
  const width = widthIn(view);
  const title = [line(strong('Does it work?'))];
  if (live === null) {
    const body: Line[] = [
      ...paragraph('OpenClaw is asked what it uses now. May one short question go to Claude as well?', width),
      BLANK,
    ];
    return withChoices(state, view, title, body);
  }
  const body = findingRows(findingLines(state), view);
  if (worst === null) {
    body.push(line(SPINNER, body.length === 0 ? ' Asking OpenClaw' : ' Still asking'));
    if (slow !== undefined) body.push(...paragraph(`${slow} ${ENDS_CHECKS}`, width, { indent: 2, paint: 'dim' }));
    return shell(state, view, { title, body, focus: [body.length - 1, body.length - 1] });
  }
  return withChoices(state, view, [line(strong(notYet(state)))], [...body, BLANK]);
}

/** A line of the report that holds a command. */
const NEXT = /^ {2}next: (.*)$/;

export function findingRows(lines: readonly ReportLine[], view: View): Line[] {
  return lines.flatMap((told) => {
    const next = NEXT.exec(told.text);
    if (next !== null) return nextRows(next[1] ?? '', view, 4);
    const [first = '', ...rest] = paragraph(told.text, widthIn(view) - 2).map((one) => one[0]?.text ?? '');
    return [reportLine({ ...told, text: first }, view), ...rest.map((text) => line('  ', text))];
  });
}

function withChoices(state: State, view: View, title: readonly Line[], before: readonly Line[]) {
  const picked = picker(choicesOf(state), cursorOf(state), view);
  const focus: [number, number] = [before.length + picked.focus[0], before.length + picked.lines.length - 1];
  return shell(state, view, { title, body: [...before, ...picked.lines], focus });
}

/** The end: what changed, how to undo it, when the token ends. */
export function done(state: State, view: View) {
  const [first, ...rest] = doneLines(state);
  const title = first === undefined ? [] : [reportLine(first, view)];
  const body: Line[] = [...rest.map((one) => line('  ', one.text)), BLANK];
  return withChoices(state, view, title, body);
}

export function undone(state: State, view: View) {
  const title = [reportLine(undoneLine(state), view)];
  return withChoices(state, view, title, []);
}

/** A token that nobody has stored yet. */
export function leaveOrStay(state: State, view: View) {
  const title = [line(strong('Leave? You have a token that is not stored yet.'))];
  return withChoices(state, view, title, []);
}
