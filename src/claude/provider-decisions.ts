/**
 * Answers in which Anthropic decided something about an account or a credential. They are no local fault: whoever reads
 * one stops retrying, explains it, and names the other ways.
 */
export interface ProviderDecision {
  readonly code: 'credential-refused' | 'billed-apart' | 'no-usage-left' | 'account-disabled' | 'plan-login-disabled';
  /** What Anthropic decided, one plain sentence. */
  readonly what: string;
  /** Ways that remain, best first; each is one short sentence, with the command or page where there is one. */
  readonly ways: readonly string[];
}

const CLAUDE_CLI = 'Let OpenClaw run Claude Code itself: it uses your login where it already works.';
const API_KEY = 'Use an API key from console.anthropic.com: paid per use, for servers and teams.';
const USAGE = 'See what your plan allows and add usage credits at claude.ai/settings/usage';

const DECISIONS: readonly { readonly shape: RegExp; readonly decision: ProviderDecision }[] = [
  {
    shape: /only authorized for use with claude code/,
    decision: {
      code: 'credential-refused',
      what: 'Anthropic takes this token from Claude Code only, not from OpenClaw.',
      ways: [CLAUDE_CLI, API_KEY],
    },
  },
  {
    shape: /third-party apps now draw from (?:your )?(?:extra usage|usage credits)/,
    decision: {
      code: 'billed-apart',
      what: 'Anthropic bills this use to usage credits, not to your plan.',
      ways: [USAGE, CLAUDE_CLI, API_KEY],
    },
  },
  {
    shape: /out of (?:extra usage|usage credits)/,
    decision: {
      code: 'no-usage-left',
      what: 'Anthropic bills this use to usage credits, and there are none left.',
      ways: [USAGE, CLAUDE_CLI, API_KEY],
    },
  },
  {
    shape: /this organization has been disabled/,
    decision: {
      code: 'account-disabled',
      what: 'Anthropic has disabled the organization of this credential.',
      ways: [
        'Check that no ANTHROPIC_API_KEY of another account is set: clawauth-setup status',
        'Ask support.claude.com about the account. Trying again does not help.',
      ],
    },
  },
  {
    shape:
      /disabled claude (?:subscription|code) access|oauth_org_not_allowed|oauth authentication is currently not allowed/,
    decision: {
      code: 'plan-login-disabled',
      what: 'Your organization does not allow plan logins for Claude Code.',
      ways: ['Ask an admin of the organization to allow it, or use a personal plan.', API_KEY],
    },
  },
];

/** Recognises a decision of the provider in an error text, a log line or a screen; null when there is none. */
export function recogniseDecision(text: string): ProviderDecision | null {
  const plain = text.toLowerCase().replaceAll('’', "'").replace(/\s+/g, ' ');
  return DECISIONS.find(({ shape }) => shape.test(plain))?.decision ?? null;
}
