import * as z from 'zod/mini';
import { restoreFiles } from '../engine/index.ts';
import type { Action, ActionKind } from '../engine/types.ts';
import { Described, parseParams } from './params.ts';

const REMOVE_FILE = 'remove-file';
const SCHEMA = 1;

/** Takes one file away; an undo brings it back. */
export const RemoveFileParams = z.object({ ...Described.shape, file: z.string() });
export type RemoveFileParams = z.infer<typeof RemoveFileParams>;

export function removeFile(id: string, params: RemoveFileParams): Action<RemoveFileParams> {
  return { id, kind: REMOVE_FILE, schema: SCHEMA, params, touches: [{ path: params.file, as: 'file' }] };
}

export const removeFileKind: ActionKind<RemoveFileParams> = {
  kind: REMOVE_FILE,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(RemoveFileParams, REMOVE_FILE, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply({ file }, { world, dry, door, backups }) {
    dry?.hide(file);
    dry?.tell(`removes  ${file}`);
    if ((await world.files.lstat(file)) !== null) await door.remove(backups.of(file));
  },

  async revert({ file }, _undo, context) {
    context.dry?.hide(file);
    context.dry?.tell(`brings  ${file}  back`);
    return restoreFiles(context);
  },
};
