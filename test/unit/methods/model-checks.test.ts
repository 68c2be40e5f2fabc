import { describe, expect, it } from 'vitest';
import { modelFindings } from '../../../src/doctor/after-models.ts';
import { driftBetween } from '../../../src/history/drift.ts';
import { defaultAnswers, planFor } from '../../../src/methods/index.ts';
import { claudeRefs } from '../../../src/methods/shared/claude.ts';
import { targetOf } from '../../../src/methods/target.ts';
import { factsFor, statusWith } from '../../support/facts-for.ts';

const SONNET = 'anthropic/claude-sonnet-5';
const config = (model: object) => `{ agents: { defaults: { model: ${JSON.stringify(model)} } } }`;

/** What is found, and what drifted, when Claude is wanted behind a default, and these are the models now. */
async function asFallback(model: { primary: string; fallbacks: string[] }) {
  const facts = await factsFor({ version: '2026.6.1', config: config(model) });
  const role = 'fallback' as const;
  const answers = { ...defaultAnswers(facts), role, primary: SONNET, fallbacks: [], aliases: {} };
  const status = statusWith({ resolvedDefault: model.primary, fallbacks: model.fallbacks });
  const asked = { ok: true, status, labels: new Map(), words: '' } as const;
  const found = modelFindings(targetOf(facts), answers, asked, claudeRefs(facts), null);
  const changes = planFor(facts, answers, { hasSecret: true }).actions.map(({ id }) => id);
  return { verdicts: found.map(({ verdict }) => verdict), drift: driftBetween(answers, facts, {}), changes };
}

describe('Claude behind the default', () => {
  it('is an error where it is neither there nor the default', async () => {
    const { verdicts, drift, changes } = await asFallback({ primary: 'openai/gpt-5', fallbacks: ['openai/o9'] });
    expect(verdicts).toContain('error');
    expect(drift.map(({ what }) => what)).toEqual(['fallbacks']);
    expect(changes).toContain('use-claude');
  });

  it('is no error where it is the default itself, which stays', async () => {
    const { verdicts, drift } = await asFallback({ primary: SONNET, fallbacks: ['openai/gpt-5'] });
    expect(verdicts).toEqual(['ok', 'info']);
    expect(drift).toEqual([]);
  });
});
