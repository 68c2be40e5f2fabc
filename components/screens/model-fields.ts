import type { OwnModel } from '../../src/methods/left-models.ts';
import { questions } from '../../src/methods/questions.ts';
import type { Answers, GivenAnswers } from '../../src/methods/types.ts';
import { reaches } from '../../src/openclaw/model-edits.ts';
import { isoDate } from '../../src/text.ts';
import { asksFor } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { answersOf, methodOf, type State } from '../state.ts';
import { models as words } from '../words/set-up.ts';

export const providerIn = (ref: string) => ref.slice(0, ref.indexOf('/') + 1);

/** `anthropic/`: what stands before the models of the method that is chosen. */
export const ownProviders = (state: State) => (methodOf(state)?.models ?? []).map(providerIn);

/** What an opened row of the models screen offers, and for several values what turning one on or off answers. */
interface Field {
  options(state: State, answers: Answers): readonly Choice[];
  toggle?(state: State, answers: Answers, id: string, on: boolean): GivenAnswers;
}

const FIELDS: Readonly<Record<string, Field>> = {
  primary: {
    options: (state, answers) =>
      modelOptions(state, answers).map((ref) => ({ id: ref, label: ref, checked: answers.primary === ref })),
  },
  fallbacks: {
    options: (state, answers) =>
      modelOptions(state, answers)
        .filter((ref) => ref !== answers.primary)
        .map((ref) => {
          const place = answers.fallbacks.indexOf(ref);
          return { id: ref, label: ref, checked: place >= 0, ...(place >= 0 ? { tag: String(place + 1) } : {}) };
        }),
    toggle: (_state, { fallbacks }, id, on) => ({ fallbacks: toggledIn(fallbacks, id, on) }),
  },
  aliases: {
    options: (state, answers) =>
      Object.entries(aliasOptions(state, answers)).map(([name, ref]) => ({
        id: name,
        label: name,
        aside: ref,
        checked: answers.aliases[name] !== undefined,
      })),
    toggle(state, answers, id, on) {
      const { [id]: _gone, ...rest } = answers.aliases;
      return { aliases: on ? { ...rest, [id]: aliasOptions(state, answers)[id] ?? '' } : rest };
    },
  },
  agents: {
    options: (state, { agents }) =>
      agentsIn(state).map(({ id, model }) => ({
        id,
        label: id,
        ...(model === null ? {} : { aside: model }),
        checked: agents.length === 0 || agents.includes(id),
      })),
    // Empty means all; the last agent cannot be taken out, since nothing would be left to set up.
    toggle(state, { agents }, id, on) {
      const all = agentsIn(state).map((agent) => agent.id);
      const chosen = agents.length === 0 ? all : agents;
      const next = all.filter((one) => (one === id ? on : chosen.includes(one)));
      if (next.length === 0) return { agents: [...chosen] };
      return { agents: next.length === all.length ? [] : next };
    },
  },
  keepModel: {
    options: (state, answers) =>
      ownPlaces(state, answers).map(({ id, name, model }) => ({
        id,
        label: name,
        aside: model,
        checked: answers.keepModel.includes(id),
      })),
    toggle: (_state, { keepModel }, id, on) => ({ keepModel: toggledIn(keepModel, id, on) }),
  },
  cronModel: {
    options: (state, answers) =>
      ['', ...modelOptions(state, answers)].map((ref) => ({
        id: ref,
        label: ref || words.sameAsNow,
        checked: answers.cronModel === ref,
      })),
  },
  tokenExpires: {
    options(state, { tokenExpires }) {
      const { facts, secret } = state;
      const made = Date.parse(facts.takenAt);
      const { lasts } = asksFor(state);
      const year = Number.isNaN(made) || lasts === null ? null : made + lasts;
      const ids = [
        ...(secret?.expires == null ? [] : [String(secret.expires)]),
        ...(year === null || secret?.from === 'claude' ? [] : [String(year)]),
        'unknown',
      ];
      return ids.map((id) => ({
        id,
        label: id === 'unknown' ? words.doNotKnow : isoDate(Number(id)),
        ...(id === String(year) ? { aside: words.lastsAYear } : {}),
        checked: id === String(tokenExpires ?? 'unknown'),
      }));
    },
  },
};

/** What an opened row offers: what its question has as options, where nothing here is more particular. */
export function optionsOf(state: State, field: string): readonly Choice[] {
  const answers = answersOf(state);
  if (answers === null) return [];
  const own = FIELDS[field];
  if (own !== undefined) return own.options(state, answers);
  const { options = {}, usual } = questions[field] ?? {};
  const now = answers[field] ?? usual;
  return Object.entries(options).map(([id, option]) => ({ id, ...option, checked: now === id }));
}

/** The answer once the option `id` of a field with several values is turned on or off. */
export function toggledOption(state: State, answers: Answers, field: string, { id, checked }: Choice): GivenAnswers {
  return FIELDS[field]?.toggle?.(state, answers, id, checked !== true) ?? {};
}

const toggledIn = (list: readonly string[], id: string, on: boolean) => {
  const rest = list.filter((one) => one !== id);
  return on ? [...rest, id] : rest;
};

const agentsIn = ({ facts: { config } }: State) => (config.known ? config.value.agents : []);

/** Models to choose from: what the chosen method offers, best first, then what is set besides. */
function modelOptions(state: State, answers: Answers): readonly string[] {
  const offered = methodOf(state)?.models ?? [];
  const set = [answers.primary, ...answers.fallbacks, ...Object.values(answers.aliases), answers.cronModel];
  return [...new Set([...offered, ...set.filter((ref) => ref !== '')])];
}

/** Alias names with the model each would get. */
const aliasOptions = (state: State, answers: Answers): Readonly<Record<string, string>> => ({
  ...(methodOf(state)?.defaults ?? state.offer?.defaults)?.aliases,
  ...answers.aliases,
});

/** What has a model of its own, and follows. */
export function followers(state: State, answers: Answers): readonly OwnModel[] {
  const own: readonly OwnModel[] = methodOf(state)?.takesOver.own ?? [];
  return own.filter((one) => reaches({ agents: agentsIn(state) }, answers, one));
}

/** The same, and what is to keep it. What is left where it is together with the cron jobs is not chosen one by one. */
export function ownPlaces(state: State, answers: Answers) {
  return followers(state, { ...answers, keepModel: [] }).filter(({ old }) => !old || answers.cron === 'claude');
}
