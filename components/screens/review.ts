import type { Change } from '../../src/engine/types.ts';
import { plural } from '../../src/text.ts';
import { choicesOf, cursorOf } from '../../src/wizard/choices.ts';
import { tilde } from '../../src/wizard/look.ts';
import { trail, undoCommand } from '../../src/wizard/report.ts';
import { underCursor } from '../../src/wizard/review.ts';
import type { PlannedStep } from '../../src/wizard/services.ts';
import type { State } from '../../src/wizard/state.ts';
import { changeSays, diffLines } from '../kit/diff.ts';
import { picker } from '../kit/picker.ts';
import { problemLines } from '../kit/problem.ts';
import { BLANK, command, cut, dim, type Line, line, paragraph, strong, widthOf } from '../kit/text.ts';
import { isNarrow, mark, SPINNER, type View, widthIn } from '../kit/view.ts';
import { shell } from './shell.ts';

/** What will change, before anything does: every step, and the diff of the one under the cursor. */
export function review(state: State, view: View) {
  const width = widthIn(view);
  if (state.planProblem !== null) {
    const title = [line(strong('This cannot be done yet'))];
    const body = [...problemLines(state.planProblem, view), ...paragraph('Nothing was written.', width, { indent: 2 })];
    return shell(state, view, { title, body });
  }
  if (state.plan === null) {
    const waits = state.gathered ? 'Working out the changes' : 'Waiting for the last answers of OpenClaw';
    return shell(state, view, { title: [line(strong('What will change'))], body: [line(SPINNER, ` ${waits}`)] });
  }
  const { steps, files } = state.plan;
  const doubts = (state.plan.warnings ?? []).flatMap(({ says: what, next }) =>
    problemLines({ code: '', what, next }, view, 'look'),
  );
  if (steps.length === 0) {
    const title = [line(mark('ok'), ' ', strong('Nothing to change'))];
    const says = paragraph('It is set up this way already. Enter checks that it works.', width);
    const body = doubts.length === 0 ? says : [...says, BLANK, ...doubts];
    return shell(state, view, { title, body });
  }
  const what = files.length === 0 ? 'will be done' : `will change ${plural(files.length, 'file')}`;
  const title = [
    line(strong(`${plural(steps.length, 'step')} ${what}.`)),
    isNarrow(view)
      ? line(dim('Copies are kept first: undo any time.'))
      : line(dim('A copy of each file is kept first. Undo any time: '), command(undoCommand(state))),
  ];
  const choices = choicesOf(state).map((choice) => {
    const step = steps[Number(choice.id)];
    return step === undefined ? choice : { ...choice, ...stepSays(step, state) };
  });
  const cursor = cursorOf(state);
  const picked = picker(choices, cursor, view, 0.65);
  const above = doubts.length === 0 ? [] : [...doubts, BLANK];
  const used = picked.lines.length + above.length + trail(state).length + 10;
  const preview = previewOf(underCursor(state).step, state, view, view.rows - 1 - used);
  const focus: [number, number] = [above.length + picked.focus[0], above.length + picked.focus[1]];
  return shell(state, view, { title, body: [...above, ...picked.lines, ...preview], focus });
}

/** What a step changes, and the same in so few words that they are never cut. */
function stepSays(step: PlannedStep, state: State): { readonly aside?: string; readonly brief?: string } {
  const files = step.changes.filter((change): change is Extract<Change, { file: string }> => 'file' in change);
  const [first] = files;
  if (first !== undefined) {
    const more = files.length > 1 ? ` and ${files.length - 1} more` : '';
    return { aside: `${tilde(first.file, state.facts)} ${changeSays(first)}${more}`, brief: changeSays(first) };
  }
  const outside = step.changes.flatMap((change) => ('outside' in change ? [change.outside] : []));
  const says = outside.find((text) => !text.startsWith('runs ')) ?? step.brief;
  return { aside: says, brief: step.brief };
}

