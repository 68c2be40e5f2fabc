import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandRows } from '../../src/system/command-rows.ts';
import { shellQuote } from '../../src/text.ts';

/** The words as a shell reads them. */
const shell = (text: string) =>
  execFileSync('/bin/sh', ['-c', `words() { for word; do printf '%s\\n' "$word"; done; }\nwords ${text}`], {
    encoding: 'utf8',
  });

describe('a command in rows', () => {
  it('is one row where there is room', () => {
    expect(commandRows('clawauth-setup undo', 80)).toEqual(['clawauth-setup undo']);
  });

  it('is broken between words, never inside quotes', () => {
    const rows = commandRows(`env A='one two three' /usr/bin/node "\${HOME}/a b/c" --port 3457`, 24);
    expect(rows).toEqual([`env A='one two three' \\`, '/usr/bin/node \\', `"\${HOME}/a b/c" --port \\`, '3457']);
  });

  it('goes on inside of a long word at the left edge, and only there', () => {
    const path = `/home/${'a'.repeat(50)}/b`;
    expect(commandRows(`ls ${path}`, 30)).toEqual(['ls \\', path]);
    const rows = commandRows(`ls ${path}`, 30, { atEdge: true });
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(30);
    expect(rows.join('\n').replaceAll('\\\n', '')).toBe(`ls ${path}`);
  });

  it('means the same to a shell, whatever is in it and however narrow it is', () => {
    const word = fc.oneof(
      fc.stringMatching(/^[a-zA-Z0-9/._=:-]{1,60}$/),
      fc.stringMatching(/^[ -~]{1,20}$/).map(shellQuote),
      fc.stringMatching(/^[a-z/]{1,30}$/).map((text) => `"\${TMPDIR:-\${HOME:-/tmp}}"${text}`),
    );
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 12, max: 60 }),
        (words, columns) => {
          const text = words.join(' ');
          expect(shell(commandRows(text, columns, { atEdge: true }).join('\n'))).toBe(shell(text));
          expect(shell(commandRows(text, columns).join('\n   '))).toBe(shell(text));
        },
      ),
      { numRuns: 60 },
    );
  });
});
