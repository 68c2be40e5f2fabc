import { describe, expect, it } from 'vitest';
import { doneLines } from '../../../components/screens/done.ts';
import { checkedLines, stepLeft } from '../../../components/transcript.ts';
import { exitCodeOf } from '../../../src/commands/exit-code.ts';
import { receiptText } from '../../../src/commands/print-run.ts';
import type { Receipt } from '../../../src/engine/types.ts';
import { checkOutcomeOf } from '../../../src/methods/check-outcome.ts';
import type { Finding, Verdict } from '../../../src/methods/types.ts';
import { playTo } from '../../support/wizard-play.ts';

const receipt = { id: 'r1', purpose: 'apply', outcome: 'applied', steps: [] } as unknown as Receipt;
const start: Finding = { verdict: 'warning', says: 'The proxy does not run yet.', next: 'node proxy.mjs', waits: true };
const found = (...verdicts: Verdict[]): Finding[] =>
  verdicts.map((verdict) => ({ verdict, says: `It is ${verdict}.` }));

describe.each<[string, readonly Finding[], string, number, RegExp, RegExp]>([
  [
    'all is well',
    found('ok', 'info', 'warning', 'skipped'),
    'works',
    0,
    /^Done\. /,
    /^OpenClaw now answers with Claude Opus 5\.$/,
  ],
  [
    'a step is left for the person',
    [...found('ok'), start],
    'waits',
    0,
    /left for you: {2}node proxy/,
    /^One step is left before OpenClaw answers with Claude Opus 5\.$/,
  ],
  [
    'a check crashed',
    [...found('ok', 'crashed'), start],
    'unsure',
    3,
    /not everything could be checked/,
    /not everything/,
  ],
  ['a check took too long', found('timed out'), 'unsure', 3, /not everything could be checked/, /not everything/],
  ['a check says no', [...found('error', 'crashed'), start], 'fails', 3, /does not work yet/, /does not work yet/],
])('%s', (_name, findings, is, code, headless, wizard) => {
  const rows = findings.map((finding) => ({ ...finding, check: 'any', ms: 0 }));
  const report = { schema: 1, takenAt: '', findings: rows, worst: 'ok' } as const;

  it('is told the same everywhere', () => {
    expect(checkOutcomeOf(findings).is).toBe(is);
    expect(exitCodeOf(receipt, report)).toBe(code);
    expect(receiptText(receipt, {}, { report })).toMatch(headless);
    const done = playTo('done').settle().state;
    const lines = doneLines({ ...done, verification: { ...done.verification, findings: rows } });
    expect(lines[0]?.text).toMatch(wizard);
    expect(lines[0]?.tone).toBe(is === 'works' ? 'ok' : 'look');
    // What is left is named there, once.
    const state = { ...done, verification: { ...done.verification, findings: rows } };
    const left = stepLeft(state);
    expect(left === null).toBe(is === 'works');
    const texts = [...checkedLines(state, left), ...lines].map(({ text }) => text);
    for (const { says, next } of rows) {
      expect(texts.filter((text) => text === says)).toHaveLength(1);
      if (next !== undefined) expect(texts.filter((text) => text.includes(next))).toHaveLength(1);
    }
  });
});

it('says where Claude itself was not asked', () => {
  const row = (check: string) => [{ verdict: 'ok', says: 'It is.', check, ms: 0 }] as const;
  const text = (check: string) =>
    receiptText(receipt, {}, { report: { schema: 1, takenAt: '', findings: row(check), worst: 'ok' } });
  expect([text('models'), text('answer')].map((one) => /was not asked/.test(one))).toEqual([true, false]);
  const done = playTo('done').settle().state;
  const said = (live: boolean) =>
    doneLines({ ...done, verification: { ...done.verification, live } }).map((one) => one.text);
  expect([said(false), said(true)].map((lines) => lines.includes('Claude itself was not asked.'))).toEqual([
    true,
    false,
  ]);
});

it('does not call a run done that nobody checked', () => {
  expect(receiptText(receipt, {})).toContain('not checked');
});
