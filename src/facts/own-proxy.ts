import { providerOf, resolveAlias } from '../openclaw/bridge.ts';
import { factValue } from '../system/fact.ts';
import type { Facts } from './types.ts';

/** Whether a ref (or alias) is answered by our own proxy, set up with the key that it takes. */
export function isOwnProxy(ref: string | null, facts: Facts): boolean {
  const config = factValue(facts.config);
  const id = factValue(facts.services)?.provider?.id;
  return (
    ref !== null &&
    config !== undefined &&
    id !== undefined &&
    providerOf(resolveAlias(ref, config)) === id.toLowerCase()
  );
}
