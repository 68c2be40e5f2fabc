import { join } from 'node:path';
import type { Facts } from '../facts/types.ts';
import { agentIdOf, isAgentId } from '../openclaw/agent-id.ts';
import type { Target } from '../openclaw/openclaw-program.ts';
import type { AgentFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { Problem } from '../system/problem.ts';
import type { Answers } from './types.ts';

/** Everything a plan stands on. Whoever asks for one asks the judge first, so that it is there. */
export function targetOf(facts: Facts): Target {
  const release = factValue(facts.release);
  const state = factValue(facts.state);
  const config = factValue(facts.config);
  if (!release || !state || !config) throw new Error('OpenClaw is not here: the judge was not asked before the method');
  return { release, state, config, now: Date.parse(facts.takenAt) };
}

/** Agents whose store gets the token: the default agent first. */
export function chosenAgents(target: Target, answers: Answers): AgentFacts[] {
  const { config, state } = target;
  if (answers.role === 'agent') {
    const present = config.agents.find((agent) => agent.id === answers.newAgent);
    if (present) return [present];
    if (!isAgentId(answers.newAgent)) {
      throw new Problem('bad-agent-id', `"${answers.newAgent}" is not an agent id in OpenClaw.`, {
        why: 'An id is also a folder name: lower-case letters, digits, - and _. Nothing was written.',
        next: `clawauth-setup apply --role agent --new-agent ${agentIdOf(answers.newAgent)}`,
        exitCode: 2,
      });
    }
    const agentDir = join(state.stateDir, 'agents', answers.newAgent, 'agent');
    const outside = config.foreignFolders?.[answers.newAgent];
    return [
      {
        id: answers.newAgent,
        isDefault: false,
        agentDir,
        agentDirExists: false,
        outside,
        model: null,
        fallbacks: [],
        heartbeatModel: null,
        at: ['agents', answers.newAgent],
      },
    ];
  }
  const unknown = answers.agents.find((id) => !config.agents.some((agent) => agent.id === id));
  if (unknown !== undefined) {
    throw new Problem('unknown-agent', `There is no agent "${unknown}".`, {
      why: `There is: ${config.agents
        .map((agent) => agent.id)
        .slice(0, 12)
        .join(', ')}.`,
      next: 'clawauth-setup status',
      exitCode: 2,
    });
  }
  const chosen = config.agents.filter((agent) => answers.agents.length === 0 || answers.agents.includes(agent.id));
  return chosen.sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
}

/** What of OpenClaw is here, in a few words. */
export function openclawWords(facts: Facts): string {
  const agents = factValue(facts.config)?.agents.length ?? 1;
  const jobs = factValue(facts.cron)?.jobs.length ?? 0;
  const parts = [agents === 1 ? 'you have one agent' : `you have ${agents} agents`];
  if (jobs > 0) parts.push(jobs === 1 ? 'a cron job' : `${jobs} cron jobs`);
  const gateway = factValue(facts.gateway)?.running ? ', and the gateway runs here' : '';
  return `${parts.join(' and ')}${gateway}`;
}
