import { commandThere } from '../facts/elsewhere.ts';
import { askCron } from '../facts/openclaw-asked.ts';
import type { Facts } from '../facts/types.ts';
import { type OldRefs, resolveAlias } from '../openclaw/bridge.ts';
import { openclawCli } from '../openclaw/cli.ts';
import { cronLater, oldJobs } from '../openclaw/cron-steps.ts';
import { needsRestart, restartByHand } from '../openclaw/gateway-steps.ts';
import { featuresOf } from '../openclaw/generation.ts';
import { type AskedStatus, askModelsStatus } from '../openclaw/models-status.ts';
import { asTyped, type Here } from '../openclaw/openclaw-program.ts';
import type { GatewayFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import type { Answers, Check, Finding } from './types.ts';
import { unknownModels } from './unknown-models.ts';

export type CheckContext = Parameters<Check['run']>[0];

/** One question for the agent that matters, shared by all checks. */
export function ask(here: Here, answers: Answers, { world, signal, shared }: CheckContext): Promise<AskedStatus> {
  const agent = agentAsked(here, answers);
  return shared.once('models status', () =>
    askModelsStatus(openclawCli(here.release, here.state, world), { signal, ...(agent ? { agent } : {}) }),
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

export function modelFindings(here: Here, answers: Answers, asked: AskedStatus): Finding[] {
  if (!asked.ok) {
    const says = `OpenClaw did not say which models it uses: ${asked.detail}`;
    return [{ verdict: 'skipped', says, next: asTyped(here, 'models', 'status') }];
  }
  const { status } = asked;
  const findings: Finding[] = [];
  const whole = answers.role === 'everything' && chosen(here, answers).length === here.config.agents.length;
  const expected = whole || (answers.role === 'agent' && agentAsked(here, answers)) ? answers.primary : null;
  const at = status.resolvedDefault ?? 'none';
  if (expected !== null && at !== expected && !ownModel(here, answers)) {
    findings.push({
      verdict: 'error',
      says: `The default is ${at}, not ${expected}.`,
      next: asTyped(here, 'models', 'set', expected),
    });
  } else {
    const aliases = Object.keys(answers.aliases).length;
    const fallbacks = status.fallbacks.length;
    const extra = [
      ...(fallbacks > 0 ? [fallbacks === 1 ? '1 fallback' : `${fallbacks} fallbacks`] : []),
      ...(aliases > 0 && answers.role !== 'agent' ? [aliases === 1 ? '1 alias' : `${aliases} aliases`] : []),
    ];
    findings.push({ verdict: 'ok', says: [`Default ${at}`, ...extra].join(' · ') });
  }
  if (answers.role === 'fallback' && !status.fallbacks.includes(answers.primary)) {
    findings.push(
      at === answers.primary
        ? { verdict: 'info', says: `${at} is the default itself, so it is no fallback.` }
        : { verdict: 'error', says: `${answers.primary} is not among the fallbacks.` },
    );
  }
  if (answers.role !== 'agent') {
    for (const [alias, ref] of Object.entries(answers.aliases)) {
      const found = Object.entries(status.aliases).find(([name]) => name.toLowerCase() === alias.toLowerCase())?.[1];
      if (found !== ref)
        findings.push({ verdict: 'error', says: `The alias ${alias} gives ${found ?? 'nothing'}, not ${ref}.` });
    }
  }
  const refs = [answers.primary, ...answers.fallbacks];
  const barred = status.allowed.length === 0 ? [] : refs.filter((ref) => !status.allowed.includes(ref));
  for (const ref of barred) findings.push({ verdict: 'warning', says: `${ref} is not on the list of allowed models.` });
  return findings;
}

/** Models that nothing offers. `facts` are those from before: what is in use now was written by us. */
export function offerFindings(facts: Facts, answers: Answers, offered: readonly string[] = []): Finding[] {
  return unknownModels(facts, answers, offered).map(({ says, next }) => ({
    verdict: 'warning',
    says,
    ...(next === undefined ? {} : { next }),
  }));
}

/** The agent that was asked has a model of its own that stays. */
function ownModel({ config }: Here, answers: Answers): boolean {
  const id = answers.role === 'agent' ? answers.newAgent : config.defaultAgent;
  return config.agents.some((agent) => agent.id === id && agent.model !== null && agent.model !== answers.primary);
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

/** Whether anything still names `old`: nothing should once Claude is used for everything. */
export function leftFindings(facts: Facts, here: Here, answers: Answers, old: OldRefs): Finding[] {
  if (answers.role !== 'everything') return [];
  const { config } = here;
  const left: string[] = [];
  const look = (where: string, ref: string | null) => {
    if (ref !== null && old.is(ref)) left.push(`${where} names ${resolveAlias(ref, config)}`);
  };
  look('the default', config.primary);
  for (const ref of config.fallbacks) look('a fallback', ref);
  look('the heartbeat', config.heartbeatModel);
  for (const agent of config.agents) {
    look(`the agent ${agent.id}`, agent.model);
    for (const ref of agent.fallbacks) look(`a fallback of ${agent.id}`, ref);
    look(`the heartbeat of ${agent.id}`, agent.heartbeatModel);
  }
  const cron = factValue(facts.cron);
  const running = factValue(facts.gateway)?.running ?? false;
  for (const job of oldJobs(cron?.jobs ?? [], old).slice(0, 8)) look(`the cron job ${job.name}`, job.model);
  const later = cron ? cronLater(here, { ...cron, gatewayRuns: running, model: answers.cronModel, old }) : [];
  const findings: Finding[] = left.map((says) => ({
    verdict: answers.cron === 'keep' ? 'info' : 'warning',
    says: `${says}: still ${old.name}.`,
    ...(later[0] ? { next: later[0] } : {}),
  }));
  const remote = factValue(facts.gateway)?.remote;
  if (remote) {
    const says = 'Cron jobs were not looked at: the gateway keeps them, on another machine.';
    findings.push({ verdict: 'skipped', says, next: commandThere(remote.url) });
  } else if (!running && here.release.generation !== 'G1' && here.release.generation !== 'G1b') {
    findings.push({
      verdict: 'skipped',
      says: 'Cron jobs were not looked at: the gateway keeps them and is not running. Start it and run clawauth-setup again.',
      next: asTyped(here, 'gateway', 'start'),
    });
  } else if (!facts.cron.known) {
    findings.push({ verdict: 'skipped', says: `Cron jobs were not looked at: ${facts.cron.detail}.` });
  }
  return findings.length > 0 ? findings : [{ verdict: 'ok', says: `Nothing names ${old.name} any more.` }];
}

export function gatewayFindings(facts: Facts, here: Here, before?: Facts): Finding[] {
  const now = factValue(facts.gateway);
  if (now?.remote) {
    const says = `The gateway is on another machine${now.remote.url === null ? '' : ` (${now.remote.url})`}: it does not use what is stored here.`;
    return [{ verdict: 'warning', says, next: commandThere(now.remote.url) }];
  }
  const missed = now?.running && before !== undefined ? missedRestart(facts, here, now, before) : null;
  if (missed !== null) return [{ verdict: 'warning', says: missed }];
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
    : [{ verdict: 'info', says: 'The gateway is not running, as before.', next: asTyped(here, 'gateway', 'start') }];
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
    ? `The gateway did not restart: process ${is.pid} still has what it read at its start.`
    : 'It cannot be seen whether the gateway restarted.';
  return `${says} ${restartByHand(here, now)}`;
}
