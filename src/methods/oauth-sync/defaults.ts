import type { Facts } from '../../facts/types.ts';
import { SYNCED_PROFILE } from '../../openclaw/profile-health.ts';
import { claudeDefaults } from '../shared/claude.ts';
import type { Answers, Role } from '../types.ts';
import { METHOD_ID } from './questions.ts';

/** What is set up now, with what is missing filled in: a second run with these answers changes nothing. */
export function oauthSyncDefaults(facts: Facts, role?: Role): Answers {
  // It ends every few hours, and is no end that a person has to know of.
  return { ...claudeDefaults(facts, METHOD_ID, role), profileId: SYNCED_PROFILE, tokenExpires: null };
}
