import { ownQuestions } from '../../src/methods/questions.ts';
import type { Answers } from '../../src/methods/types.ts';
import { isoDate, someOf } from '../../src/text.ts';
import { onward, stay } from '../flow.ts';
import type { Choice } from '../kit/choice.ts';
import { accept, BACK, LEAVE } from '../kit/keys.ts';
import { line, strong } from '../kit/text.ts';
import { answersOf, methodOf, type State } from '../state.ts';
import { models as words } from '../words/set-up.ts';
import { keys, shared } from '../words/shared.ts';
import { opened } from './edit.ts';
import { followers, ownPlaces, ownProviders, providerIn } from './model-fields.ts';
import { type Screen, withList } from './screen.ts';

/** All that follows from the role, filled in; every row can be opened. The cursor starts on going on. */
export const models: Screen = {
  choices: rows,
  start: () => 'go',
  keys(_state, { chosen }) {
    if (chosen?.disabled !== undefined) return [BACK, LEAVE];
    return [accept(chosen?.id === 'go' ? keys.next : words.change), BACK, LEAVE];
  },
  enter: (state, { chosen }) => (chosen?.id === 'go' ? onward(state) : stay(opened(state, chosen?.id))),
  said(state) {
    const answers = answersOf(state);
    if (answers === null) return null;
    const aside = answers.fallbacks.length === 0 ? words.noFallback : words.fallbacksAfter(answers.fallbacks);
    return { tone: 'ok', text: answers.primary, aside };
  },
  draw: (_state, view, at) => ({
    title: [line(strong(words.title))],
    ...withList([], at, view, { apart: true }),
  }),
};

function rows(state: State): readonly Choice[] {
  const answers = answersOf(state);
  if (answers === null) return [];
  const { facts } = state;
  const agents = facts.config.known ? facts.config.value.agents.map(({ id }) => id) : [];
  const all: (Choice | false | null)[] = [
    answers.role === 'agent' && { id: 'newAgent', label: words.newAgent, aside: answers.newAgent },
    { id: 'primary', label: answers.role === 'fallback' ? words.model : words.primary, aside: answers.primary },
    { id: 'fallbacks', label: words.fallbacks, aside: answers.fallbacks.join(', ') || words.none },
    answers.role !== 'agent' && { id: 'aliases', label: words.aliases, aside: aliasesSay(state, answers) },
    answers.role !== 'agent' &&
      agents.length > 1 && { id: 'agents', label: words.agents, aside: agentsSay(agents, answers) },
    ...oldModelRows(state, answers),
    facts.strayStores.known &&
      facts.strayStores.value.length > 0 && {
        id: 'doctorFix',
        label: words.oldStore,
        aside: answers.doctorFix ? words.doctorFirst : words.leaveOldStore,
      },
    { id: 'restartGateway', label: words.gateway, aside: answers.restartGateway ? words.restart : words.noRestart },
    ...ownRows(state, answers),
    methodOf(state)?.secret?.lasts != null &&
      (state.secret !== null || answers.tokenExpires !== null) && {
        id: 'tokenExpires',
        label: words.tokenEnds,
        aside: answers.tokenExpires === null ? words.notKnown : isoDate(answers.tokenExpires),
      },
    keepOldRow(state, answers),
    { id: 'go', label: words.review, aside: shared.seeWhat },
  ];
  return all.filter((row) => row !== false && row !== null);
}

const aliasesSay = (state: State, { aliases }: Answers) =>
  Object.entries(aliases)
    .map(([name, ref]) => `${name} → ${short(ref, state)}`)
    .join(' · ') || words.none;

const agentsSay = (all: readonly string[], { agents }: Answers) =>
  agents.length === 0 ? words.allAgents(all) : someOf(agents);

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
    const all = someOf(own.map(({ name, model }) => words.has(name, model)));
    const rest = kept.length < own.length ? words.othersToClaude : '';
    rows.push({
      id: 'keepModel',
      label: words.ownModels,
      aside: kept.length === 0 ? words.toClaude(all) : words.stay(kept) + rest,
    });
  }
  const { jobs = 0, name = '' } = methodOf(state)?.takesOver ?? {};
  const elsewhere = followers(state, answers).flatMap((one) => (one.old ? [one.name] : []));
  if (jobs + elsewhere.length === 0) return rows;
  const all = state.facts.cron.known ? state.facts.cron.value.jobs.length : jobs;
  const which = [
    ...(jobs > 0 ? [words.jobs(jobs, all)] : []),
    ...(elsewhere.length > 0 ? [someOf(elsewhere)] : []),
  ].join(words.and);
  const model = answers.cronModel === '' || jobs === 0 ? words.sameFamily : short(answers.cronModel, state);
  const to = answers.cron === 'claude' ? words.pointTo(model) : words.leaveThem;
  rows.push({
    id: 'cron',
    label: elsewhere.length === 0 ? words.cron : words.elsewhere,
    aside: `${words.use(which, jobs + elsewhere.length, name)}: ${to}`,
    ...(elsewhere.length > 0 ? { more: [elsewhere.join(', ')] } : {}),
  });
  if (answers.cron === 'claude' && jobs > 0) {
    rows.push({ id: 'cronModel', label: words.cronModel, aside: answers.cronModel || words.sameAsNow });
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
  const aside = answers.keepOld ? words.keepOld : words.removeOld;
  return { id: 'keepOld', label: is?.method?.title ?? inForce.title, aside };
}
