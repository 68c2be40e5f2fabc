import { basename, dirname, join } from 'node:path';
import { type CommandParams, command, configEdit, type EditData } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import type { OldRefs } from './bridge.ts';
import { asTyped, type Here, openclawProgram } from './openclaw-program.ts';
import type { CronJob } from './records.ts';

export interface CronRequest {
  readonly jobs: readonly CronJob[];
  /** `file` up to 2026.5.28. */
  readonly store: 'file' | 'gateway';
  readonly path: string | null;
  readonly gatewayRuns: boolean;
  /** `provider/model` */
  readonly model: string;
  readonly old: OldRefs;
}

/** Jobs that may be changed and name an old ref: OpenClaw's own jobs and those without a model of their own may not. */
export function oldJobs(jobs: readonly CronJob[], old: OldRefs): CronJob[] {
  return jobs.filter((job) => job.kind === 'agentTurn' && !job.system && job.model !== null && old.is(job.model));
}

/**
 * A running gateway keeps its jobs in memory and writes them back, so it is asked; without one the file is edited (up to
 * 2026.5.28), and a database can only be left for later: {@link cronLater}.
 */
export function cronSteps(here: Here, request: CronRequest): Action[] {
  const jobs = oldJobs(request.jobs, request.old).filter((job) => job.model !== request.model);
  if (jobs.length === 0) return [];
  if (request.gatewayRuns) return jobs.map((job) => throughGateway(here, job, request));
  return request.store === 'file' && request.path !== null ? inFiles(jobs, request.path, request) : [];
}

/** Commands for the jobs that need a running gateway and have none now. */
export function cronLater(here: Here, request: CronRequest): string[] {
  if (request.gatewayRuns || request.store === 'file') return [];
  return oldJobs(request.jobs, request.old).map((job) =>
    asTyped(here, 'cron', 'edit', job.id, '--model', request.model),
  );
}

function throughGateway(here: Here, job: CronJob, { model, old }: CronRequest): Action {
  const edit = (ref: string) => openclawProgram(here, ['cron', 'edit', job.id, '--model', ref]);
  return command(
    `cron-${job.id}`,
    {
      forward: { headline: `Point the cron job ${job.name} to Claude`, because: `It uses ${job.model}, ${old.name}.` },
      backward: { headline: `Point the cron job ${job.name} back to ${job.model}` },
      program: edit(model),
      keepText: [],
      outside: [`cron job ${job.name}: ${job.model} → ${model}`],
      undo: {
        by: 'program',
        program: edit(job.model ?? model),
        otherwise: `The cron job ${job.name} keeps ${model}.`,
      },
    },
    [],
  );
}

/** The jobs as they would be with these steps taken back: what a gateway cannot be asked before it is so. */
export function jobsWithout(jobs: readonly CronJob[], taken: readonly Action[]): CronJob[] {
  const back = new Map<string, string>();
  // In the order in which they are taken back: the oldest step of a job decides.
  for (const { id, params } of taken) {
    const argv = (params as Partial<CommandParams>).undo?.program?.argv ?? [];
    const model = argv[argv.indexOf('--model') + 1];
    if (id.startsWith('cron-') && argv.includes('--model') && model !== undefined) {
      back.set(id.slice('cron-'.length), model);
    }
  }
  return jobs.map((job) => ({ ...job, model: back.get(job.id) ?? job.model }));
}

function inFiles(jobs: readonly CronJob[], path: string, { model, old }: CronRequest): Action[] {
  const sidecar = join(dirname(path), 'jobs-state.json');
  const inJobs: EditData[] = [];
  const inSidecar: EditData[] = [];
  for (const job of jobs) {
    if (job.index === undefined) continue;
    inJobs.push({ op: 'set', path: ['jobs', job.index, 'payload', 'model'], value: model });
    if (job.consecutiveErrors === 0) continue;
    if (job.streakInSidecar)
      inSidecar.push({ op: 'set', path: ['jobs', job.id, 'state', 'consecutiveErrors'], value: 0 });
    else inJobs.push({ op: 'set', path: ['jobs', job.index, 'state', 'consecutiveErrors'], value: 0 });
  }
  if (inJobs.length === 0) return [];
  const count = jobs.length === 1 ? '1 cron job' : `${jobs.length} cron jobs`;
  const words = {
    forward: { headline: `Point ${count} to Claude`, because: `They name ${old.name}. Old error streaks are cleared.` },
    backward: { headline: `Point ${count} back to ${old.name}` },
  };
  const main = configEdit('cron-jobs', { ...words, file: path, name: basename(path), edits: inJobs });
  if (inSidecar.length === 0) return [main];
  return [
    main,
    configEdit('cron-state', {
      forward: { headline: `Clear the error streaks of ${count}` },
      backward: { headline: 'Bring the error streaks back' },
      file: sidecar,
      name: basename(sidecar),
      edits: inSidecar,
    }),
  ];
}
