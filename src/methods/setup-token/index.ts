import { cliAgents } from '../../facts/claude-agents.ts';
import type { Facts } from '../../facts/types.ts';
import { factValue } from '../../system/fact.ts';
import { openclawWords } from '../target.ts';
import type { Availability, Method } from '../types.ts';
import { checks } from './checks.ts';
import { renewable, setupTokenDefaults, tokenRefs } from './defaults.ts';
import { credentialDrift } from './drift.ts';
import { notice } from './notice.ts';
import { planSetupToken, tokenEnd } from './plan.ts';
import { setupTokenQuestions } from './questions.ts';
import { REFERENCE, unreadReference } from './reference.ts';
import { planRenewal } from './renewal.ts';

/** A one-year token made by `claude setup-token`, kept by OpenClaw in its own credential store. */
export const setupToken: Method = {
  ...setupTokenQuestions,
  title: 'Setup token',
  summary: 'one-year token, stored by OpenClaw',
  paysFrom: 'your plan limits (Anthropic may bill usage credits instead)',
  notice,
  availability,
  refs: tokenRefs,
  drift: credentialDrift,
  defaults: setupTokenDefaults,
  tokenEnd,
  storeRefusals: REFERENCE,
  storeWarnings: unreadReference,
  plan: planSetupToken,
  renewal: planRenewal,
  recognise,
  checks,
};

function availability(facts: Facts): Availability {
  return { ok: true, because: openclawWords(facts) };
}

/** A token profile that wins is one that works, whoever stored it. */
function recognise(facts: Facts): ReturnType<NonNullable<Method['recognise']>> {
  const profile = renewable(facts);
  // Claude Code may be the one that answers, whatever is stored.
  if (!profile?.wins || cliAgents(facts).some(({ isDefault }) => isDefault)) return null;
  const agents = (factValue(facts.profiles) ?? []).filter(({ id, wins }) => id === profile.id && wins);
  return {
    title: `A token under ${profile.id}, set up by hand`,
    agents: [...new Set(agents.map(({ agent }) => agent))],
    tokenEnds: profile.expires,
  };
}
