import type { Facts } from '../../facts/types.ts';
import { factValue } from '../../system/fact.ts';
import { openclawUnready, openclawWords } from '../here.ts';
import type { Availability, Field, Method } from '../types.ts';
import { checks } from './checks.ts';
import { METHOD_ID, renewable, setupTokenDefaults, tokenRefs } from './defaults.ts';
import { credentialDrift } from './drift.ts';
import { notice } from './notice.ts';
import { planSetupToken, tokenEnd } from './plan.ts';
import { planRenewal } from './renewal.ts';

/** A one-year token made by `claude setup-token`, kept by OpenClaw in its own credential store. */
export const setupToken: Method = {
  id: METHOD_ID,
  title: 'Setup token',
  summary: 'one-year token, stored by OpenClaw',
  paysFrom: 'your plan limits (Anthropic may bill usage credits instead)',
  notice,
  needsToken: true,
  availability,
  fields,
  refs: tokenRefs,
  drift: credentialDrift,
  defaults: setupTokenDefaults,
  tokenEnd,
  plan: planSetupToken,
  renewal: planRenewal,
  recognise,
  checks,
};

function availability(facts: Facts): Availability {
  return openclawUnready(facts) ?? { ok: true, because: openclawWords(facts) };
}

/** A token profile that wins is one that works, whoever stored it. */
function recognise(facts: Facts): ReturnType<NonNullable<Method['recognise']>> {
  const profile = renewable(facts);
  if (!profile?.wins) return null;
  const agents = (factValue(facts.profiles) ?? []).filter(({ id, wins }) => id === profile.id && wins);
  return {
    title: `A token under ${profile.id}, set up by hand`,
    agents: [...new Set(agents.map(({ agent }) => agent))],
    tokenEnds: profile.expires,
  };
}

function fields(facts: Facts): readonly Field[] {
  const many = (factValue(facts.config)?.agents.length ?? 1) > 1;
  return [
    { key: 'token', flag: 'token-stdin', ask: 'The token of claude setup-token', secret: true },
    { key: 'role', flag: 'role', ask: 'What should OpenClaw use Claude for?' },
    ...(many ? [{ key: 'agents', flag: 'agent', ask: 'Which agents?' } as const] : []),
    { key: 'keepModel', flag: 'keep-model', ask: 'Which agents keep a model of their own?' },
    { key: 'primary', flag: 'primary', ask: 'Primary model' },
    { key: 'fallbacks', flag: 'fallback', ask: 'Fallback models' },
    { key: 'aliases', flag: 'alias', ask: 'Aliases' },
    { key: 'cron', flag: 'cron', ask: 'What else names the old bridge' },
    { key: 'tokenExpires', flag: 'token-expires', ask: 'When does the token end?' },
  ];
}
