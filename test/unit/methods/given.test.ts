import { describe, expect, test } from 'vitest';
import { completeAnswers } from '../../../src/commands/answers.ts';
import { answersWith } from '../../../src/methods/given.ts';
import type { Answers } from '../../../src/methods/types.ts';
import { factsFor } from '../../support/facts-for.ts';

const SONNET = 'anthropic/claude-sonnet-5';
const OPUS = 'anthropic/claude-opus-5';

const configOf = (model: unknown) => JSON.stringify({ agents: { defaults: { model } } });

describe('what was given over what is there', () => {
  test.each(['everything', 'fallback', 'agent'] as const)('puts no model behind itself with role %s', async (role) => {
    const facts = await factsFor({
      version: '2026.9.6',
      config: configOf({ primary: OPUS, fallbacks: [SONNET, 'openai/gpt-5'] }),
    });
    const answers = completeAnswers(facts, { method: 'setup-token', role, primary: SONNET });
    expect(answers.primary).toBe(SONNET);
    expect(answers.fallbacks).not.toContain(SONNET);
  });

  test('drops a fallback that is given as the primary too, and keeps the others in their order', () => {
    const start = { primary: OPUS, fallbacks: [SONNET, 'openai/gpt-5'] } as unknown as Answers;
    const given = { primary: SONNET, fallbacks: ['openai/gpt-5', SONNET, OPUS] };
    expect(answersWith(start, given).fallbacks).toEqual(['openai/gpt-5', OPUS]);
  });
});
