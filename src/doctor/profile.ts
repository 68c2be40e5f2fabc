import type { Facts } from '../facts/types.ts';
import { factValue } from '../system/fact.ts';
import { DAY_MS, plural } from '../text.ts';
import { credentialsInUse, firstEnd } from './claude-use.ts';
import { error, warning } from './types.ts';
import { SETUP, several, typedAfterNoAnswer } from './words.ts';

interface Without {
  readonly agents: readonly string[];
  /** What is wrong with each profile that they have. */
  readonly because: string;
}

/** Agents that use Claude and have nothing for it, by what is wrong. */
function without(facts: Facts): readonly Without[] {
  if (envCredential(facts)) return [];
  const seen = new Set((factValue(facts.profiles) ?? []).map(({ agent }) => agent));
  const generation = factValue(facts.release)?.generation;
  const inDatabase = generation === 'G2' || generation === 'G3';
  const groups = new Map<string, string[]>();
  for (const { agent, profiles, winner } of credentialsInUse(facts)) {
    // An agent with a database of its own: only the default agent's was asked about.
    if (winner !== null || (inDatabase && !seen.has(agent.id) && !agent.isDefault)) continue;
    const because = profiles.map((profile) => `${profile.id}: ${profile.rejected ?? 'not chosen'}`).join(', ');
    groups.set(because, [...(groups.get(because) ?? []), agent.id]);
  }
  return [...groups].map(([because, agents]) => ({ agents, because }));
}

function envCredential({ shadows }: Facts): boolean {
  const names = ['ANTHROPIC_OAUTH_TOKEN', 'ANTHROPIC_API_KEY'];
  return (factValue(shadows) ?? []).some(({ name, readers }) => readers.includes('OpenClaw') && names.includes(name));
}

/** Which credential each agent would use. */
export const profile = [
  error('profile.unknown', 'The stored credentials cannot be read', {
    code: 'profiles-unknown',
    needs: ['config'],
    detect: (_, { profiles }) => (profiles.known || profiles.reason === 'waiting' ? null : [profiles.detail]),
    explain: (says) => ({ says }),
    next: (_, facts) => typedAfterNoAnswer(facts, true),
  }),
  error('profile.agent-without', 'An agent uses Claude and has no credential that works', {
    code: 'no-credential',
    needs: ['config', 'profiles'],
    detect: (_, facts) => without(facts),
    explain: ({ agents, because }) => {
      const verb = agents.length === 1 ? 'uses Claude but has' : 'use Claude but have';
      return { says: `${several(agents)} ${verb} no credential that works${because ? ` (${because})` : ''}.` };
    },
    next: () => SETUP,
  }),
  warning('cooldown.profile', 'The credential in use cools down after errors', {
    code: 'cooldown',
    needs: ['config', 'profiles'],
    detect: (_, facts, now) =>
      credentialsInUse(facts).flatMap(({ winner }) => ((winner?.cooldownUntil ?? 0) > now && winner) || []),
    explain: ({ agent, id }) => ({ says: `${agent}: ${id} is cooling down after errors.` }),
    // It is stored: no command ends it (2026.7.1). This one tells until when.
    next: (_, facts) => typedAfterNoAnswer(facts, true),
  }),
  warning('token.ends-soon', 'A credential in use ends soon', {
    code: 'expiring',
    needs: ['config', 'profiles'],
    detect: (_, facts, now, { warnDays }) => {
      const left = (firstEnd(facts) ?? Number.POSITIVE_INFINITY) - now;
      return left < warnDays * DAY_MS ? [Math.max(0, Math.floor(left / DAY_MS))] : null;
    },
    explain: (days) => ({ says: `The credential ends in ${plural(days, 'day')}.` }),
    next: () => SETUP,
  }),
];
