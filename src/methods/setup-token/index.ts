import { inspectToken, looksLikeSessionToken, sessionTokenProblem } from '../../claude/token.ts';
import { storedBy } from '../stored/index.ts';
import type { Method } from '../types.ts';
import { notice } from './notice.ts';
import { setupTokenQuestions } from './questions.ts';

/** A one-year token made by `claude setup-token`, kept by OpenClaw in its own credential store. */
export const setupToken: Method = {
  ...storedBy(setupTokenQuestions),
  title: 'Setup token',
  summary: 'one-year token, stored by OpenClaw',
  paysFrom: 'your plan limits (Anthropic may bill usage credits instead)',
  notice,
  async readSecret(text, world) {
    const read = inspectToken(text);
    if (read.ok && (await looksLikeSessionToken(world, read.secret)))
      return { ok: false, problem: sessionTokenProblem() };
    return read;
  },
};
