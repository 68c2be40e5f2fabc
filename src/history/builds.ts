import type { Builds } from '../engine/types.ts';

/** How the runs of clawauth-setup build on each other. */
export const builds: Builds = {
  /** A run of the same method, or one that keeps that method as its fallback. */
  on: (newer, { about: { method } }) =>
    typeof method === 'string' && (newer.about.method === method || newer.about.keeps === method),
  /** One that set a method up; others (the reminder) only add to it. */
  whole: ({ about }) => about.answers !== undefined,
};
