import { BACK, type Binding, bind } from '../kit/keys.ts';
import { BLANK, line, paragraph, strong } from '../kit/text.ts';
import { SPINNER, widthIn } from '../kit/view.ts';
import type { State } from '../state.ts';
import { logIn as words } from '../words/set-up.ts';
import { keys as keyWords } from '../words/shared.ts';
import type { Screen } from './screen.ts';
import { sessionKeys, takeTyped, throughClaude } from './sign-in.ts';

/** Signing in to Claude Code itself, which keeps the login. */
export const logIn: Screen = {
  keys,
  enter: takeTyped,
  draw(state, view, _at, field) {
    const title = [line(strong(words.title))];
    const width = widthIn(view);
    const { session } = state.signIn;
    if (session.state === 'ending') {
      const says = words.notCutOff;
      return {
        title,
        body: [line(SPINNER, ' ', words.ending), ...paragraph(says, width, { indent: 2, paint: 'dim' })],
      };
    }
    const { body, focus } = throughClaude(state, view, field);
    const keeps = words.keeps;
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
  if (session.state === 'failed') return [bind(['return', 'r'], keyWords.tryAgain, { type: 'retry sign-in' }), BACK];
  return sessionKeys(state);
}
