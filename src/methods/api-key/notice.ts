/** Who pays and what the rules say, with the day the text was checked. Rules change without a release. */
export const notice = {
  date: '2026-11',
  text: 'OpenClaw will call the Anthropic API with a key of yours. This is what Anthropic advises for products, servers and automation. You pay for every request; a Claude plan is not used and does not pay for it. Set a spend limit in the Console. Whoever has the key spends your money: treat it like a password.',
  links: [
    'https://code.claude.com/docs/en/legal-and-compliance',
    'https://support.claude.com/en/articles/15036540-use-the-claude-agent-sdk-with-your-claude-plan',
    'https://platform.claude.com/settings/limits',
    'https://docs.openclaw.ai/providers/anthropic',
  ],
} as const;
