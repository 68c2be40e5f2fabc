import type { MethodQuestions } from '../question.ts';

export const METHOD_ID = 'oauth-sync';

/** All that it asks, other methods ask as well. */
export const oauthSyncQuestions: MethodQuestions = { id: METHOD_ID, signsIn: 'kept in step', questions: [] };
