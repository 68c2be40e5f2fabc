import * as z from 'zod/mini';
import type { FileStat } from '../system/world.ts';

// What receipts and journals hold tens of thousands of: looked at by hand, a schema takes ten times as long for it.

/**
 * One thing on disk that an action may change.
 * - `file`: one file, present or absent, copied byte for byte.
 * - `sqlite`: a database with its `-wal` and `-shm`, copied so that the copy is consistent.
 * - `directory`: the names in it and every plain file directly in it (not deeper), so that files which a program adds
 *   there can be found and removed again. `.sqlite` files inside count as `sqlite`.
 * - `tree`: a whole folder of ours, whatever programs put into it. It is absent before, or ours by the marker that
 *   {@link WriteDoor.makeTree} puts there. Nothing in it is copied; taking back removes it whole.
 */
export interface Touch {
  path: string;
  as: 'file' | 'sqlite' | 'directory' | 'tree';
}

/** The state of one path before or after a step. */
export interface Entry {
  path: string;
  /** Of the bytes on disk (hex), through a link; null when there is no plain file. */
  sha256: string | null;
  /** Of the real file behind a link; null when absent. The inode is that of a hard link, see hard-links.ts. */
  stat: Omit<FileStat, 'links'> | null;
  /** Link target when the path itself is a symlink. */
  link?: string | undefined;
  /** The real file behind the link. */
  real?: string | undefined;
  /** Name of the stored copy; differs from `sha256` for a database copied through SQLite's backup API. */
  blob?: string | undefined;
  /** Of a path that was touched as a tree: whether a folder of ours was there. */
  tree?: boolean | undefined;
  /** Names in a directory that was touched as one. */
  names?: string[] | undefined;
  /** The database that this `-wal`, `-shm` or `-journal` (or the database itself) belongs to. */
  database?: string | undefined;
  /** Absent folders above an absent path, outermost first: undo removes them again when they are empty. */
  missingFolders?: string[] | undefined;
  /** Of a file that was there: an older run of ours had made it, and has been taken back since. */
  ownedByOlderRun?: boolean | undefined;
}

/** What the engine needs to take one step back: hashes, modes and names of copies, never contents. */
export interface StepCheckpoint {
  before: Entry[];
  /** Absent after a crash in the middle of the step. */
  after?: Entry[] | undefined;
  /** What the write door was told to write, written down before it did. */
  written: { path: string; target: string; temp: string; sha256: string | null }[];
  /** Whether the step called another program. */
  ranProgram: boolean;
}

export const Touches = z.custom<Touch[]>((value) => Array.isArray(value) && value.every(isTouch));
export const Entries = z.custom<Entry[]>(isEntries);
export const StepCheckpoint = z.custom<StepCheckpoint>((value) => {
  if (!isObject(value)) return false;
  const { before, after, written, ranProgram } = value;
  const whole = isEntries(before) && (after === undefined || isEntries(after)) && typeof ranProgram === 'boolean';
  return whole && Array.isArray(written) && written.every(isWritten);
});

const TOUCHED: ReadonlySet<unknown> = new Set<Touch['as']>(['file', 'sqlite', 'directory', 'tree']);

function isTouch(value: unknown): boolean {
  return isObject(value) && typeof value.path === 'string' && TOUCHED.has(value.as);
}

function isEntries(value: unknown): boolean {
  return Array.isArray(value) && value.every(isEntry);
}

function isEntry(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { path, sha256, stat, link, real, blob, tree, names, database, missingFolders, ownedByOlderRun } = value;
  return (
    typeof path === 'string' &&
    isTextOrNull(sha256) &&
    (stat === null || isStat(stat)) &&
    (link === undefined || typeof link === 'string') &&
    (real === undefined || typeof real === 'string') &&
    (blob === undefined || typeof blob === 'string') &&
    (tree === undefined || typeof tree === 'boolean') &&
    (names === undefined || isTexts(names)) &&
    (database === undefined || typeof database === 'string') &&
    (missingFolders === undefined || isTexts(missingFolders)) &&
    (ownedByOlderRun === undefined || typeof ownedByOlderRun === 'boolean')
  );
}

function isStat(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { kind, mode, uid, gid, size, mtimeMs, inode } = value;
  return (
    (kind === 'file' || kind === 'directory' || kind === 'symlink' || kind === 'other') &&
    isNumber(mode) &&
    isNumber(uid) &&
    isNumber(gid) &&
    isNumber(size) &&
    isNumber(mtimeMs) &&
    (inode === undefined || isNumber(inode))
  );
}

function isWritten(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { path, target, temp, sha256 } = value;
  return typeof path === 'string' && typeof target === 'string' && typeof temp === 'string' && isTextOrNull(sha256);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isNumber = (value: unknown) => typeof value === 'number';
const isTextOrNull = (value: unknown) => value === null || typeof value === 'string';
const isTexts = (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string');
