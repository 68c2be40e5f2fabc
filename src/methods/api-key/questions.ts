import { API_KEY_PREFIX, API_KEYS_PAGE } from '../../claude/api-key.ts';
import { type OwnQuestion, type StoringMethod, yes, yesOrNo } from '../question.ts';
import type { Answers } from '../types.ts';

const checkKey: OwnQuestion<boolean> = {
  key: 'checkKey',
  name: 'check-key',
  off: 'no-check-key',
  about: 'Ask Anthropic whether the API key is good before it is stored (free)',
  ask: 'Ask Anthropic whether the API key is good before it is stored? It costs nothing. (yes, no)',
  parse: yes,
  print: yesOrNo,
  usual: false,
  label: 'Check the key',
  asked: () => true,
  row: (_facts, answers) => ({
    aside: wantsKeyChecked(answers) ? 'ask Anthropic before it is stored' : 'no',
    more: ['One request that lists a model. It costs nothing.'],
  }),
};

export const apiKeyQuestions: StoringMethod = {
  id: 'api-key',
  secret: {
    name: 'key',
    noun: 'API key',
    one: 'an API key',
    type: 'api_key',
    // Its own, so that a switch never writes over what it takes back.
    profile: 'anthropic:api-key',
    prefix: API_KEY_PREFIX,
    byReference: true,
    bySignIn: false,
    madeBy: { page: API_KEYS_PAGE },
    lasts: null,
    revokedAt: API_KEYS_PAGE,
  },
  questions: [checkKey],
};

export function wantsKeyChecked({ checkKey: wanted }: Answers): boolean {
  return wanted === true;
}
