import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readScreen, type ScreenReading, visibleText } from '../../../src/claude/screen.ts';
import { openTerminal } from '../../../src/claude/terminal.ts';
import { inspectToken } from '../../../src/claude/token.ts';

const YEAR = 365 * 86_400_000;

function fixture(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../../fixtures/claude/${name}.raw`, import.meta.url)));
}

async function paint(name: string, upTo?: number): Promise<{ rows: string[]; reading: ScreenReading }> {
  const width = Number(/-(\d+)$/.exec(name)?.[1]);
  const terminal = await openTerminal(width, 50, () => {});
  await terminal.feed(fixture(name).subarray(0, upTo));
  const rows = terminal.rows();
  terminal.dispose();
  return { rows, reading: readScreen(rows) };
}

const WIDTHS = [60, 80, 120, 400] as const;

describe.each(WIDTHS)('2.1.329 at %i columns', (width) => {
  test('the whole address, and an empty field', async () => {
    const { reading } = await paint(`prompt-${width}`);
    expect(reading).toMatchObject({ kind: 'prompt', filled: false, complaint: null });
    const url = new URL(reading.kind === 'prompt' ? reading.url : '');
    expect(url.href).toHaveLength(346);
    expect(url.searchParams.get('code_challenge')).toHaveLength(43);
    expect(url.searchParams.get('state')).toHaveLength(43);
    expect(url.searchParams.get('redirect_uri')).toBe('https://platform.claude.com/oauth/code/callback');
  });

  test('a code that it will not take', async () => {
    expect((await paint(`bad-code-${width}`)).reading).toMatchObject({
      kind: 'prompt',
      complaint: "That doesn't look like the full code. Copy all of it, including the # in the middle.",
    });
  });

  test('an exchange that failed', async () => {
    expect((await paint(`exchange-error-${width}`)).reading).toEqual({
      kind: 'error',
      message:
        "Couldn't get an answer from the sign-in service (ENOTFOUND). Check your internet connection, then try again.",
      canRetry: true,
    });
  });

  test('the token', async () => {
    const { reading } = await paint(`success-v2.1.329-${width}`);
    expect(reading).toMatchObject({ kind: 'token', lifetimeMs: YEAR, complete: true });
    const found = inspectToken(reading.kind === 'token' ? reading.text : '');
    expect(found).toMatchObject({ ok: true, warnings: [] });
    expect(found.ok && found.secret.length).toBe(108);
    expect(found.ok && found.secret.reveal((it) => it)).toMatch(/^sk-ant-oat01-(FAKE){23}FAK$/);
  });

  test('no part of the painting is taken for a whole token', async () => {
    const bytes = fixture(`success-v2.1.329-${width}`);
    const from = bytes.indexOf('sk-ant-oat01');
    expect(from).toBeGreaterThan(0);
    for (let end = from; end < bytes.length; end += 7) {
      const { reading } = await paint(`success-v2.1.329-${width}`, end);
      if (reading.kind === 'token' && reading.complete) expect(reading.text).toHaveLength(108);
    }
  });

  test('no part of the painting gives a cut address', async () => {
    const bytes = fixture(`prompt-${width}`);
    let seen = 0;
    for (let end = bytes.indexOf('https://'); end < bytes.length; end += 29) {
      const { reading } = await paint(`prompt-${width}`, end);
      if (reading.kind !== 'prompt') continue;
      seen++;
      expect(reading.url).toHaveLength(346);
    }
    expect(seen).toBeGreaterThan(0);
  });
});

describe('older layouts', () => {
  test.each(
    WIDTHS.flatMap((width) => [`RECONSTRUCTED-success-v2.1.100-${width}`, `RECONSTRUCTED-success-v2.0.77-${width}`]),
  )('%s', async (name) => {
    const { reading } = await paint(name);
    expect(reading).toMatchObject({ kind: 'token', lifetimeMs: YEAR, complete: true });
    expect(reading.kind === 'token' && reading.text).toMatch(/^sk-ant-oat01-(FAKE){23}AAA$/);
  });

  test.each([
    ['old-v2.0.0-prompt-80', 'claude.ai'],
    ['old-v2.0.77-prompt-80', 'claude.ai'],
    ['old-v2.1.20-prompt-80', 'claude.ai'],
    ['old-v2.1.100-prompt-80', 'claude.com'],
    ['old-v2.1.200-prompt-80', 'claude.com'],
  ])('%s', async (name, host) => {
    const { reading } = await paint(name);
    expect(reading).toMatchObject({ kind: 'prompt', filled: false, complaint: null });
    const url = new URL(reading.kind === 'prompt' ? reading.url : '');
    expect(url.host).toBe(host);
    expect(url.searchParams.get('state')).toHaveLength(43);
    expect(url.searchParams.get('code_challenge')).toHaveLength(43);
  });

  test('1.0.128: a crash', async () => {
    const { reading } = await paint('old-v1.0.128-crash-520');
    expect(reading).toEqual({
      kind: 'crash',
      message: 'ReferenceError: useAppState cannot be called outside of an <AppStateProvider />',
    });
  });
});

describe('the newest thing wins', () => {
  const prompt = [
    'https://claude.com/cai/oauth/authorize?code=true&code_challenge=abc&state=first',
    '',
    ' Paste code here if prompted >',
  ];
  const error = [' OAuth error: Invalid code. Please make sure the full code was copied', '', ' Press Enter to retry.'];

  test('an error below a prompt', () => {
    expect(readScreen([...prompt, ...error])).toEqual({
      kind: 'error',
      message: 'Invalid code. Please make sure the full code was copied',
      canRetry: true,
    });
  });

  test('a prompt below an error, with its own address', () => {
    const again = prompt.map((row) => row.replace('first', 'second'));
    expect(readScreen([...prompt, ...error, ...again])).toMatchObject({
      kind: 'prompt',
      url: expect.stringContaining('state=second'),
    });
  });

  test('an error without a way on', () => {
    expect(readScreen(['', ' ✘ OAuth error: Your organization does not', '   allow it.'])).toEqual({
      kind: 'error',
      message: 'Your organization does not allow it.',
      canRetry: false,
    });
  });

  test('a retry without the usual words above it', () => {
    expect(readScreen([' Something else went wrong', '', ' Press Enter to retry'])).toEqual({
      kind: 'error',
      message: 'Something else went wrong',
      canRetry: true,
    });
  });
});

test('a filled field', async () => {
  expect((await paint('pasted-masked-80')).reading).toMatchObject({ kind: 'prompt', filled: true });
});

test('a field filled in clear, as 2.0 does', () => {
  const rows = ['https://claude.ai/oauth/authorize?code_challenge=a&state=b', '', ' Paste code here if prompted > abc'];
  expect(readScreen(rows)).toMatchObject({ kind: 'prompt', filled: true });
});

test.each([
  ['valid for 30 days', 30 * 86_400_000],
  ['valid for about 6 months', 180 * 86_400_000],
  ['valid for an hour', 3_600_000],
  ['valid', null],
])('a lifetime: %s', (words, ms) => {
  const reading = readScreen([`Your OAuth token (${words}):`, '', `sk-ant-oat01-${'FAKE'.repeat(20)}`]);
  expect(reading).toMatchObject({ kind: 'token', lifetimeMs: ms, complete: false });
});

test('the variable name is no token', () => {
  expect(readScreen(['Use this token by setting: export CLAUDE_CODE_OAUTH_TOKEN=<token>']).kind).toBe('other');
});

test('an unknown screen is told in words', async () => {
  expect(readScreen([])).toEqual({ kind: 'blank' });
  const { rows } = await paint('prompt-80', 2_400);
  expect(visibleText(rows)).toContain('Welcome to Claude Code');
});
