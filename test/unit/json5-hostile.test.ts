import fc from 'fast-check';
import { expect, test } from 'vitest';
import { align } from '../../src/json5/align.ts';
import { type Edit, edit, parse } from '../../src/json5/index.ts';
import { EditRefused } from '../../src/json5/types.ts';

/** The edited text, or null where the editor refused in its own words; nothing else may come out. */
function tried(text: string, edits: readonly Edit[]): string | null {
  try {
    return edit(text, edits);
  } catch (error) {
    expect(error).toBeInstanceOf(EditRefused);
    return null;
  }
}

const N = 200_000;
const comments = '//a\n'.repeat(N);
const TEXTS: Readonly<Record<string, string>> = {
  'an opening bracket and comments': `{${comments}`,
  'an object of comments': `{${comments}}`,
  'a member and comments': `{a:1,${comments}}`,
  'a list of comments': `{a:[1,${comments}]}`,
  'comments before a value': `{a:${comments}1}`,
  'nested lists that do not end': '['.repeat(20_000),
  'nested lists': `{a:${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  'nested objects': `${'{a:'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  'a long list': `{a:[${'1,'.repeat(N)}]}`,
  'a long object': `{${Array.from({ length: N / 4 }, (_, index) => `k${index}:1`).join(',')}}`,
};
const EDITS: readonly Edit[] = [
  { op: 'set', path: ['z'], value: 'x' },
  { op: 'delete', path: ['a'] },
  { op: 'set', path: ['a', 'b', 'c'], value: { d: [1] } },
];

test.each(Object.entries(TEXTS))('%s: edited, or refused by the editor itself', (_name, text) => {
  const read = parse(text);
  for (const one of EDITS) {
    const result = tried(text, [one]);
    if (!read.ok) expect(result).toBeNull();
    else if (result !== null) expect(parse(result).ok).toBe(true);
  }
});

test('a member is added among any number of comments, and they stay', () => {
  const result = tried(`{a:1,${comments}}`, [{ op: 'set', path: ['z'], value: 1 }]) ?? '';
  expect(result.split('//a\n')).toHaveLength(N + 1);
  expect(parse(result)).toEqual({ ok: true, value: { a: 1, z: 1 } });
});

test('any pieces of JSON5, however many of each: edited or refused, never thrown', () => {
  const piece = fc.tuple(
    fc.constantFrom('{', '}', '[', ']', 'a:', '1', ',', '//c\n', '/* c */', "'s'", '\n', ' ', '\\', '\u2028', 'null'),
    fc.constantFrom(1, 2, 50, 5_000),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom(...EDITS), (pieces, one) => {
      tried(pieces.map(([text, times]) => text.repeat(times)).join(''), [one]);
    }),
    { numRuns: 150 },
  );
});

test('lists of any length are lined up', () => {
  const list = Array.from({ length: N }, (_, index) => index);
  const moved = [N, ...list.slice(1, -1), N + 1];
  expect(align(list, moved)).toHaveLength(N - 2);
});
