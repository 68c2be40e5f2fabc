import { describe, expect, it } from 'vitest';
import { diffLines } from '../../components/kit/diff.ts';
import { qrLines } from '../../components/kit/qr.ts';
import { cut, cutMiddle, toAscii, widthOf, wrap } from '../../components/kit/text.ts';
import { drawingFrom, type View } from '../../components/kit/view.ts';

const view: View = { columns: 60, rows: 24, unicode: true, colour: true, reader: false };
const text = (lines: readonly (readonly { text: string }[])[]) =>
  lines.map((line) => line.map((span) => span.text).join(''));

describe('how to draw', () => {
  it.each([
    [{ LANG: 'en_GB.UTF-8' }, true],
    [{ LANG: 'C' }, false],
    [{ LANG: 'C.UTF-8', TERM: 'xterm' }, true],
    [{ LC_ALL: 'POSIX', LANG: 'en_GB.UTF-8' }, false],
    [{}, true],
    [{ TERM: 'linux', LANG: 'en_GB.UTF-8' }, false],
  ])('%j', (env, unicode) => {
    expect(drawingFrom(env).unicode).toBe(unicode);
  });

  it('takes NO_COLOR at its word: set and not empty', () => {
    expect(drawingFrom({ NO_COLOR: '1' }).colour).toBe(false);
    expect(drawingFrom({ NO_COLOR: '' }).colour).toBe(true);
  });
});

describe('text', () => {
  it('is never wider than it may be', () => {
    for (const sample of ['a long line of words that goes on', '日本語のテキスト', 'https://example.org/a/very/long']) {
      for (let columns = 2; columns < 40; columns += 1) {
        expect(widthOf(cut(sample, columns))).toBeLessThanOrEqual(columns);
        if (columns > 7 && /^[\x20-\x7e]*$/.test(sample)) {
          expect(widthOf(cutMiddle(sample, columns))).toBeLessThanOrEqual(columns);
          for (const row of wrap(sample, columns)) expect(widthOf(row)).toBeLessThanOrEqual(columns);
        }
      }
    }
  });

  it('loses nothing when it is wrapped', () => {
    const sample = 'one two three-four https://example.org/a/very/long/address five';
    expect(wrap(sample, 12).join('').replaceAll(' ', '')).toBe(sample.replaceAll(' ', ''));
  });

  it('keeps its width in ASCII', () => {
    const sample = '✔ done · sk-ant-oat01-…k9Qw → “x” ─ é';
    expect(widthOf(toAscii(sample))).toBe(widthOf(sample));
    expect(toAscii(sample)).toMatch(/^[\x20-\x7e]*$/);
  });
});

describe('a diff', () => {
  it('numbers old lines by the old file and new ones by the new, and shows long lines whole', () => {
    const long = `"${'x'.repeat(80)}"`;
    const rows = text(diffLines(`@@ -9,3 +9,4 @@\n a\n-b\n+b: ${long}\n+c\n d\n`, view));
    expect(rows[0]).toBe('   9   a');
    expect(rows[1]).toBe('  10 − b');
    expect(rows[2]).toMatch(/^ {2}10 \+ b: "x+$/);
    expect(rows[3]).toMatch(/^ {7}x+"$/);
    expect(rows.slice(4)).toEqual(['  11 + c', '  12   d']);
    expect(`${rows[2]?.slice(7)}${rows[3]?.slice(7)}`).toBe(`b: ${long}`);
  });
});

describe('a QR code', () => {
  it('is drawn whole, or its size is named', () => {
    const code = Array.from({ length: 21 }, (_, y) => Array.from({ length: 21 }, (_, x) => (x + y) % 2 === 0));
    expect(text(qrLines(code, view))).toHaveLength(13);
    expect(text(qrLines(code, { ...view, rows: 12 })).join(' ')).toContain('needs a window of 29 columns and 16 rows');
  });
});
