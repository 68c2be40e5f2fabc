import { at, object, parsed } from '../system/json.ts';

/**
 * `auth status` of Claude Code 2.1.200 and later, and `-p` of every release, renew a login that has 5 minutes or less
 * left. One more for a machine that is slow to start it.
 */
const RENEWED_WITHIN_MS = 6 * 60_000;

/**
 * What starting Claude Code would do to the login that it keeps in `.credentials.json`:
 *  - `none`: there is none in the file (macOS keeps it in the Keychain), or none that could be renewed
 *  - `lasting`: it stays as it is
 *  - `due`: it is renewed. The server gives out a new pair of tokens and the old one is spent, so whoever ends Claude Code
 *    before it has written the file ends the person's login (seen with 2.1.329).
 *  - `unreadable`: the file is no JSON; releases up to 2.1.100 write it in place, so it may be half written
 */
export type StoredLogin = 'none' | 'lasting' | 'due' | 'unreadable';

/** Judges the text of `.credentials.json` (null: absent) at `now` (Unix ms). Keeps nothing of it. */
export function judgeLogin(text: string | null, now: number): StoredLogin {
  if (text === null) return 'none';
  const file = parsed(text);
  if (file === undefined) return 'unreadable';
  const { refreshToken, expiresAt } = object(at(file, 'claudeAiOauth'));
  // A refused renewal leaves two empty tokens and the end 0 behind (2.1.329).
  if (typeof refreshToken !== 'string' || refreshToken === '') return 'none';
  return typeof expiresAt === 'number' && expiresAt > now + RENEWED_WITHIN_MS ? 'lasting' : 'due';
}
