import { choicesOf, cursorOf } from '../../src/wizard/choices.ts';
import { methodOf, type State } from '../../src/wizard/state.ts';
import type { Layout } from '../kit/compose.ts';
import { picker } from '../kit/picker.ts';
import { BLANK, command, dim, type Line, line, paragraph, strong } from '../kit/text.ts';
import { type View, widthIn } from '../kit/view.ts';
import { shell } from './shell.ts';

/** Which way in, with the reason for the suggestion, who pays, and the notice of the one the cursor is on. */
export function choose(state: State, view: View): Layout {
  const width = widthIn(view);
  const choices = choicesOf(state);
  const cursor = cursorOf(state);
  const picked = picker(choices, cursor, view);
  const method = state.offer?.methods.find((one) => one.id === choices[cursor]?.id);
  const body: Line[] = [...picked.lines];
  if (method !== undefined) {
    body.push(BLANK);
    body.push(
      ...paragraph(method.notice.text, width, { paint: 'dim' }),
      ...paragraph(`Rules for plan logins change. Text of ${method.notice.date}. Press r to read them.`, width, {
        paint: 'look',
      }),
    );
  }
  const title = [line(strong('How should OpenClaw use Claude?'))];
  const layout = shell(state, view, { title, body, focus: picked.focus });
  return method?.availability.ok === true ? { ...layout, notice: method.id } : layout;
}

/** The notice in full, with the pages to read. */
export function rules(state: State, view: View, scroll: number) {
  const width = widthIn(view);
  const choices = choicesOf({ ...state, overlay: null });
  const cursor = cursorOf({ ...state, overlay: null });
  const method = state.offer?.methods.find((one) => one.id === choices[cursor]?.id) ?? methodOf(state);
  const body: Line[] =
    method === null
      ? []
      : [
          ...paragraph(method.notice.text, width),
          BLANK,
          ...paragraph(`Pays from: ${method.paysFrom}`, width),
          BLANK,
          line(dim(`Rules change. Text of ${method.notice.date}. Current rules:`)),
          ...method.notice.links.map((link) => line('  ', { ...command(link), href: link })),
        ];
  const title = [line(strong(`Rules: ${method?.title ?? ''}`))];
  return shell(state, view, { title, body, scroll, alone: true });
}
