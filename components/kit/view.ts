import type { Tone } from '../../src/wizard/state.ts';
import type { Paint, Span } from './text.ts';

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
export const isNarrow = (view: View) => view.columns < 64;

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
  ok: { glyph: '✔', paint: 'ok', say: 'ok:' },
  look: { glyph: '!', paint: 'look', say: 'look:' },
  bad: { glyph: '✘', paint: 'bad', say: 'broken:' },
  wait: { glyph: '·', paint: 'dim', say: 'waiting:' },
  off: { glyph: '·', paint: 'dim', say: '' },
  plain: { glyph: ' ', paint: 'plain', say: '' },
  head: { glyph: '', paint: 'plain', say: '' },
};

/** The glyph that stands beside each colour. */
export function mark(tone: Tone): Span {
  const { glyph, paint, say } = GLYPH[tone];
  return { text: glyph, paint, say };
}

export const SPINNER: Span = { text: ' ', spin: true, paint: 'accent', say: 'working:' };
/** Frames of the spinner, by glyph set. */
export const spinnerFrames = (unicode: boolean) => (unicode ? [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'] : [...'|/-\\']);
