import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectToken, looksLikeSessionToken, TOKEN_PREFIX } from '../../../src/claude/token.ts';
import { Problem } from '../../../src/system/problem.ts';
import { Secret } from '../../../src/system/secret.ts';
import type { World } from '../../../src/system/world.ts';

const TOKEN = `${TOKEN_PREFIX}${'FAKE'.repeat(23)}_-a`;

function value(text: string): string | null {
  const found = inspectToken(text);
  return found.ok ? found.secret.reveal((it) => it) : null;
}

function code(text: string): string {
  const found = inspectToken(text);
  if (found.ok) return 'ok';
  expect(found.problem).toBeInstanceOf(Problem);
  expect(found.problem.what).not.toBe('');
  expect(found.problem.more.next).toBeTruthy();
  return found.problem.code;
}

describe('a setup token in any wrapping', () => {
  test('is 108 characters', () => expect(TOKEN).toHaveLength(108));

  test.each([
    ['bare', TOKEN],
    ['blanks around', `  ${TOKEN}\n\n`],
    ['wrapped at 79', `${TOKEN.slice(0, 79)}\n${TOKEN.slice(79)}`],
    ['wrapped at 80, indented, CRLF', ` ${TOKEN.slice(0, 80)}\r\n ${TOKEN.slice(80)}\r\n`],
    ['wrapped at 40', `${TOKEN.slice(0, 40)}\n${TOKEN.slice(40, 80)}\n${TOKEN.slice(80)}`],
    ['wrapped at 40, double-spaced', `${TOKEN.slice(0, 40)}\n\n${TOKEN.slice(40, 80)}\n${TOKEN.slice(80)}`],
    ['a space in it', `${TOKEN.slice(0, 60)} ${TOKEN.slice(60)}`],
    ['quoted', `"${TOKEN}"`],
    ['exported', `export CLAUDE_CODE_OAUTH_TOKEN=${TOKEN}`],
    ['exported and quoted', `export CLAUDE_CODE_OAUTH_TOKEN='${TOKEN}';`],
    ['fish', `set -gx CLAUDE_CODE_OAUTH_TOKEN "${TOKEN}"`],
    ['PowerShell', `$env:CLAUDE_CODE_OAUTH_TOKEN = "${TOKEN}"`],
    ['JSON', `{"token": "${TOKEN}", "type": "token"}`],
    ['shell continuation', `${TOKEN.slice(0, 70)}\\\n${TOKEN.slice(70)}`],
    ['bracketed paste', `\x1b[200~${TOKEN}\x1b[201~`],
    ['bracketed paste, escape eaten', `[200~${TOKEN}[201~`],
    ['coloured', `\x1b[38;5;220m${TOKEN}\x1b[39m`],
    ['zero-width and no-break spaces', `\ufeff${TOKEN.slice(0, 50)}\u200b${TOKEN.slice(50)}\u00a0`],
    ['the end of the success screen', `${TOKEN}\n\nStore this token securely. You won't be able to see it again.`],
    ['the same without blank rows', `${TOKEN}\nStore this token securely. You won't be able to see it again.`],
    [
      'the whole success screen, wrapped',
      `Your OAuth token (valid for 1 year):\n\n ${TOKEN.slice(0, 59)}\n ${TOKEN.slice(59)}\n\n Store this token securely.\n\n Use this token by setting: export CLAUDE_CODE_OAUTH_TOKEN=<token>`,
    ],
  ])('%s', (_, text) => {
    expect(value(text)).toBe(TOKEN);
    expect(inspectToken(text)).toMatchObject({ ok: true, warnings: [] });
  });

  test('any break positions and any blanks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(107), fc.constantFrom(' ', '\n', '\r\n', '\t', '\n  ')), { maxLength: 4 }),
        (breaks) => {
          let text = TOKEN;
          for (const [at, blank] of [...breaks].sort((a, b) => b[0] - a[0])) {
            text = text.slice(0, at) + blank + text.slice(at);
          }
          expect(value(text)).toBe(TOKEN);
        },
      ),
    );
  });

  test('twice the same is one', () => {
    expect(inspectToken(`${TOKEN}\n${TOKEN}`)).toMatchObject({ ok: true, warnings: [{ code: 'token-repeated' }] });
  });

  test.each([80, 100, 107, 109, 120])('%i characters: kept, with a warning', (length) => {
    const token = (TOKEN + TOKEN.slice(13)).slice(0, length);
    expect(value(token)).toBe(token);
    expect(inspectToken(token)).toMatchObject({ warnings: [{ code: 'token-unusual-length' }] });
  });
});

