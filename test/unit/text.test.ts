import { afterEach, expect, it } from 'vitest';
import { folded, hanging, minute } from '../../src/text.ts';

const { TZ } = process.env;
afterEach(() => {
  process.env.TZ = TZ;
});

it.each([
  ['UTC', '2026-11-20 23:30'],
  ['America/New_York', '2026-11-20 18:30'],
  ['Asia/Kolkata', '2026-11-21 05:00'],
])('a time is said as in %s', (zone, said) => {
  process.env.TZ = zone;
  expect(minute('2026-11-20T23:30:45Z')).toBe(said);
  expect(minute(Date.parse('2026-11-20T23:30:45Z'))).toBe(said);
});

it('a time that cannot be read stays as it is', () => {
  expect(minute('yesterday')).toBe('yesterday');
});

it('breaks words into rows, and none within itself', () => {
  expect(folded('one two  three', 8)).toEqual(['one two', 'three']);
  expect(folded('one two  three', 20)).toEqual(['one two  three']);
  expect(folded('see https://claude.example/long for more', 10)).toEqual([
    'see',
    'https://claude.example/long',
    'for more',
  ]);
  expect(folded('', 10)).toEqual([]);
  expect(hanging('  1  Setup token  one-year token, stored', 26, 18)).toEqual([
    '  1  Setup token  one-year',
    '                  token, stored',
  ]);
  expect(hanging('', 30, 4)).toEqual(['']);
});
