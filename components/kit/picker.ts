import { shared, spoken } from '../words/shared.ts';
import type { Choice } from './choice.ts';
import {
  command,
  cut,
  cutAtWord,
  dim,
  type Line,
  line,
  pad,
  painted,
  paragraph,
  type Span,
  strong,
  widthOf,
} from './text.ts';
import { isNarrow, type View, widthIn } from './view.ts';

export interface Picked {
  readonly lines: readonly Line[];
  /** First and last row of the chosen one. */
  readonly focus: readonly [number, number];
  /** Where the last choice begins. */
  readonly last: number;
}

/**
 * A list with a cursor. What the chosen row adds stands right below it; disabled rows say why and what helps.
 * `share`: the part of the width that labels may take.
 */
export function picker(choices: readonly Choice[], cursor: number, view: View, share = 0.5): Picked {
  const width = widthIn(view);
  // A row with nothing beside its label needs no column for it.
  const longest = Math.max(0, ...choices.flatMap(({ label, aside }) => (aside === undefined ? [] : [widthOf(label)])));
  const labels = Math.min(longest, Math.max(12, Math.floor(width * share)));
  const lines: Line[] = [];
  let focus: readonly [number, number] = [0, 0];
  let last = 0;
  choices.forEach((choice, index) => {
    const on = index === cursor;
    const from = lines.length;
    last = from;
    lines.push(rowOf(choice, on, labels, view));
    if (on && isNarrow(view) && choice.aside !== undefined && !fitsBeside(choice, labels, width)) {
      lines.push(...paragraph(choice.aside, width, { indent: 4, paint: 'dim' }));
    }
    if (on || !isNarrow(view)) {
      for (const text of choice.under ?? []) lines.push(...paragraph(text, width, { indent: 4, paint: 'dim' }));
    }
    if (on) for (const text of choice.more ?? []) lines.push(...paragraph(text, width, { indent: 4, paint: 'dim' }));
    if (choice.disabled !== undefined && (on || !isNarrow(view))) lines.push(...whyNot(choice.disabled, width));
    if (on) focus = [from, lines.length - 1];
  });
  return { lines, focus, last };
}

const fitsBeside = (choice: Choice, labels: number, width: number) =>
  2 + boxWidth(choice) + labels + 2 + widthOf(choice.aside ?? '') <= width;

const boxWidth = (choice: Choice) => (choice.checked === undefined ? 0 : 4);

function rowOf(choice: Choice, on: boolean, labels: number, view: View): Line {
  const width = widthIn(view);
  const off = choice.disabled !== undefined || choice.off === true;
  const beside = choice.aside !== undefined && (fitsBeside(choice, labels, width) || !isNarrow(view) || !on);
  const tag = choice.disabled !== undefined ? `✘ ${shared.notNow}` : (choice.tag ?? '');
  const alone = width - 2 - boxWidth(choice) - (tag === '' ? 0 : widthOf(tag) + 2);
  const label = beside ? pad(cut(choice.label, labels), labels) : cut(choice.label, alone);
  const cursor: Span = on ? { text: '▸ ', paint: 'accent', say: spoken.chosen } : { text: '  ', say: '' };
  const spans: Span[] = [cursor];
  if (choice.checked !== undefined) {
    const say = choice.checked ? spoken.on : '';
    spans.push({ text: choice.checked ? '[x] ' : '[ ] ', paint: choice.checked ? 'ok' : 'dim', say });
  }
  spans.push(off ? dim(label) : on ? { text: label, paint: 'accent', bold: true } : { text: label });
  const room = width - 2 - boxWidth(choice) - widthOf(label) - 2 - (tag === '' ? 0 : widthOf(tag) + 2);
  if (choice.aside !== undefined && beside && room > 6) {
    spans.push({ text: '  ' }, dim(asideIn(choice, room)));
  }
  if (tag === '') return spans;
  const used = spans.reduce((sum, span) => sum + widthOf(span.text), 0);
  const gap = width - used - widthOf(tag);
  return gap < 2
    ? spans
    : [...spans, { text: ' '.repeat(gap) }, painted(tag, choice.disabled !== undefined ? 'look' : 'ok')];
}

/** Whole, or its short form, or cut where a word ends: half a word says nothing. */
function asideIn({ aside = '', brief }: Choice, room: number): string {
  if (widthOf(aside) <= room) return aside;
  if (brief !== undefined && widthOf(brief) <= room) return brief;
  return cutAtWord(aside, room);
}

function whyNot(disabled: NonNullable<Choice['disabled']>, width: number): Line[] {
  const why = paragraph(disabled.because, width, { indent: 4, paint: 'look' });
  return disabled.help === undefined
    ? why
    : [...why, line(dim(`    ${shared.run}`), command(disabled.help), dim(shared.thenPress), strong('u'))];
}
