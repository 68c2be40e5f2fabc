import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Everything under `root` as text lines: path, kind, mode, size, hash or link target, and for files the time of change.
 * Two equal trees give equal lists.
 */
export function treeOf(root: string, options: { readonly skip?: readonly string[] } = {}): string[] {
  const lines: string[] = [];
  const walk = (path: string) => {
    const name = relative(root, path);
    if (options.skip?.includes(name)) return;
    const stat = lstatSync(path);
    const mode = (stat.mode & 0o7777).toString(8);
    if (stat.isSymbolicLink()) lines.push(`${name} link ${readlinkSync(path)}`);
    else if (stat.isDirectory()) {
      lines.push(`${name} folder ${mode}`);
      for (const child of readdirSync(path).sort()) walk(join(path, child));
    } else {
      const sha = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
      lines.push(`${name} file ${mode} ${stat.uid}:${stat.gid} ${sha} ${wholeMs(stat.mtimeMs)}`);
    }
  };
  walk(root);
  return lines;
}

/** Times come back to the microsecond: rounded to that first, or one just below half a millisecond would round up. */
function wholeMs(ms: number): number {
  const microseconds = Math.trunc(((ms + 0.0005) / 1000) * 1e6);
  return Math.round(microseconds / 1000);
}
