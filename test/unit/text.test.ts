import { afterEach, expect, it } from 'vitest';
import { minute } from '../../src/text.ts';

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
