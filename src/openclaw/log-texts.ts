/** A text that OpenClaw's log, a cron job's last error or an answer may hold, and what it means. */
export interface LogText {
  /** `log.name`. */
  readonly id: `log.${string}`;
  readonly level: 'error' | 'warning' | 'info';
  readonly matches: RegExp;
  /** For a list of all checks. */
  readonly title: string;
  /** One sentence. */
  readonly says: string;
  /** What it means, or how it came. */
  readonly why: string;
  /** A command or a page as it stands; words alone are those of an `openclaw` command. */
  readonly next: string | readonly string[];
  /** A turn failed by it: cron jobs fail as well, and a later answer says that it is over. */
  readonly ends?: true;
  /** Only a new token fixes it. */
  readonly renews?: true;
  /** Only a sign-in to Claude Code fixes it. */
  readonly signsIn?: true;
}

const SETUP = 'clawauth-setup';
const RENEW = 'clawauth-setup renew';
const LOGIN = 'claude auth login';
const USAGE = 'https://claude.ai/settings/usage';
const SUPPORT = 'https://support.claude.com';

const error = (
  id: LogText['id'],
  matches: RegExp,
  rest: Omit<LogText, 'id' | 'level' | 'matches' | 'ends'>,
): LogText => ({
  id,
  level: 'error',
  matches,
  ends: true,
  ...rest,
});

/**
 * Known texts, the first that matches counts. Wording: failure threads of OpenClaw and Claude Code, January to September
 * 2026, and runs of Claude Code 2.1.329 and claude-max-api-proxy 1.0.0 where the program's own words are quoted.
 */
