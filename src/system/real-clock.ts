import { setTimeout as sleep } from 'node:timers/promises';
import { Cancelled } from './problem.ts';
import type { Clock } from './world.ts';

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    sleep(ms, undefined, { signal }).catch(() => {
      throw new Cancelled();
    }),
};
