import { expect, test } from 'vitest';
import { recordFor, type Switch } from '../../../src/history/switch.ts';
import { proxy } from '../../../src/methods/proxy/index.ts';
import { setupToken } from '../../../src/methods/setup-token/index.ts';
import { factsFor } from '../../support/facts-for.ts';

test('a run is called by its way, whom it is for, and what it replaced', async () => {
  const facts = await factsFor({ version: '2026.4.29', config: '{}' });
  const from = ({ id, title }: { readonly id: string; readonly title: string }) => ({ from: { id, title } }) as Switch;
  const titleFor = (...of: Parameters<typeof recordFor>) => recordFor(...of).title;
  const toProxy = { ...proxy.defaults(facts), method: 'proxy', agents: [] };
  const toToken = { ...setupToken.defaults(facts), method: 'setup-token', agents: ['main', 'lite'] };
  expect(titleFor(toProxy, null)).toBe('Proxy for all agents');
  expect(titleFor(toProxy, from(setupToken))).toBe('Proxy instead of the setup token, for all agents');
  expect(titleFor(toToken, from(proxy))).toBe('Setup token instead of the proxy, for main, lite');
  expect(titleFor({ ...toProxy, keepOld: true }, from(setupToken))).toBe(
    'Proxy for all agents, the setup token kept behind it',
  );
  expect(titleFor({ ...toToken, role: 'agent', newAgent: 'claude' }, null)).toBe('Setup token for claude');
});
