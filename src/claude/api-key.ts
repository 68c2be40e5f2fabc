import { inspect, type SecretReading } from './pasted.ts';

/** What keys of the Claude Console start with. */
export const API_KEY_PREFIX = 'sk-ant-api03-';
/** Where a person makes an API key, sees it and deletes it. */
export const API_KEYS_PAGE = 'https://platform.claude.com/settings/keys';

/** {@link inspect} for an API key. Its length is not documented: a short one gets a remark. */
export function inspectApiKey(text: string): SecretReading {
  return inspect(text, {
    code: 'key',
    noun: 'key',
    one: 'an API key',
    prefix: API_KEY_PREFIX,
    shortest: API_KEY_PREFIX.length + 1,
    doubts: (length) => length < 90,
    page: 'Make a key there, and paste the key itself.',
    next: API_KEYS_PAGE,
  });
}
