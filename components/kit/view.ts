import type { ReportLine, Tone } from '../state.ts';
import { spoken } from '../words/shared.ts';
import { cut, dim, type Line, line, type Paint, paragraph, type Span, sides, strong, widthOf } from './text.ts';

/** What a screen must know to lay itself out. */
export interface View {
  /** Columns of the terminal. */
  readonly columns: number;
  readonly rows: number;
  readonly unicode: boolean;
  readonly colour: boolean;
  /** Ink's screen reader mode: plain text, words instead of glyphs, no limit of height. */
  readonly reader: boolean;
}

/** Columns that copy may take: a line longer than this is hard to read. */
export const MOST_COLUMNS = 100;
export const marginOf = (view: View) => (view.columns < 60 ? 1 : 2);
export const widthIn = (view: View) => Math.min(MOST_COLUMNS, view.columns - marginOf(view) * 2);

/** Narrow: asides go below or away. */
export const isNarrow = (view: View) => view.columns < 58;

/** Wide: what explains the rows of a list stands beside it, not below. */
export const isWide = (view: View) => view.columns >= 120 && !view.reader;

/** Columns between both parts of a wide window. */
const BETWEEN = 3;

/** The parts of a wide window, each as a window of its own: for a list, and for what explains its rows. */
export function partsOf(view: View): { readonly list: View; readonly panel: View } {
  const margins = marginOf(view) * 2;
  const all = view.columns - margins;
  const list = Math.max(54, Math.floor(all * 0.42));
  return {
    list: { ...view, columns: list + margins },
    panel: { ...view, columns: all - list - BETWEEN + margins },
  };
}

/**
 * How to draw in this environment. A locale that is set and is not UTF-8, and the Linux console, get ASCII; a locale
 * that is not set at all (containers) gets Unicode, as terminals have it today.
 */
export function drawingFrom(env: Readonly<Record<string, string | undefined>>): { unicode: boolean; colour: boolean } {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const unicode = env.TERM !== 'linux' && (locale === '' || /utf-?8/i.test(locale));
  return { unicode, colour: (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb' };
}

const GLYPH: Readonly<Record<Tone, { glyph: string; paint: Paint; say: string }>> = {
  ok: { glyph: '✔', paint: 'ok', say: spoken.ok },
  look: { glyph: '!', paint: 'look', say: spoken.look },
  bad: { glyph: '✘', paint: 'bad', say: spoken.broken },
  wait: { glyph: '·', paint: 'dim', say: spoken.waiting },
  off: { glyph: '·', paint: 'dim', say: '' },
  plain: { glyph: ' ', paint: 'plain', say: '' },
  head: { glyph: '', paint: 'plain', say: '' },
};

/** The glyph that stands beside each colour. */
export function mark(tone: Tone): Span {
  const { glyph, paint, say } = GLYPH[tone];
  return { text: glyph, paint, say };
}

/** A paragraph with its glyph before the first row. */
export function marked(tone: Tone, text: string, width: number): readonly Line[] {
  const [first = [], ...rest] = paragraph(text, width - 2);
  return [line(mark(tone), ' ', ...first), ...rest.map((row) => line('  ', ...row))];
}

/** A line of the transcript, as long as the window is wide. */
export function reportLine(told: ReportLine, view: View): Line {
  if (told.tone === 'head') return line(strong(told.text));
  const width = widthIn(view) - 2;
  const aside = told.aside === undefined ? '' : `  ${told.aside}`;
  const text = cut(told.text, width);
  const room = width - widthOf(text);
  const left = line(mark(told.tone), ' ', text, dim(room > 8 ? cut(aside, room) : ''));
  return told.time === undefined ? left : sides(left, line(dim(told.time)), widthIn(view));
}

export const SPINNER: Span = { text: ' ', spin: true, paint: 'accent', say: spoken.working };
/** Frames of the spinner, by glyph set. */
export const spinnerFrames = (unicode: boolean) => (unicode ? [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'] : [...'|/-\\']);
