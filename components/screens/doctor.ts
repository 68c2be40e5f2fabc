import { needsLogin, needsToken } from '../../src/doctor/judge.ts';
import type { Found } from '../../src/doctor/types.ts';
import { shortened } from '../facts.ts';
import { onward, stay } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, BACK, bind, copies, LEAVE, LOOK_AGAIN } from '../kit/keys.ts';
import { dim, line, paragraph, strong } from '../kit/text.ts';
import { SPINNER, widthIn } from '../kit/view.ts';
import type { State } from '../state.ts';
import { doctor as words } from '../words/runs.ts';
import { keys, shared } from '../words/shared.ts';
import { asksForToken, fixesByLogin, toFix, triedOf, wrongOf, wrongSays } from '../wrong.ts';
import { type Screen, withList } from './screen.ts';

/** What is wrong, worst first: what would fix it, and what is to stay as it is. */
export const doctor: Screen = {
  choices,
  start: (state) => (toFix(state).length > 0 ? 'go' : undefined),
  keys(state, { chosen }) {
    if (chosen?.id === 'go') return [accept(keys.next), BACK, LOOK_AGAIN, LEAVE];
    const found = wrongOf(state).find(({ id }) => id === chosen?.id);
    const toggles = bind(['return', 'space'], words.keyToggle, { type: 'toggle' });
    const own = found?.repairs === undefined ? copies(found?.next) : [toggles];
    return [...own, BACK, LOOK_AGAIN, LEAVE];
  },
  enter: (state, { chosen }) => (chosen?.id === 'go' ? onward(state) : stay(toggled(state, chosen?.id))),
  toggle: (state, { chosen }) => toggled(state, chosen?.id),
  said: (state) => ({ tone: 'ok', text: words.toFix(toFix(state).length) }),
  draw(state, view, at) {
    const title = [line(strong(words.title))];
    if (!state.gathered) return { title, body: [line(SPINNER, ' ', shared.lookingAround)] };
    const says = wrongSays(state);
    if (says === null) return { title, body: [line(dim(words.none))] };
    return { title, ...withList(paragraph(says, widthIn(view), { paint: 'dim' }), at, view, { share: 0.8 }) };
  },
};

/** One row for each kind of fault, then the way on. */
function choices(state: State): readonly Choice[] {
  const wrong = wrongOf(state);
  const rows = wrong
    .filter(({ id }, index) => wrong.findIndex((one) => one.id === id) === index)
    .map((found): Choice => {
      const alike = wrong.filter(({ id }) => id === found.id);
      const { id, says, why, next } = found;
      return {
        id,
        label: shortened(says, state.facts),
        tag: tagOf(found, state),
        more: [
          // The row itself may be cut.
          ...(says.length > 60 ? [shortened(says, state.facts)] : []),
          ...alike.slice(1).map((one) => shortened(one.says, state.facts)),
          ...(why === undefined ? [] : [shortened(why, state.facts)]),
          ...(found.repairs === undefined && next !== undefined ? [words.next(next)] : []),
          ...(found.repairs !== undefined && triedOf(state).includes(id) ? [words.tried] : []),
          ...(needsLogin(found) ? [words.needsLogin] : []),
          ...(needsToken(found) ? [words.needsToken] : []),
        ],
      };
    });
  const count = toFix(state).length;
  if (count === 0) return rows;
  if (fixesByLogin(state)) return [...rows, { id: 'go', label: words.signIn, aside: words.backedUp }];
  const aside = asksForToken(state) ? words.signInThen : words.unwritten;
  return [...rows, { id: 'go', label: words.see(count), aside }];
}

function tagOf({ id, repairs }: Found, state: State): string {
  if (repairs === undefined) return words.byHand;
  return state.leaves.includes(id) ? words.left : words.fix;
}

function toggled(state: State, id: string | undefined): State {
  const found = wrongOf(state).find((one) => one.id === id);
  if (id === undefined || found?.repairs === undefined) return state;
  const leaves = state.leaves.includes(id) ? state.leaves.filter((one) => one !== id) : [...state.leaves, id];
  // A first set-up that comes after it fixes nothing unasked either.
  const { fixes: _, ...edits } = state.edits;
  const unasked = leaves.some((one) => !triedOf(state).includes(one));
  return { ...state, leaves, edits: unasked ? { ...edits, fixes: false } : edits };
}
