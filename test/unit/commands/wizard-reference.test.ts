import { expect, test } from 'vitest';
import { signInOrRefusal } from '../../../src/commands/wizard-sign-in.ts';
import type { SignInView } from '../../../src/wizard/services.ts';
import { factsFor } from '../../support/facts-for.ts';
import { tempWorld } from '../../support/temp-world.ts';

test('nobody signs in for a token that could not be stored', async () => {
  const temp = tempWorld();
  const facts = await factsFor({
    version: '2026.9.6',
    config: '{}',
    profiles: [{ reference: 'env MY_TOKEN', masked: null }],
  });
  const views: SignInView[] = [];
  signInOrRefusal(temp.world, facts, (view) => views.push(view));
  expect(views).toEqual([
    { state: 'failed', problem: expect.objectContaining({ code: 'profile-is-reference', next: expect.any(String) }) },
  ]);
  const fine = await factsFor({ version: '2026.9.6', config: '{}', profiles: [{}] });
  signInOrRefusal(temp.world, fine, (view) => views.push(view));
  expect(views[1]).toMatchObject({ problem: { code: 'claude-missing' } });
  temp.remove();
});
