import { keys } from '../words/shared.ts';
import type { Binding } from './keys.ts';
import { command, dim, type Line, line, lineWidth, type Span } from './text.ts';
import { isNarrow, type View, widthIn } from './view.ts';

const UNICODE_NAMES: Readonly<Record<string, string>> = { return: '⏎', escape: 'esc', 'ctrl+c': '^C' };
const ASCII_NAMES: Readonly<Record<string, string>> = { return: 'Enter', escape: 'Esc', 'ctrl+c': 'Ctrl-C' };

function nameOf(binding: Binding, view: View): string {
  const key = binding.keys[0] ?? '';
  return (view.unicode && !view.reader ? UNICODE_NAMES : ASCII_NAMES)[key] ?? key;
}

/**
 * The help line, made from the keys that work: the most important first, what does not fit is left out (all of them
 * stand under `?`). A high window has two lines for it.
 */
export function helpLines(bindings: readonly Binding[], view: View): readonly Line[] {
  const rows = view.rows >= 20 ? 2 : 1;
  const moves = bindings.some((one) => one.intent.type === 'move' && one.keys.includes('up'));
  const scrolls = bindings.some((one) => one.intent.type === 'scroll' && one.keys.includes('up'));
  const arrows = view.unicode && !view.reader ? '↑↓' : 'Up/Down';
  const shown: Span[][] = [];
  if (moves) shown.push([command(arrows), dim(` ${keys.move}`)]);
  if (scrolls) shown.push([command(arrows), dim(` ${keys.scroll}`)]);
  for (const one of bindings) {
    if (one.label !== undefined) shown.push([command(nameOf(one, view)), dim(` ${one.label}`)]);
  }
  const most = widthIn(view);
  const gap = isNarrow(view) ? 2 : 3;
  const lines = arrange(shown, most, rows, gap);
  if (lines.reduce((sum, one) => sum + one.length, 0) === shown.length) return lines.map((one) => joined(one, gap));
  const more = [command('?'), dim(` ${keys.keys}`)];
  return arrange(shown, most, rows, gap, lineWidth(more) + gap).map((one, index, all) =>
    joined(index === all.length - 1 ? [...one, more] : one, gap),
  );
}

const joined = (pieces: readonly Line[], gap: number): Line =>
  pieces.flatMap((piece, index) => (index === 0 ? [...piece] : [dim(' '.repeat(gap)), ...piece]));

/** Fills up to `rows` lines in order; `reserve` columns stay free in the last one. */
function arrange(pieces: readonly Line[], columns: number, rows: number, gap: number, reserve = 0): Line[][] {
  const lines: Line[][] = [[]];
  for (const piece of pieces) {
    const last = lines[lines.length - 1] ?? [];
    const room = columns - (lines.length === rows ? reserve : 0);
    if (lineWidth(joined([...last, piece], gap)) <= room) last.push(piece);
    else if (lines.length < rows) lines.push([piece]);
    else break;
  }
  return lines;
}

/** Every key of this state, one per line. */
export function allKeys(bindings: readonly Binding[], view: View): readonly Line[] {
  return bindings
    .filter((one) => one.label !== undefined)
    .map((one) =>
      line(
        command(
          one.keys
            .map((key) => nameOf({ ...one, keys: [key] }, view))
            .join(', ')
            .padEnd(12),
        ),
        one.label ?? '',
      ),
    );
}
