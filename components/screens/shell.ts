import { commandRows } from '../../src/system/command-rows.ts';
import { stepOf } from '../flow.ts';
import type { Layout } from '../kit/compose.ts';
import { helpLines } from '../kit/help.ts';
import type { Binding } from '../kit/keys.ts';
import { BLANK, dim, type Line, line, painted, paragraph, sides, widthOf } from '../kit/text.ts';
import { mark, reportLine, type View, widthIn } from '../kit/view.ts';
import type { ReportLine, State } from '../state.ts';
import { shared as words } from '../words/shared.ts';
import { bannerOf } from './first.ts';
import type { Inside } from './screen.ts';

/** Name and version; printed once at the top of the transcript as well. */
export function banner(state: State, view: View): Line {
  return bannerOf(state.version, stepSays(state), view);
}

function stepSays(state: State): string | null {
  const step = stepOf(state);
  return step === null ? null : words.step(step[0], step[1]);
}

/** Once the transcript has begun, the banner stands at its top: the step that is left to say stands beside the question. */
function withStep(title: readonly Line[], state: State, view: View): readonly Line[] {
  const says = state.report.length === 0 || state.overlay !== null ? null : stepSays(state);
  const [first, ...rest] = title;
  return says === null || first === undefined ? title : [sides(first, line(dim(says)), widthIn(view)), ...rest];
}

/** A line of the transcript for good: nothing of it is cut, since it can be read and pasted later. */
export function reportRows(told: ReportLine, view: View): readonly Line[] {
  const width = widthIn(view) - 2;
  if (widthOf(told.text) <= width) return [reportLine(told, view)];
  const [, label, command] = /^(.*\b(?:[Nn]ext|To undo|To go on|Try it):) (.+)$/.exec(told.text) ?? [];
  if (label !== undefined && command !== undefined) {
    // Broken rows of a command are selected and pasted as they stand.
    const rows = commandRows(command, view.columns, { atEdge: true });
    return [
      ...reportRows({ tone: told.tone, text: label }, view),
      ...rows.map((text): Line => [{ text, paint: 'accent', edge: true }]),
    ];
  }
  const indent = /^ */.exec(told.text)?.[0].length ?? 0;
  const [first = [], ...rest] = paragraph(told.text.trim(), width - indent, { indent });
  return [line(mark(told.tone), ' ', ...first), ...rest.map((one) => line('  ', ...one))];
}

/** What is the same everywhere around a screen: banner, what was answered, remarks and keys. */
export function shell(
  state: State,
  view: View,
  inside: Inside,
  trail: readonly ReportLine[],
  bindings: readonly Binding[],
): Layout {
  const foot: Line[] = [];
  if (state.sandbox !== null) {
    foot.push(line(painted(words.sandbox, 'look'), dim(` · ${words.nothingReal} · ${state.sandbox}`)));
  }
  if (state.remark !== null && inside.typed !== true) foot.push(line(painted(state.remark, 'ok')));
  foot.push(...helpLines(bindings, view));
  const { title, body, panel, focus, scroll, notice } = inside;
  return {
    // Only a gap parts the transcript from the frame.
    banner: state.report.length > 0 ? BLANK : banner(state, view),
    trail: inside.alone === true ? [] : trail.map((one) => reportLine(one, view)),
    title: withStep(title, state, view),
    body,
    panel,
    focus,
    scroll,
    notice,
    foot: inside.bare === true ? foot.slice(-1) : foot,
  };
}
