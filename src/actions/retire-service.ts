import * as z from 'zod/mini';
import { restoreFiles } from '../engine/index.ts';
import type { Action, ActionKind, ApplyContext, RevertContext } from '../engine/types.ts';
import { Described, parseParams } from './params.ts';
import { runProgram } from './program.ts';
import { activity, gently, ServicePrograms } from './service-programs.ts';

export const RETIRE_SERVICE = 'retire-service';
const SCHEMA = 1;

/** A service that somebody else set up: stopped and taken away, and brought back as it was by an undo. */
export const RetireServiceParams = z.object({
  ...Described.shape,
  /** What the manager calls it. */
  name: z.string(),
  file: z.string(),
  /** Links by which it is started at boot, or goes by another name. */
  links: z.array(z.string()),
  programs: ServicePrograms,
});
export type RetireServiceParams = z.infer<typeof RetireServiceParams>;

const Undo = z.object({
  /** It ran. */
  ran: z.boolean(),
});
type Undo = z.infer<typeof Undo>;

export function retireService(id: string, params: RetireServiceParams): Action<RetireServiceParams> {
  const paths = [params.file, ...params.links];
  return { id, kind: RETIRE_SERVICE, schema: SCHEMA, params, touches: paths.map((path) => ({ path, as: 'file' })) };
}

export const retireServiceKind: ActionKind<RetireServiceParams, Undo> = {
  kind: RETIRE_SERVICE,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(RetireServiceParams, RETIRE_SERVICE, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply(params, context) {
    const state = await activity(params.programs, context);
    if (context.dry !== undefined) context.dry.tell(`stops  ${params.name}, now and for good`);
    else if (params.programs.stop !== null) await runProgram(params.programs.stop, context);
    await takeAway(params, context);
    return { ran: state === 'active' || state === 'activating' };
  },

  async revert({ name, links, programs }, undo, context) {
    const { state, notes } = await restoreFiles(context);
    const faults: (string | null)[] = [await gently(programs.reload, context)];
    if (state !== 'left in place' && (undo?.ran ?? (await wasEnabled(links, context)))) {
      faults.push(await gently(programs.enable ?? programs.restart, context));
    }
    const failures = faults.filter((fault) => fault !== null).map((fault) => `${name}: ${fault}`);
    return { state, notes: [...notes, ...failures] };
  },

  async redo(params, _undo, context) {
    await gently(params.programs.stop, context);
    const outcome = await restoreFiles(context);
    await gently(params.programs.reload, context);
    await gently(params.programs.forget, context);
    return outcome;
  },
};

async function takeAway({ file, links, programs }: RetireServiceParams, context: ApplyContext): Promise<void> {
  const { world, door, backups } = context;
  for (const path of [...links, file]) {
    if ((await world.files.lstat(path)) !== null) await door.remove(backups.of(path));
  }
  for (const program of [programs.reload, programs.forget]) {
    const fault = await gently(program, context);
    if (fault !== null) context.note(fault);
  }
}

async function wasEnabled(links: readonly string[], { original }: RevertContext): Promise<boolean> {
  for (const path of links) if ((await original.before(path)).state.link !== undefined) return true;
  return false;
}
