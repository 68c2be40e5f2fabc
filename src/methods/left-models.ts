import type { Facts } from '../facts/types.ts';
import { resolveAlias } from '../openclaw/bridge.ts';
import { cronLater, oldJobs } from '../openclaw/cron-steps.ts';
import { commandThere, startByHand } from '../openclaw/gateway-steps.ts';
import { movable } from '../openclaw/model-edits.ts';
import { settingName } from '../openclaw/model-keys.ts';
import { asTyped, type Here } from '../openclaw/openclaw-program.ts';
import type { ConfigFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { cronRequest } from './model-plan.ts';
import type { Refs } from './refs.ts';
import type { Answers, Finding } from './types.ts';

/** A place that names an old model. */
export interface OldModel {
  /** `the default`, `the agent work`, `imageModel`. */
  readonly where: string;
  /** As it is written there. */
  readonly ref: string;
  /** The default or a fallback of it, which is chosen by itself. */
  readonly shown?: true;
  /** Why no set-up moves it; absent where one does. */
  readonly because?: string;
}

/** Every place of a configuration that names a model which `refs` take over, beside cron jobs. */
export function oldModels(config: ConfigFacts, { old, sees }: Pick<Refs, 'old' | 'sees'>): OldModel[] {
  const found: OldModel[] = [];
  const look = (where: string, ref: string | null, more: Pick<OldModel, 'shown' | 'because'> = {}) => {
    if (ref !== null && old.is(ref)) found.push({ where, ref, ...more });
  };
  look('the default', config.primary, { shown: true });
  for (const ref of config.fallbacks) look('a fallback', ref, { shown: true });
  for (const agent of config.agents) {
    look(`the agent ${agent.id}`, agent.model);
    for (const ref of agent.fallbacks) look(`a fallback of ${agent.id}`, ref);
  }
  for (const setting of config.settings ?? []) {
    const because = movable(setting, sees) ? undefined : STAYS[setting.use];
    const why = because === undefined ? {} : { because };
    const where = settingName(setting);
    look(where, setting.model, why);
    for (const ref of setting.fallbacks) look(`a fallback of ${where}`, ref, why);
  }
  return found;
}

const STAYS = {
  text: undefined,
  images: 'this way takes no images',
  media: 'Claude makes no images, sound or video',
  apart: 'its provider stands in a key of its own',
  unknown: 'what the key does is not known here',
} as const;

/** Whether anything still names an old model: nothing should once Claude is used for everything. */
export function leftFindings(facts: Facts, here: Here, answers: Answers, refs: Refs): Finding[] {
  if (answers.role !== 'everything') return [];
  const { config } = here;
  const { old } = refs;
  const cron = factValue(facts.cron);
  const request = cron && cronRequest(facts, here, answers, cron, refs);
  const running = factValue(facts.gateway)?.running ?? false;
  const jobs = oldJobs(cron?.jobs ?? [], old).map(
    (job): OldModel => ({ where: `the cron job ${job.name}`, ref: job.model as string }),
  );
  const later = request ? cronLater(here, request) : [];
  const findings = [...oldModels(config, refs), ...jobs].slice(0, MOST).map(({ where, ref, because }): Finding => {
    const why = because === undefined ? '' : ` It stays: ${because}.`;
    const says = `${where} names ${resolveAlias(ref, config)}: still ${old.name}.${why}`;
    return { verdict: answers.cron === 'keep' ? 'info' : 'warning', says, ...(later[0] ? { next: later[0] } : {}) };
  });
  const remote = factValue(facts.gateway)?.remote;
  if (remote) {
    const says = 'Cron jobs were not looked at: the gateway keeps them, on another machine.';
    findings.push({ verdict: 'skipped', says, next: commandThere(remote.url) });
  } else if (!running && here.release.generation !== 'G1' && here.release.generation !== 'G1b') {
    findings.push({
      verdict: 'skipped',
      says: 'Cron jobs were not looked at: the gateway keeps them and is not running. Start it and run clawauth-setup again.',
      next: asTyped(here, ...startByHand(factValue(facts.gateway)?.unit ?? null)),
    });
  } else if (!facts.cron.known) {
    findings.push({ verdict: 'skipped', says: `Cron jobs were not looked at: ${facts.cron.detail}.` });
  }
  return findings.length > 0 ? findings : [{ verdict: 'ok', says: `Nothing names ${old.name} any more.` }];
}

/** More than a screen takes. */
const MOST = 16;
