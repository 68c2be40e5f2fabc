import { expect, test } from 'vitest';
import { runEnded } from '../../components/receive.ts';
import { lastLines } from '../../components/screens/index.ts';
import { initialState, type Run } from '../../components/state.ts';

const problem = { code: 'run-stopped', what: '"T" stopped before its end: the disk is full.' };

test.each(['apply', 'undo', 'recover'] as const)(
  'a run (%s) that the disk stopped is told as half done, with exit code 3',
  (purpose) => {
    const run: Run = {
      purpose,
      startedAt: 0,
      copied: null,
      steps: [],
      stopping: false,
      ended: false,
      ms: 0,
      receipt: null,
      problem: null,
    };
    const state = { ...initialState({ version: '1', sandbox: null }), run };
    const { state: after } = runEnded(state, { type: 'run ended', result: { receipt: null, problem }, at: 1 });
    expect(after).toMatchObject({ stage: 'failed', exitCode: 3 });
    expect(lastLines(after)).toEqual([{ tone: 'bad', text: expect.stringContaining('Next: clawauth-setup recover') }]);
  },
);
