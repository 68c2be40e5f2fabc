import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** Tests that boot a service manager, or listen on the port that the proxy takes first: one at a time, nothing beside them. */
const SERVICES = [
  'test/proxy/gateway-unit.test.ts',
  'test/proxy/reminder.test.ts',
  'test/proxy/service-steps.test.ts',
  'test/proxy/services.test.ts',
  'test/real/docker-sync.test.ts',
  'test/real/older-guide.test.ts',
  'test/real/proxy.test.ts',
  'test/real/sync-unit.test.ts',
];

/** ms for one test or hook with real programs. A test that runs many of them says so itself (`MANY_PROGRAMS`). */
const REAL_MS = 300_000;

/** Unit tests that wait for a stand-in or a timeout leave room on two processors for a third file. */
const UNIT = { testTimeout: 180_000, hookTimeout: 180_000, maxWorkers: 3 };

export default defineConfig({
  test: {
    // Times are shown as the person's own.
    env: { TZ: 'UTC' },
    sequence: { sequencer: LongestFirst },
    reporters: [
      'default',
      './test/support/flaky-reporter.ts',
      ...(process.env.CLAWAUTH_MATRIX === '1' ? ['./test/support/matrix-reporter.ts'] : []),
    ],
    projects: [
      { test: { ...UNIT, name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { test: { ...UNIT, name: 'component', include: ['test/component/**/*.test.{ts,tsx}'] } },
      { test: { ...UNIT, name: 'screens', include: ['test/screens/**/*.test.ts'] } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/e2e-setup.ts'],
          retry: 1,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // The stand-ins take their time as the real programs do: one file keeps a third of a processor busy.
          maxWorkers: 5,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts', 'test/proxy/**/*.test.ts'],
          exclude: SERVICES,
          globalSetup: ['test/support/real-setup.ts'],
          retry: 1,
          testTimeout: REAL_MS,
          hookTimeout: REAL_MS,
          // Each has a home and ports of its own, and a real OpenClaw keeps no more than one processor busy.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'services',
          include: SERVICES,
          globalSetup: ['test/support/real-setup.ts'],
          retry: 1,
          testTimeout: REAL_MS,
          hookTimeout: REAL_MS,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
