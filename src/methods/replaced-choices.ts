import type { Facts } from '../facts/types.ts';
import { resolveAlias } from '../openclaw/bridge.ts';
import { familyOf } from '../openclaw/claude-models.ts';
import type { ConfigFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { oldModels } from './left-models.ts';
import { plannedModels } from './model-plan.ts';
import type { Refs } from './refs.ts';
import type { Answers, PlanWarning } from './types.ts';

/**
 * What a person chose once and would not find again: the default of another provider, a fallback, an agent's own model, the
 * family of a Claude model, an alias; and what still names a model that is taken over. For the review. Pure.
 */
export function replacedChoices(facts: Facts, answers: Answers, refs: Refs): readonly PlanWarning[] {
  const config = factValue(facts.config);
  if (config === undefined || config.syntaxError !== null || answers.role === 'agent') return [];
  const says = [
    ...(answers.role === 'everything'
      ? [...defaultWords(config, answers, refs), ...agentWords(config, answers, refs)]
      : []),
    ...aliasWords(config, answers, refs),
  ];
  const stays = answers.role === 'everything' && answers.cron === 'claude' ? stayWords(config, refs) : [];
  return [
    ...says.map((words): PlanWarning => ({ code: 'choice-replaced', says: words })),
    ...stays.map((words): PlanWarning => ({ code: 'model-stays', says: words })),
  ];
}

function defaultWords(config: ConfigFacts, answers: Answers, { isOurs, old }: Refs): string[] {
  const after = new Set([answers.primary, ...answers.fallbacks]);
  if (answers.agents.length > 0 && config.agents.some(({ id }) => !answers.agents.includes(id))) return [];
  const out: string[] = [];
  const now = config.primary === null ? null : resolveAlias(config.primary, config);
  if (now !== null && now !== answers.primary) {
    const [was, is] = [familyOf(now), familyOf(answers.primary)];
    const claude = isOurs(now) || old.is(now);
    if (!claude && !after.has(now)) out.push(`${now} is the default now, and nothing will use it afterwards.`);
    else if (was !== null && is !== null && was !== is)
      out.push(`The default changes from ${now} to ${answers.primary}.`);
  }
  const gone = config.fallbacks
    .map((ref) => resolveAlias(ref, config))
    .filter((ref) => !after.has(ref) && !(old.is(ref) && answers.cron === 'claude'));
  return [...out, ...[...new Set(gone)].map((ref) => `${ref} is a fallback now and will be dropped.`)];
}

function agentWords(config: ConfigFacts, answers: Answers, refs: Refs): string[] {
  const after = plannedModels(config, answers, refs);
  return config.agents.flatMap(({ id, model }) => {
    const now = model === null ? null : resolveAlias(model, config);
    const then = after.get(id) ?? null;
    if (now === null || then === null || now === then) return [];
    // A bridge's model for the same one of this way is what was asked for.
    if (refs.old.is(now) && familyOf(now) === familyOf(then)) return [];
    return [`The agent ${id} changes from ${now} to ${then}. To leave it: --keep-model ${id}`];
  });
}

function aliasWords(config: ConfigFacts, answers: Answers, { old }: Refs): string[] {
  return Object.entries(answers.aliases).flatMap(([name, ref]) => {
    const now = resolveAlias(name, config);
    return now === name || now === ref || old.is(now) ? [] : [`The alias ${name} changes from ${now} to ${ref}.`];
  });
}

function stayWords(config: ConfigFacts, refs: Refs): string[] {
  return oldModels(config, refs).flatMap(({ where, ref, because }) =>
    because === undefined ? [] : [`${where} still names ${resolveAlias(ref, config)}: ${because}.`],
  );
}
