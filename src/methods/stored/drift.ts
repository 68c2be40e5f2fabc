import type { Facts } from '../../facts/types.ts';
import { factValue } from '../../system/fact.ts';
import type { Answers, Drift } from '../types.ts';

/** `noun`: what is stored. Only what was seen: a database tells about the one agent that was asked for. */
export function credentialDrift(noun: string, answers: Answers, facts: Facts): readonly Drift[] {
  const profiles = factValue(facts.profiles);
  if (profiles === undefined) return [];
  const anthropic = profiles.filter(({ provider }) => provider === 'anthropic');
  const { profileId } = answers;
  if (!anthropic.some(({ id }) => id === profileId)) {
    return [{ what: 'credential', says: `The ${noun} under ${profileId} is gone.`, was: profileId, now: null }];
  }
  const winner = anthropic.find(({ wins }) => wins)?.id ?? null;
  if (winner === profileId || anthropic.some(({ id, wins }) => id === profileId && wins)) return [];
  const says = `OpenClaw uses ${winner ?? 'no credential'} instead of ${profileId}.`;
  return [{ what: 'credential', says, was: profileId, now: winner }];
}
