import { inspectApiKey } from '../../claude/api-key.ts';
import { readerOf } from '../../openclaw/secret-file.ts';
import { factValue } from '../../system/fact.ts';
import { fileIn } from '../../system/secret.ts';
import { storedBy } from '../stored/index.ts';
import type { Method } from '../types.ts';
import { checkKey } from './key-check.ts';
import { fileNamed, inspectKeyFile, keyIn } from './key-file.ts';
import { notice } from './notice.ts';
import { apiKeyQuestions, wantsKeyChecked } from './questions.ts';
import { method as words } from './words.ts';

/** A key of the Claude Console, kept by OpenClaw in its own credential store. */
export const apiKey: Method = {
  ...storedBy(apiKeyQuestions),
  title: 'API key',
  summary: words.summary,
  paysFrom: words.paysFrom,
  notice,
  readSecret: async (text, world) => {
    const file = fileNamed(text);
    return file === null ? inspectApiKey(text) : inspectKeyFile(file, world);
  },
  beforeStoring: async (answers, handed, { facts, world, signal }) => {
    const file = handed.reveal(fileIn);
    const state = factValue(facts.state);
    const key =
      file === null ? handed : (await keyIn(file, world, state === undefined ? null : readerOf(state))).secret;
    return wantsKeyChecked(answers) ? checkKey(key, world, signal) : [];
  },
};
