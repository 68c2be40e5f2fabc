import { claudeCliQuestions } from './claude-cli/questions.ts';
import { proxyQuestions } from './proxy/questions.ts';
import type { MethodQuestions } from './question.ts';
import { setupTokenQuestions } from './setup-token/questions.ts';

/** The methods by what they ask, best first; `index.ts` has the rest of them in the same order. */
export const asking: readonly MethodQuestions[] = [setupTokenQuestions, claudeCliQuestions, proxyQuestions];

/** The method of the examples: the best one that is handed a token. */
export const exampleMethod = asking.find(({ needsToken }) => needsToken)?.id;
