import { commandRows } from '../../src/system/command-rows.ts';
import type { ProblemData } from '../../src/system/problem.ts';
import { shared } from '../words/shared.ts';
import { cut, cutMiddle, dim, type Line, line, painted, paragraph } from './text.ts';
import { marked, type View, widthIn } from './view.ts';

/** What happened, why it matters, where (with a caret), and the next command to type. */
export function problemLines(problem: ProblemData, view: View, tone: 'bad' | 'look' = 'bad'): readonly Line[] {
  const width = widthIn(view);
  const lines: Line[] = [...marked(tone, problem.what, width)];
  if (problem.at !== undefined) {
    const { file, line: row, column, text } = problem.at;
    const place = `:${row}:${column}`;
    lines.push(line(dim(`  ${cutMiddle(file, width - 2 - place.length)}${place}`)));
    if (text !== undefined) lines.push(...caret(text, column, width - 4));
  }
  if (problem.why !== undefined) lines.push(...paragraph(problem.why, width, { indent: 2, paint: 'dim' }));
  if (problem.next !== undefined) lines.push(...nextRows(problem.next, view, 2));
  return lines;
}

/** What to run next, whole: it is there to be pasted. */
export function nextRows(next: string, view: View, indent: number): Line[] {
  const label = `${' '.repeat(indent)}${shared.next}`;
  const [first = '', ...rest] = commandRows(next, widthIn(view) - label.length);
  return [
    line(dim(label), painted(first, 'accent')),
    ...rest.map((row) => line(' '.repeat(label.length), painted(row, 'accent'))),
  ];
}

/** The line of the file with a caret under the column; a long line is moved so that the place is in sight. */
function caret(text: string, column: number, columns: number): Line[] {
  const from = column > columns - 4 ? column - Math.floor(columns / 2) : 0;
  const shown = cut((from > 0 ? '…' : '') + text.slice(from), columns);
  const place = Math.max(0, column - 1 - from + (from > 0 ? 1 : 0));
  return [line('    ', shown), line('    ', painted(`${' '.repeat(place)}^`, 'bad'))];
}
