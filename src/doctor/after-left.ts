import { askCron } from '../facts/openclaw-asked.ts';
import type { Facts } from '../facts/types.ts';
import { oldModels } from '../methods/left-models.ts';
import type { Refs } from '../methods/refs.ts';
import type { Answers, CheckContext, Finding } from '../methods/types.ts';
import { type OldRefs, resolveAlias } from '../openclaw/bridge.ts';
import { openclawCli } from '../openclaw/cli.ts';
import { oldJobs } from '../openclaw/cron-steps.ts';
import { commandThere, startByHand } from '../openclaw/gateway-words.ts';
import { cronInFiles } from '../openclaw/generation.ts';
import { reaches } from '../openclaw/model-edits.ts';
import type { Target } from '../openclaw/openclaw-program.ts';
import { factValue } from '../system/fact.ts';

/** Jobs in a database are asked for once more, unless it is known that none named an old ref before. */
export async function withCron(
  facts: Facts,
  target: Target,
  before: Facts | undefined,
  old: OldRefs,
  { world, signal }: CheckContext,
): Promise<Facts> {
  const jobs = before ? (factValue(before.cron)?.jobs ?? []) : [];
  const running = factValue(facts.gateway)?.running ?? false;
  if (facts.cron.known || !running) return facts;
  if (before?.cron.known && oldJobs(jobs, old).length === 0) return { ...facts, cron: before.cron };
  return { ...facts, cron: await askCron(openclawCli(target.release, target.state, world), true, signal) };
}

/** Whether anything still names an old model: nothing should once Claude is used for everything. */
export function leftFindings(facts: Facts, target: Target, answers: Answers, refs: Refs): Finding[] {
  if (answers.role !== 'everything') return [];
  const { config } = target;
  const { old } = refs;
  const cron = factValue(facts.cron);
  const running = factValue(facts.gateway)?.running ?? false;
  const left = (where: string, ref: string, reached: boolean, because?: string): Finding => {
    const why = because === undefined ? '' : ` It stays: ${because}.`;
    const says = `${where} names ${resolveAlias(ref, config)}: still ${old.name}.${why}`;
    return { verdict: reached && answers.cron === 'claude' ? 'warning' : 'info', says };
  };
  // Only a gateway changes what lies in its database.
  const next = cron?.store === 'gateway' && !running ? { next: startByHand(target, factValue(facts.gateway)) } : {};
  const findings = [
    ...oldModels(config, refs).map((one) => left(one.where, one.ref, reaches(config, answers, one), one.because)),
    ...oldJobs(cron?.jobs ?? [], old).map(
      (job): Finding => ({ ...left(`the cron job ${job.name}`, job.model as string, true), ...next }),
    ),
  ].slice(0, MOST);
  const remote = factValue(facts.gateway)?.remote;
  if (remote) {
    const says = 'Cron jobs were not looked at: the gateway keeps them, on another machine.';
    findings.push({ verdict: 'skipped', says, next: commandThere(remote.url) });
  } else if (!facts.cron.known && !running && !cronInFiles(target.release.generation)) {
    findings.push({
      verdict: 'skipped',
      says: 'Cron jobs were not looked at: the gateway keeps them and is not running. Start it and run clawauth-setup again.',
      next: startByHand(target, factValue(facts.gateway)),
    });
  } else if (!facts.cron.known) {
    findings.push({ verdict: 'skipped', says: `Cron jobs were not looked at: ${facts.cron.detail}.` });
  }
  return findings.length > 0 ? findings : [{ verdict: 'ok', says: `Nothing names ${old.name} any more.` }];
}

/** More than a screen takes. */
const MOST = 16;
