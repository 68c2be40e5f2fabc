import { factValue } from '../system/fact.ts';
import { check } from './types.ts';
import { several, typed } from './words.ts';

/** Jobs that OpenClaw runs by itself. */
export const cron = [
  check<readonly string[]>({
    id: 'cron.failing',
    title: 'Cron jobs keep failing',
    severity: 'warning',
    needs: ['cron'],
    detect: ({ cron }) => {
      const jobs = factValue(cron)?.jobs ?? [];
      const failing = jobs.filter((job) => job.enabled && job.consecutiveErrors > 0).map(({ name }) => name);
      return failing.length > 0 ? [failing] : null;
    },
    explain: (names) => ({
      says: `${names.length} cron ${names.length === 1 ? 'job keeps' : 'jobs keep'} failing: ${several(names)}.`,
    }),
    next: (_, facts) => typed(facts, 'cron', 'list'),
  }),
];
