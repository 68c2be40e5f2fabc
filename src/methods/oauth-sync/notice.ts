/** Who pays and what the rules say, with the day the text was checked. Rules change without a release. */
export const notice = {
  date: '2026-11',
  text: 'A service will copy the access token of your Claude Code login into OpenClaw each time Claude Code renews it. Claude Code keeps the login and alone renews it: if a second program does, yours ends. Only older OpenClaw releases read such a copy. Anthropic’s legal page says developers may not collect or store such tokens. Claude CLI does the same job without a copy, from OpenClaw 2026.5.28 on.',
  links: [
    'https://code.claude.com/docs/en/legal-and-compliance',
    'https://support.claude.com/en/articles/15036540-use-the-claude-agent-sdk-with-your-claude-plan',
    'https://support.claude.com/en/articles/13189465-log-in-to-your-claude-account',
    'https://docs.openclaw.ai/providers/anthropic',
  ],
} as const;
