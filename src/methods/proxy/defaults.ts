import { proxyServices } from '../../facts/own-proxy.ts';
import type { Facts } from '../../facts/types.ts';
import { factValue } from '../../system/fact.ts';
import { usualAnswers } from '../present-models.ts';
import type { Role } from '../types.ts';
import { proxyRef, proxyRefs, upstreamOf } from './models.ts';
import { METHOD_ID, type ProxyAnswers } from './questions.ts';

/** What is set up now, with what is missing filled in: a second run with these answers changes nothing. */
export function proxyDefaults(facts: Facts, role?: Role): ProxyAnswers {
  const services = factValue(facts.services);
  const refs = proxyRefs(factValue(facts.config) ?? { aliases: {}, providers: [] });
  const installed = proxyServices(services).length > 0;
  const byHand = services?.provider != null && !installed;
  return {
    // Claude Code's own names stand for whatever is newest. OpenClaw reads the key from the provider's block.
    ...usualAnswers(facts, METHOD_ID, { refs, first: proxyRef('opus'), offered: () => true }, role),
    upstream: (services && upstreamOf(services)) ?? 'direct',
    service: services?.manager.ok && !byHand ? 'install' : 'none',
    warm: services?.warm !== 0,
    gatewayNoRespawn: (services?.dropIn?.sha256 ?? null) !== null,
  };
}
