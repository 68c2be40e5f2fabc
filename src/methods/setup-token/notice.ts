/** Who pays and what the rules say, with the day the text was checked. Rules change without a release. */
export const notice = {
  date: '2026-11',
  text: 'You will create a one-year token with Claude Code and give it to OpenClaw. OpenClaw supports this. Anthropic made these tokens for Claude Code in scripts and CI. Its legal page says developers may not collect or store such tokens and should use API keys. It can stop working at any time. The token gives access to your plan: treat it like a password.',
  links: [
    'https://code.claude.com/docs/en/legal-and-compliance',
    'https://support.claude.com/en/articles/15036540-use-the-claude-agent-sdk-with-your-claude-plan',
    'https://support.claude.com/en/articles/13189465-log-in-to-your-claude-account',
    'https://docs.openclaw.ai/providers/anthropic',
  ],
} as const;
