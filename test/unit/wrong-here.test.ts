import { expect, it } from 'vitest';
import { initialState } from '../../components/state.ts';
import { wrongOf } from '../../components/wrong.ts';
import { withRefresher } from '../support/canned-beside.ts';

it('what is wrong is told with commands that run where the wizard was started', () => {
  const facts = withRefresher();
  const told = (options: object) =>
    wrongOf({ ...initialState({ version: '1.0.0', ...options }), facts, gathered: true }).flatMap(
      ({ next }) => next ?? [],
    );
  expect(told({})).toContainEqual(expect.stringMatching(/^clawauth-setup doctor --fix/));
  for (const next of told({ launcher: 'npx clawauth-setup' })) expect(next).toMatch(/^(npx clawauth-setup|openclaw) /);
  for (const next of told({ sandbox: '/tmp/sandbox' }))
    expect(next).toMatch(/^(clawauth-setup .*--sandbox-at \/tmp\/sandbox|\/tmp\/sandbox\/bin\/openclaw) ?/);
});