describe('something else', () => {
  test.each([
    ['token-empty', ''],
    ['token-empty', ' \n\x1b[200~\x1b[201~'],
    ['token-is-api-key', `sk-ant-api03-${'FAKE'.repeat(24)}`],
    ['token-is-refresh-token', `sk-ant-ort01-${'FAKE'.repeat(24)}`],
    ['token-is-admin-key', `sk-ant-admin01-${'FAKE'.repeat(24)}`],
    ['token-is-session-key', `sk-ant-sid01-${'FAKE'.repeat(24)}`],
    ['token-newer-kind', `sk-ant-oat02-${'FAKE'.repeat(24)}`],
    ['token-unknown', `sk-ant-zzz01-${'FAKE'.repeat(24)}`],
    ['token-is-code', 'abcdefghijKLMNOP_0123#stateSTATE-9876543'],
    ['token-has-hash', `${TOKEN}#stateSTATE`],
    ['token-too-short', TOKEN.slice(0, 79)],
    ['token-too-short', TOKEN_PREFIX],
    ['token-several', `${TOKEN}\n${TOKEN.slice(0, 107)}X`],
    ['token-several', `${TOKEN} sk-ant-ort01-${'FAKE'.repeat(24)}`],
    ['token-masked', `${TOKEN_PREFIX}…FAKE`],
    ['token-masked', `${TOKEN_PREFIX}...FAKE`],
    ['token-masked', `${TOKEN_PREFIX}****FAKE`],
    ['token-placeholder', `${TOKEN_PREFIX}<your token>`],
    ['token-placeholder', 'export CLAUDE_CODE_OAUTH_TOKEN=<token>'],
    ['token-odd-character', `${TOKEN.slice(0, 90)}!${TOKEN.slice(90)}`],
    ['token-is-url', 'https://claude.com/cai/oauth/authorize?code=true&client_id=x'],
    ['token-other-provider', 'sk-proj-abcdefghijklmnop'],
    ['token-unknown', 'hello'],
  ])('%s', (expected, text) => {
    expect(code(text)).toBe(expected);
  });

  test('never shows what was pasted', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12 }), fc.constantFrom('api03', 'ort01', 'oat01', 'zzz'), (noise, kind) => {
        const secret = `sk-ant-${kind}-QQQQ${'Zq7'.repeat(12)}`;
        const found = inspectToken(`${secret}${noise}`);
        expect(JSON.stringify(found) + inspect(found) + (found.ok ? '' : found.problem.stack)).not.toContain('Zq7Zq7');
      }),
    );
  });
});

describe('looksLikeSessionToken', () => {
  function worldWith(files: Record<string, string>, env: Record<string, string> = {}): World {
    const readText = async (path: string) => files[path] ?? null;
    return { home: '/home/a', env, files: { readText } } as unknown as World;
  }
  const login = JSON.stringify({ claudeAiOauth: { accessToken: TOKEN, refreshToken: 'sk-ant-ort01-FAKE' } });

  test('tells the login of Claude Code from a setup token', async () => {
    const world = worldWith({ '/home/a/.claude/.credentials.json': login });
    expect(await looksLikeSessionToken(world, new Secret(TOKEN))).toBe(true);
    expect(await looksLikeSessionToken(world, new Secret(`${TOKEN}x`))).toBe(false);
  });

  test('follows CLAUDE_CONFIG_DIR', async () => {
    const world = worldWith({ '/c/.credentials.json': login }, { CLAUDE_CONFIG_DIR: '/c' });
    expect(await looksLikeSessionToken(world, new Secret(TOKEN))).toBe(true);
  });

  test.each(['', '{', 'null', '{"claudeAiOauth":null}', '{"claudeAiOauth":{"accessToken":7}}'])(
    'survives %j',
    async (text) => {
      const world = worldWith({ '/home/a/.claude/.credentials.json': text });
      expect(await looksLikeSessionToken(world, new Secret(TOKEN))).toBe(false);
    },
  );
});
