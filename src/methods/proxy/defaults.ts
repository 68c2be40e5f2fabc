import type { Facts } from '../../facts/types.ts';
import { factValue } from '../../system/fact.ts';
import { aliasesFor, freeAgentId, presentModels } from '../present-models.ts';
import type { Answers } from '../types.ts';
import { proxyRef, proxyRefs, upstreamOf } from './models.ts';

export const METHOD_ID = 'proxy';

/** What is set up now, with what is missing filled in: a second run with these answers changes nothing. */
export function proxyDefaults(facts: Facts): Answers {
  const config = factValue(facts.config);
  const services = factValue(facts.services);
  const refs = proxyRefs(config ?? { aliases: {}, providers: [] });
  const present = config ? presentModels(config, refs) : {};
  const primary = present.primary ?? proxyRef('opus');
  const installed = services?.ours.some(({ sha256 }) => sha256 !== null) ?? false;
  const byHand = services?.keyInConfig === true && !installed;
  return {
    schema: 1,
    method: METHOD_ID,
    role: present.role ?? 'everything',
    agents: [],
    newAgent: freeAgentId(config),
    primary,
    fallbacks: [...(present.fallbacks ?? [proxyRef('sonnet')])].filter((ref) => ref !== primary),
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
