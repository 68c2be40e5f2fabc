import { needsLogin, needsToken } from '../../src/doctor/judge.ts';
import type { Found } from '../../src/doctor/types.ts';
import { plural } from '../../src/text.ts';
import { shortened } from '../facts.ts';
import { onward, stay } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, BACK, bind, copies, LEAVE, LOOK_AGAIN } from '../kit/keys.ts';
import { dim, line, paragraph, strong } from '../kit/text.ts';
import { SPINNER, widthIn } from '../kit/view.ts';
import type { State } from '../state.ts';
import { asksForToken, fixesByLogin, toFix, triedOf, wrongOf, wrongSays } from '../wrong.ts';
import { type Screen, withList } from './screen.ts';

/** What is wrong, worst first: what would fix it, and what is to stay as it is. */
export const doctor: Screen = {
  choices,
  start: (state) => (toFix(state).length > 0 ? 'go' : undefined),
  keys(state, { chosen }) {
    if (chosen?.id === 'go') return [accept('next'), BACK, LOOK_AGAIN, LEAVE];
    const found = wrongOf(state).find(({ id }) => id === chosen?.id);
    const toggles = bind(['return', 'space'], 'fix / leave it', { type: 'toggle' });
    const own = found?.repairs === undefined ? copies(found?.next) : [toggles];
    return [...own, BACK, LOOK_AGAIN, LEAVE];
  },
  enter: (state, { chosen }) => (chosen?.id === 'go' ? onward(state) : stay(toggled(state, chosen?.id))),
  toggle: (state, { chosen }) => toggled(state, chosen?.id),
  said: (state) => ({ tone: 'ok', text: `To be fixed: ${plural(toFix(state).length, 'thing')}` }),
  draw(state, view, at) {
    const title = [line(strong('What is wrong'))];
    if (!state.gathered) return { title, body: [line(SPINNER, ' Looking around')] };
    const says = wrongSays(state);
    if (says === null) return { title, body: [line(dim('No problems found.'))] };
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
          ...(found.repairs === undefined && next !== undefined ? [`Next: ${next}`] : []),
          ...(found.repairs !== undefined && triedOf(state).includes(id)
            ? ['It was tried within the last day and did not help.']
            : []),
          ...(needsLogin(found) ? ['You sign in to Claude Code, and come back to this list.'] : []),
          ...(needsToken(found) ? ['Needs a new token: you sign in first.'] : []),
        ],
      };
    });
  const count = toFix(state).length;
  if (count === 0) return rows;
  if (fixesByLogin(state)) return [...rows, { id: 'go', label: 'Sign in to Claude Code', aside: 'backed up first' }];
  const aside = asksForToken(state) ? 'sign in, then see what changes' : 'nothing is written yet';
  return [...rows, { id: 'go', label: `See what would fix ${count === 1 ? 'it' : 'them'}`, aside }];
}

function tagOf({ id, repairs }: Found, state: State): string {
  if (repairs === undefined) return 'by hand';
  return state.leaves.includes(id) ? 'left' : 'fix';
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
