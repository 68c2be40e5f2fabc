import { bindings } from '../../src/wizard/keys.ts';
import { stepOf } from '../../src/wizard/paths.ts';
import { trail } from '../../src/wizard/report.ts';
import type { ReportLine, State } from '../../src/wizard/state.ts';
import type { Layout } from '../kit/compose.ts';
import { helpLines } from '../kit/help.ts';
import {
  BLANK,
  commandRows,
  cut,
  dim,
  type Line,
  line,
  painted,
  paragraph,
  sides,
  strong,
  widthOf,
} from '../kit/text.ts';
import { isNarrow, mark, type View, widthIn } from '../kit/view.ts';

/** What is particular to a screen; the rest is the same everywhere. */
export interface Inside {
  readonly title: readonly Line[];
  readonly body: readonly Line[];
  readonly focus?: readonly [number, number];
  readonly scroll?: number;
  /** An overlay needs the room that the answered steps would take. */
  readonly alone?: boolean;
  /** A field of this screen holds text, so that letters are text and no keys. */
  readonly typed?: boolean;
}

/** Name and version; printed once at the top of the report as well. */
export function banner(state: State, view: View): Line {
  const step = stepOf(state);
  const right = step === null ? (isNarrow(view) ? '' : 'OpenClaw ⟷ your Claude plan') : `step ${step[0]} of ${step[1]}`;
  return sides(line(strong('clawauth-setup'), dim(` ${state.version}`)), line(dim(right)), widthIn(view));
}

/** A folded line as it stands in the frame and in the scrollback. */
export function reportLine(told: ReportLine, view: View): Line {
  if (told.tone === 'head') return line(strong(told.text));
  const width = widthIn(view) - 2;
  const aside = told.aside === undefined ? '' : `  ${told.aside}`;
  const text = cut(told.text, width);
  const room = width - widthOf(text);
  const left = line(mark(told.tone), ' ', text, dim(room > 8 ? cut(aside, room) : ''));
  return told.time === undefined ? left : sides(left, line(dim(told.time)), widthIn(view));
}

/** The same for good: nothing of it is cut, since it can be read and pasted from the scrollback later. */
export function reportRows(told: ReportLine, view: View): readonly Line[] {
  const width = widthIn(view) - 2;
  if (widthOf(told.text) <= width) return [reportLine(told, view)];
  const next = /^ {2}next: (.*)$/.exec(told.text)?.[1];
  if (next !== undefined) {
    // Broken rows of a command are selected and pasted as they stand.
    const rows = commandRows(next, view.columns, { atEdge: true });
    return [line('    next:'), ...rows.map((text): Line => [{ text, paint: 'accent', edge: true }])];
  }
  const indent = /^ */.exec(told.text)?.[0].length ?? 0;
  const [first = [], ...rest] = paragraph(told.text.trim(), width - indent, { indent });
  return [line(mark(told.tone), ' ', ...first), ...rest.map((one) => line('  ', ...one))];
}

export function shell(state: State, view: View, inside: Inside): Layout {
  const foot: Line[] = [];
  if (state.sandbox !== null) {
    foot.push(line(painted('sandbox', 'look'), dim(` · nothing real is touched · ${state.sandbox}`)));
  }
  const typed = inside.typed === true;
  if (state.remark !== null && !typed) foot.push(line(painted(state.remark, 'ok')));
  const rows = view.rows >= 20 ? 2 : 1;
  return {
    // Once the report has begun, the banner stands at its top, and only a gap parts it from the frame.
    banner: state.report.length > 0 ? BLANK : banner(state, view),
    trail: inside.alone === true ? [] : trail(state).map((one) => reportLine(one, view)),
    title: inside.title,
    body: inside.body,
    focus: inside.focus,
    scroll: inside.scroll,
    foot: [...foot, ...helpLines(bindings(state, !typed), view, rows)],
  };
}
