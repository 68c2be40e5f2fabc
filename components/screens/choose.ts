import { onward, stay } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, BACK, bind, CLOSE, LEAVE, LOOK_AGAIN, SCROLL } from '../kit/keys.ts';
import { BLANK, command, dim, line, paragraph, strong } from '../kit/text.ts';
import { widthIn } from '../kit/view.ts';
import { answersOf, methodOf, type State } from '../state.ts';
import { choose as words } from '../words/set-up.ts';
import { keys } from '../words/shared.ts';
import { otherMethods } from './home.ts';
import { type Screen, withList } from './screen.ts';

/** Which method, with the reason for the suggestion, who pays, and the notice of the one the cursor is on. */
export const choose: Screen = {
  choices,
  start(state) {
    if (state.flow === 'switch') return state.edits.method ?? otherMethods(state)[0]?.id;
    return answersOf(state)?.method ?? state.offer?.suggested;
  },
  keys: (_state, { chosen }) => [
    ...(chosen?.disabled === undefined ? [accept(keys.next)] : []),
    BACK,
    bind('r', keys.rules, { type: 'open', overlay: 'rules' }),
    LOOK_AGAIN,
    LEAVE,
  ],
  enter: (state, { chosen }) =>
    chosen === undefined ? stay(state) : onward({ ...state, edits: editsFor(state, chosen.id) }),
  said(state) {
    const method = methodOf(state);
    return method === null ? null : { tone: 'ok', text: method.title, aside: words.paysFrom(method.paysFrom) };
  },
  draw(state, view, at) {
    const width = widthIn(view);
    const title = [line(strong(words.title))];
    const { body, focus } = withList([], at, view);
    const method = state.offer?.methods.find(({ id }) => id === at.chosen?.id);
    if (method === undefined) return { title, body, focus };
    const { text, date } = method.notice;
    const notice = [
      BLANK,
      ...paragraph(text, width, { paint: 'dim' }),
      ...paragraph(words.pressR(date), width, { paint: 'look' }),
    ];
    const shown = { title, body: [...body, ...notice], focus };
    return method.availability.ok ? { ...shown, notice: method.id } : shown;
  },
};

function choices(state: State): readonly Choice[] {
  return (state.offer?.methods ?? []).map(({ id, title, summary, paysFrom, availability }): Choice => {
    const row = { id, label: title, aside: summary, tag: tagOf(state, id) };
    const { because } = availability;
    if (!availability.ok) return { ...row, disabled: { because, help: availability.help } };
    return { ...row, more: [words.because(because), words.pays(paysFrom)] };
  });
}

function tagOf(state: State, id: string): string | undefined {
  if (id === state.home.is?.inForce?.method) return words.inUse;
  return id === state.offer?.suggested ? words.suggested : undefined;
}

/** What was decided for one method means nothing to another, but for what Claude is used for, and what stays unfixed. */
function editsFor(state: State, method: string): State['edits'] {
  if (answersOf(state)?.method === method) return { ...state.edits, method };
  const { role, agents, newAgent, fixes } = state.edits;
  const kept = Object.entries({ role, agents, newAgent, fixes }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(kept), method };
}

/** The notice in full, with the pages to read. */
export const rules: Screen = {
  keys: () => [CLOSE, ...SCROLL],
  draw(state, view, { chosen }) {
    const width = widthIn(view);
    const method = state.offer?.methods.find(({ id }) => id === chosen?.id) ?? methodOf(state);
    const title = [line(strong(words.rulesOf(method?.title ?? '')))];
    if (method === null) return { title, body: [], alone: true };
    const { text, date, links } = method.notice;
    const body = [
      ...paragraph(text, width),
      BLANK,
      ...paragraph(words.pays(method.paysFrom), width),
      BLANK,
      line(dim(words.current(date))),
      ...links.map((link) => line('  ', { ...command(link), href: link })),
    ];
    return { title, body, alone: true };
  },
};
