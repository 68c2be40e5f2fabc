import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DoctorCase, layCase } from '../../support/doctor-home.ts';
import { expectFixed, judged } from '../../support/doctor-judged.ts';
import { cases } from './cases/index.ts';

/** What a family of checks is about: of two faults about one thing, one can hide or stand in for the other. */
const PLACES: Readonly<Record<string, string>> = {
  ...{ token: 'store', profile: 'store', store: 'store', login: 'store', cooldown: 'store', cli: 'store' },
  ...{ model: 'models', proxy: 'models', config: 'store', env: 'store', sync: 'tools', files: 'permissions' },
  ...{ session: 'store', gateway: 'store', cron: 'models', log: 'log' },
};

/**
 * A configuration that is cut off tells nothing else; the credentials of agents that do not use Claude are not judged
 * before they do, nor what a release may ask for with a token before there is one: what is wrong there shows after such a
 * fix. A sign-in to Claude Code is a run of its own.
 */
const ALONE = [
  ...['config.cut-off', 'model.default-is-bridge', 'model.agent-on-bridge', 'proxy.disguise'],
  ...['proxy.base-url-ignored', 'model.needs-newer-client', 'proxy.claude-signed-out'],
];

interface Fault {
  readonly place: string;
  readonly one: DoctorCase & { readonly owes: NonNullable<DoctorCase['owes']> };
}

const faults = cases.flatMap((one): Fault[] => {
  const { owes, release } = one;

  if (owes === null || owes.level === 'info' || release !== '2026.2.17' || ALONE.includes(owes.id)) return [];
  const place = PLACES[owes.id.slice(0, owes.id.indexOf('.'))];
  return place === undefined || owes.fixes !== true ? [] : [{ place, one: { ...one, owes } }];
});

/** Two or three faults of different places. */
const combination = fc
  .uniqueArray(fc.constantFrom(...faults), { minLength: 2, maxLength: 3, selector: ({ place }) => place })
  .map((chosen) => chosen.map(({ one }) => one));

describe('several faults at once', () => {
  it('are all found or explained by one another, and fixed in one run', async () => {
    await fc.assert(
      fc.asyncProperty(combination, async (chosen) => {
        const together: DoctorCase = {
          title: chosen.map(({ title }) => title).join(' + '),
          release: '2026.2.17',
          lay: (home) => {
            for (const { lay } of chosen) lay(home);
          },
          ...(chosen.some(({ asks }) => asks) ? { asks: true as const } : {}),
          owes: null,
        };
        const { world, home, remove } = layCase(together);
        try {
          const { findings, explained } = await judged(world, together);
          const seen = new Set([...findings, ...explained].map(({ id }) => id));
          const owed = chosen.map(({ owes }) => owes.id);
          expect(owed.filter((id) => !seen.has(id))).toEqual([]);
          const fixable = findings.filter(({ repairs }) => repairs !== undefined).map(({ id }) => id);
          await expectFixed(world, home, together, [...new Set(fixable)]);
        } finally {
          remove();
        }
      }),
      { numRuns: 40, seed: 11 },
    );
  });
});
