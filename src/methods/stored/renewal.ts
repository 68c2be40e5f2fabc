import type { Action } from '../../engine/types.ts';
import type { Facts } from '../../facts/types.ts';
import { directSteps } from '../../openclaw/direct-steps.ts';
import { withRestart } from '../../openclaw/gateway-steps.ts';
import { credentialsInJson } from '../../openclaw/generation.ts';
import type { Target } from '../../openclaw/openclaw-program.ts';
import type { AgentFacts, ProfileFacts } from '../../openclaw/records.ts';
import { factValue } from '../../system/fact.ts';
import { Problem } from '../../system/problem.ts';
import type { StoringMethod } from '../question.ts';
import { chosenAgents, targetOf } from '../target.ts';
import type { Answers, PlanOptions } from '../types.ts';
import { legacySteps, mustStore, restartFor, secretSteps } from './plan.ts';
import { renewal as words } from './words.ts';

/** The steps that put a new secret where the old one is. Empty when it is the one that is stored already. */
export function planRenewal(
  way: StoringMethod,
  facts: Facts,
  answers: Answers,
  options: PlanOptions,
): readonly Action[] {
  const { noun } = way.secret;
  const target = targetOf(facts);
  const stored = (factValue(facts.profiles) ?? []).filter(
    ({ id, type }) => id === answers.profileId && type === way.secret.type,
  );
  if (stored.length === 0) {
    throw new Problem('nothing-to-renew', words.nothingThere(noun, answers.profileId), {
      why: words.replaces(noun),
      next: 'clawauth-setup',
    });
  }
  const agents = holders(target, chosenAgents(target, answers), stored);
  if (!mustStore(way, facts, target, answers, agents, options)) return [];
  const steps = [
    ...legacySteps(way.secret.type, facts, target),
    ...directSteps(target),
    ...secretSteps(way, facts, target, answers, agents, options),
  ];
  return answers.restartGateway ? withRestart(target, factValue(facts.gateway), steps, restartFor(options)) : steps;
}

/** Agents that hold the secret themselves: one that reads the default agent's store gets no copy of its own. */
function holders(
  { release, config }: Target,
  agents: readonly AgentFacts[],
  stored: readonly ProfileFacts[],
): AgentFacts[] {
  if (!credentialsInJson(release.generation)) return [...agents];
  const own = (agent: AgentFacts) =>
    stored.some(
      (row) => row.agent === agent.id && (row.store === undefined || row.store.startsWith(`${agent.agentDir}/`)),
    );
  const found = agents.filter(own);
  if (found.length > 0) return found;
  return agents.filter((agent) => agent.id === config.defaultAgent);
}
