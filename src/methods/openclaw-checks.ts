import { openclawCli } from '../openclaw/cli.ts';
import { featuresOf } from '../openclaw/generation.ts';
import { type AskedStatus, askModelsStatus } from '../openclaw/models-status.ts';
import type { Here } from '../openclaw/openclaw-program.ts';
import type { Answers, CheckContext } from './types.ts';

/** One question for the agent that matters, shared by all checks. */
export function ask(here: Here, answers: Answers, { world, signal, shared }: CheckContext): Promise<AskedStatus> {
  const agent = agentAsked(here, answers);
  return shared.once('models status', () =>
    askModelsStatus(openclawCli(here.release, here.state, world), { signal, agent }),
  );
}

/** {@link ownerOf}, where OpenClaw has to be told; undefined where there is only one to ask. */
export function agentAsked(here: Here, answers: Answers): string | undefined {
  const many = featuresOf(here.release.version).modelsAgentFlag && here.config.agents.length > 1;
  return many ? ownerOf(here, answers) : undefined;
}

/** An agent that has the new credential, the default one where that is so. */
export function ownerOf({ config }: Here, { role, newAgent, agents }: Answers): string {
  if (role === 'agent') return newAgent;
  const first = agents[0];
  return first === undefined || agents.includes(config.defaultAgent) ? config.defaultAgent : first;
}

export function chosen({ config }: Here, answers: Answers): string[] {
  return config.agents.map(({ id }) => id).filter((id) => answers.agents.length === 0 || answers.agents.includes(id));
}

export function listed(ids: readonly string[]): string {
  return ids.length > 4 ? `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more agents` : ids.join(', ');
}
