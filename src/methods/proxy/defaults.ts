import type { Facts } from '../../facts/types.ts';
import { factValue } from '../../system/fact.ts';
import { aliasesFor, freeAgentId, presentModels } from '../present-models.ts';
import type { Role } from '../types.ts';
import { proxyRef, proxyRefs, upstreamOf } from './models.ts';
import { METHOD_ID, type ProxyAnswers } from './questions.ts';

/** What is set up now, with what is missing filled in: a second run with these answers changes nothing. */
export function proxyDefaults(facts: Facts, role?: Role): ProxyAnswers {
  const config = factValue(facts.config);
  const services = factValue(facts.services);
  const refs = proxyRefs(config ?? { aliases: {}, providers: [] });
  // Claude Code's own names stand for whatever is newest.
  const models = presentModels(config, refs, { first: proxyRef('opus'), offered: () => true }, role);
  const installed = services?.ours.some(({ sha256 }) => sha256 !== null) ?? false;
  const byHand = services?.provider != null && !installed;
  return {
    schema: 1,
    method: METHOD_ID,
    ...models,
    agents: [],
    newAgent: freeAgentId(config),
    aliases: config ? aliasesFor(config, refs, factValue(facts.release)?.version ?? '') : {},
    cron: 'claude',
    cronModel: '',
    keepModel: [],
    // No credential is stored: OpenClaw reads the key from the provider's block.
    profileId: '',
    tokenExpires: null,
    restartGateway: true,
    doctorFix: false,
    liveCheck: false,
    upstream: (services && upstreamOf(services)) ?? 'direct',
    service: services?.manager.ok && !byHand ? 'install' : 'none',
    gatewayNoRespawn: (services?.dropIn?.sha256 ?? null) !== null,
    keepOld: false,
  };
}
