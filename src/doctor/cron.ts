import { basename } from 'node:path';
import type { EditData } from '../actions/params.ts';
import { defaultModel, isBridged, isOwnProxy } from '../facts/own-proxy.ts';
import type { Facts } from '../facts/types.ts';
import { cronSidecar } from '../openclaw/cron.ts';
import type { CronJob } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { shellQuote } from '../text.ts';
import type { Repair } from './repairs.ts';
import { warning } from './types.ts';
import { several, typed } from './words.ts';

/** OpenClaw's own doctor speaks of three in a row (PR 99606, July 2026); one failure may be the network. */
const STREAK = 2;

/**
 * What is done about jobs that only a gateway can change: the command for one of them, or first the one that starts it.
 * They can be seen without it.
 */
function throughGateway(facts: Facts, ...args: readonly string[]): string {
  const [cron, gateway] = [factValue(facts.cron), factValue(facts.gateway)];
  if (cron?.store !== 'gateway' || gateway === undefined || gateway.running) return typed(facts, ...args);
  return typed(facts, 'gateway', gateway.unit === null ? 'run' : 'start');
}

const names = (jobs: readonly CronJob[]) => several(jobs.map(({ name }) => name));

/** The reason that the first job with one gives: jobs fail for the same one most of the time. */
function reasonOf(jobs: readonly CronJob[]): string {
  const job = jobs.find(({ lastError }) => lastError !== undefined);
  return job === undefined ? '' : `${job.name} said last: ${job.lastError?.replace(/\.?$/, '.')} `;
}

/**
 * The counters in the files of releases up to 2026.5.28. A running gateway keeps its jobs in memory and writes them back:
 * then only a run that works ends the wait.
 */
function clearedStreaks(jobs: readonly CronJob[], { cron, gateway }: Facts): readonly Repair[] {
  const { store, path = null } = factValue(cron) ?? {};
  const { running = true, remote } = factValue(gateway) ?? {};
  if (store !== 'file' || path === null || running || remote) return [];
  const editsOf = (inSidecar: boolean) =>
    jobs.flatMap(({ id, index, streakInSidecar = false }): EditData[] => {
      if (streakInSidecar !== inSidecar || index === undefined) return [];
      return [{ op: 'set', path: ['jobs', inSidecar ? id : index, 'state', 'consecutiveErrors'], value: 0 }];
    });
  const files = [
    { file: path, edits: editsOf(false) },
    { file: cronSidecar(path), edits: editsOf(true) },
  ];
  return files.flatMap(({ file, edits }): Repair[] => {
    if (edits.length === 0) return [];
    const says = `Clear the error ${edits.length === 1 ? 'streak' : 'streaks'} in ${basename(file)}`;
    const because = 'The next run is on time. If it fails, OpenClaw counts from one again.';
    return [{ kind: 'json', file, name: basename(file), edits, says, because }];
  });
}

/** Only the gateway can do that; a schedule that cannot be computed switches its job off again at once. */
function enabledAgain(jobs: readonly CronJob[], { gateway }: Facts): readonly Repair[] {
  const { running = false, remote } = factValue(gateway) ?? {};
  if (!running || remote || jobs.some(({ badSchedule }) => badSchedule)) return [];
  const says = `Enable ${jobs.length === 1 ? `the cron job ${names(jobs)}` : `${jobs.length} cron jobs`} again`;
  return [{ kind: 'cron-enable', says, jobs: jobs.map(({ id, name }) => ({ id, name })) }];
}

