import type { OwnModel } from '../methods/left-models.ts';
import type { Answers } from '../methods/types.ts';
import { reaches } from '../openclaw/model-edits.ts';
import { someOf } from '../text.ts';
import type { Choice } from './choice.ts';
import { methodOf, type State } from './state.ts';

export const providerIn = (ref: string) => ref.slice(0, ref.indexOf('/') + 1);

/** `anthropic/`: what stands before the models of the way that is chosen. */
export const ownProviders = (state: State) => (methodOf(state)?.models ?? []).map(providerIn);

/** `claude-opus-5` for `anthropic/claude-opus-5`, where that is what the chosen way calls it. */
export function short(ref: string, state: State): string {
  const provider = providerIn(ref);
  return ownProviders(state).includes(provider) ? ref.slice(provider.length) : ref;
}

/** What else names another way to Claude or a model of its own, and what becomes of it. */
export function oldModelRows(state: State, answers: Answers): readonly Choice[] {
  const { jobs = 0, name = '' } = methodOf(state)?.takesOver ?? {};
  const rows: Choice[] = [];
  // Behind another default nothing follows.
  if (answers.role !== 'everything') return rows;
  const own = ownPlaces(state, answers);
  const kept = own.filter(({ id }) => answers.keepModel.includes(id)).map((one) => one.name);
  if (own.length > 0) {
    const all = someOf(own.map((one) => `${one.name} has ${one.model}`));
    const stays = `${someOf(kept)} ${kept.length === 1 ? 'stays' : 'stay'}`;
    const rest = kept.length < own.length ? ', the others to Claude' : '';
    rows.push({ id: 'keepModel', label: 'Own models', aside: kept.length === 0 ? `${all}: to Claude` : stays + rest });
  }
  const elsewhere = reached(state, answers).flatMap((one) => (one.old ? [one.name] : []));
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

/** What has a model of its own, and follows. */
function reached(state: State, answers: Answers): readonly OwnModel[] {
  const agents = state.facts.config.known ? state.facts.config.value.agents : [];
  const own: readonly OwnModel[] = methodOf(state)?.takesOver.own ?? [];
  return own.filter((one) => reaches({ agents }, answers, one));
}

/** The same, and what is to keep it. What is left where it is together with the cron jobs is not chosen one by one. */
export function ownPlaces(state: State, answers: Answers) {
  return reached(state, { ...answers, keepModel: [] }).filter(({ old }) => !old || answers.cron === 'claude');
}

export const SAME_FAMILY = 'of the same family as now';
