import { dirname } from 'node:path';
import { FILE_MODE, type FileModeParams } from '../actions/file-mode.ts';
import { stateRoot } from '../engine/store.ts';
import type { Plan, Touch } from '../engine/types.ts';
import { nearestPresent } from '../system/nearest.ts';
import { Problem } from '../system/problem.ts';
import { decodeText } from '../system/text-file.ts';
import type { World } from '../system/world.ts';
import { shellQuote } from '../text.ts';

/** Codes of what {@link refuseUnwritable} throws. */
export const UNWRITABLE: ReadonlySet<string> = new Set([
  'file-unwritable',
  'file-mounted',
  'file-read-only',
  'owner-would-change',
  'not-a-file',
  'not-utf8',
  'link-loop',
]);

const NOTHING = 'Nothing was changed. Fix this before you sign in.';

/**
 * Tries every path of a plan for writing, without writing. Throws the `Problem` of the first that could not be written:
 * found only when its step runs, a token that was made for it would be lost.
 */
export async function refuseUnwritable(plan: Plan, world: World): Promise<void> {
  const touches = new Map<string, Touch>();
  const unlocked = new Set<string>();
  for (const { touches: each, kind, params } of plan.actions) {
    for (const touch of each) touches.set(`${touch.as} ${touch.path}`, touch);
    if (kind === FILE_MODE) unlocked.add((params as FileModeParams).file);
  }
  // Without a record of it nothing is written either.
  if (touches.size > 0) touches.set('', { path: stateRoot(world), as: 'directory' });
  const mounts = touches.size === 0 ? new Set<string>() : await mountPoints(world);
  for (const { path, as } of touches.values()) {
    // A path that leads to itself throws here.
    const real = (await world.files.realpath(path)) ?? path;
    const stat = await world.files.stat(real);
    if (stat === null) await refuseNew(world, real);
    else if (as === 'directory' || as === 'tree') {
      if (stat.kind !== 'directory') throw unwritable(path, 'it is not a folder');
      if (!(await world.files.writable(real))) throw await closed(world, path, real);
    } else {
      if (stat.kind !== 'file') {
        const kind = stat.kind === 'directory' ? 'a folder' : 'not a regular file';
        throw new Problem('not-a-file', `${path} is ${kind}, a file was expected.`, {
          why: NOTHING,
          next: `ls -ld ${shellQuote(path)}`,
        });
      }
      await refusePresent(world, path, real, mounts, unlocked.has(path));
      if (as === 'file') await refuseNoText(world, path, stat.size);
    }
  }
}

async function refusePresent(
  world: World,
  path: string,
  real: string,
  mounts: ReadonlySet<string>,
  unlocked: boolean,
): Promise<void> {
  const stat = await world.files.stat(real);
  if (mounts.has(real)) {
    throw new Problem('file-mounted', `${path} cannot be replaced: ${real} is mounted by itself.`, {
      why: `A file that is mounted into a container alone cannot be written safely. Mount its folder instead. ${NOTHING}`,
      next: `findmnt -T ${shellQuote(real)}`,
    });
  }
  if (stat !== null && world.uid > 0 && stat.uid !== world.uid) {
    throw new Problem('owner-would-change', `${path} belongs to another user (uid ${stat.uid}).`, {
      why: `Writing it would give it to you, and whoever owns it might lose access. ${NOTHING}`,
      next: `ls -ln ${shellQuote(real)}`,
    });
  }
  if (!unlocked && stat !== null && (stat.mode & 0o200) === 0) {
    throw new Problem('file-read-only', `${path} is marked read-only.`, {
      why: `Somebody protected it against changes. ${NOTHING}`,
      next: `chmod u+w ${shellQuote(real)}`,
    });
  }
  // A file is replaced by a new one beside it: its folder has to take that.
  for (const each of [real, dirname(real)]) {
    if (!(await world.files.writable(each))) throw await closed(world, path, each);
  }
}

/** A new file: the nearest folder that is there has to be one, and to take it. */
async function refuseNew(world: World, path: string): Promise<void> {
  const above = await nearestPresent(world.files, dirname(path));
  if ((await world.files.stat(above))?.kind !== 'directory') {
    throw unwritable(path, `${above} is in the way, and is not a folder`, above);
  }
  if (!(await world.files.writable(above))) throw await closed(world, path, above);
}

const TEXT = /\.(json5?|env|service|timer|plist|ya?ml)$|(^|\/)\.env$/;

/** What is not UTF-8 would be destroyed by an edit. */
async function refuseNoText(world: World, path: string, size: number): Promise<void> {
  if (!TEXT.test(path) || size > 64 << 20) return;
  const bytes = await world.files.read(path);
  if (bytes !== null) decodeText(path, bytes);
}

async function closed(world: World, path: string, where: string): Promise<Problem> {
  const readOnly = world.uid === 0 ? 'its file system is read-only, or it is locked' : 'permission denied';
  return unwritable(path, where === path ? readOnly : `${readOnly} in ${where}`, where);
}

function unwritable(path: string, because: string, where = path): Problem {
  return new Problem('file-unwritable', `${path} cannot be written: ${because}.`, {
    why: NOTHING,
    next: `ls -ld ${shellQuote(where)}; findmnt -T ${shellQuote(where)}`,
  });
}

/** Where something is mounted, on Linux: a file among them cannot be renamed over (EBUSY). */
async function mountPoints(world: World): Promise<ReadonlySet<string>> {
  if (world.platform !== 'linux') return new Set();
  const text = (await world.files.readText('/proc/self/mountinfo').catch(() => null)) ?? '';
  const unescaped = (field: string) =>
    field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return new Set(text.split('\n').map((line) => unescaped(line.split(' ')[4] ?? '')));
}
