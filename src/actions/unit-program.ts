import * as z from 'zod/mini';
import { restoreFiles } from '../engine/index.ts';
import type { Action, ActionKind, ApplyContext } from '../engine/types.ts';
import { Problem } from '../system/problem.ts';
import { readTextFile } from '../system/text-file.ts';
import { Described, parseParams } from './params.ts';
import { activity, gently, ServicePrograms } from './service-programs.ts';

const UNIT_PROGRAM = 'unit-program';
const SCHEMA = 1;

/**
 * Gives a systemd unit of somebody else another program to start, and starts the unit where that kept it from running.
 * Only that word changes, and nothing else of the file is written down: it may set a variable with a secret.
 */
export const UnitProgramParams = z.object({
  ...Described.shape,
  /** What the manager calls the unit. */
  name: z.string(),
  /** The unit or drop-in whose `ExecStart=` counts. */
  file: z.string(),
  /** Absolute paths. `to` holds nothing that a unit file has to quote. */
  from: z.string(),
  to: z.string(),
  programs: ServicePrograms,
});
export type UnitProgramParams = z.infer<typeof UnitProgramParams>;

export function unitProgram(id: string, params: UnitProgramParams): Action<UnitProgramParams> {
  return { id, kind: UNIT_PROGRAM, schema: SCHEMA, params, touches: [{ path: params.file, as: 'file' }] };
}

export const unitProgramKind: ActionKind<UnitProgramParams> = {
  kind: UNIT_PROGRAM,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(UnitProgramParams, UNIT_PROGRAM, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply(params, context) {
    const { file, from, to } = params;
    const before = (await readTextFile(context.world, file)) ?? '';
    const after = swapped(before, from, to);
    if (after === before) {
      throw new Problem('unit-changed', `${file} does not start ${from} any more.`, { next: 'clawauth-setup doctor' });
    }
    await context.door.replace(context.backups.of(file), after);
    await wake(params, context);
  },

  /** What runs goes on: taking back a cure stops nothing. */
  async revert({ name, file, from, to, programs }, _undo, context) {
    const { original, world, door, backups } = context;
    const notes: string[] = [];
    if (await original.untouchedSince(file)) {
      await original.restoreUntouched([file]);
    } else {
      const now = await readTextFile(world, file);
      if (now === null) return { state: 'already gone', notes };
      const back = swapped(now, to, from);
      if (back === now) return { state: 'left in place', notes: [`${file} starts another program now; it was left.`] };
      await door.replace(backups.of(file), back);
      notes.push(`${file} was changed since: only the program that it starts was put back.`);
    }
    if (context.dry === undefined) {
      const fault = await gently(programs.reload, context);
      if (fault !== null) notes.push(`${name}: ${fault}`);
    }
    return { state: 'restored', notes };
  },

  async redo(params, _undo, context) {
    const outcome = await restoreFiles(context);
    if (outcome.state !== 'left in place') await wake(params, context);
    return outcome;
  },
};

/** `from` as the program of an `ExecStart=` line, with or without the prefixes and quotes of systemd.service(5). */
function swapped(text: string, from: string, to: string): string {
  const word = from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const line = new RegExp(`^([ \\t]*ExecStart[ \\t]*=[ \\t]*[-@:+!]*["']?)${word}(?=["'\\s]|$)`, 'gm');
  return text.replace(line, (_, start: string) => start + to);
}

/** Makes the manager read the file, and starts what failed or waits to be started again; what was stopped stays so. */
async function wake(
  { name, programs }: UnitProgramParams,
  context: Pick<ApplyContext, 'world' | 'dry' | 'signal' | 'note'>,
): Promise<void> {
  const state = await activity(programs, context);
  const failed = state === 'failed';
  const starts = failed || state === 'activating';
  if (context.dry !== undefined) {
    if (starts) context.dry.tell(`starts  ${name}`);
    return;
  }
  for (const program of [
    programs.reload,
    ...(failed ? [programs.forget] : []),
    ...(starts ? [programs.restart] : []),
  ]) {
    const fault = await gently(program, context);
    if (fault !== null) context.note(`${name}: ${fault}`);
  }
}
