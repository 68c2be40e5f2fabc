import { BLANK, clip, dim, type Line, line, lineWidth, plain } from './text.ts';
import { isWide, marginOf, partsOf, type View } from './view.ts';

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
  readonly panel?: Panel;
  /** Remarks and keys: always seen. */
  readonly foot: readonly Line[];
  /** Whose notice the body holds: it is to be seen whole before the person goes on. */
  readonly notice?: string;
}

/** What explains the row with the cursor: below the list where there is room, beside it in a wide window. */
export interface Panel {
  /** Rows of `body` before the list, which go over the whole width. */
  readonly from: number;
  /** At most `rows`, and as many for every row of the list, so that nothing moves with the cursor. */
  readonly lines: (view: View, rows: number) => readonly Line[];
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

/** Rows that a panel is worth, with the gap above it: for fewer, nothing is given up. */
const PANEL = 7;

/**
 * Fits a screen into the terminal: never more than rows - 1 lines, never wider than it is. Gives up, in this order:
 * blank rows of the head, older answers, the banner, blank rows of the body; then the body is windowed.
 */
export function compose(layout: Layout, view: View): Composed {
  const most = Math.max(4, view.rows - 1);
  const foot = layout.foot.slice(0, Math.max(1, Math.floor(most / 3)));
  const place = (lines: readonly Line[]) => lines.map((one) => placed(one, view));
  if (view.reader) {
    const all = [...layout.trail, ...layout.title, ...layout.body, ...layout.foot];
    return { lines: dense(all), limit: 0, page: layout.body.length };
  }
  const { panel } = layout;
  const wide = panel !== undefined && isWide(view);
  const candidates = heads(layout);
  const headFor = (rows: number) => candidates.find((head) => head.length + rows + foot.length <= most);
  const roomy =
    panel === undefined ? undefined : headFor(wide ? Math.max(layout.body.length, PANEL) : layout.body.length + PANEL);
  const head = roomy ?? headFor(layout.body.length);
  if (head !== undefined) {
    const free = most - head.length - foot.length;
    let body = layout.body;
    if (panel !== undefined && wide) body = beside(body, panel, free - 1, view);
    else if (panel !== undefined && roomy !== undefined) body = below(body, panel.lines(view, free - body.length - 2));
    const gap = free > body.length && body.length > 0 ? [BLANK] : [];
    return { lines: place([...head, ...body, ...gap, ...foot]), limit: 0, page: layout.body.length };
  }
  const least = candidates[candidates.length - (most < 14 ? 1 : 3)] ?? [];
  const room = Math.max(1, most - least.length - foot.length);
  const body = layout.scroll !== undefined ? layout.body : dense(layout.body);
  const window = body.length <= room ? { lines: body, limit: 0, page: room } : windowOf(layout, body, room);
  const lines = wide && panel.from === 0 ? beside(window.lines, panel, room, view) : window.lines;
  return { lines: place([...least, ...lines, ...foot]), limit: window.limit, page: window.page };
}

const below = (body: readonly Line[], panel: readonly Line[]) =>
  panel.length === 0 ? body : [...body, BLANK, ...panel];

function beside(body: readonly Line[], { from, lines }: Panel, rows: number, view: View): readonly Line[] {
  const parts = partsOf(view);
  const right = lines(parts.panel, rows - from);
  const columns = view.columns - parts.panel.columns;
  const list = body.slice(from);
  const both = Array.from({ length: Math.max(list.length, right.length) }, (_, row) => {
    const left = clip(list[row] ?? BLANK, columns - 1);
    const told = right[row] ?? BLANK;
    return told.length === 0 ? left : [...left, plain(' '.repeat(columns - lineWidth(left))), ...told];
  });
  return [...body.slice(0, from), ...both];
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

/** Behind the margin; a row that begins at the edge has none. */
function placed(one: Line, view: View): Line {
  if (one[0]?.edge === true) return clip(one, view.columns);
  const margin = marginOf(view);
  return one.length === 0 ? one : [{ text: ' '.repeat(margin) }, ...clip(one, view.columns - margin * 2)];
}
