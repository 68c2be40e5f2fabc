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
 * Replaces the program that a systemd unit not made by us starts, then starts the unit if it had failed. Only that word
 * changes.
 */
export const UnitProgramParams = z.object({
  ...Described.shape,
  /** What the manager calls the unit. */
  name: z.string(),
  /** The unit or drop-in with the `ExecStart=` in effect. */
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

  /** A running unit keeps running: an undo stops nothing. */
  async revert({ name, file, from, to, programs }, _undo, context) {
    const { original, world, door, backups } = context;
    const notes: string[] = [];
    if (await original.untouchedSince(file)) {
      await original.restoreUntouched([file]);
    } else {
      const now = await readTextFile(world, file);
      if (now === null) return { state: 'already gone', notes };
      const back = swapped(now, to, from);
      if (back === now)
        return { state: 'left in place', notes: [`${file} now starts another program and was left as it is.`] };
      await door.replace(backups.of(file), back);
      notes.push(`${file} has changed since: only the program was put back.`);
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

/** Reloads the manager and starts a unit that failed or is waiting for a restart; a stopped unit stays stopped. */
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
