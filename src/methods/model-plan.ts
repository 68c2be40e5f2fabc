import type { ConfigEditParams, EditData } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import type { Facts } from '../facts/types.ts';
import { newAgentEdits } from '../openclaw/agent-edits.ts';
import type { UsedModel } from '../openclaw/agent-runtime.ts';
import { counterpart } from '../openclaw/claude-models.ts';
import { configSteps } from '../openclaw/config-step.ts';
import { type CronRequest, cronSteps } from '../openclaw/cron-steps.ts';
import {
  agentModelsAfter,
  allowEdits,
  keptName,
  type ModelWish,
  modelEdits,
  refsInEdits,
  usedAfter,
} from '../openclaw/model-edits.ts';
import { keepNames } from '../openclaw/model-names.ts';
import type { Target } from '../openclaw/openclaw-program.ts';
import type { ConfigFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import type { Refs } from './refs.ts';
import type { Answers } from './types.ts';

/** What one way brings to the step that makes OpenClaw use it. */
export interface ModelOptions extends Refs {
  /** Headline of that step for the role `everything`. */
  readonly everything: string;
  /** Edits of this way's own in the same step, before those of the models. */
  readonly first?: readonly EditData[];
  /** An OpenClaw command in this run writes before the edits do, see {@link allowEdits}. */
  readonly migratesFirst?: boolean;
  /** Where a step before moves what these edits are about. */
  readonly moves?: ConfigEditParams['moves'];
  /** More edits of that step, by what is used once its models are set. For an agent that it makes see `newAgentModels`. */
  readonly last?: (used: readonly UsedModel[]) => readonly EditData[];
  /** One more sentence below the headline. */
  readonly note?: string;
  /** What the entry of each model says of an agent that it makes. */
  readonly newAgentModels?: Readonly<Record<string, unknown>>;
  /** Edits that must wait for a later run. */
  readonly isLater?: (edit: EditData) => boolean;
}

/** The step that makes OpenClaw use the models of `answers` and lets them through its allowlist; none where it does. */
export function modelSteps(target: Target, answers: Answers, options: ModelOptions): Action[] {
  const { first = [], migratesFirst = false, isLater = () => false, last } = options;
  const used = answers.role === 'agent' ? [] : usedAfter(target.config, wishOf(answers, options));
  const models = [...wishedEdits(target, answers, options), ...(last?.(used) ?? [])];
  const refs = [...refsIn(answers), ...refsInEdits(models)].filter((ref) => ref.includes('/'));
  const allow = allowEdits(target.config, target.release.version, refs, models, migratesFirst);
  const aliases = answers.role === 'agent' ? {} : answers.aliases;
  const named = keepNames(target.config, target.release.version, aliases, [...models, ...allow]);
  const edits = [...first, ...named].filter((edit) => !isLater(edit));
  const makesAgent = answers.role === 'agent' && !target.config.agents.some(({ id }) => id === answers.newAgent);
  const words = {
    forward: {
      headline: headline(target, answers, options.everything),
      because: [`Comments and everything else in ${target.state.configPath} stay.`, options.note ?? []]
        .flat()
        .join(' '),
    },
    backward: { headline: makesAgent ? `Remove the agent ${answers.newAgent}` : 'Use the models from before' },
  };
  return configSteps(target, 'use-claude', edits, words, options.moves === undefined ? {} : { moves: options.moves });
}

/**
 * The steps that point cron jobs of old refs to Claude, where `answers` ask for that; the others keep the model that they
 * have, also where the alias they name is pointed to another.
 */
export function cronActions(
  facts: Facts,
  target: Target,
  answers: Answers,
  options: Pick<Refs, 'best' | 'old'>,
): Action[] {
  const cron = factValue(facts.cron);
  if (!cron) return [];
  return cronSteps(target, cronRequest(facts, target, answers, cron, options));
}

/** What is asked of the jobs of `cron`. */
export function cronRequest(
  facts: Facts,
  { config }: Target,
  answers: Answers,
  cron: Pick<CronRequest, 'jobs' | 'store' | 'path'>,
  { best, old }: Pick<Refs, 'best' | 'old'>,
): CronRequest {
  const keeps = keptName(config, answers.role === 'agent' ? {} : answers.aliases);
  const modelFor = (ref: string) => {
    if (!movesCron(answers) || !old.is(ref)) return keeps(ref);
    return answers.cronModel || counterpart(ref, config, best, answers.primary);
  };
  return { ...cron, gatewayRuns: factValue(facts.gateway)?.running ?? false, modelFor, old };
}

/** Every ref that these answers write somewhere, as it was given: one may be an alias. */
export function refsIn(answers: Answers): string[] {
  const { role, primary, fallbacks, aliases, cronModel } = answers;
  const named = role === 'agent' ? [] : Object.values(aliases);
  return [primary, ...fallbacks, ...named, ...(movesCron(answers) && cronModel !== '' ? [cronModel] : [])];
}

const movesCron = ({ role, cron }: Answers) => role === 'everything' && cron === 'claude';

function wishedEdits(target: Target, answers: Answers, options: ModelOptions): EditData[] {
  const { role, primary, fallbacks } = answers;
  if (role === 'agent')
    return newAgentEdits(target, { id: answers.newAgent, primary, fallbacks, models: options.newAgentModels });
  return modelEdits(target.config, wishOf(answers, options));
}

/** The model of each agent that has one of its own afterwards. */
export function plannedModels(config: ConfigFacts, answers: Answers, refs: Refs): ReadonlyMap<string, string> {
  return agentModelsAfter(config, wishOf(answers, refs));
}

function wishOf(answers: Answers, { best, old, isOurs, sees }: Refs): ModelWish {
  const { role, primary, fallbacks, aliases, agents, keepModel } = answers;
  const follows = answers.cron === 'claude';
  return { role, primary, fallbacks, aliases, agents, keepModel, best, old, isOurs, sees, follows };
}

function headline(target: Target, answers: Answers, everything: string): string {
  if (answers.role === 'agent') return `Add the agent ${answers.newAgent} with ${answers.primary}`;
  if (answers.role === 'fallback') return `Use Claude when ${target.config.primary ?? 'the default'} cannot answer`;
  return everything;
}
