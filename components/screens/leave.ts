import { leave, stay } from '../flow.ts';
import { accept, bind } from '../kit/keys.ts';
import { line, strong } from '../kit/text.ts';
import { type Screen, withList } from './screen.ts';

/** Over any screen: a token that was made and is not stored yet would be lost. */
export const leaveOrStay: Screen = {
  choices: () => [
    { id: 'stay', label: 'Stay' },
    { id: 'leave', label: 'Leave without the token', aside: 'it is only in memory and will be gone' },
  ],
  keys: () => [accept('choose'), bind('escape', 'stay', { type: 'back' })],
  enter: (state, { chosen }) => (chosen?.id === 'leave' ? leave(state, 130) : stay({ ...state, overlay: null })),
  draw: (_state, view, at) => ({
    title: [line(strong('Leave? You have a token that is not stored yet.'))],
    ...withList([], at, view, { whole: true }),
  }),
};
