import type { EditData } from '../../actions/index.ts';
import { inspectApiKey } from '../../claude/api-key.ts';
import { withoutRuntime } from '../../openclaw/agent-runtime.ts';
import { isAnthropicRef, resolveAlias } from '../../openclaw/bridge.ts';
import type { Target } from '../../openclaw/openclaw-program.ts';
import { refPlaces } from '../../openclaw/ref-edits.ts';
import { refsIn } from '../model-plan.ts';
import { storedBy } from '../stored/index.ts';
import type { Answers, Method } from '../types.ts';
import { checkKey } from './key-check.ts';
import { notice } from './notice.ts';
import { apiKeyQuestions, wantsKeyChecked } from './questions.ts';

/** A key of the Claude Console, kept by OpenClaw in its own credential store. */
export const apiKey: Method = {
  ...storedBy(apiKeyQuestions, askedByOpenClaw),
  title: 'API key',
  summary: 'pay per use; for servers and teams',
  paysFrom: 'your Console account, for every request',
  notice,
  readSecret: async (text) => inspectApiKey(text),
  beforeStoring: async (answers, key, { world, signal }) =>
    wantsKeyChecked(answers) ? checkKey(key, world, signal) : [],
};

/** Claude Code would ask with its own login, and the key not be used. */
function askedByOpenClaw({ config }: Target, answers: Answers): readonly EditData[] {
  const all = answers.role === 'everything';
  const named = all ? refPlaces(config).map(({ ref }) => ref) : [];
  const refs = [...refsIn(answers).map((ref) => resolveAlias(ref, config)), ...named];
  const { agents } = answers;
  return withoutRuntime(config, { refs: refs.filter((ref) => isAnthropicRef(ref, config)), agents, all });
}
