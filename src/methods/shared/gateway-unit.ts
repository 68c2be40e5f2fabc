import type { Facts, GatewayUnitFacts } from '../../facts/types.ts';
import { factValue } from '../../system/fact.ts';

/** The service that runs the gateway. */
export function gatewayUnit({ gateway, gatewayUnits }: Facts): GatewayUnitFacts | undefined {
  const name = factValue(gateway)?.unit;
  return factValue(gatewayUnits)?.units.find((unit) => unit.name === name);
}
