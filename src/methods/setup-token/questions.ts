import type { MethodQuestions } from '../question.ts';

export const METHOD_ID = 'setup-token';

/** All that it asks, other methods ask as well. */
export const setupTokenQuestions: MethodQuestions = { id: METHOD_ID, needsToken: true, questions: [] };
