import { at, number, object, parsed } from '../system/json.ts';
import { fingerprint, Secret } from '../system/secret.ts';

/**
 * What Claude Code's login is, as its `.credentials.json` says:
 *  - `absent`: there is none in the file, or no file
 *  - `unreadable`: no JSON; releases up to 2.1.100 write it in place, so it may be half written
 *  - `ended`: a renewal was refused, and Claude Code emptied both tokens (2.1.329)
 *  - `there`: it has an access token, which may be past its end
 */
export type Login =
  | { readonly state: 'absent' | 'unreadable' | 'ended' }
  | {
      readonly state: 'there';
      readonly token: Secret;
      /** Unix ms when the access token ends. */
      readonly end: number;
      /** Tells this access token from others, and is no part of it. */
      readonly mark: string;
    };

/** Reads the text of `.credentials.json` (null: absent). Of the tokens in it only the access token is taken. */
export function readLogin(text: string | null): Login {
  if (text === null) return { state: 'absent' };
  const file = parsed(text);
  if (file === undefined) return { state: 'unreadable' };
  const { accessToken, expiresAt } = object(at(file, 'claudeAiOauth'));
  if (accessToken === '') return { state: 'ended' };
  const end = number(expiresAt);
  if (typeof accessToken !== 'string' || end === null) return { state: 'absent' };
  return { state: 'there', token: new Secret(accessToken), end, mark: fingerprint(accessToken) };
}
