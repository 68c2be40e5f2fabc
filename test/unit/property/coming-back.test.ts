import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { ComingBack, happening } from '../../support/coming-back.ts';

vi.setConfig({ testTimeout: 600_000 });

const RUNS = Number(process.env.CLAWAUTH_SEQUENCES ?? 40);

test('an uninstall leaves what the person alone would have, whatever happened before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 9 }), async (happenings) => {
      const machine = new ComingBack();
      try {
        for (const one of happenings) {
          await machine.happens(one);
          machine.check();
        }
        await machine.uninstall();
        machine.check();
        machine.checkGone();
        await machine.uninstall();
        machine.checkGone();
      } finally {
        machine.remove();
      }
    }),
    { numRuns: RUNS },
  );
});

test('finds what would be left', async () => {
  const machine = new ComingBack();
  try {
    await machine.happens({ do: 'apply', as: 'everything', primary: 'anthropic/claude-opus-5' });
    expect(() => machine.checkGone()).toThrow(/not as if we had never come/);
    await machine.happens({ do: 'undo' });
    machine.checkGone();
  } finally {
    machine.remove();
  }
});
