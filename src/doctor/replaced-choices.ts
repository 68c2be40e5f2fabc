import type { Facts } from '../facts/types.ts';
import { oldModels, ownModels } from '../methods/left-models.ts';
import { plannedModels } from '../methods/model-plan.ts';
import type { Refs } from '../methods/refs.ts';
import type { Answers, PlanWarning } from '../methods/types.ts';
import { resolveAlias } from '../openclaw/bridge.ts';
import { familyOf } from '../openclaw/claude-models.ts';
import { reaches } from '../openclaw/model-edits.ts';
import { settingId } from '../openclaw/model-keys.ts';
import type { ConfigFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { shellQuote } from '../text.ts';

/**
 * What a person chose once and would not find again: the default of another provider, a fallback, an agent's own model, the
 * family of a Claude model, an alias; what follows or keeps its model, and what still names one that is taken over. For the
 * review. Pure.
 */
export function replacedChoices(facts: Facts, answers: Answers, refs: Refs): readonly PlanWarning[] {
  const config = factValue(facts.config);
  if (config === undefined || config.syntaxError !== null || answers.role === 'agent') return [];
  const says = [
    ...(answers.role === 'everything'
      ? [
          ...defaultWords(config, answers, refs),
          ...agentWords(config, answers, refs),
          ...movedWords(config, answers, refs),
        ]
      : []),
    ...aliasWords(config, answers, refs),
  ];
  const stays = answers.role === 'everything' ? stayWords(config, answers, refs) : [];
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

function movedWords(config: ConfigFacts, answers: Answers, refs: Refs): string[] {
  const reached = ownModels(config, refs).filter((one) => one.old && reaches(config, answers, one));
  const ids = reached.map(({ id }) => id);
  if (ids.length === 0) return [];
  if (answers.cron === 'keep') return [`Still ${refs.old.name}: ${ids.join(', ')}.`];
  const leave = shellQuote(ids[0] as string);
  return [`From ${refs.old.name} to Claude: ${ids.join(', ')}. To leave one: --keep-model ${leave}`];
}

function stayWords(config: ConfigFacts, answers: Answers, refs: Refs): string[] {
  const models = new Map(ownModels(config, refs).map(({ id, model }) => [id, model]));
  const there = new Set([...config.agents.map(({ id }) => id), ...(config.settings ?? []).map(settingId)]);
  const kept = answers.keepModel.flatMap((id) => {
    const model = models.get(id);
    if (model !== undefined) return [`${id} keeps ${resolveAlias(model, config)}, as you chose.`];
    return there.has(id) ? [] : [`There is no ${id} with a model of its own: nothing is kept there.`];
  });
  if (answers.cron === 'keep') return kept;
  const stays = oldModels(config, refs).flatMap(({ where, ref, because }) =>
    because === undefined ? [] : [`${where} still names ${resolveAlias(ref, config)}: ${because}.`],
  );
  return [...kept, ...stays];
}
