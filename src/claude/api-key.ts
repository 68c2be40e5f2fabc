import { Problem } from '../system/problem.ts';
import { Secret, variableIn } from '../system/secret.ts';
import { inspect, type SecretReading } from './pasted.ts';

/** What keys of the Claude Console start with. */
export const API_KEY_PREFIX = 'sk-ant-api03-';
/** Where a person makes an API key, sees it and deletes it. */
export const API_KEYS_PAGE = 'https://platform.claude.com/settings/keys';

/** {@link inspectKey}, or the name of a variable in its place: `${NAME}`. */
export function inspectApiKey(text: string): SecretReading {
  const reference = /^\$\{[^{}]*\}$/.exec(text.trim())?.[0];
  return reference === undefined ? inspectKey(text) : inspectReference(reference);
}

/** {@link inspect} for an API key. Its length is not documented: a short one gets a remark. */
export function inspectKey(text: string): SecretReading {
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

function inspectReference(text: string): SecretReading {
  if (variableIn(text) !== null) return { ok: true, secret: new Secret(text), warnings: [] };
  const problem = new Problem('key-variable', 'This is not the name of a variable that OpenClaw takes.', {
    why: 'It takes capital letters, digits and _, with a letter first, such as CLAUDE_API_KEY.',
  });
  return { ok: false, problem };
}
