import stringWidth from 'string-width';

/** What a colour says: accent = you can act, ok = true now, look = have a look, bad = broken, dim = context. */
export type Paint = 'accent' | 'ok' | 'look' | 'bad' | 'dim' | 'plain';

/** A piece of a line. Copy carries meaning, never colour codes. */
export interface Span {
  readonly text: string;
  readonly paint?: Paint;
  readonly bold?: boolean;
  /** The one spinner of a frame stands here; one column. */
  readonly spin?: true;
  /** Time since this monotonic ms ticks here. */
  readonly since?: number;
  /** Where it leads, for terminals that know links (OSC 8). */
  readonly href?: string;
  /** The row begins at the left edge of the terminal, without a margin. */
  readonly edge?: true;
  /** What a screen reader says instead; empty for nothing. */
  readonly say?: string;
}

/** One row of the terminal. */
export type Line = readonly Span[];

export const plain = (text: string): Span => ({ text });
export const strong = (text: string): Span => ({ text, bold: true });
export const dim = (text: string): Span => ({ text, paint: 'dim' });
/** Something to type or press. */
export const command = (text: string): Span => ({ text, paint: 'accent' });
export const painted = (text: string, paint: Paint): Span => ({ text, paint });
export const line = (...spans: readonly (Span | string)[]): Line =>
  spans.map((span) => (typeof span === 'string' ? plain(span) : span));
export const BLANK: Line = [];

export const widthOf = (text: string) => stringWidth(text);
const spanWidth = (span: Span) => (span.since === undefined ? widthOf(span.text) : Math.max(6, widthOf(span.text)));
export const lineWidth = (spans: Line) => spans.reduce((sum, span) => sum + spanWidth(span), 0);

/** Cuts at the end with `…` so that it takes at most `columns`. */
export function cut(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (widthOf(text) <= columns) return text;
  let out = '';
  let used = 0;
  for (const character of text) {
    const width = widthOf(character);
    if (used + width > columns - 1) break;
    out += character;
    used += width;
  }
  return `${out}…`;
}

/** Cuts after a whole word where one fits. */
export function cutAtWord(text: string, columns: number): string {
  const hard = cut(text, columns);
  if (hard === text) return text;
  const space = hard.lastIndexOf(' ');
  return space < columns / 3 ? hard : `${hard.slice(0, space).replace(/[,;:·→\s]+$/, '')} …`;
}

/** Cuts in the middle: both ends of a path or an address say more than its middle. */
export function cutMiddle(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns < 8) return cut(text, columns);
  const head = Math.ceil((columns - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (columns - 1 - head))}`;
}

export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** Breaks at spaces; a word that is too long for a row is broken where the row ends. */
export function wrap(text: string, columns: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(' ')) {
    const joined = row === '' ? word : `${row} ${word}`;
    if (widthOf(joined) <= columns) {
      row = joined;
      continue;
    }
    if (row !== '') rows.push(row);
    row = word;
    while (widthOf(row) > columns && columns > 0) {
      rows.push(row.slice(0, columns));
      row = row.slice(columns);
    }
  }
  rows.push(row);
  return rows;
}

/** A paragraph as lines, each with `indent` spaces before it. */
export function paragraph(text: string, columns: number, options: { indent?: number; paint?: Paint } = {}): Line[] {
  const indent = options.indent ?? 0;
  // What a program said may have lines of its own.
  const rows = text.split('\n').flatMap((part) => wrap(part, Math.max(8, columns - indent)));
  return rows.map((row) => line({ text: ' '.repeat(indent) + row, paint: options.paint }));
}

/** Cuts a line to the columns there are. */
export function clip(spans: Line, columns: number): Line {
  let left = columns;
  const out: Span[] = [];
  for (const span of spans) {
    if (left <= 0) break;
    const width = spanWidth(span);
    out.push(width <= left ? span : { ...span, text: cut(span.text, left) });
    left -= width;
  }
  return out;
}

/** `left` at the left edge and `right` at the right one, when both fit; else only `left`. */
export function sides(left: Line, right: Line, columns: number): Line {
  const gap = columns - lineWidth(left) - lineWidth(right);
  return gap < 2 ? left : [...left, plain(' '.repeat(gap)), ...right];
}

const ASCII: Readonly<Record<string, string>> = {
  '✔': '+',
  '✘': 'x',
  '▸': '>',
  '·': '-',
  '…': '~',
  '→': '>',
  '⟷': '<',
  '•': '*',
  '─': '-',
  '│': '|',
  '↑': '^',
  '↓': 'v',
  '“': '"',
  '”': '"',
  '’': "'",
  '—': '-',
  '−': '-',
  '◉': 'x',
  '○': 'o',
};

/** The same for terminals that show only ASCII: one character for one, so that nothing moves. */
export const toAscii = (text: string) =>
  text.replace(/[^\x00-\x7f]/gu, (character) => ASCII[character] ?? '?'.repeat(Math.max(1, widthOf(character))));

/** `0.1 s`, `12 s`, `3 min 20 s` */
export function seconds(ms: number): string {
  const s = ms / 1000;
  if (s < 9.95) return `${s.toFixed(1)} s`;
  if (s < 90) return `${Math.round(s)} s`;
  return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}
