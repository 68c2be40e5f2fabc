import type { Change } from '../../src/engine/types.ts';
import { type Step, stay } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import type { Panel } from '../kit/compose.ts';
import type { Binding } from '../kit/keys.ts';
import { picker } from '../kit/picker.ts';
import { BLANK, type Line } from '../kit/text.ts';
import type { SecretText } from '../kit/text-field.ts';
import type { View } from '../kit/view.ts';
import type { ReportLine, State } from '../state.ts';

/** Where the cursor of a screen stands. */
export interface Cursor {
  readonly choices: readonly Choice[];
  readonly index: number;
  readonly chosen: Choice | undefined;
}

/** What is particular to a screen as it is drawn; the rest is the same everywhere. */
export interface Inside {
  /** The question: always seen. */
  readonly title: readonly Line[];
  readonly body: readonly Line[];
  readonly panel?: Panel;
  /** Rows of `body` (from, to) that must stay in sight, for a list with a cursor. */
  readonly focus?: readonly [number, number];
  /** First row of `body`, for a text that is scrolled. */
  readonly scroll?: number;
  /** An overlay needs the room that the answered steps would take. */
  readonly alone?: boolean;
  /** Every row is needed: nothing below but the keys. */
  readonly bare?: boolean;
  /** A field of this screen holds text, so that letters are text and no keys. */
  readonly typed?: boolean;
  /** Whose notice the body holds: it is to be seen whole before the person goes on. */
  readonly notice?: string;
}

/** What the key `what changes` opens: the changes of a step, or of a whole undo. */
export interface Changes {
  readonly headline: string;
  readonly changes: readonly Change[];
}

/** A screen, or what lies over one: its rows, its keys, what Enter does, its line in the transcript, how it looks. */
export interface Screen {
  /** What the cursor moves over. */
  readonly choices?: (state: State) => readonly Choice[];
  /** Id of the choice where the cursor stands at first: on what Enter should do without further thought. */
  readonly start?: (state: State) => string | undefined;
  /** Its own keys, most important first. */
  readonly keys: (state: State, at: Cursor) => readonly Binding[];
  /** Enter. Without it Enter closes an overlay and does nothing on a screen. */
  readonly enter?: (state: State, at: Cursor) => Step;
  /** The space key, where it changes something here. */
  readonly toggle?: (state: State, at: Cursor) => State;
  /** null where there is nothing that could be opened. */
  readonly changes?: (state: State, at: Cursor) => Changes | null;
  /** What was answered here. It stands above the later questions while the person may still go back. */
  readonly said?: (state: State) => ReportLine | null;
  /** What is said for good when the person leaves the program from here. */
  readonly last?: (state: State) => readonly ReportLine[];
  /** Pure: the same state, window and field give the same rows. */
  readonly draw: (state: State, view: View, at: Cursor, field: SecretText) => Inside;
}

/**
 * A list with a cursor below other rows. `share`: the part of the width that labels may take. `whole`: all of the list
 * is kept in sight, where there is room, and not only the row with the cursor. `apart`: the last row, which leads on,
 * stands a little apart.
 */
export function withList(
  above: readonly Line[],
  { choices, index }: Cursor,
  view: View,
  options: { readonly share?: number; readonly whole?: boolean; readonly apart?: boolean } = {},
): Pick<Inside, 'body' | 'focus'> {
  const { share, whole = false, apart = false } = options;
  const { lines, focus, last } = picker(choices, index, view, share);
  const gap = apart && choices.length > 1 ? [BLANK] : [];
  const body = [...above, ...lines.slice(0, last), ...gap, ...lines.slice(last)];
  const shift = above.length + (focus[0] >= last ? gap.length : 0);
  return { body, focus: [shift + focus[0], whole ? body.length - 1 : shift + focus[1]] };
}

/** Whether Enter can take the chosen row. */
export const canChoose = ({ chosen }: Cursor) =>
  chosen !== undefined && chosen.disabled === undefined && chosen.off !== true;

/** `enter` of a screen where each choice leads somewhere of its own. */
export const byChoice =
  (steps: Readonly<Record<string, (state: State) => Step>>): NonNullable<Screen['enter']> =>
  (state, { chosen }) =>
    steps[chosen?.id ?? '']?.(state) ?? stay(state);
