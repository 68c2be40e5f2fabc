import type { World } from './world.ts';

/** Reading untyped JSON without trusting it: every accessor gives a plain value or nothing. */

/** undefined for what is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a file holds; undefined where it is absent, cannot be read, or is not JSON. */
export async function readJson({ files }: Pick<World, 'files'>, path: string): Promise<unknown> {
  return parsed((await files.readText(path).catch(() => null)) ?? '');
}

export type Json = Readonly<Record<string, unknown>>;

export function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Any text as it is, blank too. */
export function string(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Text that is not blank, trimmed; else null. */
export function text(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const trimmed = value.trim();
  return trimmed === '' ? null : trimmed;
}

export function texts(value: unknown): string[] {
  return array(value).flatMap((item) => text(item) ?? []);
}

export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The value at a path of keys; undefined where it ends early. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let here = value;
  for (const key of keys) here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  return here;
}
