import { asksFor, leave, stay } from '../flow.ts';
import { accept, bind } from '../kit/keys.ts';
import { line, strong } from '../kit/text.ts';
import { leave as words } from '../words/set-up.ts';
import { keys } from '../words/shared.ts';
import { type Screen, withList } from './screen.ts';

/** Over any screen: a secret that was made and is not stored yet would be lost. */
export const leaveOrStay: Screen = {
  choices: (state) => [
    { id: 'stay', label: words.stay },
    { id: 'leave', label: words.without(asksFor(state).noun), aside: words.lost },
  ],
  keys: () => [accept(keys.choose), bind('escape', words.keyStay, { type: 'back' })],
  enter: (state, { chosen }) => (chosen?.id === 'leave' ? leave(state, 130) : stay({ ...state, overlay: null })),
  draw: (state, view, at) => ({
    title: [line(strong(words.title(asksFor(state).noun)))],
    ...withList([], at, view, { whole: true }),
  }),
};