/** As much of the diff as the window has rows for; the whole stands behind the space key. */
function previewOf(step: PlannedStep | null, state: State, view: View, room: number): readonly Line[] {
  const change = step?.changes.find((one): one is Extract<Change, { file: string }> => 'file' in one);
  if (change === undefined || room < 5) return [];
  const all = diffLines(change.patch, view);
  const shown = all.length > room - 2 ? all.slice(0, room - 3) : all;
  return shownDiff(tilde(change.file, state.facts), shown, all.length - shown.length, view);
}

/** The lines of a diff that fit, under the file's name, and how to see the `rest`. */
export function shownDiff(file: string, shown: readonly Line[], rest: number, view: View): readonly Line[] {
  return [
    BLANK,
    rule(file, view),
    ...shown,
    ...(rest > 0 ? [line(dim(`     ${plural(rest, 'more line')}: press `), command('space'))] : []),
  ];
}

export function rule(name: string, view: View): Line {
  const width = widthIn(view);
  const shown = cut(name, width - 6);
  return line(dim(`── ${shown} ${'─'.repeat(Math.max(0, width - widthOf(shown) - 4))}`));
}

/** Every change of the chosen step, file by file, to scroll through. */
export function diff(state: State, view: View, file: number, scroll: number) {
  const { headline, changes } = diffed(state);
  const index = changes.length === 0 ? 0 : file % changes.length;
  const change = changes[index];
  const count = changes.length > 1 ? ` (${index + 1} of ${changes.length})` : '';
  const title: Line[] = [line(strong(headline))];
  if (change === undefined) {
    return shell(state, view, { title, body: [line(dim('No file changes in this step.'))], scroll, alone: true });
  }
  if (!('file' in change)) {
    const body = paragraph(change.outside, widthIn(view));
    return shell(state, view, { title, body, scroll, alone: true });
  }
  title.push(line(tilde(change.file, state.facts), dim(`  ${changeSays(change)}${count}`)));
  return shell(state, view, { title, body: diffLines(change.patch, view), scroll, alone: true });
}

/** What the diff is of: the chosen step, or all that an undo or an uninstall changes. */
function diffed(state: State): { readonly headline: string; readonly changes: readonly Change[] } {
  if (state.stage === 'take back')
    return { headline: 'What the undo changes', changes: state.taking?.view?.changes ?? [] };
  if (state.stage === 'uninstall') {
    return { headline: 'What the uninstall changes', changes: state.uninstalling?.view?.changes ?? [] };
  }
  const step = underCursor(state).step;
  return { headline: step?.headline ?? '', changes: step?.changes ?? [] };
}

/** Each step in a sentence, and what taking it back does. */
export function explain(state: State, view: View, scroll: number) {
  const width = widthIn(view);
  const body = (state.plan?.steps ?? []).flatMap((step, index): Line[] => [
    ...(index === 0 ? [] : [BLANK]),
    line(strong(`${index + 1}  ${step.headline}`)),
    ...(step.because === undefined ? [] : paragraph(step.because, width, { indent: 3 })),
    ...paragraph(`Undo: ${step.undo}`, width, { indent: 3, paint: 'dim' }),
  ]);
  return shell(state, view, { title: [line(strong('What each step does, and why'))], body, scroll, alone: true });
}

/** The same without a terminal: to keep, or to run on the next machine. */
export function asCommand(state: State, view: View, scroll: number) {
  const width = widthIn(view);
  const parts = (state.plan?.command ?? '').split(/ (?=--)/);
  const body: Line[] = parts.flatMap((part, index) =>
    paragraph(`${part}${index < parts.length - 1 ? ' \\' : ''}`, width, {
      indent: index === 0 ? 0 : 2,
      paint: 'accent',
    }),
  );
  if (parts.includes('--token-stdin')) {
    const says = 'The token is read from standard input, never from the command line.';
    body.push(BLANK, ...paragraph(says, width, { paint: 'dim' }));
  }
  return shell(state, view, { title: [line(strong('The same as a command'))], body, scroll, alone: true });
}
