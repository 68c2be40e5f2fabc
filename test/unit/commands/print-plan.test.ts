import { expect, it } from 'vitest';
import { goingText, planText } from '../../../src/commands/print-plan.ts';

const ROWS = 300_000;
const change = { file: '/home/ana/jobs.json', patch: 'row\n'.repeat(ROWS), added: ROWS, removed: 0 };
const words = { headline: 'Change them' };

it('a plan and an undo with hundreds of thousands of changed lines are printed whole', () => {
  const step = { action: {} as never, forward: words, backward: words, changes: [change] };
  const texts = [
    planText({ steps: [step], files: [] }, '/home/ana'),
    goingText({ steps: [{ words, changes: [], receiptId: 'r' }], changes: [change] }, '/home/ana'),
  ];
  for (const text of texts) expect(text.split('\n').filter((line) => line.trim() === 'row')).toHaveLength(ROWS);
});
