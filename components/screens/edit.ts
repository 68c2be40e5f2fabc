import { questions } from '../../src/methods/questions.ts';
import type { GivenAnswers } from '../../src/methods/types.ts';
import { stay } from '../flow.ts';
import { accept, BACK, bind } from '../kit/keys.ts';
import { dim, line, strong } from '../kit/text.ts';
import { fieldLine } from '../kit/text-field.ts';
import { answersOf, type State } from '../state.ts';
import { edit as words } from '../words/set-up.ts';
import { keys } from '../words/shared.ts';
import { optionsOf, toggledOption } from './model-fields.ts';
import { type Cursor, type Screen, withList } from './screen.ts';

/** Ids that OpenClaw accepts for an agent. */
const AGENT_ID = /^[a-z0-9][a-z0-9_-]{0,38}$/;

const isMulti = (field: string) => questions[field]?.many === true;
const withEdit = (state: State, edit: GivenAnswers): State => ({ ...state, edits: { ...state.edits, ...edit } });
const editOf = ({ overlay }: State) => (overlay?.kind === 'edit' ? overlay : { field: '', draft: null });

/** An opened row of the models screen. */
export const edit: Screen = {
  choices: (state) => optionsOf(state, editOf(state).field),
  keys(state) {
    const { field, draft } = editOf(state);
    if (draft !== null) return [accept(words.save), BACK];
    if (!isMulti(field)) return [accept(keys.choose), BACK];
    return [bind('space', keys.onOff, { type: 'toggle' }), accept(keys.done), BACK];
  },
  enter: (state, at) => stay(accepted(state, at)),
  toggle(state, { chosen }) {
    const { field } = editOf(state);
    const answers = answersOf(state);
    if (answers === null || chosen === undefined || !isMulti(field)) return state;
    return withEdit(state, toggledOption(state, answers, field, chosen));
  },
  draw(state, view, at) {
    const { field, draft } = editOf(state);
    const title = [line(strong(questions[field]?.title ?? ''))];
    if (draft !== null) return { title, body: [fieldLine(draft)] };
    if (at.choices.length === 0) return { title, body: [line(dim(words.nothing))] };
    const choices = at.choices.map((choice) => (isMulti(field) ? choice : withoutBox(choice)));
    return { title, ...withList([], { ...at, choices }, view) };
  },
};

/** One of several is chosen by standing on it: a box would promise more. The present one is named instead. */
function withoutBox({ checked, ...rest }: Cursor['choices'][number]) {
  return checked === true ? { ...rest, tag: words.now } : rest;
}

/** The models screen with a row opened, or changed in place where it has only two values. */
export function opened(state: State, field: string | undefined): State {
  const answers = answersOf(state);
  if (answers === null || field === undefined) return state;
  const values = twoOf(field);
  if (values !== null) {
    const now = answers[field] ?? questions[field]?.usual;
    return withEdit(state, { [field]: now === values[0] ? values[1] : values[0] });
  }
  const name = field === 'newAgent' ? answers.newAgent : null;
  const draft = name === null ? null : { text: name, at: name.length };
  const cursor = isMulti(field) ? 0 : optionsOf(state, field).findIndex((option) => option.checked === true);
  return { ...state, overlay: { kind: 'edit', field, cursor: Math.max(0, cursor), draft } };
}

/** Both values of a question that has only two, and no list to choose from. */
function twoOf(field: string): readonly unknown[] | null {
  const { value, choices, options } = questions[field] ?? {};
  if (value === undefined) return [false, true];
  return choices?.length === 2 && options === undefined ? choices : null;
}

function accepted(state: State, { chosen }: Cursor): State {
  const { field, draft } = editOf(state);
  const closed: State = { ...state, overlay: null };
  if (draft !== null) {
    const { config } = state.facts;
    const name = draft.text.trim();
    if (!AGENT_ID.test(name)) return { ...state, remark: words.agentIds };
    const there = config.known && config.value.agents.some(({ id }) => id === name);
    return there ? { ...state, remark: words.agentExists(name) } : withEdit(closed, { newAgent: name });
  }
  if (chosen === undefined || isMulti(field)) return closed;
  if (field === 'tokenExpires') {
    return withEdit(closed, { tokenExpires: chosen.id === 'unknown' ? null : Number(chosen.id) });
  }
  return withEdit(closed, { [field]: field === 'cronModel' ? chosen.id : questions[field]?.parse([chosen.id]) });
}
