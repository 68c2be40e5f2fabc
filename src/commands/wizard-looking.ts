import type { Looking } from '../../components/services.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { World } from '../system/world.ts';

/**
 * The part of the wizard's services that looks around: all that the first screen waits for, and loaded first. `onDisk` is
 * called once what lies on disk has been read.
 */
export function lookingAround(world: World, onDisk: () => void = () => {}): Looking {
  return {
    gatherFacts(told, signal) {
      const onFact: typeof told = (name, fact) => {
        told(name, fact);
        // The hashes of what was read come last.
        if (name === 'files') onDisk();
      };
      return gatherFacts(world, { signal, slow: true, onFact }).finally(onDisk);
    },
  };
}
