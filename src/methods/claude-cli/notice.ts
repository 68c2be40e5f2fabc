/** Who pays and what the rules say, with the day the text was checked. Rules change without a release. */
export const notice = {
  date: '2026-11',
  text: "OpenClaw will run the Claude Code that is installed here, with your own login. Claude Code keeps the login; OpenClaw does not copy it. Use counts against your plan limits; Anthropic may bill it to usage credits instead. OpenClaw's docs say that Anthropic staff allowed this; we found no public statement by Anthropic. Limits assume normal personal use.",
  links: [
    'https://code.claude.com/docs/en/legal-and-compliance',
    'https://support.claude.com/en/articles/15036540-use-the-claude-agent-sdk-with-your-claude-plan',
    'https://docs.openclaw.ai/providers/anthropic',
  ],
} as const;
