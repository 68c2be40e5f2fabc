import * as z from 'zod/mini';
import { restoreFiles } from '../engine/index.ts';
import type { Action, ActionKind, ApplyContext, RevertContext } from '../engine/types.ts';
import { Problem } from '../system/problem.ts';
import { readTextFile } from '../system/text-file.ts';
import { shellQuote } from '../text.ts';
import { Described, parseParams } from './params.ts';
import { runProgram } from './program.ts';
import { activity, gently, lastLinesOf, ServicePrograms } from './service-programs.ts';

export const SERVICE = 'service';
const SCHEMA = 1;

/** One unit, launch agent or drop-in of ours: its file, and what the manager is told about it. */
export const ServiceParams = z.object({
  ...Described.shape,
  /** What the manager calls it. */
  name: z.string(),
  file: z.string(),
  content: z.string(),
  /** Permission bits of the file. */
  mode: z.number(),
  /** A line of the content that says whose file this is: while it stands there, the file is ours to take away. */
  mark: z.string(),
  /** Links that `enable` makes. */
  links: z.array(z.string()),
  /** Folders that it needs and nobody else makes; they go again when they are empty. */
  folders: z.optional(z.array(z.string())),
  /** Files that the running service writes itself and that go with it, uncopied: its log, where the manager keeps none. */
  leaves: z.optional(z.array(z.string())),
  programs: ServicePrograms,
  /** Start it again even where its file stays as it is: something that it read at its start is another now. */
  again: z.optional(z.boolean()),
  /** It is there once it accepts connections on 127.0.0.1. */
  ready: z.nullable(z.object({ port: z.number(), timeoutMs: z.number() })),
});
export type ServiceParams = z.infer<typeof ServiceParams>;

const Undo = z.object({
  /** It ran before this step; null when nobody could be asked. */
  ran: z.nullable(z.boolean()),
});
type Undo = z.infer<typeof Undo>;

export function service(id: string, params: ServiceParams): Action<ServiceParams> {
  const paths = [params.file, ...params.links, ...(params.folders ?? [])];
  return { id, kind: SERVICE, schema: SCHEMA, params, touches: paths.map((path) => ({ path, as: 'file' })) };
}

