import { dirname } from 'node:path';
import type { ReadFiles } from './world.ts';

/** `path` itself where it is there, else the nearest folder above it that is. Throws what `stat` throws. */
export async function nearestPresent(files: Pick<ReadFiles, 'stat'>, path: string): Promise<string> {
  let at = path;
  while ((await files.stat(at)) === null && at !== dirname(at)) at = dirname(at);
  return at;
}
