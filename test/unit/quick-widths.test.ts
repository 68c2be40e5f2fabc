import { build } from 'esbuild';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
// @ts-expect-error plain JavaScript of the build
import { NARROW, quickWidths } from '../../quick-widths.mjs';

it('takes for one column wide what string-width takes for it', () => {
  const wrong: string[] = [];
  for (let code = 0x20; code <= 0xffff; code += 1) {
    const character = String.fromCharCode(code);
    if (NARROW.test(character) && stringWidth(character) !== 1) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
});

it('measures every other text as string-width does', async () => {
  const built = await build({
    stdin: { contents: "export { default } from 'string-width';", resolveDir: import.meta.dirname },
    bundle: true,
    format: 'esm',
    write: false,
    plugins: [quickWidths],
  });
  const [file] = built.outputFiles;
  const { default: quick } = await import(`data:text/javascript,${encodeURIComponent(file?.text ?? '')}`);
  for (const text of [
    '',
    'a',
    '▸ ✔ …',
    '漢字',
    '✔\ufe0f',
    '👩‍👩‍👧',
    'e\u0301',
    '1\ufe0f\u20e3',
    '한',
    '\u001b[31mred\u001b[39m',
    'a\tb',
  ]) {
    expect(quick(text), JSON.stringify(text)).toBe(stringWidth(text));
  }
});
