import { providerOf, resolveAlias } from '../openclaw/bridge.ts';
import { factValue } from '../system/fact.ts';
import { PROXY_PROVIDER } from './services.ts';
import type { Facts } from './types.ts';

/** Whether a ref (or alias) is answered by our own proxy, set up with the key that it takes. */
export function isOwnProxy(ref: string | null, facts: Facts): boolean {
  const config = factValue(facts.config);
  if (ref === null || config === undefined || factValue(facts.services)?.keyInConfig !== true) return false;
  return providerOf(resolveAlias(ref, config)) === PROXY_PROVIDER;
}
