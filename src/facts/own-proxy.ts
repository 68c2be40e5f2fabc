import { isBridgeRef, providerOf, resolveAlias } from '../openclaw/bridge.ts';
import { factValue } from '../system/fact.ts';
import { PROXY_PROVIDER } from './services.ts';
import type { Facts } from './types.ts';

/** Whether a ref (or alias) is answered by our own proxy, set up with the key that it takes. */
export function isOwnProxy(ref: string | null, facts: Facts): boolean {
  const config = factValue(facts.config);
  if (ref === null || config === undefined || factValue(facts.services)?.keyInConfig !== true) return false;
  return providerOf(resolveAlias(ref, config)) === PROXY_PROVIDER;
}

/** The default model: as OpenClaw resolves it, else as the configuration names it. */
export function defaultModel({ modelsStatus, config }: Facts): string | null {
  return factValue(modelsStatus)?.resolvedDefault ?? factValue(config)?.primary ?? null;
}

/** Whether a ref (or alias) goes through a bridge that is not our own proxy. */
export function isBridged(ref: string | null, facts: Facts): boolean {
  const config = factValue(facts.config);
  return ref !== null && config !== undefined && isBridgeRef(ref, config) && !isOwnProxy(ref, facts);
}
