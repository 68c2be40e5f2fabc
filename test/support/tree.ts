import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Everything under `root` as text lines: path, kind, mode, size, hash or link target, and for files the time of change.
 * Two equal trees give equal lists. What `skip` names or matches is not even looked at: a program that is still running
 * may take its files away under our eyes.
 */
export function treeOf(root: string, options: { readonly skip?: readonly (string | RegExp)[] } = {}): string[] {
  const lines: string[] = [];
  const skipped = (name: string) =>
    options.skip?.some((skip) => (typeof skip === 'string' ? skip === name : skip.test(name))) ?? false;
  const walk = (path: string) => {
    const name = relative(root, path);
    if (skipped(name)) return;
    const stat = lstatSync(path);
    const mode = (stat.mode & 0o7777).toString(8);
    if (stat.isSymbolicLink()) lines.push(`${name} link ${readlinkSync(path)}`);
    else if (stat.isDirectory()) {
      lines.push(`${name} folder ${mode}`);
      for (const child of readdirSync(path).sort()) walk(join(path, child));
    } else if (!stat.isFile()) lines.push(`${name} no plain file ${mode}`);
    else {
      const sha = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
      lines.push(`${name} file ${mode} ${stat.uid}:${stat.gid} ${sha} ${timeOf(path, stat.mtimeMs)}`);
    }
  };
  walk(root);
  return lines;
}

/** Milliseconds (a file can be put back to the microsecond): how much nearer two times of one file are one. */
const SAME = 0.005;
const seen = new Map<string, number[]>();

/** In whole milliseconds. Rounded each for itself, one time and the same put back could lie on two sides of a half. */
function timeOf(path: string, ms: number): number {
  const times = seen.get(path) ?? [];
  const same = times.find((time) => Math.abs(time - ms) < SAME);
  if (same === undefined) seen.set(path, [...times, ms]);
  return Math.round(same ?? ms);
}

/** Removes a folder. A program that was just killed may have one more file made in it meanwhile: again then. */
export function removeTree(root: string): void {
  rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
