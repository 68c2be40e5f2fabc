import { questions } from '../methods/questions.ts';
import type { Answers, GivenAnswers } from '../methods/types.ts';
import { aliasOptions, choicesOf, cursorOf, editOptions, isMulti } from './choices.ts';
import { answersOf, type State } from './state.ts';

/** Ids that OpenClaw accepts for an agent. */
const AGENT_ID = /^[a-z0-9][a-z0-9_-]{0,38}$/;

/** Opens, toggles or accepts a row of the models screen. */
export function edited(state: State, how: 'open' | 'toggle' | 'accept'): State {
  return how === 'open' ? open(state) : how === 'toggle' ? toggle(state) : accept(state);
}

const withEdit = (state: State, edit: GivenAnswers): State => ({ ...state, edits: { ...state.edits, ...edit } });

function open(state: State): State {
  const answers = answersOf(state);
  const field = choicesOf(state)[cursorOf(state)]?.id;
  if (answers === null || field === undefined) return state;
  // Two-valued rows change in place.
  const values = twoOf(field);
  if (values !== null) {
    const now = answers[field] ?? questions[field]?.usual;
    return withEdit(state, { [field]: now === values[0] ? values[1] : values[0] });
  }
  const draft = field === 'newAgent' ? answers.newAgent : null;
  const cursor = isMulti(field) ? 0 : editOptions(state, field).findIndex((option) => option.checked === true);
  return { ...state, overlay: { kind: 'edit', field, cursor: Math.max(0, cursor), draft } };
}

/** Both values of a question that has only two, and no list to choose from. */
function twoOf(field: string): readonly unknown[] | null {
  const { value, choices, options } = questions[field] ?? {};
  if (value === undefined) return [false, true];
  return choices?.length === 2 && options === undefined ? choices : null;
}

function toggle(state: State): State {
  if (state.overlay?.kind !== 'edit') return state;
  const { field, cursor } = state.overlay;
  const answers = answersOf(state);
  const option = editOptions(state, field)[cursor];
  if (answers === null || option === undefined || !isMulti(field)) return state;
  const on = option.checked !== true;
  switch (field) {
    case 'fallbacks': {
      const rest = answers.fallbacks.filter((ref) => ref !== option.id);
      return withEdit(state, { fallbacks: on ? [...rest, option.id] : rest });
    }
    case 'aliases': {
      const { [option.id]: _gone, ...rest } = answers.aliases;
      return withEdit(state, { aliases: on ? { ...rest, [option.id]: aliasOptions(state)[option.id] ?? '' } : rest });
    }
    case 'keepModel': {
      const rest = answers.keepModel.filter((id) => id !== option.id);
      return withEdit(state, { keepModel: on ? [...rest, option.id] : rest });
    }
    default:
      return withEdit(state, { agents: toggledAgents(state, answers, option.id, on) });
  }
}

/** Empty means all; the last agent cannot be taken out, since nothing would be left to set up. */
function toggledAgents(state: State, answers: Answers, id: string, on: boolean): string[] {
  const all = editOptions(state, 'agents').map((option) => option.id);
  const chosen = answers.agents.length === 0 ? all : answers.agents;
  const next = all.filter((one) => (one === id ? on : chosen.includes(one)));
  if (next.length === 0) return [...chosen];
  return next.length === all.length ? [] : next;
}

function accept(state: State): State {
  if (state.overlay?.kind !== 'edit') return state;
  const { field, cursor, draft } = state.overlay;
  const closed: State = { ...state, overlay: null };
  if (draft !== null) {
    const taken = state.facts.config.known && state.facts.config.value.agents.some((agent) => agent.id === draft);
    if (!AGENT_ID.test(draft)) return { ...state, remark: 'Small letters, digits, - and _ only' };
    return taken ? { ...state, remark: `There is an agent “${draft}” already` } : withEdit(closed, { newAgent: draft });
  }
  const option = editOptions(state, field)[cursor];
  if (option === undefined || isMulti(field)) return closed;
  if (field === 'tokenExpires') {
    return withEdit(closed, { tokenExpires: option.id === 'unknown' ? null : Number(option.id) });
  }
  return withEdit(closed, { [field]: field === 'cronModel' ? option.id : questions[field]?.parse([option.id]) });
}
