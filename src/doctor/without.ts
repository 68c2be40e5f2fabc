import { readConfig } from '../facts/claude-agents.ts';
import { claudeLogins } from '../facts/claude-login.ts';
import type { Facts } from '../facts/types.ts';
import { SYNCED_PROFILE } from '../openclaw/profile-health.ts';
import type { ProfileFacts } from '../openclaw/records.ts';
import { credentialsInUse } from './claude-use.ts';
import { several } from './words.ts';

/** What keeps OpenClaw from using a stored credential, the reason that has to be fixed first on top. */
export type Cause = (typeof CAUSES)[number];
const CAUSES = ['order', 'unlisted', 'inactive', 'provider', 'fields', 'mode', 'unit', 'expired'] as const;

/** One credential, as it is stored for one or several agents. */
export interface Stored {
  readonly id: string;
  /** Ids of the agents that would use it. */
  readonly agents: readonly string[];
  /** It, once for each of them. */
  readonly rows: readonly ProfileFacts[];
}

/** The credentials that agents use, each once. */
export function winners(facts: Facts, is: (row: ProfileFacts) => boolean): readonly Stored[] {
  return grouped(credentialsInUse(facts).flatMap(({ winner }) => (winner !== null && is(winner) ? [winner] : [])));
}

/** The credentials that agents without a working one would use if it were not for this cause, each once. */
export function keptBy(cause: Cause, facts: Facts, now: number): readonly Stored[] {
  return grouped(
    agentsWithout(facts, now).flatMap((one) => (one.cause === cause && one.row !== null ? [one.row] : [])),
  );
}

/**
 * Agents that ask OpenClaw's own provider and have nothing for it, each with its one cause; null where nothing stored could
 * be made to work, and where only this agent has an old one.
 */
export function agentsWithout(facts: Facts, now: number) {
  const inUse = credentialsInUse(facts);
  const one = inUse.some(({ winner }) => winner !== null);
  return inUse.flatMap(({ agent, profiles, winner }) => {
    if (winner !== null) return [];
    const kept = profiles.flatMap((row) => {
      const cause = causeOf(row, facts, now);
      return cause === null ? [] : [{ row, cause }];
    });
    const [first] = kept.toSorted((a, b) => CAUSES.indexOf(a.cause) - CAUSES.indexOf(b.cause));
    const own = first === undefined || (first.cause === 'expired' && one);
    return [{ agent, profiles, row: own ? null : first.row, cause: own ? null : first.cause }];
  });
}

function causeOf(row: ProfileFacts, facts: Facts, now: number): Cause | null {
  const { rejected, order, health } = row;
  if (fieldFault(row) !== null) return 'fields';
  switch (rejected) {
    case 'excluded_by_auth_order':
      if (order === undefined || textFault(row, facts) !== null) return null;
      return order.from === 'config profiles' ? 'unlisted' : 'order';
    case 'setup_inactive':
      return 'inactive';
    case 'provider_mismatch':
      return 'provider';
    case 'mode_mismatch':
      return 'mode';
    case 'invalid_expires':
      return meantEnd(row, now) === 'past' ? 'expired' : 'unit';
    case 'expired':
      return health?.expiresIs === 'seconds' && meantEnd(row, now) === 'future' ? 'unit' : 'expired';
    default:
      return null;
  }
}

function meantEnd({ health }: ProfileFacts, now: number): 'past' | 'future' | 'unclear' {
  if (health?.expiresMeant === undefined) return 'unclear';
  return health.expiresMeant <= now ? 'past' : 'future';
}

const OWN_FIELD: Readonly<Record<string, string>> = { token: 'token', api_key: 'key', oauth: 'access' };

/** What of its fields is wrong, as half a sentence; null where they are right, or where it holds no secret at all. */
export function fieldFault({ type, rejected, health, reference }: ProfileFacts): string | null {
  if (health === undefined || reference !== undefined) return null;
  const { fields, field } = health;
  const [foreign] = fields.filter((name) => ['claudeAiOauth', 'refreshToken'].includes(name));
  if (field === null && foreign === undefined) return null;
  if (rejected === 'profile_missing') return 'has no field "provider"';
  if (rejected === null) return null;
  const own = OWN_FIELD[type];
  if (own === undefined) {
    return fields.includes('type') ? `has a type that OpenClaw does not know ("${type}")` : 'has no field "type"';
  }
  const right = type === 'oauth' ? ['access', 'refresh'] : [own];
  if (fields.some((name) => right.includes(name))) return null;
  return `is of the type ${type}, but its secret is in the field "${field ?? foreign}" instead of "${own}"`;
}

/** What is wrong with the text of a secret. */
export type TextFault = 'code' | 'whitespace' | 'kind' | 'short' | 'session' | 'paid' | 'in-api-key';

/** OpenClaw's own floor for a setup token (`paste-token` of 2026.4.25 and later); a whole one has 108 characters. */
const SHORTEST_TOKEN = 80;
const NEVER_RIGHT = ['admin key', 'refresh token', 'session key'];

export function textFault({ id, type, shape, health, fingerprint }: ProfileFacts, facts: Facts): TextFault | null {
  if (health === undefined || health.field !== OWN_FIELD[type] || shape === undefined) return null;
  if (shape === 'code') return 'code';
  if (health.blanks === 'spaces') return 'whitespace';
  if (type !== 'oauth' && NEVER_RIGHT.includes(shape)) return 'kind';
  // Another address than Anthropic's takes what it likes.
  const elsewhere = readConfig(facts)?.providers.some(({ id, baseUrl }) => id === 'anthropic' && baseUrl !== null);
  if (type === 'token' && (shape === 'url' || shape === 'other')) return elsewhere ? null : 'kind';
  if (shape === 'token' && health.length < SHORTEST_TOKEN) return 'short';
  const session =
    fingerprint !== undefined && claudeLogins(facts).some((login) => login.accessFingerprint === fingerprint);
  if (type === 'token' && session && id !== SYNCED_PROFILE) return 'session';
  if (type === 'token' && shape === 'api key') return 'paid';
  return type === 'api_key' && shape === 'token' ? 'in-api-key' : null;
}

function grouped(rows: readonly ProfileFacts[]): readonly Stored[] {
  const groups = new Map<string, ProfileFacts[]>();
  for (const row of rows) groups.set(row.id, [...(groups.get(row.id) ?? []), row]);
  return [...groups].map(([id, own]) => ({ id, agents: own.map(({ agent }) => agent), rows: own }));
}

/** `anthropic:default (main, lite)` */
export const nameOf = ({ id, agents }: Pick<Stored, 'id' | 'agents'>): string => `${id} (${several(agents)})`;
