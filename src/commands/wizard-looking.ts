import type { Looking } from '../../components/services.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { World } from '../system/world.ts';

/** The part of the wizard's services that looks around: all that the first screen waits for, and loaded first. */
export function lookingAround(world: World): Looking {
  return { gatherFacts: (onFact, signal) => gatherFacts(world, { signal, slow: true, onFact }) };
}
