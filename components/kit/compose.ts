import { BLANK, clip, dim, type Line, line } from './text.ts';
import { marginOf, type View, widthIn } from './view.ts';

/** A screen before it is fitted into the terminal. */
export interface Layout {
  /** Name of the program, or of the screen, at the top. */
  readonly banner: Line;
  /** Answered steps. */
  readonly trail: readonly Line[];
  /** The question: always seen. */
  readonly title: readonly Line[];
  readonly body: readonly Line[];
  /** Rows of `body` (from, to) that must stay in sight, for a list with a cursor. */
  readonly focus?: readonly [number, number];
  /** First row of `body`, for a text that is scrolled. */
  readonly scroll?: number;
  /** Remarks and keys: always seen. */
  readonly foot: readonly Line[];
  /** Whose notice the body holds: it is to be seen whole before the person goes on. */
  readonly notice?: string;
}

export interface Composed {
  readonly lines: readonly Line[];
  /** The largest useful `scroll`. */
  readonly limit: number;
  /** Rows of the body in sight. */
  readonly page: number;
}

const isBlank = (one: Line) => one.length === 0 || one.every((span) => span.text.trim() === '' && span.spin !== true);
const dense = (lines: readonly Line[]) => lines.filter((one) => !isBlank(one));

/** Head of a screen, from the roomiest to the barest. */
function heads(layout: Layout): readonly (readonly Line[])[] {
  const { banner, trail, title } = layout;
  const titled = title.length === 0 ? [] : [...title, BLANK];
  const trailed = trail.length === 0 ? [] : [...trail, BLANK];
  const last = trail.slice(-1);
  return [
    [banner, ...(isBlank(banner) ? [] : [BLANK]), ...trailed, ...titled],
    [banner, ...trailed, ...titled],
    [banner, ...last, ...(last.length > 0 ? [BLANK] : []), ...titled],
    [banner, ...last, ...title],
    ...(isBlank(banner) ? [] : [[...last, ...title]]),
    [...title],
  ];
}

/**
 * Fits a screen into the terminal: never more than rows - 1 lines, never wider than it is. Gives up, in this order:
 * blank rows of the head, older answers, the banner, blank rows of the body; then the body is windowed.
 */
export function compose(layout: Layout, view: View): Composed {
  const most = Math.max(4, view.rows - 1);
  const foot = layout.foot.slice(0, Math.max(1, Math.floor(most / 3)));
  const place = (lines: readonly Line[]) => lines.map((one) => indent(clip(one, widthIn(view)), view));
  if (view.reader) {
    const all = [...layout.trail, ...layout.title, ...layout.body, ...layout.foot];
    return { lines: dense(all), limit: 0, page: layout.body.length };
  }
  const candidates = heads(layout);
  for (const head of candidates) {
    const spare = most - head.length - layout.body.length - foot.length;
    if (spare < 0) continue;
    const gap = spare > 0 && layout.body.length > 0 ? [BLANK] : [];
    return { lines: place([...head, ...layout.body, ...gap, ...foot]), limit: 0, page: layout.body.length };
  }
  const head = candidates[candidates.length - (most < 14 ? 1 : 3)] ?? [];
  const room = Math.max(1, most - head.length - foot.length);
  const scrolled = layout.scroll !== undefined;
  const body = scrolled ? layout.body : dense(layout.body);
  if (body.length <= room) {
    return { lines: place([...head, ...body, ...foot]), limit: 0, page: room };
  }
  const window = windowOf(layout, body, room);
  return { lines: place([...head, ...window.lines, ...foot]), limit: window.limit, page: window.page };
}

function windowOf(layout: Layout, body: readonly Line[], room: number) {
  // One row says what is above and below.
  const page = Math.max(1, room - 1);
  const limit = Math.max(0, body.length - page);
  const start = Math.min(limit, layout.scroll ?? startFor(layout, body, page));
  const below = body.length - start - page;
  const says = [start > 0 ? `↑ ${start} more` : '', below > 0 ? `↓ ${below} more` : ''].filter(Boolean).join('   ');
  return { lines: [...body.slice(start, start + page), line(dim(`  ${says}`))], limit, page };
}

/** Keeps the focused rows in the middle where possible. `focus` counts rows with blanks, `body` may have lost them. */
function startFor(layout: Layout, body: readonly Line[], page: number): number {
  const [from, to] = layout.focus ?? [0, 0];
  const lost = layout.body.length === body.length ? 0 : layout.body.slice(0, from).filter(isBlank).length;
  const first = Math.max(0, from - lost);
  const height = Math.min(page, to - from + 1);
  return Math.max(0, first - Math.floor((page - height) / 2));
}

const indent = (one: Line, view: View): Line =>
  one.length === 0 ? one : [{ text: ' '.repeat(marginOf(view)) }, ...one];
