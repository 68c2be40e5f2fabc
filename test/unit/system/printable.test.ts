import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printable, printableRow, rowsText } from '../../../src/system/printable.ts';

it.each([
  ['a write to the clipboard', 'main\u001b]52;c;cm0gLXJm\u0007', 'main\\u001b]52;c;cm0gLXJm\\u0007'],
  ['an 8-bit sequence', '\u009b2J', '\\u009b2J'],
  ['a return to the start of the row', 'broken\rfine', 'broken\\u000dfine'],
  ['a backspace and a delete', 'a\b\u007f', 'a\\u0008\\u007f'],
  ['text that turns around', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
  ['a line separator', 'a\u2028b', 'a\\u2028b'],
])('spells %s out', (_what, text, shown) => {
  expect(printable(text)).toBe(shown);
  expect(printableRow(text)).toBe(shown);
});

it('keeps tabs, and line breaks but in a row', () => {
  expect(printable('a\n\tb')).toBe('a\n\tb');
  expect(printableRow('a\n✔ b')).toBe('a\\u000a✔ b');
  // A configuration that is indented by tabs.
  expect(rowsText(['\t42 -', 'a\nb'])).toBe('\t42 -\na\\u000ab\n');
});

it('changes no value that JSON carries', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const printed = printable(JSON.stringify({ text }));
      expect(JSON.parse(printed)).toEqual({ text });
      expect(printed).not.toMatch(/[\p{Cc}]/u);
    }),
  );
});
