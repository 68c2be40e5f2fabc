import type { FileHandle } from 'node:fs/promises';
import { Problem } from './problem.ts';

/** Gives a new file to `owner`. A group that we are not in is left; throws `Problem('owner-would-change')` for another user. */
export async function chownIfOther(file: FileHandle, owner: { readonly uid: number; readonly gid: number }) {
  const now = await file.stat();
  if (now.uid === owner.uid && now.gid === owner.gid) return;
  try {
    await file.chown(owner.uid, owner.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    // A group we are not in cannot be given away; the owner must not change silently.
    if (now.uid !== owner.uid) {
      throw new Problem('owner-would-change', 'The file belongs to another user, and only root could keep it so.', {
        cause: error,
      });
    }
  }
}
