import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { shellQuote } from '../text.ts';
import { errnoOf } from './file-problems.ts';
import { Cancelled, Problem } from './problem.ts';

const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Opens a plain file for reading and nothing else: a pipe without a writer would keep us for ever, a device may do anything.
 * Throws `Problem('not-a-file')` that says what it is; other errors as they come. The caller closes it.
 */
export async function openPlain(path: string): Promise<FileHandle> {
  return openKind(path, (stats) => stats.isFile());
}

/** The bytes of a plain file, read in one go. Throws as {@link openPlain} does. */
export function readPlainNow(path: string): Buffer {
  const file = openSync(path, READ);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw notAFile(path, kindOf(stats));
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

async function openKind(path: string, is: (stats: Stats) => boolean): Promise<FileHandle> {
  const file = await open(path, READ).catch((error) => {
    // What open(2) says of a socket.
    throw errnoOf(error) === 'ENXIO' ? notAFile(path, 'a socket', error) : error;
  });
  try {
    const stats = await file.stat();
    if (!is(stats)) throw notAFile(path, kindOf(stats));
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** What stands where a file was expected, in words. */
function kindOf(stats: Pick<Stats, 'isDirectory' | 'isFIFO' | 'isSocket'>): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

function notAFile(path: string, kind: string, cause?: unknown): Problem {
  const next = `ls -ld ${shellQuote(path)}`;
  return new Problem('not-a-file', `${path} is ${kind}, a file was expected.`, { next, cause });
}

/** How long a pipe may be silent, ms. */
const SILENT_MS = 10_000;
const PAUSE_MS = 20;

/** See `ReadFiles.readGiven`. */
export async function readGiven(path: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
  const file = await openKind(path, (stats) => stats.isFile() || stats.isFIFO());
  try {
    const pipe = (await file.stat()).isFIFO();
    const chunks: Buffer[] = [];
    let size = 0;
    for (let pauses = 0; size <= maxBytes; ) {
      const buffer = Buffer.alloc(Math.min(64 * 1024, maxBytes + 1 - size));
      const read = await file.read(buffer, 0, buffer.length, null).catch(unlessEmpty);
      if (read !== null && read.bytesRead > 0) {
        pauses = 0;
        size += read.bytesRead;
        chunks.push(buffer.subarray(0, read.bytesRead));
        continue;
      }
      // The end of a file; of a pipe only after something came: before, its writer may not be there yet.
      if (!pipe || (read !== null && size > 0)) break;
      if (++pauses * PAUSE_MS > SILENT_MS) {
        throw new Problem('pipe-silent', `${path} is a pipe, and nothing came out of it for ${SILENT_MS / 1000} s.`, {
          next: `ls -ld ${shellQuote(path)}`,
        });
      }
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => {
        throw new Cancelled();
      });
    }
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

/** A pipe that is open and has nothing yet. */
function unlessEmpty(error: unknown): null {
  if (errnoOf(error) !== 'EAGAIN') throw error;
  return null;
}
