import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readLogin } from '../../../src/claude/login-screen.ts';
import { openTerminal } from '../../../src/claude/terminal.ts';

const fixture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/claude/${name}.raw`, import.meta.url)));

async function paint(name: string, columns: number, upTo?: number) {
  const terminal = await openTerminal(columns, 50, () => {});
  await terminal.feed(fixture(name).subarray(0, upTo));
  const reading = readLogin(terminal.rows());
  terminal.dispose();
  return reading;
}

// The program breaks no line itself: the terminal does.
describe.each([60, 80, 520])('2.1.329 at %i columns', (columns) => {
  test('the whole address, and no code yet', async () => {
    const reading = await paint('login-prompt-520', columns);
    expect(reading).toMatchObject({ kind: 'prompt', filled: false, complaint: null });
    const { searchParams } = new URL(reading.kind === 'prompt' ? reading.url : '');
    expect(searchParams.get('state')).toHaveLength(43);
    expect(searchParams.get('code_challenge')).toHaveLength(43);
    expect(searchParams.get('scope')).toContain('user:profile');
  });

  test('a code that it will not take, and the same page', async () => {
    const reading = await paint('login-badcode-520', columns);
    expect(reading).toMatchObject({
      kind: 'prompt',
      filled: false,
      complaint: "That doesn't look like the full code. Copy all of it, including the # in the middle.",
    });
  });

  test('a code behind the prompt is not yet an answer', async () => {
    const bytes = fixture('login-working-520');
    const typed = bytes.indexOf('Signing in');
    expect(await paint('login-working-520', columns, typed)).toMatchObject({ kind: 'prompt', filled: true });
    expect(await paint('login-working-520', columns)).toEqual({ kind: 'working' });
  });

  test('a code that was refused', async () => {
    expect(await paint('login-refused-520', columns)).toEqual({
      kind: 'error',
      message:
        "That code wasn't accepted. It may be incomplete, expired, already used, or from an earlier sign-in attempt. Sign in again to get a new code.",
      canRetry: false,
    });
  });

  test('success is not told by words', async () => {
    expect(await paint('login-success-520', columns)).toEqual({ kind: 'working' });
  });

  test('no part of the painting gives a cut address', async () => {
    const bytes = fixture('login-prompt-520');
    const whole = await paint('login-prompt-520', columns);
    for (let end = 0; end < bytes.length; end += 13) {
      const reading = await paint('login-prompt-520', columns, end);
      if (reading.kind === 'prompt') expect(reading).toEqual(whole);
    }
  });
});

test('2.1.126 complains in the row of its prompt, and below it', async () => {
  const reading = await paint('old-v2.1.126-login-badcode-520', 520);
  const complaint = 'Invalid code. Please make sure the full code was copied.';
  expect(reading).toMatchObject({ kind: 'prompt', filled: false, complaint });
});

test('2.1.100 takes no code', async () => {
  expect(await paint('old-v2.1.100-login-520', 520)).toMatchObject({ kind: 'other' });
});

test('nothing yet', () => expect(readLogin(['', ''])).toEqual({ kind: 'blank' }));
