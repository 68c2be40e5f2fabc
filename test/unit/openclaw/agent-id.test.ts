import fc from 'fast-check';
import { expect, it } from 'vitest';
import { agentIdOf, isAgentId } from '../../../src/openclaw/agent-id.ts';

it.each([
  ['main', 'main'],
  ['Work Bot', 'work-bot'],
  ['../../.ssh', 'ssh'],
  ['  Lite ', 'lite'],
  ['a.b/c\\d', 'a-b-c-d'],
  ['--x--', 'x'],
  ['_x', '_x'],
  ['Ünï', 'n'],
  ['...', 'main'],
  ['', 'main'],
  ['x'.repeat(70), 'x'.repeat(64)],
])('OpenClaw makes an id of %j', (name, id) => {
  expect(agentIdOf(name)).toBe(id);
});

it('is a folder of its own, and stays what it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (name) => {
      const id = agentIdOf(name);
      expect(id).toMatch(/^[a-z0-9_-]{1,64}$/);
      expect(isAgentId(name)).toBe(name === id);
    }),
  );
});
