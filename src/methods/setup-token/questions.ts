import { TOKEN_LASTS_MS, TOKEN_PREFIX } from '../../claude/token.ts';
import type { StoringMethod } from '../question.ts';

/** All that it asks, other methods ask as well. */
export const setupTokenQuestions: StoringMethod = {
  id: 'setup-token',
  secret: {
    name: 'token',
    noun: 'token',
    one: 'a setup token',
    type: 'token',
    profile: 'anthropic:default',
    prefix: TOKEN_PREFIX,
    bySignIn: true,
    madeBy: { command: 'claude setup-token' },
    lasts: TOKEN_LASTS_MS,
    // Claude Code 2.1 names this page.
    revokedAt: 'https://claude.ai/settings/claude-code',
  },
  questions: [],
};
