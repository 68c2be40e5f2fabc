import { basename } from 'node:path';
import { type CommandParams, command, configEdit, type EditData } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import { plural } from '../text.ts';
import type { OldRefs } from './bridge.ts';
import { cronSidecar } from './cron.ts';
import { openclawProgram, type Target } from './openclaw-program.ts';
import type { CronJob } from './records.ts';

export interface CronRequest {
  readonly jobs: readonly CronJob[];
  /** `file` up to 2026.5.28. */
  readonly store: 'file' | 'gateway';
  readonly path: string | null;
  readonly gatewayRuns: boolean;
  /** What a job that names this ref (or alias) is to name. */
  readonly modelFor: (ref: string) => string;
  readonly old: OldRefs;
}

/** Jobs that may be changed and name an old ref: OpenClaw's own jobs and those without a model of their own may not. */
export function oldJobs(jobs: readonly CronJob[], old: OldRefs): CronJob[] {
  return ownJobs(jobs).filter((job) => old.is(job.model));
}

type JobWithModel = CronJob & { readonly model: string };

function ownJobs(jobs: readonly CronJob[]): JobWithModel[] {
  return jobs.filter((job): job is JobWithModel => job.kind === 'agentTurn' && !job.system && job.model !== null);
}

interface Change {
  readonly job: JobWithModel;
  readonly model: string;
  /** To Claude, not only to what its alias meant. */
  readonly moves: boolean;
}

function changesOf({ jobs, modelFor, old }: CronRequest): Change[] {
  return ownJobs(jobs).flatMap((job) => {
    const model = modelFor(job.model);
    return model === job.model ? [] : [{ job, model, moves: old.is(job.model) && !old.is(model) }];
  });
}

/**
 * A running gateway keeps its jobs in memory and writes them back, so it is asked; without one the file is edited (up to
 * 2026.5.28), and a database is left as it is.
 */
export function cronSteps(target: Target, request: CronRequest): Action[] {
  const changes = changesOf(request);
  if (changes.length === 0) return [];
  if (request.gatewayRuns) return changes.map((change) => throughGateway(target, change, request));
  return request.store === 'file' && request.path !== null ? inFiles(changes, request.path, request) : [];
}

function throughGateway(target: Target, { job, model, moves }: Change, { old }: CronRequest): Action {
  const edit = (ref: string) => openclawProgram(target, ['cron', 'edit', job.id, '--model', ref]);
  const names = [job.name];
  const forward = moves
    ? {
        headline: `Point the cron job ${job.name} to Claude`,
        because: `It uses ${job.model}, ${old.name}.`,
        names,
        many: 'Point # cron jobs to Claude',
      }
    : {
        headline: `Keep the cron job ${job.name} on ${model}`,
        because: `The alias ${job.model} that it names changes.`,
        names,
        many: 'Keep # cron jobs on the model they have',
      };
  const backward = {
    headline: `Point the cron job ${job.name} back to ${job.model}`,
    names,
    many: 'Point # cron jobs back to the model they had',
  };
  return command(
    `cron-${job.id}`,
    {
      forward,
      backward,
      program: edit(model),
      keepText: [],
      outside: [`cron job ${job.name}: ${job.model} → ${model}`],
      undo: {
        by: 'program',
        program: edit(job.model),
        otherwise: `The cron job ${job.name} keeps ${model}.`,
      },
    },
    [],
  );
}

/** Enables jobs that OpenClaw switched off, through the running gateway. On 2026.9.6 that also forgets their failures. */
export function enableSteps(target: Target, jobs: readonly Pick<CronJob, 'id' | 'name'>[]): Action[] {
  return jobs.map(({ id, name }) =>
    command(
      `enable-cron-${id}`,
      {
        forward: {
          headline: `Enable the cron job ${name} again`,
          because: 'OpenClaw disabled it after repeated failures.',
          names: [name],
          many: 'Enable # cron jobs again',
        },
        backward: {
          headline: `Disable the cron job ${name} again`,
          names: [name],
          many: 'Disable # cron jobs again',
        },
        program: openclawProgram(target, ['cron', 'enable', id]),
        keepText: [],
        outside: [`cron job ${name}: enabled`],
        undo: {
          by: 'program',
          program: openclawProgram(target, ['cron', 'disable', id]),
          otherwise: `The cron job ${name} stays enabled.`,
        },
      },
      [],
    ),
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

function inFiles(changes: readonly Change[], path: string, { old }: CronRequest): Action[] {
  const sidecar = cronSidecar(path);
  const inJobs: EditData[] = [];
  const inSidecar: EditData[] = [];
  for (const { job, model, moves } of changes) {
    if (job.index === undefined) continue;
    inJobs.push({ op: 'set', path: ['jobs', job.index, 'payload', 'model'], value: model });
    if (job.consecutiveErrors === 0 || !moves) continue;
    if (job.streakInSidecar)
      inSidecar.push({ op: 'set', path: ['jobs', job.id, 'state', 'consecutiveErrors'], value: 0 });
    else inJobs.push({ op: 'set', path: ['jobs', job.index, 'state', 'consecutiveErrors'], value: 0 });
  }
  if (inJobs.length === 0) return [];
  const moved = changes.filter(({ moves }) => moves);
  const names = (moved.length === 0 ? changes : moved).map(({ job }) => job.name);
  const count = plural(names.length, 'cron job');
  const words =
    moved.length === 0
      ? {
          forward: {
            headline: `Keep ${count} on the model they have`,
            because: 'The alias that they name changes.',
            names,
          },
          backward: { headline: `Point ${count} back to the alias`, names },
        }
      : {
          forward: {
            headline: `Point ${count} to Claude`,
            because: `They name ${old.name}. Old error streaks are cleared.`,
            names,
          },
          backward: { headline: `Point ${count} back to ${old.name}`, names },
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
