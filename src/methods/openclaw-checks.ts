import { openclawCli } from '../openclaw/cli.ts';
import { featuresOf } from '../openclaw/generation.ts';
import { type AskedStatus, askModelsStatus } from '../openclaw/models-status.ts';
import type { Target } from '../openclaw/openclaw-program.ts';
import type { Answers, CheckContext } from './types.ts';

/** One question for the agent that matters, shared by all checks. */
export function ask(target: Target, answers: Answers, { world, signal, shared }: CheckContext): Promise<AskedStatus> {
  const agent = agentAsked(target, answers);
  return shared.once('models status', () =>
    askModelsStatus(openclawCli(target.release, target.state, world), { signal, agent }),
  );
}

/** {@link ownerOf}, where OpenClaw has to be told; undefined where there is only one to ask. */
export function agentAsked(target: Target, answers: Answers): string | undefined {
  const many = featuresOf(target.release.version).modelsAgentFlag && target.config.agents.length > 1;
  return many ? ownerOf(target, answers) : undefined;
}

/** An agent that has the new credential, the default one where that is so. */
export function ownerOf({ config }: Target, { role, newAgent, agents }: Answers): string {
  if (role === 'agent') return newAgent;
  const first = agents[0];
  return first === undefined || agents.includes(config.defaultAgent) ? config.defaultAgent : first;
}

export function chosen({ config }: Target, answers: Answers): string[] {
  return config.agents.map(({ id }) => id).filter((id) => answers.agents.length === 0 || answers.agents.includes(id));
}

export function listed(ids: readonly string[]): string {
  return ids.length > 4 ? `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more agents` : ids.join(', ');
}
