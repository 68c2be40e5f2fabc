import { apiKeyQuestions } from './api-key/questions.ts';
import { claudeCliQuestions } from './claude-cli/questions.ts';
import { oauthSyncQuestions } from './oauth-sync/questions.ts';
import { proxyQuestions } from './proxy/questions.ts';
import type { MethodQuestions, StoringMethod } from './question.ts';
import { setupTokenQuestions } from './setup-token/questions.ts';

/** The methods by what they ask, best first; `index.ts` has the rest of them in the same order. */
export const asking: readonly MethodQuestions[] = [
  setupTokenQuestions,
  claudeCliQuestions,
  proxyQuestions,
  apiKeyQuestions,
  oauthSyncQuestions,
];

/** Those that are handed a secret. */
export const storing: readonly StoringMethod[] = asking.filter((one): one is StoringMethod => one.secret !== undefined);

/** The method of the examples. */
export const example = storing[0] as StoringMethod;

/** The method whose secret goes by this name in steps. */
export function storingAs(name: string): StoringMethod | undefined {
  return storing.find(({ secret }) => secret.name === name);
}

/** The method whose secret Claude Code's sign-in makes: the one that the doctor asks for. */
export const signInMethod = storing.find(({ secret }) => secret.bySignIn) as StoringMethod;

/** `clawauth-setup apply --method setup-token --token-stdin --yes < token.txt` */
export function applyFromStdin({ id, secret }: StoringMethod): string {
  return `clawauth-setup apply --method ${id} --${secret.name}-stdin --yes < ${secret.name}.txt`;
}
