import { BACK, type Binding, bind } from '../kit/keys.ts';
import { BLANK, line, paragraph, strong } from '../kit/text.ts';
import { SPINNER, widthIn } from '../kit/view.ts';
import type { State } from '../state.ts';
import type { Screen } from './screen.ts';
import { sessionKeys, takeTyped, throughClaude } from './sign-in.ts';

/** Signing in to Claude Code itself, which keeps the login. */
export const logIn: Screen = {
  keys,
  enter: takeTyped,
  draw(state, view, _at, field) {
    const title = [line(strong('Sign in to Claude Code'))];
    const width = widthIn(view);
    const { session } = state.signIn;
    if (session.state === 'ending') {
      const says =
        'It was handed a code and may be storing its login, so it is not cut off. This takes a minute at most.';
      return {
        title,
        body: [
          line(SPINNER, ' Waiting for Claude Code to end'),
          ...paragraph(says, width, { indent: 2, paint: 'dim' }),
        ],
      };
    }
    const { body, focus } = throughClaude(state, view, field);
    const keeps = 'Claude Code keeps the login itself. Its files were backed up first: an undo brings them back.';
    const below = session.state === 'failed' ? [] : [BLANK, ...paragraph(keeps, width, { paint: 'dim' })];
    return {
      title,
      body: [...body, ...below],
      ...(focus === undefined ? {} : { focus }),
      typed: field.length > 0,
    };
  },
};

function keys(state: State): readonly Binding[] {
  const { session } = state.signIn;
  if (session.state === 'ending') return [];
  if (session.state === 'failed') return [bind(['return', 'r'], 'try again', { type: 'retry sign-in' }), BACK];
  return sessionKeys(state);
}
