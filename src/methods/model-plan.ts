import type { ConfigEditParams, EditData } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import type { Facts } from '../facts/types.ts';
import { newAgentEdits } from '../openclaw/agent-edits.ts';
import { configSteps } from '../openclaw/config-step.ts';
import { cronSteps } from '../openclaw/cron-steps.ts';
import { allowEdits, modelEdits, refsInEdits } from '../openclaw/model-edits.ts';
import { keepNames } from '../openclaw/model-names.ts';
import type { Here } from '../openclaw/openclaw-program.ts';
import { factValue } from '../system/fact.ts';
import type { Refs } from './present-models.ts';
import type { Answers } from './types.ts';

/** What one way brings to the step that makes OpenClaw use it. */
export interface ModelWay extends Pick<Refs, 'best' | 'old'> {
  /** Headline of that step for the role `everything`. */
  readonly everything: string;
  /** Edits of this way's own in the same step, before those of the models. */
  readonly first?: readonly EditData[];
  /** An OpenClaw command in this run writes before the edits do, see {@link allowEdits}. */
  readonly migratesFirst?: boolean;
  /** Where a step before moves what these edits are about. */
  readonly moves?: ConfigEditParams['moves'];
  /** Edits that must wait for a later run. */
  readonly waits?: (edit: EditData) => boolean;
}

/** The step that makes OpenClaw use the models of `answers` and lets them through its allowlist; none where it does. */
export function modelSteps(here: Here, answers: Answers, way: ModelWay): Action[] {
  const { first = [], migratesFirst = false, waits = () => false } = way;
  const models = wishedEdits(here, answers, way);
  const refs = [...refsIn(answers), ...refsInEdits(models)].filter((ref) => ref.includes('/'));
  const allow = allowEdits(here.config, here.release.version, refs, models, migratesFirst);
  const aliases = answers.role === 'agent' ? {} : answers.aliases;
  const named = keepNames(here.config, here.release.version, aliases, [...models, ...allow]);
  const edits = [...first, ...named].filter((edit) => !waits(edit));
  const words = {
    forward: {
      headline: headline(here, answers, way.everything),
      because: `Comments and everything else in ${here.state.configPath} stay.`,
    },
    backward: { headline: 'Use the models from before' },
  };
  return configSteps(here, 'use-claude', edits, words, way.moves === undefined ? {} : { moves: way.moves });
}

/** The steps that point cron jobs of old refs to Claude, where `answers` ask for that. */
export function cronActions(facts: Facts, here: Here, answers: Answers, { old }: Pick<Refs, 'old'>): Action[] {
  const cron = factValue(facts.cron);
  if (!cron || !movesCron(answers)) return [];
  const gatewayRuns = factValue(facts.gateway)?.running ?? false;
  return cronSteps(here, { ...cron, gatewayRuns, model: answers.cronModel, old });
}

/** Every ref that these answers write somewhere, as it was given: one may be an alias. */
export function refsIn(answers: Answers): string[] {
  const { role, primary, fallbacks, aliases, cronModel } = answers;
  const named = role === 'agent' ? [] : Object.values(aliases);
  return [primary, ...fallbacks, ...named, ...(movesCron(answers) ? [cronModel] : [])];
}

const movesCron = ({ role, cron }: Answers) => role === 'everything' && cron === 'claude';

function wishedEdits(here: Here, answers: Answers, { best, old }: ModelWay): EditData[] {
  const { role, primary, fallbacks, aliases, agents } = answers;
  if (role === 'agent') return newAgentEdits(here, { id: answers.newAgent, primary, fallbacks });
  const follow = answers.cron === 'claude' ? old : null;
  return modelEdits(here.config, { role, primary, fallbacks, aliases, agents, follow, best });
}

function headline(here: Here, answers: Answers, everything: string): string {
  if (answers.role === 'agent') return `Add the agent ${answers.newAgent} with ${answers.primary}`;
  if (answers.role === 'fallback') return `Use Claude when ${here.config.primary ?? 'the default'} cannot answer`;
  return everything;
}
