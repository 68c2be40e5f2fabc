/** Who pays and what the rules say, with the day the text was checked. Rules change without a release. */
export const notice = {
  date: '2026-11',
  text: "A community program will answer OpenClaw's requests by running Claude Code with your login. OpenClaw's docs say this is not officially sanctioned. Use counts against your plan limits or credits. Requests carry text only: OpenClaw's own tools do not work this way, and images are left out. Nothing hides that Claude Code makes the call, but the author of claude-max-api-proxy describes it as a way around limits on plan logins.",
  links: [
    'https://code.claude.com/docs/en/legal-and-compliance',
    'https://support.claude.com/en/articles/15036540-use-the-claude-agent-sdk-with-your-claude-plan',
    'https://support.claude.com/en/articles/13189465-log-in-to-your-claude-account',
    'https://docs.openclaw.ai/providers/claude-max-api-proxy',
  ],
} as const;
