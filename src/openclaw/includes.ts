import { dirname, isAbsolute, join } from 'node:path';
import { array, isObject } from '../system/json.ts';

/** One `$include` that was met: the place it stands in, the file it names, and whether that file could be read. */
export interface Included {
  readonly at: (string | number)[];
  readonly file: string;
  readonly read: boolean;
}

const DEPTH = 10;

/**
 * Puts `$include` files into a parsed config as OpenClaw does on read: a name or an array of names, relative to the
 * file they stand in; later ones and the object's own keys win. An unreadable one adds nothing and is reported.
 */
export async function resolveIncludes(
  value: unknown,
  context: {
    /** The file that `value` was read from. */
    readonly path: string;
    /** Parsed content of a file; undefined when it cannot be read or parsed. */
    readonly load: (file: string) => Promise<unknown>;
    /** Where an absolute name lies on this machine. */
    readonly locate: (told: string) => string;
  },
): Promise<{ value: unknown; included: Included[] }> {
  const { path: file, load, locate } = context;
  const included: Included[] = [];
  const walk = async (node: unknown, path: (string | number)[], from: string, depth: number): Promise<unknown> => {
    if (Array.isArray(node)) {
      return Promise.all(node.map((item, index) => walk(item, [...path, index], from, depth)));
    }
    if (!isObject(node)) return node;
    let merged: unknown = {};
    if ('$include' in node && depth < DEPTH) {
      const names = typeof node.$include === 'string' ? [node.$include] : array(node.$include);
      for (const name of names) {
        if (typeof name !== 'string') continue;
        const target = isAbsolute(name) ? locate(name) : join(dirname(from), name);
        const loaded = await load(target);
        included.push({ at: path, file: target, read: loaded !== undefined });
        if (loaded !== undefined) merged = merge(merged, await walk(loaded, path, target, depth + 1));
      }
      if (Object.keys(node).length === 1) return merged;
    }
    const own: Record<string, unknown> = {};
    for (const [key, child] of Object.entries(node)) {
      if (key !== '$include') own[key] = await walk(child, [...path, key], from, depth);
    }
    return '$include' in node ? merge(merged, own) : own;
  };
  return { value: await walk(value, [], file, 0), included };
}

function merge(base: unknown, over: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(over)) return [...base, ...over];
  if (!isObject(base) || !isObject(over)) return over;
  const out: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) out[key] = key in out ? merge(out[key], value) : value;
  return out;
}
