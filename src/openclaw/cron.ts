import { dirname, join } from 'node:path';
import { array, at, isObject, type Json, number, object, text } from '../system/json.ts';
import { expandHome } from './paths.ts';
import type { CronJob } from './records.ts';

/** Where the jobs lie up to 2026.5.28: `cron/jobs.json`, or what `cron.store` names. */
export function cronPaths(config: Json, stateDir: string, home: string): { jobs: string; state: string } {
  const told = text(at(config, 'cron', 'store'));
  const jobs = told ? expandHome(told, home, stateDir) : join(stateDir, 'cron', 'jobs.json');
  return { jobs, state: join(dirname(jobs), 'jobs-state.json') };
}

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
        index,
        ...(number(at(object(states[id]), 'state', 'consecutiveErrors')) === null ? {} : { streakInSidecar: true }),
      },
    ];
  });
}
