import * as z from 'zod/mini';
import type { Action, ActionKind } from '../engine/types.ts';
import { readTextFile } from '../system/text-file.ts';
import { lineHash } from './line-hash.ts';
import { linesOf, putLinesBack } from './lines.ts';
import { Described, parseParams } from './params.ts';

const DROP_LINES = 'drop-lines';
const SCHEMA = 1;

/** Takes lines with a credential out of a text file, such as a shell's history. Nothing of them is written down. */
export const DropLinesParams = z.object({
  ...Described.shape,
  file: z.string(),
  /** See {@link lineHash}. */
  lines: z.array(z.string()),
});
export type DropLinesParams = z.infer<typeof DropLinesParams>;

export function dropLines(id: string, params: DropLinesParams): Action<DropLinesParams> {
  return { id, kind: DROP_LINES, schema: SCHEMA, params, touches: [{ path: params.file, as: 'file' }] };
}

export const dropLinesKind: ActionKind<DropLinesParams> = {
  kind: DROP_LINES,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(DropLinesParams, DROP_LINES, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply({ file, lines }, { world, dry, door, backups, note }) {
    const rows = linesOf((await readTextFile(world, file)) ?? '');
    const kept = rows.filter((row) => !isOne(row, lines));
    dry?.hide(file);
    dry?.tell(`${file}: removes ${rows.length - kept.length} of ${rows.length} lines`);
    if (kept.length === rows.length) return note(`${file} does not hold these lines any more.`);
    await door.replace(backups.of(file), kept.join(''));
    note('A shell that is open may write its history anew when it ends: close the others first.');
  },

  /** A shell adds to its history all the time: the lines go back behind what is there now. */
  async revert({ file, lines }, _undo, context) {
    context.dry?.hide(file);
    context.dry?.tell(`${file}: puts the lines back`);
    const note = `${file} was changed since: the lines were put back at its end.`;
    return putLinesBack(file, (row) => isOne(row, lines), context, { note });
  },
};

const isOne = (row: string, lines: readonly string[]) =>
  row.includes('sk-ant-') && lines.includes(lineHash(row.replace(/\r?\n$/, '')));
