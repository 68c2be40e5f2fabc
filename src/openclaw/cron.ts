import { dirname, join } from 'node:path';
import { array, at, isObject, type Json, number, object, text } from '../system/json.ts';
import { redact } from '../system/secret.ts';
import { configuredPath } from './paths.ts';
import type { CronJob, StateFacts } from './records.ts';

/** Where the jobs lie up to 2026.5.28: `cron/jobs.json`, or what `cron.store` names. */
export function cronPaths(
  config: Json,
  state: Pick<StateFacts, 'stateDir' | 'container'>,
  home: string,
): { jobs: string; state: string } {
  const told = text(at(config, 'cron', 'store'));
  const jobs = told ? configuredPath(told, state, home) : join(state.stateDir, 'cron', 'jobs.json');
  return { jobs, state: cronSidecar(jobs) };
}

/** Where 2026.4.20 to 2026.5.28 keep what the runs of the jobs in this file came to. */
export const cronSidecar = (jobs: string): string => join(dirname(jobs), 'jobs-state.json');

/** Parses `{ jobs: [...] }` of a file or of `cron list --json`; throws SyntaxError when it is no JSON. */
export function readCronFiles(jobsText: string, stateText: string | null): CronJob[] {
  const states = stateText === null ? {} : object(at(JSON.parse(stateText), 'jobs'));
  return readCronJobs(JSON.parse(jobsText), states);
}

/** Rows of a parsed job list. Rows that are not jobs are left out. `states`: the sidecar's `jobs`, by id. */
export function readCronJobs(value: unknown, states: Json = {}): CronJob[] {
  const rows = Array.isArray(value) ? value : array(object(value).jobs);
  return rows.flatMap((row, index) => {
    if (!isObject(row)) return [];
    const id = text(row.id) ?? text(row.jobId);
    if (id === null) return [];
    const state = { ...object(row.state), ...object(object(states[id]).state) };
    return [
      {
        id,
        name: text(row.name) ?? text(row.displayName) ?? id,
        agent: text(row.agentId),
        enabled: row.enabled !== false,
        kind: text(at(row, 'payload', 'kind')) ?? 'unknown',
        model: text(at(row, 'payload', 'model')),
        system: text(row.declarationKey) !== null,
        consecutiveErrors: number(state.consecutiveErrors) ?? 0,
        ...outcomeOf(row, state),
        index,
        ...(number(at(object(states[id]), 'state', 'consecutiveErrors')) === null ? {} : { streakInSidecar: true }),
      },
    ];
  });
}

/** null where one of them cannot be read: what that one does, nobody knows. */
export function readableJobs(rows: readonly unknown[]): CronJob[] | null {
  const jobs = readCronJobs(rows);
  return jobs.length < rows.length || jobs.some(({ kind }) => kind === 'unknown') ? null : jobs;
}

/** `lastRunStatus` is the name from 2026.4.29 on. */
const LONGEST = 300;
/** A schedule that cannot be computed switches its job off the third time (openclaw PR 14385, February 2026). */
const SCHEDULE_ERRORS = 3;

function outcomeOf(row: Json, state: Json): Pick<CronJob, 'lastStatus' | 'lastError' | 'switchedOff' | 'badSchedule'> {
  const status = text(state.lastRunStatus) ?? text(state.lastStatus);
  const error = text(state.lastError);
  // From August 2026 a job is off after 10 failures in a row, and `autoDisabled` says so (openclaw PR 118113; 2026.9.6
  // writes { reason: 'consecutive-failures' | 'schedule-errors', atMs, consecutiveErrors }).
  const own = object(state.autoDisabled);
  const schedule = number(state.scheduleErrorCount) ?? 0;
  const off = row.enabled === false && (isObject(state.autoDisabled) || schedule >= SCHEDULE_ERRORS);
  return {
    ...(status === null ? {} : { lastStatus: status }),
    ...(error === null ? {} : { lastError: redact(error).slice(0, LONGEST) }),
    ...(off ? { switchedOff: number(own.consecutiveErrors) ?? schedule } : {}),
    ...(off && (!isObject(state.autoDisabled) || text(own.reason) === 'schedule-errors') ? { badSchedule: true } : {}),
  };
}
