import { expect, it } from 'vitest';
import { judge } from '../../../src/doctor/index.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { known } from '../../../src/system/fact.ts';
import { layCase, NOW } from '../../support/doctor-home.ts';
import { session } from './cases/session.ts';

it.each([true, false])('takes a pin out of a list of chats only while no gateway runs (runs: %s)', async (running) => {
  const [pinned] = session;
  if (pinned === undefined) throw new Error('the first case is a pinned chat');
  const { world, remove } = layCase(pinned);
  try {
    const facts = await gatherFacts(world, { slow: false });
    const gateway = known({ running, port: 28_990, unit: null, manager: 'none' } as const, 'the port');
    const found = judge({ ...facts, gateway }, NOW).findings.find(({ id }) => id === 'session.model-pin');
    expect(found?.next).toMatch(running ? /^\/model default$/ : /--fix/);
    expect(found?.repairs === undefined).toBe(running);
  } finally {
    remove();
  }
});
