import type { HomeFacts } from '../../src/history/types.ts';
import type { Answers, Drift } from '../../src/methods/types.ts';
import type { Effect } from '../events.ts';
import { begin, onward, type Step, stay } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, BACK, bind, LEAVE } from '../kit/keys.ts';
import { dim, line, strong } from '../kit/text.ts';
import type { State } from '../state.ts';
import { drift as words } from '../words/runs.ts';
import { keys, shared } from '../words/shared.ts';
import { type Screen, withList } from './screen.ts';

/** What was changed behind the receipt's back: kept unless the person wants it back. */
export const drift: Screen = {
  choices,
  start: () => 'go',
  keys(_state, { chosen }) {
    if (chosen?.tag === 'stays') return [BACK, LEAVE];
    return chosen?.id === 'go'
      ? [accept(keys.next), BACK, LEAVE]
      : [bind(['return', 'space'], words.keyToggle, { type: 'toggle' }), BACK, LEAVE];
  },
  enter: (state, { chosen }) => (chosen?.id === 'go' ? putBack(state) : stay(toggled(state, chosen?.id))),
  toggle: (state, { chosen }) => toggled(state, chosen?.id),
  said: ({ home }) => ({ tone: 'ok', text: words.said(home.putBack.length) }),
  draw(state, view, at) {
    const since = state.home.is?.inForce?.since?.slice(0, 10);
    const title = [line(strong(words.title), dim(since === undefined ? '' : words.since(since)))];
    return { title, ...withList([], at, view, { share: 0.75 }) };
  },
};

const driftId = (drift: Drift, index: number) => `${drift.what} ${index}`;

/** Drifts to keep or to put back, and the way on. */
function choices({ home: { is, putBack } }: State): readonly Choice[] {
  if (is === null) return [];
  const rows = is.drift.map((drift, index): Choice => {
    const id = driftId(drift, index);
    const back = backTo(drift, is) !== null;
    const more = [words.wasAndIs(drift.was, drift.now)];
    return {
      id,
      label: drift.says,
      tag: putBack.includes(id) ? words.putBack : back ? words.kept : words.stays,
      more: back ? more : [...more, words.whyStays],
    };
  });
  const any = putBack.length > 0;
  const more = [any ? shared.seeWhat : words.allStays];
  return [...rows, { id: 'go', label: any ? words.review : words.keep, more }];
}

/** What a drift would be set back to; null where that is not ours to decide, or not in an answer. */
function backTo(drift: Drift, home: HomeFacts): Partial<Answers> | null {
  const answers = home.inForce?.answers ?? null;
  if (answers === null) return null;
  if (drift.what === 'primary') return { role: answers.role, primary: answers.primary };
  if (drift.what === 'fallbacks') return { fallbacks: answers.fallbacks };
  return drift.what === 'alias' ? { aliases: answers.aliases } : null;
}

function toggled(state: State, id: string | undefined): State {
  const { is, putBack } = state.home;
  const drift = is?.drift.find((one, index) => driftId(one, index) === id);
  if (is === null || id === undefined || drift === undefined || backTo(drift, is) === null) return state;
  const next = putBack.includes(id) ? putBack.filter((one) => one !== id) : [...putBack, id];
  return { ...state, home: { ...state.home, putBack: next } };
}

/** What the person wants back goes into a plan; what is kept needs none. */
function putBack(state: State): Step {
  const { putBack: chosen, is } = state.home;
  if (is === null) return stay({ ...state, stage: 'home' });
  const back = is.drift.filter((drift, index) => chosen.includes(driftId(drift, index)));
  const kept = is.drift.filter((drift) => !back.includes(drift));
  const receiptId = is.inForce?.receiptId ?? null;
  const keep: Effect[] = kept.length === 0 || receiptId === null ? [] : [{ do: 'keep drift', receiptId, drift: kept }];
  if (back.length === 0) {
    return stay({ ...state, stage: 'home', cursors: {}, home: { ...state.home, is: { ...is, drift: [] } } }, ...keep);
  }
  const edits: Partial<Answers> = Object.assign({}, ...back.map((drift) => backTo(drift, is)));
  const step = onward({ ...begin(state, 'put back', 'drift').state, edits });
  return { ...step, effects: [...keep, ...step.effects] };
}
