import { inspectApiKey } from '../../claude/api-key.ts';
import { storedBy } from '../stored/index.ts';
import type { Method } from '../types.ts';
import { checkKey } from './key-check.ts';
import { notice } from './notice.ts';
import { apiKeyQuestions, wantsKeyChecked } from './questions.ts';

/** A key of the Claude Console, kept by OpenClaw in its own credential store. */
export const apiKey: Method = {
  ...storedBy(apiKeyQuestions),
  title: 'API key',
  summary: 'pay per use; for servers and teams',
  paysFrom: 'your Console account, for every request',
  notice,
  readSecret: async (text) => inspectApiKey(text),
  beforeStoring: async (answers, key, { world, signal }) =>
    wantsKeyChecked(answers) ? checkKey(key, world, signal) : [],
};
