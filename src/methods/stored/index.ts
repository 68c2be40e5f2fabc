import { cliAgents } from '../../facts/claude-agents.ts';
import type { Facts } from '../../facts/types.ts';
import { factValue } from '../../system/fact.ts';
import { capital } from '../../text.ts';
import type { StoringMethod } from '../question.ts';
import { claudeRefs } from '../shared/claude.ts';
import { openclawWords } from '../target.ts';
import type { Method } from '../types.ts';
import { storedChecks } from './checks.ts';
import { renewable, storedDefaults } from './defaults.ts';
import { credentialDrift } from './drift.ts';
import { planStored, storedEnd } from './plan.ts';
import { REFERENCE, unreadReference } from './reference.ts';
import { planRenewal } from './renewal.ts';
import { detected as words } from './words.ts';

type Shared = Omit<Method, 'title' | 'summary' | 'paysFrom' | 'notice' | 'readSecret'>;

/** What is the same of every way whose credential lies in OpenClaw's own store. */
export function storedBy(way: StoringMethod): Shared {
  return {
    ...way,
    availability: (facts) => ({ ok: true, because: openclawWords(facts) }),
    refs: claudeRefs,
    drift: (answers, facts) => credentialDrift(way.secret.noun, answers, facts),
    defaults: (facts, role) => storedDefaults(way, facts, role),
    tokenEnd: (facts, answers, options = {}) => storedEnd(way, facts, answers, options),
    storeRefusals: REFERENCE,
    storeWarnings: (facts, answers) => unreadReference(way, facts, answers),
    plan: (facts, answers, options = {}) => planStored(way, facts, answers, options),
    renewal: (facts, answers, options = {}) => planRenewal(way, facts, answers, options),
    recognise: (facts) => recognise(way, facts),
    checks: (facts, answers) => storedChecks(way.secret, facts, answers),
  };
}

/** A profile that wins is one that works, whoever stored it. */
function recognise(way: StoringMethod, facts: Facts): ReturnType<NonNullable<Method['recognise']>> {
  const profile = renewable(way, facts);
  // Claude Code may be the one that answers, whatever is stored.
  if (!profile?.wins || cliAgents(facts).some(({ isDefault }) => isDefault)) return null;
  const agents = (factValue(facts.profiles) ?? []).filter(({ id, wins }) => id === profile.id && wins);
  return {
    title: words.byHand(capital(way.secret.one), profile.id),
    agents: [...new Set(agents.map(({ agent }) => agent))],
    tokenEnds: profile.expires,
  };
}
