/**
 * What `claude -p` is started with. Everything here was seen by running Claude Code 2.1.41, 2.1.52, 2.1.100, 2.1.200
 * and 2.1.329 with a home full of settings, hooks, MCP servers, skills and agents, against a stand-in for the API that
 * shows what each request carries.
 */

/**
 * The oldest release that is started. It has every flag below, and it is the first with `claude auth status`: older
 * ones take those words as a prompt, so nobody could tell whether they are signed in without spending a request.
 */
export const OLDEST_CLAUDE = '2.1.41';

/** Flags, the same for every release since {@link OLDEST_CLAUDE}. */
export function claudeFlags(model: string): string[] {
  return [
    '--print',
    // The prompt comes on standard input: no size limit but the context window, nothing of it in the process list.
    '--input-format',
    'stream-json',
    '--output-format',
    'stream-json',
    '--verbose',
    '--include-partial-messages',
    '--model',
    model,
    ...CLAUDE_ALONE,
  ];
}

/** Nothing but the prompt: flags of every release since {@link OLDEST_CLAUDE}. */
export const CLAUDE_ALONE: readonly string[] = [
  // No tool is offered to the model, and no MCP server is started.
  '--tools',
  '',
  '--strict-mcp-config',
  // No settings file of the person is read: no hooks, no CLAUDE.md, no skills and agents, no `env` block. An
  // organization's managed settings still apply, as they should.
  '--setting-sources',
  '',
  '--disable-slash-commands',
  '--no-session-persistence',
];

/** Variables that print mode needs to stay with the prompt it is given. */
export const CLAUDE_SWITCHES: Readonly<Record<string, string>> = {
  // Without it `@/some/file` in a chat message puts that file into the prompt, whatever the tools: seen in every
  // release. The closing block of {@link CLOSING} stops it too; this is the second lock.
  CLAUDE_CODE_DISABLE_ATTACHMENTS: '1',
  // 2.1.100 and later make a memory folder per working directory and describe it in the prompt.
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
  // 2.1.200 sends the whole conversation a second time to have a session title written.
  CLAUDE_CODE_DISABLE_TERMINAL_TITLE: '1',
};

/**
 * The last block of the message. Claude Code looks for slash commands and `@file` mentions in the last block only, so
 * a conversation before it is text and nothing else. Seen in every release.
 */
export const CLOSING = "Write the assistant's next message.";

/** Where its sign-in lies and how it gets to the network: what a service has to be told, for it starts without them. */
export const CLAUDE_VARIABLES: readonly string[] = [
  'CLAUDE_CONFIG_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/** Handed to the child when they are set: who it runs as, its sign-in, its way to the network. Nothing else is. */
const PASSED: readonly string[] = [
  'HOME',
  'USER',
  'LOGNAME',
  'PATH',
  'TMPDIR',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  // A secret: from the normalizer's own environment only, never written into a service.
  'CLAUDE_CODE_OAUTH_TOKEN',
  ...CLAUDE_VARIABLES,
];

/**
 * The child's environment. `ANTHROPIC_API_KEY` and `ANTHROPIC_BASE_URL` would move the bill or the requests somewhere
 * else; they and everything unknown are passed only when the person names them in `alsoPass`.
 */
export function claudeEnv(
  from: Readonly<Record<string, string | undefined>>,
  alsoPass: readonly string[],
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of [...PASSED, ...alsoPass]) {
    const value = from[name];
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...CLAUDE_SWITCHES };
}

/** The oldest release that asks nothing before its prompt comes: 2.1.41 sends a request of its own as it starts. */
const OLDEST_QUIET = '2.1.52';

/** MiB that one takes while it waits for its prompt (160 to 210, measured with 2.1.52 to 2.1.329). */
export const WARM_MB = 200;

/** At most this many wait, one for each model. */
export const WARM_MOST = 2;

/** Whether a version may be started before there is a request to answer. */
export function waitsQuietly(version: string): boolean {
  return version.localeCompare(OLDEST_QUIET, 'en', { numeric: true }) >= 0;
}

/** `2.1.329 (Claude Code)` → `2.1.329`; null for anything else. */
export function claudeVersion(text: string): string | null {
  return /(?:^|\s)(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? null;
}

/** Whether a version is {@link OLDEST_CLAUDE} or newer. */
export function claudeNewEnough(version: string): boolean {
  return version.localeCompare(OLDEST_CLAUDE, 'en', { numeric: true }) >= 0;
}
