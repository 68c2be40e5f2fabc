import { API_KEYS_PAGE } from '../../claude/api-key.ts';
import { Problem } from '../../system/problem.ts';
import { type Secret, variableIn } from '../../system/secret.ts';
import type { World } from '../../system/world.ts';
import type { PlanWarning } from '../types.ts';
import { check as words } from './words.ts';

/** Lists models and bills no tokens; what it says of the key is what a request would say. */
const MODELS = 'https://api.anthropic.com/v1/models?limit=1';

/**
 * Asks Anthropic whether a key is good. Throws `Problem('key-rejected')` for one that is not; a warning where that could
 * not be found out. In a sandbox nothing is asked.
 */
export async function checkKey(
  key: Secret,
  { network, sandbox }: Pick<World, 'network' | 'sandbox'>,
  signal?: AbortSignal,
): Promise<readonly PlanWarning[]> {
  const variable = key.reveal(variableIn);
  const answer =
    sandbox === undefined && variable === null
      ? await network?.get?.({
          url: MODELS,
          headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
          timeoutMs: 15_000,
          ...(signal === undefined ? {} : { signal }),
        })
      : null;
  if (answer?.status === 200) return [];
  if (answer?.status === 401) {
    throw new Problem('key-rejected', words.notAccepted, {
      why: words.whyNotAccepted,
      next: API_KEYS_PAGE,
      exitCode: 2,
    });
  }
  const unasked = variable === null ? words.couldNotAsk : words.onlyOpenClaw(variable);
  const why = answer == null ? unasked : words.status(answer.status);
  return [{ code: 'key-unchecked', says: words.unknown(why) }];
}
