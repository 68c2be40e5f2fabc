import * as z from 'zod/mini';
import type { Action, ActionKind, RevertContext, RevertOutcome } from '../engine/types.ts';
import { readTextFile } from '../system/text-file.ts';
import { Described, parseParams } from './params.ts';

export const WRITE_FILE = 'write-file';
const SCHEMA = 1;

/** Writes one whole text file of our own. */
export const WriteFileParams = z.object({
  ...Described.shape,
  file: z.string(),
  content: z.string(),
  /** Permission bits of a new file. */
  mode: z.number(),
  /** A line of the content that says whose file this is: while it stands there, the file is ours to take away. */
  mark: z.string(),
});
export type WriteFileParams = z.infer<typeof WriteFileParams>;

export function writeFile(id: string, params: WriteFileParams): Action<WriteFileParams> {
  return { id, kind: WRITE_FILE, schema: SCHEMA, params, touches: [{ path: params.file, as: 'file' }] };
}

export const writeFileKind: ActionKind<WriteFileParams> = {
  kind: WRITE_FILE,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(WriteFileParams, WRITE_FILE, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply({ file, content, mode }, { door, backups }) {
    await door.replace(backups.of(file), content, { mode });
  },

  async revert(params, _undo, context) {
    if (await context.original.untouchedSince(params.file)) {
      await context.original.restoreUntouched([params.file]);
      return { state: 'restored', notes: [] };
    }
    return ours(params, context);
  },
};

/** Changed since, but still ours by its mark: a later run of ours rewrote it, or somebody tried something in it. */
async function ours({ file, mark }: WriteFileParams, context: RevertContext): Promise<RevertOutcome> {
  const now = await readTextFile(context.world, file);
  if (now === null) return { state: 'already gone', notes: [] };
  if (!now.includes(mark)) {
    return { state: 'left in place', notes: [`${file} was changed since and is not ours any more; it was left.`] };
  }
  const { content, state } = await context.original.before(file);
  if (content === null) {
    await context.door.remove(context.backups.of(file));
    // Nothing is left to restore but the folders that were made for it.
    await context.original.restoreUntouched([file]);
  } else await context.door.replace(context.backups.of(file), content, state.stat ? { mode: state.stat.mode } : {});
  return { state: 'restored', notes: [`${file} had been changed; a copy of it is in the backup of this run.`] };
}
