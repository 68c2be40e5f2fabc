import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeLogin } from '../../../src/claude/login.ts';

const NOW = Date.UTC(2026, 10, 21);
const MINUTE = 60_000;
const file = (more: object) => JSON.stringify({ claudeAiOauth: { refreshToken: 'x', ...more } });

describe('what starting Claude Code would do to its login', () => {
  test.each([
    ['hours left', 8 * 60 * MINUTE, 'lasting'],
    ['just over six minutes left', 6 * MINUTE + 1, 'lasting'],
    // 2.1.329 renews at five minutes; the sixth is for a machine that starts it slowly.
    ['six minutes left', 6 * MINUTE, 'due'],
    ['a moment left', 1, 'due'],
    ['long past its end', -90 * 24 * 60 * MINUTE, 'due'],
  ])('%s: %s', (_what, left, wanted) => {
    expect(judgeLogin(file({ expiresAt: NOW + left }), NOW)).toBe(wanted);
  });

  test.each([
    ['no file', null, 'none'],
    ['no login in it', '{"mcpOAuth":{}}', 'none'],
    ['a login that is null', '{"claudeAiOauth":null}', 'none'],
    ['a renewal that was refused', '{"claudeAiOauth":{"accessToken":"","refreshToken":"","expiresAt":0}}', 'none'],
    ['nothing to renew it with', '{"claudeAiOauth":{"accessToken":"x","expiresAt":1}}', 'none'],
    ['an end that is no number', file({ expiresAt: 'soon' }), 'due'],
    ['no end', file({}), 'due'],
    ['half a file', '{"claudeAiOauth":{"acc', 'unreadable'],
    ['an empty file', '', 'unreadable'],
  ])('%s: %s', (_what, text, wanted) => {
    expect(judgeLogin(text, NOW)).toBe(wanted);
  });

  test('never throws, whatever the file holds', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ claudeAiOauth: value })),
    );
    fc.assert(fc.property(texts, (text) => ['none', 'lasting', 'due', 'unreadable'].includes(judgeLogin(text, NOW))));
  });
});
