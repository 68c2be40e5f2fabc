import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../components/kit/text.ts';
import {
  edited,
  fieldLine,
  secretFieldLine,
  type Typed,
  typedParts,
  withText,
} from '../../components/kit/text-field.ts';

/** `one tw|o`: the bar is the caret. */
const at = (shown: string): Typed => ({ text: shown.replace('|', ''), at: shown.indexOf('|') });
const shown = ({ text, at: caret }: Typed) => `${text.slice(0, caret)}|${text.slice(caret)}`;

describe('an editing key', () => {
  it.each([
    ['left', 'one tw|o', 'one t|wo'],
    ['left', '|one', '|one'],
    ['right', 'one tw|o', 'one two|'],
    ['right', 'one|', 'one|'],
    ['home', 'one t|wo', '|one two'],
    ['end', 'o|ne', 'one|'],
    ['ctrl+a', 'one|', '|one'],
    ['ctrl+e', '|one', 'one|'],
    ['ctrl+b', 'one|', 'on|e'],
    ['ctrl+f', '|one', 'o|ne'],
    ['backspace', 'one| two', 'on| two'],
    ['backspace', '|one', '|one'],
    ['delete', 'on|e two', 'on| two'],
    ['ctrl+d', 'one|', 'one|'],
    ['ctrl+w', 'one two| three', 'one | three'],
    ['ctrl+w', 'one two  |', 'one |'],
    ['ctrl+w', '|one', '|one'],
    ['ctrl+k', 'one| two', 'one|'],
    ['ctrl+u', 'one| two', '|'],
  ])('%s makes of %s', (key, before, after) => {
    expect(shown(edited(at(before), key) ?? at('|not a key'))).toBe(after);
  });

  it.each(['a', 'up', 'return', 'ctrl+c', 'escape'])('is not %s', (key) => {
    expect(edited(at('one|'), key)).toBeNull();
  });
});

it('puts text where the caret is', () => {
  expect(shown(withText(at('a|d'), 'bc'))).toBe('abc|d');
  const text = (line: ReturnType<typeof fieldLine>) => line.map((span) => span.text).join('');
  expect(text(fieldLine(at('ab|c')))).toBe('▸ ab_c');
});

it('shows where the caret stands in a masked field, within its width and never more of the text than its tail', () => {
  const lineOf = (length: number, caret: number, width = 76) =>
    secretFieldLine({ length, tail: length >= 16 ? 'k9Qw' : '', at: caret }, 'paste it', width);
  const text = (length: number, caret: number) =>
    lineOf(length, caret)
      .map((span) => span.text)
      .join('');
  expect(text(20, 20)).toBe(`▸ ${'•'.repeat(16)}k9Qw  20 characters`);
  expect(text(20, 18)).toBe(`▸ ${'•'.repeat(16)}k9_Qw  20 characters`);
  expect(text(20, 16)).toBe(`▸ ${'•'.repeat(16)}_k9Qw  20 characters`);
  expect(text(20, 3)).toBe(`▸ •••_${'•'.repeat(13)}k9Qw  20 characters`);
  expect(text(20, 0)).toBe(`▸ _${'•'.repeat(16)}k9Qw  20 characters`);
  expect(text(108, 52)).toBe(`▸ ${'•'.repeat(20)}_${'•'.repeat(20)}k9Qw  108 characters`);
  expect(text(3, 1)).toBe('▸ •_••  3 characters');
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.nat(400),
      fc.integer({ min: 34, max: 100 }),
      (length, caret, width) => {
        expect(lineWidth(lineOf(length, Math.min(caret, length), width))).toBeLessThanOrEqual(width);
      },
    ),
  );
});

it.each([
  ['CODE#STATE\r', [{ text: 'CODE#STATE' }, { key: 'return' }]],
  ['\r\x15abc', [{ key: 'return' }, { key: 'ctrl+u' }, { text: 'abc' }]],
  ['ab\x7f\x01c', [{ text: 'ab' }, { key: 'backspace' }, { key: 'ctrl+a' }, { text: 'c' }]],
  ['sk-ant-\noat01\n\n', [{ text: 'sk-ant-\noat01' }, { key: 'return' }]],
  ['\x03', [{ key: 'ctrl+c' }]],
])('tells keys from text in %j, which came in one go', (input, parts) => {
  expect(typedParts(input)).toEqual(parts);
});
