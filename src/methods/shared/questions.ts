import { agentIdOf, isAgentId } from '../../openclaw/agent-id.ts';
import { isoDate } from '../../text.ts';
import { badFlag, choice, last, matching, modelRef, type Option, type Question, yes, yesOrNo } from '../question.ts';
import type { Role, SharedAnswers } from './answers.ts';

/** Keys of the answers that every method has. */
type SharedKey = Exclude<keyof SharedAnswers, 'schema' | 'method'>;

/** A name that something is left of in an id. */
const AGENT = /[A-Za-z0-9]/;
/** `agents.defaults.imageModel` */
const KEY = /^[a-z]\w*\../i;

/** The questions of every method. An answer without one does not compile. */
export const sharedQuestions: { readonly [K in SharedKey]: Question<SharedAnswers[K]> } = {
  role: {
    ...choice('role', 'ROLE', ['everything', 'fallback', 'agent']),
    about: 'What Claude is used for: everything, fallback or agent',
    ask: 'What should OpenClaw use Claude for?',
  },
  agents: {
    name: 'agent',
    value: 'ID',
    many: true,
    about: 'An agent that gets the sign-in (repeat; all agents unless given)',
    ask: 'Which agents? (with spaces between, "all" for all)',
    empty: 'all',
    title: 'Which agents get Claude?',
    parse: (values) => values.map((value) => agentIdOf(matching('agent', value, AGENT, 'an agent id'))),
    print: (value) => value,
  },
  newAgent: {
    name: 'new-agent',
    value: 'ID',
    about: 'Name of the new agent with --role agent',
    ask: 'Name of the new agent',
    title: 'Name of the new agent',
    parse: (values) => newAgentId(last(values)),
    print: (value) => (value === '' ? [] : [value]),
  },
  primary: {
    name: 'primary',
    value: 'REF',
    about: 'Model that answers first, as provider/model',
    ask: 'Primary model',
    title: 'Which model first?',
    parse: (values) => modelRef('primary', last(values), 'provider/model, such as anthropic/claude-opus-5'),
    print: (value) => (value === '' ? [] : [value]),
  },
  fallbacks: {
    name: 'fallback',
    value: 'REF',
    many: true,
    off: 'no-fallback',
    about: 'Model that answers when the primary cannot (repeat, in order)',
    ask: 'Fallback models (with spaces between, "none" for none)',
    title: 'Fallback models, tried in the order you pick',
    parse: (values) => values.map((value) => modelRef('fallback', value)),
    print: (value) => (value.length === 0 ? null : value),
  },
  aliases: {
    name: 'alias',
    value: 'NAME=REF',
    many: true,
    off: 'no-alias',
    about: 'Short name for a model (repeat)',
    ask: 'Aliases as name=provider/model (with spaces between, "none" for none)',
    title: 'Which short names should point to Claude?',
    parse: (values) => Object.fromEntries(values.map(alias)),
    print: (value) => {
      const pairs = Object.entries(value).map(([name, ref]) => `${name}=${ref}`);
      return pairs.length === 0 ? null : pairs;
    },
  },
  cron: {
    ...choice('cron', 'WHAT', ['claude', 'keep']),
    about: 'What else names the old bridge (cron jobs, agents, hooks): claude (it follows) or keep',
    ask: 'Point cron jobs, agents and the rest that name the old bridge to Claude, or keep them?',
  },
  cronModel: {
    name: 'cron-model',
    value: 'REF',
    about: 'Model for those cron jobs, as provider/model (the family that each has unless given: same)',
    ask: 'Model for those cron jobs ("same" for the family that each has)',
    title: 'Which model for cron jobs?',
    parse: (values) => (last(values) === 'same' ? '' : modelRef('cron-model', last(values))),
    print: (value) => [value === '' ? 'same' : value],
    usual: '',
  },
  keepModel: {
    name: 'keep-model',
    value: 'WHAT',
    many: true,
    off: 'no-keep-model',
    about: 'An agent, or a key as agents.defaults.imageModel, that keeps its model (repeat)',
    ask: 'What keeps the model it has? (with spaces between, "none" for none)',
    title: 'What keeps the model it has? The rest gets Claude',
    parse: (values) => values.map(agentOrKey),
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
    title: 'When does the token end?',
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
    print: yesOrNo,
  },
  doctorFix: {
    name: 'doctor-fix',
    off: 'no-doctor-fix',
    about: "Run OpenClaw's own doctor --fix first where an old credential file blocks it",
    ask: "Run OpenClaw's own doctor --fix first where an old credential file blocks it? (yes, no)",
    parse: yes,
    print: yesOrNo,
  },
  liveCheck: {
    name: 'live-check',
    off: 'no-live-check',
    about: 'Ask Claude one real question at the end (costs one request)',
    ask: 'Ask Claude one real question at the end? It costs one request. (yes, no)',
    parse: yes,
    print: yesOrNo,
  },
  keepOld: {
    name: 'keep-old',
    off: 'no-keep-old',
    about: 'When another method is in use: keep it, and its model as the first fallback',
    ask: 'Keep the method that is in use now, as the fallback? (yes, no)',
    parse: yes,
    print: yesOrNo,
    usual: false,
  },
  fixes: {
    name: 'fixes',
    off: 'no-fixes',
    about: 'The first time: also fix what else stands in the way of Claude answering',
    ask: 'Fix it in the same run? (yes, no)',
    parse: yes,
    print: yesOrNo,
    usual: true,
  },
};

/** The answers of `role`. `primary`: the default model now; `isOurs`: it is Claude in the way that is chosen. */
export function roleOptions(
  primary: string | null,
  isOurs: boolean,
  newAgent: string,
): readonly (Option & { readonly id: Role })[] {
  const all =
    primary === null || isOurs ? 'Claude is the default of every agent' : `replaces ${primary} (kept, unused)`;
  const behind = primary === null ? 'behind the present default' : `keeps ${primary} first`;
  const none = { disabled: { because: 'no default model is set, so nothing to fall back from' } };
  return [
    { id: 'everything', label: 'Everything', aside: all },
    { id: 'fallback', label: 'Fallback only', aside: behind, ...(primary === null ? none : {}) },
    { id: 'agent', label: 'A separate agent', aside: `new agent “${newAgent}”, nothing else changes` },
  ];
}

function alias(text: string): [string, string] {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  const ref = text.slice(at + 1);
  if (at < 1 || !/^[\w.-]+\/\S+$/.test(ref))
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

/** No agent's id has a dot in it, and every key of a place has. */
function agentOrKey(text: string): string {
  if (text.includes('.')) return matching('keep-model', text, KEY, 'an agent id or a key of the config');
  return agentIdOf(matching('keep-model', text, AGENT, 'an agent id or a key of the config'));
}

function newAgentId(text: string): string {
  if (isAgentId(text)) return text;
  throw badFlag('new-agent', text, `an id in OpenClaw's form (${agentIdOf(text)})`);
}
