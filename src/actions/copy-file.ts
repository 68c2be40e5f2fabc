import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Action, ActionKind } from '../engine/types.ts';
import { Problem } from '../system/problem.ts';
import { shellQuote } from '../text.ts';
import { Described, parseParams } from './params.ts';

export const COPY_FILE = 'copy-file';
const SCHEMA = 1;

/** Copies one file, whatever is in it, to a place of our own. */
export const CopyFileParams = z.object({
  ...Described.shape,
  from: z.string(),
  /** Of what is copied (hex): a file that is another one by now is not. */
  sha256: z.string(),
  file: z.string(),
  /** Permission bits of the copy. */
  mode: z.number(),
});
export type CopyFileParams = z.infer<typeof CopyFileParams>;

export function copyFile(id: string, params: CopyFileParams): Action<CopyFileParams> {
  return { id, kind: COPY_FILE, schema: SCHEMA, params, touches: [{ path: params.file, as: 'file' }] };
}

export const copyFileKind: ActionKind<CopyFileParams> = {
  kind: COPY_FILE,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(CopyFileParams, COPY_FILE, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply({ from, sha256, file, mode }, { world, dry, door, backups }) {
    const present = await world.files.read(file);
    if (present !== null && hash(present) === sha256) return door.chmod(backups.of(file), mode);
    const bytes = await world.files.read(from);
    if (bytes === null) {
      throw new Problem('copy-source-missing', `${from} is not there (any more).`, {
        why: 'It came with clawauth-setup; npm may have emptied the cache that it was run from.',
        next: 'npx clawauth-setup@latest',
      });
    }
    if (hash(bytes) !== sha256) {
      throw new Problem('copy-source-changed', `${from} is not the file that this step was made for.`, {
        why: 'clawauth-setup was updated since, or the file is damaged.',
        next: `sha256sum ${shellQuote(from)}`,
      });
    }
    dry?.hide(file);
    dry?.tell(`writes  ${file}  (${Math.ceil(bytes.length / 1024)} KB), a copy of  ${from}`);
    await door.replace(backups.of(file), bytes, { mode });
  },

  async revert({ file, sha256 }, _undo, { original, world, dry, door, backups }) {
    const there = (await world.files.lstat(file)) !== null;
    const { changedSince } = await original.restoreUntouched([file]);
    dry?.hide(file);
    if (there && changedSince.length === 0) {
      const before = await original.before(file);
      dry?.tell(before.content === null ? `removes  ${file}` : `puts the older  ${file}  back`);
    }
    if (changedSince.length === 0) return { state: 'restored', notes: [] };
    const now = await world.files.read(file);
    if (now === null) return { state: 'already gone', notes: [] };
    // Changed and put back again by somebody: still what we copied.
    if (hash(now) === sha256 && (await original.before(file)).content === null) {
      await door.remove(backups.of(file));
      return { state: 'restored', notes: [] };
    }
    return { state: 'left in place', notes: [`${file} was changed since and stays as it is now.`] };
  },
};

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
