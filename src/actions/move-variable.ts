import * as z from 'zod/mini';
import type { Action, ActionKind } from '../engine/types.ts';
import { Problem } from '../system/problem.ts';
import { readTextFile } from '../system/text-file.ts';
import { assigns, goesOn, goesOnProblem } from './drop-variable.ts';
import { linesOf, putLinesBack } from './lines.ts';
import { Described, parseParams } from './params.ts';

const MOVE_VARIABLE = 'move-variable';
const SCHEMA = 1;

/** Moves the assignment of one variable from a `.env` file to the end of another one. Its value is never looked at. */
export const MoveVariableParams = z.object({ ...Described.shape, from: z.string(), to: z.string(), name: z.string() });
export type MoveVariableParams = z.infer<typeof MoveVariableParams>;

export function moveVariable(id: string, params: MoveVariableParams): Action<MoveVariableParams> {
  const touches = [params.from, params.to].map((path) => ({ path, as: 'file' as const }));
  return { id, kind: MOVE_VARIABLE, schema: SCHEMA, params, touches };
}

export const moveVariableKind: ActionKind<MoveVariableParams> = {
  kind: MOVE_VARIABLE,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(MoveVariableParams, MOVE_VARIABLE, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply({ from, to, name }, { world, dry, door, backups }) {
    const lines = linesOf((await readTextFile(world, from)) ?? '');
    const there = (await readTextFile(world, to)) ?? '';
    dry?.hide(from, to);
    dry?.tell(`${from}: removes ${name}=…`);
    dry?.tell(`${to}: adds ${name}=…`);
    const line = lines.findLast((one) => assigns(one, name));
    const long = lines.findIndex((one) => assigns(one, name) && goesOn(one));
    if (long >= 0) throw goesOnProblem(from, long + 1, name);
    if (line === undefined || linesOf(there).some((one) => assigns(one, name))) {
      const what = line === undefined ? `${from} does not set ${name} any more.` : `${to} sets ${name} already.`;
      throw new Problem('variable-moved', what, { next: 'clawauth-setup doctor' });
    }
    const ends = there === '' || there.endsWith('\n') ? there : `${there}\n`;
    await door.replace(backups.of(to), `${ends}${line.trimEnd()}\n`);
    await door.replace(backups.of(from), lines.filter((one) => !assigns(one, name)).join(''));
  },

  async revert({ from, to, name }, _undo, context) {
    const { original, world, door, backups, dry } = context;
    dry?.hide(from, to);
    dry?.tell(`${to}: removes ${name}=…`);
    dry?.tell(`${from}: puts ${name} back`);
    const { state, notes } = await putLinesBack(from, (line) => assigns(line, name), context, {
      note: `${from} was changed since: ${name} was put back at its end.`,
      again: `${from} sets ${name} again; it was left as it is.`,
    });
    if (await original.untouchedSince(to)) await original.restoreUntouched([to]);
    else {
      const rows = linesOf((await readTextFile(world, to)) ?? '');
      const kept = rows.filter((line) => !assigns(line, name));
      if (kept.length < rows.length) await door.replace(backups.of(to), kept.join(''));
    }
    return { state, notes };
  },
};