/** Jobs that OpenClaw runs by itself. */
export const cron = [
  warning('cron.error-streak', 'Cron jobs keep failing', {
    code: 'cron-failing',
    needs: ['cron'],
    detect: ({ cron }) => {
      const failing = cron.jobs.filter((job) => job.enabled && job.consecutiveErrors >= STREAK);
      return failing.length > 0 ? [failing] : null;
    },
    explain: (jobs) => {
      const times = jobs.map(({ name, consecutiveErrors }) => `${name} (${consecutiveErrors} times)`);
      return {
        says: `${jobs.length} cron ${jobs.length === 1 ? 'job keeps' : 'jobs keep'} failing: ${several(times)}.`,
        why: `${reasonOf(jobs)}After repeated failures OpenClaw waits up to an hour before it tries again; one successful run resets that.`,
      };
    },
    fix: clearedStreaks,
    next: ([first], facts) => throughGateway(facts, 'cron', 'run', shellQuote(first?.id ?? '')),
  }),
  warning('cron.switched-off', 'OpenClaw disabled cron jobs on its own', {
    needs: ['cron'],
    detect: ({ cron }) => {
      const off = cron.jobs.filter(({ switchedOff }) => switchedOff !== undefined);
      const groups = [off.filter(({ badSchedule }) => !badSchedule), off.filter(({ badSchedule }) => badSchedule)];
      return groups.filter((jobs) => jobs.length > 0);
    },
    explain: (jobs) => ({
      says: `OpenClaw disabled ${jobs.length === 1 ? 'a cron job' : `${jobs.length} cron jobs`} after repeated failures: ${names(jobs)}.`,
      why: `${reasonOf(jobs)}${
        jobs.some(({ badSchedule }) => badSchedule)
          ? 'Correct the schedule first: OpenClaw cannot compute it.'
          : 'A disabled job stays disabled, even once the cause is gone.'
      }`,
    }),
    fix: enabledAgain,
    next: ([first], facts) => throughGateway(facts, 'cron', 'enable', shellQuote(first?.id ?? '')),
  }),
  warning('cron.bridge-model', 'A cron job still uses the bridge', {
    needs: ['cron', 'config'],
    detect: ({ cron }, facts) => {
      // Where everything goes through a bridge, that is what there is to say.
      const primary = defaultModel(facts);
      if (primary === null || isBridged(primary, facts) || isOwnProxy(primary, facts)) return null;
      const left = cron.jobs.filter((job) => !job.system && job.kind === 'agentTurn' && isBridged(job.model, facts));
      return left.length > 0 ? [left] : null;
    },
    explain: (jobs, facts) => ({
      says: `${jobs.length === 1 ? 'A cron job' : `${jobs.length} cron jobs`} still ${jobs.length === 1 ? 'uses' : 'use'} the bridge: ${several(jobs.map(({ name, model }) => `${name} (${model})`))}.`,
      why: `A job's own model wins over the default (${defaultModel(facts)}).`,
    }),
    next: ([first], facts) =>
      throughGateway(
        facts,
        ...['cron', 'edit', shellQuote(first?.id ?? ''), '--model', shellQuote(defaultModel(facts) ?? '')],
      ),
    fix: (_, { cron, gateway }) =>
      factValue(cron)?.store === 'gateway' && !factValue(gateway)?.running ? [] : [{ kind: 'bridge', of: ['cron'] }],
  }),
  warning('cron.retired-file', 'Cron jobs are in a file that OpenClaw does not read', {
    needs: ['retiredCron', 'release'],
    detect: ({ retiredCron }) => (retiredCron === null || retiredCron.jobs === 0 ? null : [retiredCron]),
    explain: ({ path, jobs }, { release }) => ({
      says: `${path} ${jobs === null ? 'is there' : `holds ${jobs} cron ${jobs === 1 ? 'job' : 'jobs'}`}, but OpenClaw ${factValue(release)?.version} keeps its jobs in a database.`,
      why: 'From 2026.6.1 on the file is only imported, by its doctor or its next command that writes; editing it changes nothing.',
    }),
    // Run on 2026.9.6: its doctor takes the jobs in and renames the file to jobs.json.migrated.
    fix: ({ path }) => [{ kind: 'openclaw-doctor', strays: [path], what: 'cron jobs' }],
    next: (_, facts) => typed(facts, 'doctor', '--fix'),
  }),
];
