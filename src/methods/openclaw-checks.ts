import { askCron } from '../facts/openclaw-asked.ts';
import type { Facts } from '../facts/types.ts';
import type { OldRefs } from '../openclaw/bridge.ts';
import { openclawCli } from '../openclaw/cli.ts';
import { oldJobs } from '../openclaw/cron-steps.ts';
import { needsRestart } from '../openclaw/gateway-steps.ts';
import { restartByHand, startByHand } from '../openclaw/gateway-words.ts';
import { featuresOf } from '../openclaw/generation.ts';
import { type AskedStatus, askModelsStatus } from '../openclaw/models-status.ts';
import { asTyped, type Here } from '../openclaw/openclaw-program.ts';
import type { GatewayFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import type { Answers, CheckContext, Finding } from './types.ts';
import { unknownModels } from './unknown-models.ts';

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

/** Models that nothing offers. `facts` are those from before: what is in use now was written by us. */
export function offerFindings(facts: Facts, answers: Answers, offered: readonly string[] = []): Finding[] {
  return unknownModels(facts, answers, offered).map(({ says, next }) => ({
    verdict: 'warning',
    says,
    next,
  }));
}

/** Jobs in a database are asked for once more, unless it is known that none named an old ref before. */
export async function withCron(
  facts: Facts,
  here: Here,
  before: Facts | undefined,
  old: OldRefs,
  { world, signal }: CheckContext,
): Promise<Facts> {
  const jobs = before ? (factValue(before.cron)?.jobs ?? []) : [];
  const running = factValue(facts.gateway)?.running ?? false;
  if (facts.cron.known || !running) return facts;
  if (before?.cron.known && oldJobs(jobs, old).length === 0) return { ...facts, cron: before.cron };
  return { ...facts, cron: await askCron(openclawCli(here.release, here.state, world), true, signal) };
}

export function gatewayFindings(facts: Facts, here: Here, before?: Facts): Finding[] {
  const now = factValue(facts.gateway);
  const missed = now?.running && before !== undefined ? missedRestart(facts, here, now, before) : null;
  if (missed !== null) return [{ verdict: 'warning', says: missed, waits: true }];
  if (now?.running) return [{ verdict: 'ok', says: `The gateway answers on port ${now.port}.` }];
  const ran = before && factValue(before.gateway)?.running;
  return ran
    ? [
        {
          verdict: 'error',
          says: 'The gateway ran before and does not answer now.',
          next: asTyped(here, 'gateway', 'status'),
        },
      ]
    : [{ verdict: 'info', says: 'The gateway is not running, as before.', next: startByHand(here, now) }];
}

/** Why the gateway still works with what it read before this run, or null. Restarted is another process, or another start. */
function missedRestart(facts: Facts, here: Here, now: GatewayFacts, before: Facts): string | null {
  const then = factValue(before.gateway);
  if (then?.running !== true) return null;
  const dropIn = (of: Facts) => factValue(of.services)?.dropIn?.sha256 ?? null;
  const [old, fresh] = [factValue(before.files) ?? {}, factValue(facts.files) ?? {}];
  const rewritten = Object.keys(fresh).some((path) => fresh[path] !== (old[path] ?? null));
  if (!(needsRestart(here.release.version) && rewritten) && dropIn(before) === dropIn(facts)) return null;
  const { process: was } = then;
  const { process: is } = now;
  if (was && is && (was.pid !== is.pid || was.started !== is.started)) return null;
  const says = is
    ? `The gateway did not restart: process ${is.pid} still uses what it read at startup.`
    : 'Whether the gateway restarted is not known.';
  return `${says} ${restartByHand(here, now)}`;
}
