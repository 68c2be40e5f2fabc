import { expect, it } from 'vitest';
import { layCase } from '../../support/doctor-home.ts';
import { judged } from '../../support/doctor-judged.ts';
import { differs } from './cases/differs.ts';

// What is only worth knowing counts for nothing in the other cases: here it does.
it.each(differs.map((one) => [one.title, one] as const))('%s: that, and no other difference', async (_, one) => {
  const { world, remove } = layCase(one);
  try {
    const { findings } = await judged(world, one);
    const ids = findings
      .map(({ id }) => id)
      .filter((id) => ['model.told-otherwise', 'profile.passed-over'].includes(id));
    expect(ids).toEqual(one.owes === null ? [] : [one.owes.id]);
  } finally {
    remove();
  }
});
