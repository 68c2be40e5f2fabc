import type { Answers, GivenAnswers } from './types.ts';

/** The answers to start from with what was given in their place. A model cannot stand behind itself. */
export function answersWith(start: Answers, given: GivenAnswers): Answers {
  const answers = { ...start, ...given };
  return { ...answers, fallbacks: answers.fallbacks.filter((ref) => ref !== answers.primary) };
}
