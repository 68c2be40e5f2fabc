import { roleOptions } from '../../src/methods/shared/questions.ts';
import type { Role } from '../../src/methods/types.ts';
import { onward, stay } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, BACK, LEAVE } from '../kit/keys.ts';
import { line, strong } from '../kit/text.ts';
import { answersOf, type State } from '../state.ts';
import { role as words } from '../words/set-up.ts';
import { keys } from '../words/shared.ts';
import { ownProviders, providerIn } from './model-fields.ts';
import { type Screen, withList } from './screen.ts';

/** What Claude is to be for OpenClaw. */
export const role: Screen = {
  choices,
  start: (state) => answersOf(state)?.role,
  keys: (_state, { chosen }) => [...(chosen?.disabled === undefined ? [accept(keys.next)] : []), BACK, LEAVE],
  enter: (state, { chosen }) =>
    chosen === undefined ? stay(state) : onward({ ...state, edits: { ...state.edits, role: chosen.id as Role } }),
  said(state) {
    const answers = answersOf(state);
    if (answers === null) return null;
    const name = answers.role === 'agent' ? ` “${answers.newAgent}”` : '';
    return { tone: 'ok', text: `${words[answers.role]}${name}` };
  },
  draw: (_state, view, at) => ({
    title: [line(strong(words.title))],
    ...withList([], at, view),
  }),
};

function choices(state: State): readonly Choice[] {
  const { config } = state.facts;
  const primary = config.known ? config.value.primary : null;
  const isOurs = primary !== null && ownProviders(state).includes(providerIn(primary));
  return roleOptions(primary, isOurs, answersOf(state)?.newAgent ?? 'claude');
}
