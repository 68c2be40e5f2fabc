import { mkdirSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import type { SignInView } from '../../../components/services.ts';
import { signInOrRefusal } from '../../../src/commands/wizard-sign-in.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { type FactsInput, factsFor } from '../../support/facts-for.ts';
import { until } from '../../support/processes.ts';
import { tempWorld } from '../../support/temp-world.ts';

const temp = tempWorld();
afterAll(() => temp.remove());

/** The code that the sign-in fails with; without anything in its way it gets as far as to miss Claude Code. */
async function codeFor(profile: NonNullable<FactsInput['profiles']>[number], change?: (facts: Facts) => void) {
  const facts = await factsFor({ version: '2026.4.29', config: '{}', profiles: [profile] });
  change?.(facts);
  const views: SignInView[] = [];
  signInOrRefusal(temp.world, facts, 'setup-token', (view) => views.push(view));
  await until(() => views.length > 0);
  return views.map((view) => (view.state === 'failed' ? view.problem.code : view.state));
}

/** Agents' folders below `state`. */
const movedTo = (state: string) => (facts: Facts) => {
  if (facts.state.known) Object.assign(facts.state.value, { stateDir: state, realStateDir: state });
  if (facts.config.known)
    for (const agent of facts.config.value.agents) Object.assign(agent, { agentDir: `${state}/agent` });
};

test('nobody signs in for a token that could not be stored', async () => {
  expect(await codeFor({}, movedTo(temp.path('fine')))).toEqual(['claude-missing']);
  expect(await codeFor({ reference: 'env MY_TOKEN', masked: null })).toEqual(['profile-is-reference']);
  mkdirSync(temp.path('odd/agent/auth-profiles.json'), { recursive: true });
  expect(await codeFor({}, movedTo(temp.path('odd')))).toEqual(['not-a-file']);
});
