import type { Answers } from '../methods/types.ts';
import { agentIdOf, isAgentId } from '../openclaw/agent-id.ts';
import { Problem } from '../system/problem.ts';
import { isoDate } from '../text.ts';

/** A decision of the person: every key of {@link Answers} but its schema number. */
export type AnswerKey = Exclude<keyof Answers, 'schema'>;

/** How one answer is asked, written as a flag, read back from one, and printed as one. */
export interface AnswerFlag<K extends AnswerKey> {
  /** Without dashes. */
  readonly name: string;
  /** Placeholder in the help; absent for a switch. */
  readonly value?: string;
  /** What the value may be, where that is a fixed list. */
  readonly choices?: readonly string[];
  readonly many?: true;
  /** The switch that says the opposite, or none: `no-restart-gateway`, `no-fallback`. */
  readonly off?: string;
  /** One line for the help. */
  readonly about: string;
  /** The question of the plain text flow. */
  readonly ask: string;
  /** Throws `Problem('bad-flag')`, exit code 2. */
  parse(values: readonly string[]): Answers[K];
  /** The value as words after the flag, one per occurrence; null prints the `off` switch; [] prints nothing. */
  print(value: Answers[K]): readonly string[] | null;
  /** Left out of a printed command while it is this and was so before: it is what most people have. */
  readonly usual?: Answers[K];
  /** Says nothing, and is left out, while that answer is empty. */
  readonly onlyWith?: AnswerKey;
}

const REF = /^[\w.-]+\/\S+$/;
const ID = /^[A-Za-z0-9][\w.-]*$/;
/** A name that something is left of in an id. */
const AGENT = /[A-Za-z0-9]/;

/** The one table behind flags, help, prompts and "same as a command". A new answer without a line does not compile. */
export const answerFlags: { readonly [K in AnswerKey]: AnswerFlag<K> } = {
  method: {
    name: 'method',
    value: 'ID',
    choices: ['setup-token', 'proxy'],
    about: 'How OpenClaw signs in: setup-token or proxy',
    ask: 'How should OpenClaw use your Claude plan?',
    parse: (values) => matching('method', last(values), ID, 'an id: setup-token or proxy'),
    print: (value) => [value],
  },
  role: {
    name: 'role',
    value: 'ROLE',
    choices: ['everything', 'fallback', 'agent'],
    about: 'What Claude is used for: everything, fallback or agent',
    ask: 'What should OpenClaw use Claude for? (everything, fallback, agent)',
    parse: (values) => oneOf('role', last(values), ['everything', 'fallback', 'agent']),
    print: (value) => [value],
  },
  agents: {
    name: 'agent',
    value: 'ID',
    many: true,
    about: 'An agent that gets the sign-in (repeat; all agents unless given)',
    ask: 'Which agents? (ids with spaces between, empty for all)',
    parse: (values) => values.map((value) => agentIdOf(matching('agent', value, AGENT, 'an agent id'))),
    print: (value) => value,
  },
  newAgent: {
    name: 'new-agent',
    value: 'ID',
    about: 'Name of the new agent with --role agent',
    ask: 'Name of the new agent',
    parse: (values) => newAgentId(last(values)),
    print: (value) => (value === '' ? [] : [value]),
  },
  primary: {
    name: 'primary',
    value: 'REF',
    about: 'Model that answers first, as provider/model',
    ask: 'Primary model',
    parse: (values) => matching('primary', last(values), REF, 'provider/model, such as anthropic/claude-opus-5'),
    print: (value) => (value === '' ? [] : [value]),
  },
  fallbacks: {
    name: 'fallback',
    value: 'REF',
    many: true,
    off: 'no-fallback',
    about: 'Model that answers when the primary cannot (repeat, in order)',
    ask: 'Fallback models (with spaces between, "none" for none)',
    parse: (values) => values.map((value) => matching('fallback', value, REF, 'provider/model')),
    print: (value) => (value.length === 0 ? null : value),
  },
  aliases: {
    name: 'alias',
    value: 'NAME=REF',
    many: true,
    off: 'no-alias',
    about: 'Short name for a model (repeat)',
    ask: 'Aliases as name=provider/model (with spaces between, "none" for none)',
    parse: (values) => Object.fromEntries(values.map(alias)),
    print: (value) => {
      const pairs = Object.entries(value).map(([name, ref]) => `${name}=${ref}`);
      return pairs.length === 0 ? null : pairs;
    },
  },
  cron: {
    name: 'cron',
    value: 'WHAT',
    choices: ['claude', 'keep'],
    about: 'What else names the old bridge (cron jobs, agents, hooks): claude (it follows) or keep',
    ask: 'Cron jobs, agents and the rest that name the old bridge: point them to Claude, or keep them? (claude, keep)',
    parse: (values) => oneOf('cron', last(values), ['claude', 'keep']),
    print: (value) => [value],
  },
  cronModel: {
    name: 'cron-model',
    value: 'REF',
    about: 'Model for those cron jobs, as provider/model (the family that each has unless given: same)',
    ask: 'Model for those cron jobs ("same" for the family that each has)',
    parse: (values) => (last(values) === 'same' ? '' : matching('cron-model', last(values), REF, 'provider/model')),
    print: (value) => [value === '' ? 'same' : value],
    usual: '',
  },
  keepModel: {
    name: 'keep-model',
    value: 'ID',
    many: true,
    off: 'no-keep-model',
    about: 'An agent that keeps its own model with role everything (repeat; the others follow)',
    ask: 'Which agents keep a model of their own? (ids with spaces between, "none" for none)',
    parse: (values) => values.map((value) => agentIdOf(matching('keep-model', value, AGENT, 'an agent id'))),
    print: (value) => (value.length === 0 ? null : value),
    usual: [],
  },
  profileId: {
    name: 'profile-id',
    value: 'ID',
    about: 'Name of the credential in OpenClaw, such as anthropic:default',
    ask: 'Name of the credential in OpenClaw',
    parse: (values) => matching('profile-id', last(values), /^[\w.-]+:[\w.@+-]+$/, 'provider:name'),
    print: (value) => (value === '' ? [] : [value]),
  },
  tokenExpires: {
    name: 'token-expires',
    value: 'DATE',
    about: 'Day the token ends, as 2027-11-20, or "unknown" (one year from now unless given)',
    ask: 'When does the token end? (2027-11-20, or "unknown")',
    parse: (values) => expiry(last(values)),
    print: (value) => [value === null ? 'unknown' : isoDate(value)],
    // A way without a credential of its own has nothing that ends.
    onlyWith: 'profileId',
  },
  restartGateway: {
    name: 'restart-gateway',
    off: 'no-restart-gateway',
    about: 'Restart the gateway where this release needs it',
    ask: 'Restart the gateway where this release needs it? (yes, no)',
    parse: yes,
    print: (value) => (value ? [''] : null),
  },
  doctorFix: {
    name: 'doctor-fix',
    off: 'no-doctor-fix',
    about: "Run OpenClaw's own doctor --fix first where an old credential file blocks it",
    ask: "Run OpenClaw's own doctor --fix first where an old credential file blocks it? (yes, no)",
    parse: yes,
    print: (value) => (value ? [''] : null),
  },
  liveCheck: {
    name: 'live-check',
    off: 'no-live-check',
    about: 'Ask Claude one real question at the end (costs one request)',
    ask: 'Ask Claude one real question at the end? It costs one request. (yes, no)',
    parse: yes,
    print: (value) => (value ? [''] : null),
  },
  upstream: {
    name: 'upstream',
    value: 'NAME',
    choices: ['direct', 'claude-max-api'],
    about: 'What the proxy asks: direct (Claude Code itself) or claude-max-api',
    ask: 'What should the proxy ask: Claude Code itself, or claude-max-api-proxy? (direct, claude-max-api)',
    parse: (values) => oneOf('upstream', last(values), ['direct', 'claude-max-api']),
    print: (value) => [value],
    usual: 'direct',
  },
  service: {
    name: 'service',
    value: 'WHAT',
    choices: ['install', 'none'],
    about: 'Services of the proxy: install, or none (you run its command yourself)',
    ask: 'Install the proxy as a service, or run its command yourself? (install, none)',
    parse: (values) => oneOf('service', last(values), ['install', 'none']),
    print: (value) => [value],
    usual: 'install',
  },
  gatewayNoRespawn: {
    name: 'gateway-no-respawn',
    off: 'gateway-respawn',
    about: 'Set OPENCLAW_NO_RESPAWN=1 for the gateway, against a restart loop of its service',
    ask: 'Set OPENCLAW_NO_RESPAWN=1 for the gateway, against a restart loop of its service? (yes, no)',
    parse: yes,
    print: (value) => (value ? [''] : null),
    usual: false,
  },
  keepOld: {
    name: 'keep-old',
    off: 'no-keep-old',
    about: 'When another way is in force: keep it, and its model as the first fallback',
    ask: 'Keep the way that is in force, as the fallback? (yes, no)',
    parse: yes,
    print: (value) => (value ? [''] : null),
    usual: false,
  },
};

