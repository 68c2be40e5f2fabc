import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bag } from '../../../src/normalizer/bag.ts';

test('holds what was put in and not taken out, whatever the order', () => {
  const moves = fc.array(fc.record({ member: fc.nat(9), add: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(moves, (all) => {
      const members = Array.from({ length: 10 }, (_, n) => ({ n, slot: -1 }));
      const bag = new Bag<(typeof members)[number]>();
      const wanted = new Set<number>();
      for (const { member: n, add } of all) {
        const member = members[n] as (typeof members)[number];
        if (!add) bag.delete(member);
        else if (!wanted.has(n)) bag.add(member);
        if (add) wanted.add(n);
        else wanted.delete(n);
        expect(bag.size).toBe(wanted.size);
        expect(new Set(bag.all().map((one) => one.n))).toEqual(wanted);
      }
    }),
  );
});

test('gives all that were in it, also when they go meanwhile', () => {
  const bag = new Bag<{ slot: number }>();
  for (let n = 0; n < 5; n += 1) bag.add({ slot: -1 });
  let seen = 0;
  for (const member of bag.all()) {
    bag.delete(member);
    seen += 1;
  }
  expect([seen, bag.size]).toEqual([5, 0]);
});
