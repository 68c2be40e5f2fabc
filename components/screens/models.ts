import { choicesOf, cursorOf, isMulti, titleOf } from '../../src/wizard/choices.ts';
import type { State } from '../../src/wizard/state.ts';
import { picker } from '../kit/picker.ts';
import { BLANK, dim, line, strong } from '../kit/text.ts';
import type { View } from '../kit/view.ts';
import { shell } from './shell.ts';

export function role(state: State, view: View) {
  const picked = picker(choicesOf(state), cursorOf(state), view);
  const title = [line(strong('What should OpenClaw use Claude for?'))];
  return shell(state, view, { title, body: picked.lines, focus: picked.focus });
}

/** All that follows from the role, filled in; every row can be opened. The cursor starts on going on. */
export function models(state: State, view: View) {
  const choices = choicesOf(state);
  const picked = picker(choices, cursorOf(state), view);
  // The way on stands a little apart from the rows that can be changed.
  const go = picked.lines.length - (cursorOf(state) === choices.length - 1 ? picked.focus[1] - picked.focus[0] + 1 : 1);
  const body = [...picked.lines.slice(0, go), BLANK, ...picked.lines.slice(go)];
  const shift = picked.focus[0] >= go ? 1 : 0;
  const focus: [number, number] = [picked.focus[0] + shift, picked.focus[1] + shift];
  return shell(state, view, { title: [line(strong('Models and agents'))], body, focus });
}

/** An opened row. */
export function editField(state: State, view: View, field: string, draft: string | null) {
  const title = [line(strong(titleOf(field)))];
  if (draft !== null) {
    const body = [
      line({ text: '▸ ', paint: 'accent', say: 'field: ' }, strong(draft), { text: '_', paint: 'accent', say: '' }),
    ];
    return shell(state, view, { title, body });
  }
  const choices = choicesOf(state).map((choice) => (isMulti(field) ? choice : withoutBox(choice)));
  const picked = picker(choices, cursorOf(state), view);
  const body = choices.length === 0 ? [line(dim('Nothing to choose from here.'))] : picked.lines;
  return shell(state, view, { title, body, focus: picked.focus });
}

/** One of several is chosen by standing on it: a box would promise more. The present one is named instead. */
function withoutBox(choice: ReturnType<typeof choicesOf>[number]) {
  const { checked, ...rest } = choice;
  return checked === true ? { ...rest, tag: 'now' } : rest;
}
