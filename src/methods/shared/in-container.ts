import type { Facts } from '../../facts/types.ts';
import { factValue } from '../../system/fact.ts';
import type { Availability } from '../types.ts';

/** For a method that needs programs or ports of this machine: why an OpenClaw in a container has no use of them; else null. */
export function outOfReach(facts: Facts, what: string): Availability | null {
  const container = factValue(facts.state)?.container;
  if (container === undefined) return null;
  return { ok: false, because: `OpenClaw runs in the container ${container.name}, ${what}` };
}
