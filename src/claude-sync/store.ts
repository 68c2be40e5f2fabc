import { edit, parse } from '../json5/index.ts';
import { at, isObject, number, object } from '../system/json.ts';
import type { Secret } from '../system/secret.ts';

/** What goes into a profile: an access token and its end (Unix ms). */
export interface Kept {
  readonly token: Secret;
  readonly end: number;
}

/**
 * The text of an agent's credential file with this token in the profile `id`; null where it has it already, or has no
 * such profile: the set-up makes it, and whoever takes it out does not get it back from here. Notes of earlier failures
 * of the profile go, for they belong to the old token. Every other byte stays.
 */
export function withToken(text: string, id: string, { token, end }: Kept): string | null {
  const value = read(text);
  const profile = at(value, 'profiles', id);
  if (!isObject(profile) || profile.type !== 'token') return null;
  return token.reveal((own) => {
    if (profile.token === own && profile.expires === end) return null;
    const path = ['profiles', id];
    const edits = [
      { op: 'set' as const, path: [...path, 'token'], value: own },
      { op: 'set' as const, path: [...path, 'expires'], value: end },
    ];
    return edit(text, [...edits, ...forgetting(value, id)]);
  });
}

/** The text of the file beside it (2026.4.20 and later), without notes of earlier failures; null where it has none. */
export function withoutFailures(text: string, id: string): string | null {
  const edits = forgetting(read(text), id);
  return edits.length === 0 ? null : edit(text, edits);
}

/** Unix ms when the token of the profile `id` ends, in the text of a credential file; null where it has none. */
export function endIn(text: string, id: string): number | null {
  return number(at(read(text), 'profiles', id, 'expires'));
}

function forgetting(value: unknown, id: string) {
  const { errorCount, cooldownUntil, disabledUntil } = object(at(value, 'usageStats', id));
  if (!errorCount && !cooldownUntil && !disabledUntil) return [];
  return [{ op: 'delete' as const, path: ['usageStats', id] }];
}

function read(text: string): unknown {
  const parsed = parse(text);
  return parsed.ok ? parsed.value : null;
}
