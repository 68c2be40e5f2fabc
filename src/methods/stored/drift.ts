import type { Facts } from '../../facts/types.ts';
import { factValue } from '../../system/fact.ts';
import type { Answers, Drift } from '../types.ts';
import { drift as words } from './words.ts';

/** `noun`: what is stored. Only what was seen: a database tells about the one agent that was asked for. */
export function credentialDrift(noun: string, answers: Answers, facts: Facts): readonly Drift[] {
  const profiles = factValue(facts.profiles);
  if (profiles === undefined) return [];
  const anthropic = profiles.filter(({ provider }) => provider === 'anthropic');
  const { profileId } = answers;
  if (!anthropic.some(({ id }) => id === profileId)) {
    return [{ what: 'credential', says: words.gone(noun, profileId), was: profileId, now: null }];
  }
  const winner = anthropic.find(({ wins }) => wins)?.id ?? null;
  if (winner === profileId || anthropic.some(({ id, wins }) => id === profileId && wins)) return [];
  const says = words.other(winner ?? 'no credential', profileId);
  return [{ what: 'credential', says, was: profileId, now: winner }];
}
