import type { World } from '../system/world.ts';

/** Variables that Claude Code must not inherit from us while it signs in, each with the reason. */
const TAKEN_OUT: Readonly<Record<string, string>> = {
  CLAUDE_CODE_OAUTH_TOKEN: 'an older token would be taken as the login (2.1.329 says nothing about it)',
  CLAUDE_CODE_OAUTH_REFRESH_TOKEN: 'the same, for the login that it renews',
  CLAUDE_CODE_OAUTH_SCOPES: 'belongs to the two above',
  ANTHROPIC_API_KEY: 'wins over a plan login, and Claude Code may warn or ask about it',
  ANTHROPIC_AUTH_TOKEN: 'the same',
  ANTHROPIC_BASE_URL: 'points at a bridge or gateway, which has no part in a sign-in',
  ANTHROPIC_CUSTOM_HEADERS: 'belongs to such a gateway',
  CLAUDE_CODE_USE_BEDROCK: 'chooses a cloud provider in place of the plan',
  CLAUDE_CODE_USE_VERTEX: 'the same',
  CLAUDE_CODE_USE_FOUNDRY: 'the same',
  CLAUDECODE: 'says that it runs inside a Claude Code session, which changes what it does',
  CLAUDE_CODE_ENTRYPOINT: 'the same',
  CLAUDE_CODE_SSE_PORT: 'ties it to an editor',
  TMUX: 'our terminal is not tmux; with it, sequences are wrapped for tmux',
  TMUX_PANE: 'the same',
  STY: 'the same, for screen',
  TERM_PROGRAM: 'our terminal is not the one that this names',
  TERM_PROGRAM_VERSION: 'the same',
  LC_TERMINAL: 'the same',
  KITTY_WINDOW_ID: 'the same',
  WT_SESSION: 'the same',
  COLUMNS: 'would win over the width of our terminal',
  LINES: 'the same, for the height',
};

/** Their names. */
export const TAKEN_OUT_NAMES: readonly string[] = Object.keys(TAKEN_OUT);

export interface ChildEnvironment {
  /** What differs from the world's environment; undefined takes a variable out. */
  readonly changes: Readonly<Record<string, string | undefined>>;
  /** The whole environment of the child. */
  readonly whole: Readonly<Record<string, string>>;
}

/** The environment for running `claude` on our account: the person's own, without what would bend a sign-in. */
export function signInEnvironment(world: World, added: Readonly<Record<string, string>> = {}): ChildEnvironment {
  const changes: Record<string, string | undefined> = {};
  for (const name of TAKEN_OUT_NAMES) if (world.env[name] !== undefined) changes[name] = undefined;
  Object.assign(changes, added);
  const whole: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...world.env, ...changes })) {
    if (value !== undefined) whole[name] = value;
  }
  return { changes, whole };
}

/** Whether a variable is one that {@link signInEnvironment} takes out. */
export function isTakenOut(name: string): boolean {
  return Object.hasOwn(TAKEN_OUT, name);
}