export const LOG_TEXTS: readonly LogText[] = [
  // Decisions of the provider: nothing is tried again.
  error('log.credential-refused', /only authorized for use with Claude Code/i, {
    title: 'Anthropic accepts the credential only from Claude Code',
    says: 'Anthropic accepts this credential only from Claude Code, and refused it from OpenClaw.',
    why: 'Anthropic decides that; no setting here changes it. Let OpenClaw run Claude Code itself, or use an API key.',
    next: SETUP,
  }),
  {
    id: 'log.long-context',
    level: 'warning',
    ends: true,
    matches: /extra usage is required for long context/i,
    title: 'The 1M context is not part of the plan',
    says: 'Anthropic refused a request with a long context (1M) that your plan does not include.',
    why: 'The 1M context needs extra usage. A new chat (/new) is short again.',
    next: USAGE,
  },
  error('log.billed-apart', /third-party apps\b.{0,40}\bextra usage|out of extra usage/i, {
    title: 'Anthropic bills OpenClaw separately from the plan',
    says: 'Anthropic bills OpenClaw to your extra usage (usage credits), not to your plan.',
    why: 'Anthropic decides that; no setting here changes it. Add credits, let OpenClaw run Claude Code itself, or use an API key.',
    next: USAGE,
  }),
  error('log.account-disabled', /(organization|account) has been (disabled|suspended|banned)/i, {
    title: 'Anthropic has disabled the organization or account',
    says: 'Anthropic answered that the organization or account behind the credential is disabled.',
    why: 'Only Anthropic can change that. An API key of a disabled organization in the environment says the same.',
    next: SUPPORT,
  }),
  error(
    'log.plan-not-allowed',
    /has disabled Claude subscription access|oauth_org_not_allowed|OAuth authentication is currently not allowed/i,
    {
      title: 'The organization does not allow its plan here',
      says: 'Your organization does not allow its Claude plan to be used this way.',
      why: 'An administrator of the organization can allow it. An API key works without the plan.',
      next: 'https://claude.ai/admin-settings',
    },
  ),
  error('log.credit-low', /credit balance is too low/i, {
    title: 'An API key without credit was used',
    says: 'Anthropic answered that the credit balance is too low: an API key was used, not your plan.',
    why: 'Plans have no credit balance. Claude Code uses an ANTHROPIC_API_KEY from the environment before the plan.',
    next: SETUP,
  }),
  // Refreshing, before what mentions a limit or a login.
  {
    id: 'log.refresh-limited',
    level: 'warning',
    matches: /refresh\w*\b.{0,80}(\b429\b|too many requests|rate.?limit)|(\b429\b|too many requests).{0,80}\brefresh/i,
    title: 'Refreshing a login is rate-limited',
    says: 'Anthropic refused to refresh a Claude login: too many tries (429).',
    why: 'Usually a second program refreshes the same login over and over. A setup token needs no refresh.',
    next: SETUP,
  },
  error(
    'log.login-ended',
    /session expired and could not be refreshed|refresh token (is )?(not found|invalid|expired)|\binvalid_grant\b/i,
    {
      title: 'A Claude login expired and cannot be renewed',
      says: 'A Claude login expired and could not be renewed.',
      why: 'A refresh token works once: when two programs renew the same login, one of them loses it.',
      next: LOGIN,
    },
  ),
  {
    id: 'log.usage-scope',
    level: 'info',
    matches: /scope requirement.{0,20}user:profile|user:profile.{0,40}scope/i,
    title: 'A setup token cannot show the usage',
    says: 'OpenClaw could not show the usage of your plan: a setup token may not read it.',
    why: 'This is harmless. Chats work; only the usage display needs the scope user:profile, which a setup token never has.',
    next: USAGE,
  },
  error('log.oauth-not-supported', /OAuth authentication is (currently )?not supported/i, {
    title: 'The token was sent without the headers it needs',
    says: 'OpenClaw sent the token without the headers it needs (OAuth authentication is not supported).',
    why: 'Some releases do that (2026.2.17 with the option context1m, 2026.3.28 to 2026.4.2). A newer release sends them.',
    next: ['update'],
  }),
  error('log.token-ended', /OAuth (access )?token (has |is |was )?(been )?(expired|revoked)|token has been revoked/i, {
    title: 'The token expired or was revoked',
    says: 'Anthropic refused the token: it expired or was revoked.',
    why: 'A setup token lasts about a year, less if your password or plan changes. A session token lasts eight hours.',
    next: RENEW,
    renews: true,
  }),
  error('log.invalid-x-api-key', /invalid x-api-key/i, {
    title: 'The stored secret was sent as an API key and refused',
    says: 'Anthropic refused what OpenClaw sent as an API key (invalid x-api-key).',
    why: 'OpenClaw sends a secret that does not contain sk-ant-oat as an API key: this is neither a setup token nor a working key.',
    next: RENEW,
    renews: true,
  }),
  error('log.invalid-bearer', /invalid bearer token/i, {
    title: 'The stored token was refused',
    says: 'Anthropic refused the token (Invalid bearer token).',
    why: 'It starts like a token, but it was cut off, contains blanks, or was revoked.',
    next: RENEW,
    renews: true,
  }),
  // Models.
  error('log.client-too-old', /claude_code_version_too_old|does not support this model; version [\d.]+ or newer/i, {
    title: 'The release is too old for the model',
    says: 'Anthropic refused the model: it requires a newer client than this OpenClaw.',
    why: 'With a token, OpenClaw reports a Claude Code version, and new models require a later one. Update, or choose an older model.',
    next: ['update'],
  }),
  {
    id: 'log.not-allowed',
    level: 'warning',
    ends: true,
    matches: /rejected by agents\.defaults\.\S* allowlist|\bmodel "?[\w./:@[\]-]+"? is not allowed/i,
    title: 'A model is not on the allowlist',
    says: 'OpenClaw refused a model that is not on its allowlist.',
    why: 'With an allowlist, only the models on it may be used.',
    next: ['models', 'status'],
  },
  error('log.unknown-model', /\bunknown model:?\s|model_not_found|not_found_error\b.{0,30}\bmodel:/i, {
    title: 'A model is not known',
    says: 'A model is not known: its name is wrong, or it was retired.',
    why: 'OpenClaw accepts any name and fails once it asks that model.',
    next: ['models', 'list', '--all', '--provider', 'anthropic'],
  }),
  error('log.not-found', /not_found_error\W+not found/i, {
    title: 'Anthropic does not know the address',
    says: 'Anthropic answered 404: OpenClaw used a wrong address.',
    why: 'That comes from a models.providers.anthropic whose baseUrl ends in /v1, which OpenClaw adds itself.',
    next: SETUP,
  }),
  // Claude Code and its programs.
  error('log.claude-not-logged-in', /not logged in\b.{0,4}please run \/login|Claude CLI is not authenticated/i, {
    title: 'The Claude Code that answers is not signed in',
    says: 'Claude Code answered that it is not signed in.',
    why: 'claude-max-api-proxy passes that on as an answer (HTTP 200), and OpenClaw believes it.',
    next: LOGIN,
    signsIn: true,
  }),
  error('log.claude-missing', /spawn \S*claude ENOENT|\bclaude: (command )?not found/i, {
    title: 'The gateway does not find Claude Code',
    says: 'The gateway could not start Claude Code: there is no claude on its PATH.',
    why: 'A service does not have the PATH of your shell. Reinstalling its unit copies the current one.',
    next: ['gateway', 'install', '--force'],
  }),
  error('log.root-refused', /dangerously-skip-permissions cannot be used with root/i, {
    title: 'Claude Code refuses to run as root',
    says: 'Claude Code refused to run as root.',
    why: 'This release starts it without its permission checks, which Claude Code refuses for root. Run the gateway as a user.',
    next: ['update'],
  }),
  error('log.nested-claude', /cannot be launched inside another Claude Code session/i, {
    title: 'The gateway was started inside Claude Code',
    says: 'Claude Code refused to start inside another Claude Code session.',
    why: 'The gateway or proxy was started from inside Claude Code and has its variable CLAUDECODE.',
    next: ['gateway', 'restart'],
  }),
  error('log.prompt-too-long', /\bE2BIG\b/, {
    title: 'A chat is too long for the proxy',
    says: 'A chat was too long for the proxy (E2BIG).',
    why: 'claude-max-api-proxy 1.0.0 passes the whole chat as one argument, and Linux allows 128 KiB. /new starts a short chat.',
    next: SETUP,
  }),
  {
    id: 'log.profile-flips',
    level: 'warning',
    matches: /cli session reset: reason=auth-profile/i,
    title: 'Chats are reset because the profile changes',
    says: 'OpenClaw reset a Claude Code session because the profile changed, and the chat lost its context.',
    why: 'It alternates between two Anthropic profiles. With one of them first in the order it stays with that one.',
    next: ['models', 'auth', 'order', 'get', '--provider', 'anthropic'],
  },
  // What OpenClaw says of its own credentials.
  error('log.migration-required', /AUTH_PROFILE_MIGRATION_REQUIRED|requires legacy credential migration/i, {
    title: 'OpenClaw refuses an older release’s credentials',
    says: 'OpenClaw refuses to work while an older release’s credential file is there.',
    why: 'Its doctor moves the file into the database.',
    next: ['doctor', '--fix'],
  }),
  error('log.no-credential', /No API key found for provider "?anthropic/i, {
    title: 'OpenClaw found no credential for Anthropic',
    says: 'OpenClaw found no credential for Anthropic that it may use.',
    why: 'Nothing is stored for that agent, or a rule keeps OpenClaw from using it.',
    next: SETUP,
  }),
  {
    id: 'log.cooling',
    level: 'warning',
    ends: true,
    matches: /no available auth profile for anthropic/i,
    title: 'Every credential is cooling down',
    says: 'OpenClaw had no credential to use: all of them were cooling down after errors.',
    why: 'Earlier errors caused that; it ends by itself once their cause is gone.',
    next: ['models', 'status'],
  },
  // Limits: their own end shows in the text.
  {
    id: 'log.weekly-limit',
    level: 'warning',
    ends: true,
    matches: /\bweekly (usage )?limit/i,
    title: 'The weekly limit of the plan was reached',
    says: 'The weekly limit of your plan was reached.',
    why: 'Claude answers again when it resets; earlier tries of OpenClaw fail.',
    next: USAGE,
  },
  {
    id: 'log.session-limit',
    level: 'warning',
    ends: true,
    matches: /\b(session|5-hour|five-hour) (usage )?limit|usage limit reached|you've hit your (usage )?limit/i,
    title: 'The limit of the plan was reached',
    says: 'The limit of your plan was reached.',
    why: 'Claude answers again when it resets; earlier tries of OpenClaw fail.',
    next: USAGE,
  },
  {
    id: 'log.already-listening',
    level: 'warning',
    matches: /another gateway instance is already listening|\bEADDRINUSE\b/i,
    title: 'Two gateways want one port',
    says: 'A gateway could not start: another program listens on its port already.',
    why: 'Two units, or a unit and a gateway started by hand, keep each other from starting.',
    next: ['gateway', 'status', '--deep'],
  },
  error('log.refused', /\b401\b.{0,20}authentication_error|authentication_error.{0,20}\b401\b/i, {
    title: 'Anthropic refused the credential',
    says: 'Anthropic refused the credential (401).',
    why: 'Anthropic does not accept what is stored.',
    next: RENEW,
    renews: true,
  }),
];

/** What a text means, as far as it is known: a line of a log, or the last error of a cron job. */
export function meaningOf(text: string): LogText | null {
  return LOG_TEXTS.find(({ matches }) => matches.test(text)) ?? null;
}

/** When a limit ends, in the words of the text: `Dec 1, 9am`. */
export function resetIn(text: string): string | null {
  const found = /\bresets?(?: at| on|:)?\s+([A-Za-z0-9][\w :,/()+-]{1,40})/i.exec(text)?.[1];
  return found?.trim().replace(/[,(]$/, '') ?? null;
}
