import type { Secret } from '../system/secret.ts';
import type { EditData } from './params.ts';

/** Stands in params where a secret goes: the receipt names it and never holds it. */
export interface SecretReference {
  readonly $secret: string;
}

function isReference(value: unknown): value is SecretReference {
  return typeof value === 'object' && value !== null && typeof (value as { $secret?: unknown }).$secret === 'string';
}

/** Replaces every secret reference inside `value` by what `give` says for its name. */
export function resolveSecrets(value: unknown, give: (name: string) => string): unknown {
  if (isReference(value)) return give(value.$secret);
  if (Array.isArray(value)) return value.map((item) => resolveSecrets(item, give));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveSecrets(item, give)]));
}

export function resolveEdits(edits: readonly EditData[], give: (name: string) => string): EditData[] {
  return edits.map((edit) => ('value' in edit ? { ...edit, value: resolveSecrets(edit.value, give) } : edit));
}

/** For a preview, where no secret is at hand: a text that can be told from a value. */
export const shownSecret = (name: string) => `(the ${name}, kept out of this view)`;

/** For applying: hands the value to one JSON text. */
export const revealed = (secret: (name: string) => Secret) => (name: string) => secret(name).reveal((value) => value);
