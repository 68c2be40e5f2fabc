import * as z from 'zod/mini';
import type { Action, ActionKind } from '../engine/types.ts';
import { readTextFile } from '../system/text-file.ts';
import { lineHash, linesOf } from './lines.ts';
import { Described, parseParams } from './params.ts';
import { asText } from './patch.ts';

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
    dry?.tell(`${file}: takes out ${rows.length - kept.length} of ${rows.length} lines`);
    if (kept.length === rows.length) return note(`${file} does not hold these lines any more.`);
    await door.replace(backups.of(file), kept.join(''));
    note('A shell that is open may write its history anew when it ends: close the others first.');
  },

  /** A shell adds to its history all the time: the lines go back behind what is there now. */
  async revert({ file, lines }, _undo, { original, world, dry, door, backups }) {
    dry?.hide(file);
    dry?.tell(`${file}: puts the lines back`);
    if (await original.untouchedSince(file)) {
      await original.restoreUntouched([file]);
      return { state: 'restored', notes: [] };
    }
    const now = await readTextFile(world, file);
    if (now === null) return { state: 'already gone', notes: [] };
    const before = linesOf(asText((await original.before(file)).content, file) ?? '');
    const ours = before.filter((row) => isOne(row, lines));
    await door.replace(backups.of(file), `${now}${now === '' || now.endsWith('\n') ? '' : '\n'}${ours.join('')}`);
    return { state: 'restored', notes: [`${file} was changed since: the lines were put back at its end.`] };
  },
};

const isOne = (row: string, lines: readonly string[]) =>
  row.includes('sk-ant-') && lines.includes(lineHash(row.replace(/\r?\n$/, '')));