export const answerKeys = Object.keys(answerFlags) as AnswerKey[];

function yes(): true {
  return true;
}

function last(values: readonly string[]): string {
  return values[values.length - 1] ?? '';
}

function alias(text: string): [string, string] {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  const ref = text.slice(at + 1);
  if (at < 1 || !REF.test(ref))
    throw badFlag('alias', text, 'NAME=provider/model, such as opus=anthropic/claude-opus-5');
  return [name, ref];
}

function expiry(text: string): number | null {
  if (text === 'unknown') return null;
  // A day means the end of that day, UTC: a token is not called expired on its last day.
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T23:59:59Z`) : Number.NaN;
  // 2026-02-31 would become a day in March.
  if (Number.isNaN(at) || isoDate(at) !== text)
    throw badFlag('token-expires', text, 'a day such as 2027-11-20, or "unknown"');
  return at;
}

function newAgentId(text: string): string {
  if (isAgentId(text)) return text;
  throw badFlag('new-agent', text, `an id in OpenClaw's form (${agentIdOf(text)})`);
}

function matching(flag: string, text: string, shape: RegExp, wanted: string): string {
  if (!shape.test(text)) throw badFlag(flag, text, wanted);
  return text;
}

function oneOf<T extends string>(flag: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw badFlag(flag, text, `one of ${allowed.join(', ')}`);
  return found;
}

function badFlag(flag: string, text: string, wanted: string): Problem {
  // A token pasted behind the wrong flag must not come back on the screen.
  const shown = text.length > 60 || /sk-ant-/.test(text) ? 'that value' : `"${text}"`;
  return new Problem('bad-flag', `--${flag} takes ${wanted}, not ${shown}.`, {
    next: 'clawauth-setup apply --help',
    exitCode: 2,
  });
}
