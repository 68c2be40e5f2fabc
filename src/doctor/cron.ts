import { warning } from './types.ts';
import { several, typed } from './words.ts';

/** Jobs that OpenClaw runs by itself. */
export const cron = [
  warning('cron.failing', 'Cron jobs keep failing', {
    needs: ['cron'],
    detect: ({ cron }) => {
      const failing = cron.jobs.filter((job) => job.enabled && job.consecutiveErrors > 0).map(({ name }) => name);
      return failing.length > 0 ? [failing] : null;
    },
    explain: (names) => ({
      says: `${names.length} cron ${names.length === 1 ? 'job keeps' : 'jobs keep'} failing: ${several(names)}.`,
    }),
    next: (_, facts) => typed(facts, 'cron', 'list'),
  }),
];
