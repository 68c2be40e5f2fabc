import type { Change } from '../../src/engine/types.ts';
import { shared, spoken } from '../words/shared.ts';
import { command, cut, dim, type Line, line, type Paint, painted, widthOf } from './text.ts';
import { type View, widthIn } from './view.ts';

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** Splits at columns, not at words: code is read in columns. */
function chop(text: string, columns: number): string[] {
  const rows: string[] = [];
  let rest = text;
  while (widthOf(rest) > columns) {
    rows.push(rest.slice(0, columns));
    rest = rest.slice(columns);
  }
  rows.push(rest);
  return rows;
}

/**
 * A unified diff as rows: line number, sign, text. Long lines are broken and never cut: what will change must be read
 * whole. The sign says it without colour.
 */
export function diffLines(patch: string, view: View): readonly Line[] {
  const out: Line[] = [];
  let [before, after] = [0, 0];
  for (const row of patch.replace(/\n$/, '').split('\n')) {
    const hunk = HUNK.exec(row);
    if (hunk !== null) {
      if (out.length > 0) out.push(line(dim('   …')));
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      continue;
    }
    const sign = row[0];
    if (sign === '\\') {
      out.push(line(dim(`     ${row.slice(2)}`)));
      continue;
    }
    const paint: Paint = sign === '+' ? 'ok' : sign === '-' ? 'bad' : 'dim';
    const number = sign === '-' ? before : after;
    if (sign !== '+') before += 1;
    if (sign !== '-') after += 1;
    const say = sign === '+' ? spoken.added : sign === '-' ? spoken.removed : ' ';
    chop(row.slice(1).replaceAll('\t', '  '), widthIn(view) - 7).forEach((text, index) => {
      const gutter = index === 0 ? String(number).padStart(4) : '    ';
      const mark = { text: ` ${sign === '+' ? '+' : sign === '-' ? '−' : ' '} `, paint, say };
      out.push(line(dim(gutter), index === 0 ? mark : '   ', painted(text, paint)));
    });
  }
  return out;
}

/** `+9 −4`, or where something outside of files changes. */
export function changeSays(change: Change): string {
  return isFileChange(change) ? `+${change.added} −${change.removed}` : shared.noFile;
}

export type FileChange = Extract<Change, { readonly file: string }>;
export const isFileChange = (change: Change): change is FileChange => 'file' in change;

/**
 * As much of a change as fits into `rows`, under the file's name, and how to see the rest. Where it is cut, it begins a
 * line before what changes.
 */
export function shownDiff(file: string, patch: string, rows: number, view: View): readonly Line[] {
  const all = diffLines(patch, view);
  if (all.length <= rows - 1) return [rule(file, view), ...all];
  const changed = all.findIndex(([, sign]) => sign?.say !== undefined && sign.say.trim() !== '');
  const from = Math.max(0, changed - 1);
  const shown = all.slice(from, from + Math.max(0, rows - 2));
  const rest = line(dim(`     ${shared.moreLines(all.length - shown.length)}`), command('space'));
  return [rule(file, view), ...shown, rest];
}

/** A name with a line behind it. */
export function rule(name: string, view: View): Line {
  const width = widthIn(view);
  const shown = cut(name, width - 6);
  return line(dim(`── ${shown} ${'─'.repeat(Math.max(0, width - widthOf(shown) - 4))}`));
}
