import { cellText, type Row } from '../../src/facts/table.ts';
import { choicesOf, cursorOf } from '../../src/wizard/choices.ts';
import { blocker, evidenceOf, lookRows, lookWarnings } from '../../src/wizard/look.ts';
import type { State } from '../../src/wizard/state.ts';
import { picker } from '../kit/picker.ts';
import { problemLines } from '../kit/problem.ts';
import { BLANK, cut, dim, type Line, line, pad, paragraph, sides, strong, widthOf } from '../kit/text.ts';
import { isNarrow, mark, SPINNER, type View, widthIn } from '../kit/view.ts';
import { homeDetails } from './home.ts';
import { type Inside, shell } from './shell.ts';

const LABELS = 13;

/** The first screen: what is here, as it comes in. Rows never change place. */
export function look(state: State, view: View) {
  const width = widthIn(view);
  const rows = lookRows(state.facts);
  const working = !state.gathered && state.offerProblem === null;
  const problem = blocker(state.facts) ?? state.offerProblem;
  const says = working ? 'Looking around' : problem === null ? 'This is what is here' : 'This cannot go on yet';
  const firstWaiting = rows.findIndex((row) => row.tone === 'wait');
  const body: Line[] = rows.flatMap((row, index) => factRow(row, working && index === firstWaiting, view));
  const warnings = lookWarnings(state.facts);
  for (const warning of warnings) body.push(...warn(warning, width));
  // Everything has a first answer, and better ones are still on their way.
  const spin = working && firstWaiting < 0 ? [SPINNER, ' '] : [];
  const inside: Inside = {
    title: [sides(line(...spin, strong(says)), line(dim(working ? 'nothing is changed' : '')), width)],
    body,
  };
  if (problem !== null) {
    // In a short window what stands in the way comes first, and its reason is left to the details.
    const short = view.rows < 18;
    if (short) body.length = 0;
    const { why: _why, ...brief } = problem;
    const from = body.length;
    body.push(...(short ? [] : [BLANK]), ...problemLines(short ? brief : problem, view));
    const choices = choicesOf(state);
    if (choices.length === 0) return shell(state, view, { ...inside, focus: [from, body.length - 1] });
    const picked = picker(choices, cursorOf(state), view);
    body.push(BLANK);
    const focus: [number, number] = [body.length + picked.focus[0], body.length + picked.focus[1]];
    body.push(...picked.lines);
    return shell(state, view, { ...inside, focus });
  }
  return shell(state, view, inside);
}

function factRow(row: Row, spins: boolean, view: View): Line[] {
  const width = widthIn(view);
  const sign = spins ? SPINNER : mark(row.tone);
  const label = pad(row.label, LABELS);
  const mainText = row.tone === 'wait' ? '…' : cellText(row, 'main');
  const aside = cellText(row, 'aside');
  const room = width - 2 - LABELS;
  const text = cut(mainText, room);
  const spans: Line = line(sign, ' ', label, row.tone === 'wait' || row.tone === 'off' ? dim(text) : text);
  if (aside === '') return [spans];
  // Asides stand under each other; a row that needs more room pushes its own.
  const gap = Math.max(2, Math.floor(room / 2) - widthOf(text));
  const left = room - widthOf(text) - gap;
  if (widthOf(aside) <= left) return [[...spans, ...line(' '.repeat(gap), dim(aside))]];
  // On a narrow screen only what asks for a look takes a row of its own.
  if (isNarrow(view) && row.tone !== 'look' && row.tone !== 'bad') return [spans];
  if (room - widthOf(text) - 3 > 16) {
    return [[...spans, ...line('   ', dim(cut(aside, room - widthOf(text) - 3)))]];
  }
  return [spans, line(' '.repeat(2 + LABELS), dim(cut(aside, room)))];
}

function warn(text: string, width: number): Line[] {
  const [first = [], ...rest] = paragraph(text, width - 2);
  return [line(mark('look'), ' ', ...first), ...rest.map((one) => line('  ', ...one))];
}

/** Over the first screen: where each fact comes from. */
export function details(state: State, view: View, scroll: number) {
  const width = widthIn(view);
  const facts = lookRows(state.facts).flatMap((row): Line[] => {
    const [main, aside, evidence] = [cellText(row, 'main'), cellText(row, 'aside'), evidenceOf(row, state.facts)];
    return [
      line(mark(row.tone), ' ', strong(row.label), `  ${cut(main === '' ? 'waiting' : main, width - 20)}`),
      ...(aside === '' ? [] : paragraph(aside, width, { indent: 4 })),
      ...(evidence === '' ? [] : paragraph(evidence, width, { indent: 4, paint: 'dim' })),
    ];
  });
  const body = [...homeDetails(state, view), ...facts];
  return shell(state, view, { title: [line(strong('Where this comes from'))], body, scroll, alone: true });
}
