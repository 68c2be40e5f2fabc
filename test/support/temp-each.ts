import { afterEach, beforeEach } from 'vitest';
import { type TempWorld, tempWorld } from './temp-world.ts';

/** A {@link tempWorld} of its own for every test of the file that calls this; `renew` makes another one within a test. */
export function tempEach(...options: Parameters<typeof tempWorld>): TempWorld & { renew(): void } {
  let now: TempWorld;
  beforeEach(() => {
    now = tempWorld(...options);
  });
  afterEach(() => now.remove());
  return {
    get world() {
      return now.world;
    },
    get home() {
      return now.home;
    },
    path: (...name) => now.path(...name),
    write: (...file) => now.write(...file),
    remove: () => now.remove(),
    renew() {
      now.remove();
      now = tempWorld(...options);
    },
  };
}
