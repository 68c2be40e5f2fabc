import { ownQuestions } from '../../src/methods/questions.ts';
import type { Answers } from '../../src/methods/types.ts';
import { isoDate, someOf } from '../../src/text.ts';
import { onward, stay } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, BACK, LEAVE } from '../kit/keys.ts';
import { line, strong } from '../kit/text.ts';
import { answersOf, methodOf, type State } from '../state.ts';
import { opened } from './edit.ts';
import { followers, ownPlaces, ownProviders, providerIn, SAME_FAMILY } from './model-fields.ts';
import { type Screen, withList } from './screen.ts';

/** All that follows from the role, filled in; every row can be opened. The cursor starts on going on. */
export const models: Screen = {
  choices: rows,
  start: () => 'go',
  keys(_state, { chosen }) {
    if (chosen?.disabled !== undefined) return [BACK, LEAVE];
    return [accept(chosen?.id === 'go' ? 'next' : 'change'), BACK, LEAVE];
  },
  enter: (state, { chosen }) => (chosen?.id === 'go' ? onward(state) : stay(opened(state, chosen?.id))),
  said(state) {
    const answers = answersOf(state);
    if (answers === null) return null;
    const aside = answers.fallbacks.length === 0 ? 'no fallback' : `then ${someOf(answers.fallbacks, 2)}`;
    return { tone: 'ok', text: answers.primary, aside };
  },
  draw: (_state, view, at) => ({
    title: [line(strong('Models and agents'))],
    ...withList([], at, view, { apart: true }),
  }),
};

function rows(state: State): readonly Choice[] {
  const answers = answersOf(state);
  if (answers === null) return [];
  const { facts } = state;
  const agents = facts.config.known ? facts.config.value.agents.map(({ id }) => id) : [];
  const all: (Choice | false | null)[] = [
    answers.role === 'agent' && { id: 'newAgent', label: 'New agent', aside: answers.newAgent },
    { id: 'primary', label: answers.role === 'fallback' ? 'Model' : 'Primary', aside: answers.primary },
    { id: 'fallbacks', label: 'Fallbacks', aside: answers.fallbacks.join(', ') || 'none' },
    answers.role !== 'agent' && { id: 'aliases', label: 'Aliases', aside: aliasesSay(state, answers) },
    answers.role !== 'agent' &&
      agents.length > 1 && { id: 'agents', label: 'Agents', aside: agentsSay(agents, answers) },
    ...oldModelRows(state, answers),
    facts.strayStores.known &&
      facts.strayStores.value.length > 0 && {
        id: 'doctorFix',
        label: 'Old store',
        aside: answers.doctorFix ? 'openclaw doctor --fix first' : 'leave the old credential file',
      },
    { id: 'restartGateway', label: 'Gateway', aside: answers.restartGateway ? 'restart if needed' : 'no restart' },
    ...ownRows(state, answers),
    methodOf(state)?.secret?.lasts != null &&
      (state.secret !== null || answers.tokenExpires !== null) && {
        id: 'tokenExpires',
        label: 'Token ends',
        aside: answers.tokenExpires === null ? 'not known' : isoDate(answers.tokenExpires),
      },
    keepOldRow(state, answers),
    { id: 'go', label: 'Review', aside: 'see what will change; nothing is written yet' },
  ];
  return all.filter((row) => row !== false && row !== null);
}

const aliasesSay = (state: State, { aliases }: Answers) =>
  Object.entries(aliases)
    .map(([name, ref]) => `${name} → ${short(ref, state)}`)
    .join(' · ') || 'none';

const agentsSay = (all: readonly string[], { agents }: Answers) =>
  agents.length === 0 ? `all ${all.length}: ${someOf(all)}` : someOf(agents);

/** `claude-opus-5` for `anthropic/claude-opus-5`, where that is what the chosen method calls it. */
function short(ref: string, state: State): string {
  const provider = providerIn(ref);
  return ownProviders(state).includes(provider) ? ref.slice(provider.length) : ref;
}

/** What else names another way to Claude or a model of its own, and what becomes of it. */
function oldModelRows(state: State, answers: Answers): readonly Choice[] {
  // Behind another default nothing follows.
  if (answers.role !== 'everything') return [];
  const rows: Choice[] = [];
  const own = ownPlaces(state, answers);
  const kept = own.filter(({ id }) => answers.keepModel.includes(id)).map(({ name }) => name);
  if (own.length > 0) {
    const all = someOf(own.map(({ name, model }) => `${name} has ${model}`));
    const stays = `${someOf(kept)} ${kept.length === 1 ? 'stays' : 'stay'}`;
    const rest = kept.length < own.length ? ', the others to Claude' : '';
    rows.push({ id: 'keepModel', label: 'Own models', aside: kept.length === 0 ? `${all}: to Claude` : stays + rest });
  }
  const { jobs = 0, name = '' } = methodOf(state)?.takesOver ?? {};
  const elsewhere = followers(state, answers).flatMap((one) => (one.old ? [one.name] : []));
  if (jobs + elsewhere.length === 0) return rows;
  const all = state.facts.cron.known ? state.facts.cron.value.jobs.length : jobs;
  const which = [
    ...(jobs > 0 ? [`${jobs} of ${all} jobs`] : []),
    ...(elsewhere.length > 0 ? [someOf(elsewhere)] : []),
  ].join(' and ');
  const verb = jobs + elsewhere.length === 1 ? 'uses' : 'use';
  const model = answers.cronModel === '' || jobs === 0 ? 'the same family' : short(answers.cronModel, state);
  const to = answers.cron === 'claude' ? `point them to ${model}` : 'leave them';
  rows.push({
    id: 'cron',
    label: elsewhere.length === 0 ? 'Cron' : 'Elsewhere',
    aside: `${which} ${verb} ${name}: ${to}`,
    ...(elsewhere.length > 0 ? { more: [elsewhere.join(', ')] } : {}),
  });
  if (answers.cron === 'claude' && jobs > 0) {
    rows.push({ id: 'cronModel', label: 'Cron model', aside: answers.cronModel || SAME_FAMILY });
  }
  return rows;
}

/** What only the chosen method asks. */
function ownRows({ facts }: State, answers: Answers): readonly Choice[] {
  const asked = ownQuestions(answers.method).filter((question) => question.asked(facts));
  return asked.map(({ key, label, row }) => ({ id: key, label, ...row(facts, answers) }));
}

/** What is in force and would give way to the chosen method; only what we set up can be taken away. */
function keepOldRow({ home: { is } }: State, answers: Answers): Choice | null {
  const inForce = is?.inForce ?? null;
  if (inForce === null || inForce.receiptId === null || inForce.method === answers.method) return null;
  const aside = answers.keepOld ? `keep it, as the first fallback` : 'remove it; an undo brings it back';
  return { id: 'keepOld', label: is?.method?.title ?? inForce.title, aside };
}
