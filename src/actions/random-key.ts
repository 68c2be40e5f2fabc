import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import type { Action, ActionKind } from '../engine/types.ts';
import { readTextFile } from '../system/text-file.ts';
import { Described, parseParams } from './params.ts';

export const RANDOM_KEY = 'random-key';
const SCHEMA = 1;
const BYTES = 32;
/** Characters that a key needs at least; the normalizer refuses a shorter one. */
const USABLE = 20;

/** A file that holds one random key and nothing else, for its owner alone. */
export const RandomKeyParams = z.object({
  ...Described.shape,
  file: z.string(),
  /** Put before the key, so that a person who meets it knows whose it is. */
  mark: z.optional(z.string()),
});
export type RandomKeyParams = z.infer<typeof RandomKeyParams>;

/** Makes a key of 32 random bytes (base64url), mode 0600, where the file holds no usable one yet. */
export function randomKey(id: string, params: RandomKeyParams): Action<RandomKeyParams> {
  return { id, kind: RANDOM_KEY, schema: SCHEMA, params, touches: [{ path: params.file, as: 'file' }] };
}

/** Whether the text of a key file can be used: one word of at least 20 printable characters. */
export function isUsableKey(text: string | null): boolean {
  return text !== null && new RegExp(`^[\\x21-\\x7e]{${USABLE},}$`).test(text.trim());
}

export const randomKeyKind: ActionKind<RandomKeyParams> = {
  kind: RANDOM_KEY,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(RandomKeyParams, RANDOM_KEY, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply({ file, mark }, { world, dry, door, backups, note }) {
    dry?.hide(file);
    if (isUsableKey(await readTextFile(world, file))) {
      dry?.tell(`keeps the key in ${file}`);
      await door.chmod(backups.of(file), 0o600);
      return note('The key that is there is used.');
    }
    dry?.tell(`a random key in ${file}, readable by you alone`);
    await door.replace(backups.of(file), `${mark ?? ''}${randomBytes(BYTES).toString('base64url')}\n`, { mode: 0o600 });
  },

  async revert({ file }, _undo, { original, world, dry, door, backups }) {
    dry?.hide(file);
    if (dry !== undefined && (await world.files.lstat(file)) !== null) {
      const before = await original.before(file);
      dry.tell(before.content === null ? `removes the key in ${file}` : `puts the older key back into ${file}`);
    }
    const { changedSince } = await original.restoreUntouched([file]);
    if (changedSince.length === 0) return { state: 'restored', notes: [] };
    if ((await world.files.lstat(file)) === null) return { state: 'already gone', notes: [] };
    // Another key in our own file: nothing but our service reads it, and no key is left behind.
    const { content, state } = await original.before(file);
    if (content === null) {
      await door.remove(backups.of(file));
      await original.restoreUntouched([file]);
    } else await door.replace(backups.of(file), content, state.stat ? { mode: state.stat.mode } : {});
    return { state: 'restored', notes: [`Another key stood in ${file}; the backup of this undo holds it.`] };
  },
};
