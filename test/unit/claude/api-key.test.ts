import { describe, expect, test } from 'vitest';
import { API_KEY_PREFIX, inspectApiKey } from '../../../src/claude/api-key.ts';

const KEY = `${API_KEY_PREFIX}${'FAKE'.repeat(23)}_-a`;

function read(text: string): unknown {
  const found = inspectApiKey(text);
  return found.ok
    ? [found.secret.reveal((it) => it), found.warnings.map(({ code }) => code)]
    : [found.problem.code, found.problem.more.next];
}

describe('an API key', () => {
  test.each([
    ['bare', KEY],
    ['wrapped', `${KEY.slice(0, 60)}\n${KEY.slice(60)}`],
    ['exported', `export ANTHROPIC_API_KEY="${KEY}"`],
    ['of 90 characters', KEY.slice(0, 90)],
    ['longer', `${KEY}FAKE`],
  ])('is taken %s', (what, text) => {
    const whole = /90|longer/.test(what) ? text : KEY;
    expect(read(text)).toEqual([whole, []]);
  });

  test.each([KEY.slice(0, 89), `${API_KEY_PREFIX}x`])('that is short is taken with a remark', (text) => {
    expect(read(text)).toEqual([text, ['key-unusual-length']]);
  });

  test.each([
    ['key-is-setup-token', `sk-ant-oat01-${'FAKE'.repeat(23)}abc`],
    ['key-is-refresh-token', `sk-ant-ort01-${'FAKE'.repeat(24)}`],
    ['key-is-admin-key', `sk-ant-admin01-${'FAKE'.repeat(24)}`],
    ['key-is-session-key', `sk-ant-sid01-${'FAKE'.repeat(24)}`],
    ['key-newer-kind', `sk-ant-api04-${'FAKE'.repeat(24)}`],
    ['key-is-code', 'abcdefghijKLMNOP_0123#stateSTATE-9876543'],
    ['key-is-url', 'https://platform.claude.com/settings/keys'],
    ['key-other-provider', 'sk-proj-abcdefghijklmnop'],
    ['key-several', `${KEY}\n${KEY.slice(0, 107)}X`],
    ['key-masked', `${API_KEY_PREFIX}…FAKE`],
    ['key-odd-character', `${KEY.slice(0, 90)}!${KEY.slice(90)}`],
    ['key-too-short', API_KEY_PREFIX],
    ['key-empty', ' '],
    ['key-unknown', 'hello'],
  ])('is not %s', (code, text) => {
    expect(read(text)).toEqual([code, 'https://platform.claude.com/settings/keys']);
  });
});
