import type { Facts } from '../../facts/types.ts';
import type { ProfileFacts } from '../../openclaw/records.ts';
import { factValue } from '../../system/fact.ts';
import type { StoringMethod } from '../question.ts';
import { claudeDefaults } from '../shared/claude.ts';
import type { Answers, Role } from '../types.ts';

/** What is set up now, with what is missing filled in: a second run with these answers changes nothing. */
export function storedDefaults(way: StoringMethod, facts: Facts, role?: Role): Answers {
  const profile = renewable(way, facts);
  return {
    ...claudeDefaults(facts, way.id, role),
    profileId: profile?.id ?? freeProfileId(way, facts),
    tokenExpires: profile?.expires ?? null,
    doctorFix: (factValue(facts.strayStores) ?? []).length > 0,
  };
}

/** The profile that a new secret belongs into: the winning Anthropic profile of its type, else any. */
export function renewable({ secret }: StoringMethod, facts: Facts): ProfileFacts | undefined {
  const own = (factValue(facts.profiles) ?? []).filter(
    (profile) => profile.provider === 'anthropic' && profile.type === secret.type,
  );
  return own.find((profile) => profile.wins) ?? own.find((profile) => profile.id === 'anthropic:default') ?? own[0];
}

/** A name that no key or login of another type has: it is not ours to overwrite. */
function freeProfileId({ id, secret }: StoringMethod, facts: Facts): string {
  const taken = new Set((factValue(facts.profiles) ?? []).map((profile) => profile.id));
  const own = `anthropic:${id}`;
  return [secret.profile, own, `${own}-2`].find((name) => !taken.has(name)) ?? `${own}-3`;
}