export const serviceKind: ActionKind<ServiceParams, Undo> = {
  kind: SERVICE,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(ServiceParams, SERVICE, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply(params, context) {
    const { file, content, mode, programs, ready } = params;
    const { world, door, backups } = context;
    const state = await activity(programs, context);
    const same = (await readTextFile(world, file)) === content;
    if (ready !== null && state !== 'active' && (await world.network?.listening('127.0.0.1', ready.port, 500))) {
      throw new Problem('port-taken', `Port ${ready.port} is in use by another program.`, {
        why: `${params.name} could not listen there.`,
        next: `ss -ltnp 'sport = :${ready.port}'`,
      });
    }
    for (const folder of params.folders ?? []) await door.makeFolder(backups.of(folder));
    await door.replace(backups.of(file), content, { mode });
    // One that failed too often is not started any more, whatever its file says now, until that is forgotten.
    if (state === 'failed') await gently(programs.forget, context);
    const waiting = state === 'activating';
    await start(params, waiting || (state === 'active' && (!same || params.again === true)), context);
    return { ran: state === null ? null : state === 'active' || waiting };
  },

  async revert(params, undo, context) {
    const { file, mark, links, programs } = params;
    const { original, world, door, backups } = context;
    const now = await readTextFile(world, file);
    if (now !== null && !now.includes(mark) && !(await original.untouchedSince(file))) {
      const note = `${file} was changed since and is not ours any more; it was left, with the service.`;
      return { state: 'left in place', notes: [note] };
    }
    const notes: string[] = [];
    const tell = async (program: ServicePrograms['stop']) => {
      const fault = await gently(program, context);
      if (fault !== null) notes.push(fault);
    };
    if (now !== null || programs.enable !== null) {
      if (programs.stop !== null) context.dry?.tell(`stops  ${params.name}`);
      await tell(programs.stop);
    }
    const before = await original.before(file);
    // Of an older one that goes on, its log goes on too.
    if (before.content === null && params.leaves !== undefined) {
      await tell({ argv: ['/bin/rm', '-f', '--', ...params.leaves], timeoutMs: 10_000 });
    }
    const paths = [file, ...links, ...(params.folders ?? [])];
    const { changedSince } = await original.restoreUntouched(paths);
    if (changedSince.includes(file) && now !== null) {
      if (before.content === null) await door.remove(backups.of(file));
      else
        await door.replace(backups.of(file), before.content, before.state.stat ? { mode: before.state.stat.mode } : {});
      await original.restoreUntouched([file]);
      notes.push(`${file} had been changed; the backup of this undo holds it.`);
    }
    for (const path of changedSince.filter((one) => one !== file)) {
      if (!(await linkTakenAway(path, context))) notes.push(`${path} was changed since; it was left.`);
    }
    await tell(programs.reload);
    if (before.content === null) await tell(programs.forget);
    else if (undo?.ran ?? (await wasEnabled(links, context))) await tell(programs.restart);
    return { state: 'restored', notes };
  },

  async redo(params, _undo, context) {
    const { file, programs } = params;
    const state = await activity(programs, context);
    const before = await readTextFile(context.world, file);
    const outcome = await restoreFiles(context);
    if (outcome.state === 'left in place') return outcome;
    const other = (await readTextFile(context.world, file)) !== before;
    if (state === 'failed') await gently(programs.forget, context);
    await start(params, state === 'activating' || (state === 'active' && other), context);
    return outcome;
  },
};

/** A link of ours counts as changed when what it leads to was; it still goes as long as it leads there. */
async function linkTakenAway(path: string, { original, world, door, backups }: RevertContext): Promise<boolean> {
  const { link } = original.after(path);
  const { state } = await original.before(path);
  if (link === undefined || state.link !== undefined || state.stat !== null) return false;
  if ((await world.files.readlink(path)) !== link) return false;
  await door.remove(backups.of(path));
  await original.restoreUntouched([path]);
  return true;
}

/** An older one of this name was started at boot: what a step without a record goes by. */
async function wasEnabled(links: readonly string[], { original }: RevertContext): Promise<boolean> {
  const states = await Promise.all(links.map((path) => original.before(path)));
  return links.length === 0 || states.some(({ state }) => state.link !== undefined);
}

/** Tells the manager, and waits until the service is there. Throws a `Problem` with its last words. */
async function start(
  params: ServiceParams,
  again: boolean,
  context: Pick<ApplyContext, 'world' | 'dry' | 'signal' | 'note'>,
): Promise<void> {
  const { programs } = params;
  if (context.dry !== undefined) {
    if (programs.enable !== null) context.dry.tell(`starts  ${params.name}, now and at every start`);
    return;
  }
  const call = async (program: ServicePrograms['enable']) => {
    if (program !== null) await runProgram(program, context);
  };
  try {
    await call(programs.reload);
    await call(programs.enable);
    if (again) await call(programs.restart);
    await untilReady(params, context);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const lines = await lastLinesOf(programs, context).catch(() => []);
    const said = lines.length === 0 ? [] : [`Its last lines:\n${lines.join('\n')}`];
    const next = programs.log === null ? error.more.next : programs.log.argv.map(shellQuote).join(' ');
    throw new Problem('service-not-started', `${params.name} did not start: ${error.what}`, {
      why: [...(error.more.why ? [error.more.why] : []), ...said].join('\n'),
      next,
      cause: error,
    });
  }
}

/** ms between two looks at the port; at every so many of them the manager is asked. */
const LOOK = 200;
const ASK = 5;
/** So many times it may be found waiting to be started again: one that ended once may still come up. */
const ENDED = 5;

async function untilReady(
  { ready, programs, name }: ServiceParams,
  context: Pick<ApplyContext, 'world' | 'signal' | 'note'>,
): Promise<void> {
  const { clock, network } = context.world;
  if (ready === null) return;
  if (network === undefined) return context.note(`Whether ${name} answers could not be seen here.`);
  const end = clock.monotonic() + ready.timeoutMs;
  let waiting = 0;
  for (let look = 0; ; look++) {
    const open = await network.listening('127.0.0.1', ready.port, 500);
    const state = open || look % ASK === ASK - 1 ? await activity(programs, context) : 'not asked';
    if (open && (state === 'active' || state === null)) return;
    // Its program was started before: what waits to be started now has ended.
    if (state === 'activating') waiting += 1;
    if (state === 'failed' || state === 'inactive' || waiting > ENDED) {
      throw new Problem('service-ended', 'it ended as soon as it was started.');
    }
    if (clock.monotonic() > end) {
      throw new Problem(
        'service-silent',
        `port ${ready.port} was not open after ${Math.round(ready.timeoutMs / 1000)} s.`,
      );
    }
    await clock.sleep(LOOK, context.signal);
  }
}
