import { withArticle } from '../../src/text.ts';
import { asksFor, leave, stay } from '../flow.ts';
import { accept, bind } from '../kit/keys.ts';
import { line, strong } from '../kit/text.ts';
import { type Screen, withList } from './screen.ts';

/** Over any screen: a secret that was made and is not stored yet would be lost. */
export const leaveOrStay: Screen = {
  choices: (state) => [
    { id: 'stay', label: 'Stay' },
    { id: 'leave', label: `Leave without the ${asksFor(state).noun}`, aside: 'it is only in memory and will be gone' },
  ],
  keys: () => [accept('choose'), bind('escape', 'stay', { type: 'back' })],
  enter: (state, { chosen }) => (chosen?.id === 'leave' ? leave(state, 130) : stay({ ...state, overlay: null })),
  draw: (state, view, at) => ({
    title: [line(strong(`Leave? You have ${withArticle(asksFor(state).noun)} that is not stored yet.`))],
    ...withList([], at, view, { whole: true }),
  }),
};
