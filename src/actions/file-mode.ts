import * as z from 'zod/mini';
import type { Action, ActionKind } from '../engine/types.ts';
import { Described, parseParams } from './params.ts';

export const FILE_MODE = 'file-mode';
const SCHEMA = 1;

/** Sets the permission bits of one file. */
export const FileModeParams = z.object({ ...Described.shape, file: z.string(), mode: z.number() });
export type FileModeParams = z.infer<typeof FileModeParams>;

export function fileMode(id: string, params: FileModeParams): Action<FileModeParams> {
  return { id, kind: FILE_MODE, schema: SCHEMA, params, touches: [{ path: params.file, as: 'file' }] };
}

const octal = (mode: number) => mode.toString(8).padStart(4, '0');

export const fileModeKind: ActionKind<FileModeParams> = {
  kind: FILE_MODE,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(FileModeParams, FILE_MODE, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply({ file, mode }, { world, dry, door, backups, note }) {
    const now = await world.files.stat(file);
    if (now === null) return note(`${file} is not there any more.`);
    dry?.tell(`${file}: permissions ${octal(now.mode)} → ${octal(mode)}`);
    await door.chmod(backups.of(file), mode);
  },

  async revert({ file, mode }, _undo, { world, original, door, backups, dry }) {
    const before = (await original.before(file)).state.stat?.mode;
    const now = (await world.files.stat(file))?.mode;
    if (before === undefined || now === undefined) return { state: 'already gone', notes: [] };
    dry?.tell(`${file}: permissions ${octal(now)} → ${octal(before)}`);
    // Others may write to the file at any time: its content is theirs, only the bits are ours.
    if (now === mode) await door.chmod(backups.of(file), before);
    return now === mode
      ? { state: 'restored', notes: [] }
      : { state: 'left in place', notes: [`The permissions of ${file} were changed since and stay ${octal(now)}.`] };
  },
};
