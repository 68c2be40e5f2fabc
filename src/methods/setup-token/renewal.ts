import type { Action } from '../../engine/types.ts';
import type { Facts } from '../../facts/types.ts';
import { directSteps } from '../../openclaw/direct-steps.ts';
import { withRestart } from '../../openclaw/gateway-steps.ts';
import { credentialsInJson } from '../../openclaw/generation.ts';
import type { Here } from '../../openclaw/openclaw-program.ts';
import type { AgentFacts, ProfileFacts } from '../../openclaw/records.ts';
import { factValue } from '../../system/fact.ts';
import { Problem } from '../../system/problem.ts';
import { chosenAgents, hereOf } from '../here.ts';
import type { Answers, PlanOptions } from '../types.ts';
import { legacySteps, mustStore, tokenSteps } from './plan.ts';

/** The steps that put a new token where the old one is. Empty when it is the one that is stored already. */
export function planRenewal(facts: Facts, answers: Answers, options: PlanOptions = {}): readonly Action[] {
  const here = hereOf(facts);
  const stored = (factValue(facts.profiles) ?? []).filter(
    ({ id, type }) => id === answers.profileId && type === 'token',
  );
  if (stored.length === 0) {
    throw new Problem('nothing-to-renew', `OpenClaw has no token under ${answers.profileId}.`, {
      why: 'A renewal puts a new token in the place of an old one.',
      next: 'clawauth-setup',
    });
  }
  const agents = holders(here, chosenAgents(here, answers), stored);
  if (!mustStore(facts, here, answers, agents, options)) return [];
  const steps = [...legacySteps(facts, here), ...directSteps(here), ...tokenSteps(facts, here, answers, agents)];
  return answers.restartGateway ? withRestart(here, factValue(facts.gateway), steps) : steps;
}

/** Agents that hold the token themselves: one that reads the default agent's store gets no copy of its own. */
function holders(
  { release, config }: Here,
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
