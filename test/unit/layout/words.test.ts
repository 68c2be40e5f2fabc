import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

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
