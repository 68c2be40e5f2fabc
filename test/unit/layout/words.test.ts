import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAst } from 'vitest/node';

// What docs/words.md says, as far as a test can hold it.

const root = resolve(import.meta.dirname, '../../..');

/** Texts between quotes that have two words in them, without those of comments, of programs and of patterns. */
function textsIn(folder: string): { file: string; text: string }[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  return files.flatMap((name) => {
    const code = readFileSync(join(root, folder, name), 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/^\s*\/\/.*$/gm, '');
    const found = [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\\n]|\\.)*)`/g)];
    return found
      .map((match) => ({ file: `${folder}/${name}`, text: match[1] ?? match[2] ?? '' }))
      .filter(({ text }) => /[a-z] [a-z]/.test(text) && !/[{;]\s*$|=>|\bconst /.test(text));
  });
}

const texts = ['src', 'components'].flatMap(textsIn);

describe('the words of the program', () => {
  it('are many', () => {
    expect(texts.length).toBeGreaterThan(2000);
  });

  it.each([
    [/\bin force\b/, 'in use'],
    [/\bof ours\b/, 'say whose'],
    [/\b(?:tak(?:e|es|en|ing)|took) (?:\w+ )?away\b/, 'remove'],
    [/\b[Tt]aken back\b/, 'undone'],
    [/\bin the place of\b/, 'instead of, replaces'],
    [/\bgoes on being\b/, 'stays'],
    [/\bgives? nothing\b|\bat hand\b|\bgives? way to\b/, 'a literal translation'],
    [/\b[Nn]obody can be asked\b/, 'there is no terminal'],
    [/\b(?:errand|ledger|patience|hung|mend|mended|cure)\b/, 'the term of the glossary'],
  ])('have none of %s: %s', (not) => {
    expect(texts.filter(({ text }) => not.test(text))).toEqual([]);
  });

  it('make no sentence of more than 25 words', () => {
    const long = texts.flatMap(({ file, text }) =>
      text
        .replace(/\$\{[^}]*\}/g, 'X')
        .split(/(?<=[.!?:;]) /)
        .filter((sentence) => sentence.split(/\s+/).length > 25 && !sentence.includes('\\n'))
        .map((sentence) => `${file}: ${sentence}`),
    );
    // The list of folders and the list of words of a public report are data.
    expect(long.filter((one) => !one.startsWith('src/facts/public/'))).toEqual([]);
  });
});

/** Text between quotes, without that of imports, types and keys; `$` for what a template takes. */
function literalsOf(code: string, name: string): string[] {
  const found: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(walk);
    if (typeof node !== 'object' || node === null || !('type' in node)) return;
    const { type, value, quasis, key: _key, ...rest } = node as Record<string, unknown> & { type: string };
    if (/^Import|^TS(?!As|Satisfies|NonNull)/.test(type)) return;
    if (type === 'Literal' && typeof value === 'string') found.push(value);
    if (type === 'TemplateLiteral')
      found.push((quasis as { value: { cooked: string } }[]).map((one) => one.value.cooked).join('$'));
    walk(value);
    Object.values(rest).forEach(walk);
  };
  walk(parseAst(code, { lang: name.endsWith('x') ? 'tsx' : 'ts' }).body);
  return found;
}

/** Whether it reads as a sentence or a part of one: three words, or two with a capital at the start. */
function isRead(text: string): boolean {
  const words = text.trim().split(/\s+/);
  const real = words.filter((word) => /[A-Za-z]{2}/.test(word));
  return real.length > 1 && (words.length > 2 || /^[A-Z][a-z]/.test(text.trim()));
}
/** What is typed into a terminal is the same in every language. */
const TYPED = /^ *(?:clawauth-setup|openclaw|claude|npm|ps) [\w$-]/;
/** Names of states and events: three words, and never read. */
const NAMES = ['waiting for code', 'left in place', 'uninstall not shown'];

describe('the word files', () => {
  it.each(['components', 'components/kit', 'components/screens', 'src/commands'])('have every text of %s', (folder) => {
    const files = readdirSync(join(root, folder)).filter((name) => /\.tsx?$/.test(name));
    const found = files.flatMap((name) =>
      literalsOf(readFileSync(join(root, folder, name), 'utf8'), name)
        .filter((text) => isRead(text) && !TYPED.test(text) && !NAMES.includes(text))
        .map((text) => `${name}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  it.each(['components/words', 'src/commands/words'])('take no text from elsewhere but plain helpers: %s', (folder) => {
    for (const name of readdirSync(join(root, folder))) {
      const from = [...readFileSync(join(root, folder, name), 'utf8').matchAll(/ from '(.*)'/g)].map(
        ([, path]) => path,
      );
      expect(from.filter((path) => path !== '../../text.ts' && path !== '../../src/text.ts')).toEqual([]);
    }
  });
});
