import { applyPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coarseHunks } from '../../../src/actions/coarse-diff.ts';
import { fileChange } from '../../../src/actions/patch.ts';

const line = fc.constantFrom('a', 'b', 'c', '{', '}', 'model', '');
const lines = fc.array(line, { maxLength: 60 }).map((middle) => ['top', ...middle, 'end']);

describe('the diff of many changes', () => {
  it('turns the one text into the other, whatever they are', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const hunks = coarseHunks(before, after, 3).map((hunk) => ({ ...hunk, lines: [...hunk.lines] }));
        const patched = applyPatch(`${before.join('\n')}\n`, {
          oldFileName: 'f',
          newFileName: 'f',
          oldHeader: '',
          newHeader: '',
          hunks,
        } as never);
        expect(patched).toBe(`${after.join('\n')}\n`);
      }),
    );
  });

  it('takes over where there are thousands of them', () => {
    const text = (model: string) =>
      Array.from({ length: 5000 }, (_, index) => `job ${index}\n  model: ${model}\n`).join('');
    const change = fileChange('jobs.json', text('bridge/opus'), text('anthropic/claude-opus-5'));
    expect(change).toMatchObject({ added: 5000, removed: 5000 });
  });
});
