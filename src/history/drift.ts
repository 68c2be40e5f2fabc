import type { Facts } from '../facts/types.ts';
import type { Answers, Drift, Method } from '../methods/types.ts';
import { resolveAlias } from '../openclaw/bridge.ts';
import type { ConfigFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { drift as words } from './words.ts';

/** Where the machine is no longer as `answers` (of the newest run in force) say. Pure; what is not known is no drift. */
export function driftBetween(answers: Answers, facts: Facts, method: Pick<Method, 'drift'>): readonly Drift[] {
  const config = factValue(facts.config);
  if (!config || config.syntaxError) return [];
  return [...models(answers, config, facts), ...aliases(answers, config), ...(method.drift?.(answers, facts) ?? [])];
}

function models(answers: Answers, config: ConfigFacts, facts: Facts): Drift[] {
  const now = factValue(facts.modelsStatus)?.resolvedDefault ?? resolved(config.primary, config);
  const fallbacks = config.fallbacks.map((ref) => resolveAlias(ref, config));
  if (answers.role === 'agent') {
    const agent = config.agents.find(({ id }) => id === answers.newAgent);
    const model = agent === undefined ? null : resolved(agent.model, config);
    if (agent !== undefined && model === answers.primary) return [];
    const says = agent
      ? words.agentModel(answers.newAgent, answers.primary, model ?? 'none')
      : words.agentGone(answers.newAgent);
    return [{ what: 'primary', says, was: answers.primary, now: model }];
  }
  if (answers.role === 'fallback') {
    // The default itself is no fallback, and was not made one.
    if (fallbacks.includes(answers.primary) || now === answers.primary) return [];
    const says = words.notFallback(answers.primary);
    return [{ what: 'fallbacks', says, was: answers.primary, now: fallbacks.join(', ') || null }];
  }
  // Where only some agents were chosen, the default is none of what was set up.
  const own = config.agents.filter(({ id }) => answers.agents.includes(id) && !answers.keepModel.includes(id));
  if (own.length > 0 && config.agents.some(({ id }) => !answers.agents.includes(id))) {
    return own.flatMap((agent): Drift[] => {
      const model = resolved(agent.model, config);
      if (model === answers.primary) return [];
      const says = words.agentModel(agent.id, answers.primary, model ?? 'none');
      return [{ what: 'primary', says, was: answers.primary, now: model }];
    });
  }
  const out: Drift[] = [];
  if (now !== answers.primary) {
    const says = words.primary(answers.primary, now ?? 'none');
    out.push({ what: 'primary', says, was: answers.primary, now });
  }
  const was = answers.fallbacks.join(', ');
  if (fallbacks.join(', ') !== was) {
    const says = words.fallbacks(was || 'none', fallbacks.join(', ') || 'none');
    out.push({ what: 'fallbacks', says, was: was || null, now: fallbacks.join(', ') || null });
  }
  return out;
}

function resolved(ref: string | null, config: ConfigFacts): string | null {
  return ref === null ? null : resolveAlias(ref, config);
}

function aliases(answers: Answers, config: ConfigFacts): Drift[] {
  if (answers.role === 'agent') return [];
  return Object.entries(answers.aliases).flatMap(([name, ref]): Drift[] => {
    const now = config.aliases[name] ?? null;
    if (now === ref) return [];
    const says = now === null ? words.aliasGone(name) : words.alias(name, ref, now);
    return [{ what: 'alias', says, was: ref, now }];
  });
}
