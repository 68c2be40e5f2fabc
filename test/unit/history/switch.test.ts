import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { StandingStep } from '../../../src/engine/index.ts';
import type { Action } from '../../../src/engine/types.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { planSwitch, type Switch, switchAnswers } from '../../../src/history/switch.ts';
import { phaseOf } from '../../../src/methods/phases.ts';
import { proxy } from '../../../src/methods/proxy/index.ts';
import { setupToken } from '../../../src/methods/setup-token/index.ts';
import { jobsWithout } from '../../../src/openclaw/cron-steps.ts';
import { known } from '../../../src/system/fact.ts';
import { withFiles } from '../../../src/system/overlay.ts';
import { type FactsInput, factsFor, STATE } from '../../support/facts-for.ts';
import { tempWorld } from '../../support/temp-world.ts';

const CLAUDE = { path: '/usr/bin/claude', realPath: '/usr/bin/claude', version: '2.1.329', wins: true };
const BRIDGE = `'claude-bridge': { baseUrl: 'http://127.0.0.1:3456/v1', models: [{ id: 'claude-opus-4', name: 'x' }] }`;
const CONFIG = `{ agents: { defaults: { model: { primary: 'claude-bridge/claude-opus-4' } }, list: [{ id: 'main', default: true }, { id: 'lite' }] }, models: { providers: { ${BRIDGE} } } }`;
const CONFIG_FILE = `${STATE}/openclaw.json`;

async function factsOf(input: Partial<FactsInput> = {}): Promise<Facts> {
  const facts = await factsFor({ version: '2026.4.29', config: CONFIG, gateway: true, ...input });
  return {
    ...facts,
    claude: known([CLAUDE], 'PATH'),
    claudeSignIn: known({ loggedIn: true, authMethod: 'claude.ai', plan: 'max' }, 'told'),
    files: known({ [CONFIG_FILE]: 'before' }, 'read'),
  };
}

/** As the steps of one run stand: last first. */
const standing = (actions: readonly Action[]): StandingStep[] =>
  actions.map((action, step) => ({ action, take: { run: 'old', step } })).reverse();

async function change(old: readonly Action[], input: Partial<FactsInput> = {}): Promise<Switch> {
  const without = await factsOf(input);
  return {
    from: { id: 'old', title: 'The old way' },
    facts: { ...without, files: known({ [CONFIG_FILE]: 'now' }, 'read') },
    without,
    old: standing(old),
    oldPrimary: 'anthropic/claude-opus-5',
    carried: {},
    world: tempWorld().world,
    left: [],
    now: {},
  };
}

async function tokenSteps(input: Partial<FactsInput> = {}): Promise<readonly Action[]> {
  const facts = await factsOf(input);
  return setupToken.plan(facts, setupToken.defaults(facts), { hasSecret: true });
}

/** `-id` for what is taken back, `(-id)` for what is only counted as taken back. */
function order({ actions, takes }: ReturnType<typeof planSwitch>): string[] {
  return actions.map(({ id }, index) => {
    const take = takes?.[index] ?? null;
    return take === null ? id : take.quiet === true ? `(-${id})` : `-${id}`;
  });
}

test('from the token to the proxy: services first, the token last, one restart', async () => {
  const to = await change(await tokenSteps());
  const plan = planSwitch(to, switchAnswers(to, 'proxy', {}));
  expect(order(plan)).toEqual([
    'gateway-after-undo',
    'proxy-key',
    'proxy-runtime',
    'service-normalizer',
    '-use-claude',
    'proxy-provider',
    'use-claude',
    '-store-token-lite',
    '-store-token-main',
    'gateway-restart',
    '(-gateway-restart)',
    '(-gateway-after-undo)',
  ]);
  // Compared with what lies there now, not with what it would be without the old way.
  expect(plan.madeFrom[CONFIG_FILE]).toBe('now');
});

test('from the proxy to the token: the token is stored before the proxy goes', async () => {
  const facts = await factsOf();
  const to = await change(proxy.plan(facts, proxy.defaults(facts)));
  const plan = planSwitch(to, switchAnswers(to, 'setup-token', {}), { hasSecret: true });
  const ids = order(plan);
  const at = (id: string) => ids.indexOf(id);
  expect(at('store-token-main')).toBeLessThan(at('-use-claude'));
  expect(at('-use-claude')).toBeLessThan(at('-proxy-provider'));
  expect(at('-proxy-provider')).toBeLessThan(at('use-claude'));
  expect(at('use-claude')).toBeLessThan(at('-service-normalizer'));
  expect(at('-service-normalizer')).toBeLessThan(at('-proxy-runtime'));
  expect(ids.filter((id) => /^-?gateway/.test(id))).toEqual(['gateway-after-undo', 'gateway-restart']);
  // The receipts of later releases tell steps apart by run and place; what is only counted never stands in between.
  expect(ids.findIndex((id) => id.startsWith('('))).toBeGreaterThan(at('gateway-restart'));
});

// From 2026.6.1 on OpenClaw's own program stores both, and it names in an order whatever it still finds declared.
test.each(['2026.2.17', '2026.6.1', '2026.9.6'])(
  'from the token to the key with OpenClaw %s: the token is out before the key comes',
  async (version) => {
    const to = await change(await tokenSteps({ version }), { version });
    const ids = order(planSwitch(to, switchAnswers(to, 'api-key', {}), { hasSecret: true }));
    expect(ids.indexOf('-use-claude')).toBeLessThan(ids.indexOf('-store-token-main'));
    expect(ids.indexOf('-store-token-main')).toBeLessThan(ids.indexOf('store-key-main'));
    expect(ids.indexOf('store-key-main')).toBeLessThan(ids.indexOf('use-claude'));
  },
);

// Planned from what is left when both are gone: the allowlist that 2026.9.6 makes of the models goes only before others come.
test.each(['proxy', 'claude-cli'])(
  'from the token to %s with OpenClaw 2026.9.6: in the config as in an undo',
  async (id) => {
    const to = await change(await tokenSteps({ version: '2026.9.6' }), { version: '2026.9.6' });
    const ids = order(planSwitch(to, switchAnswers(to, id, {})));
    expect(ids.indexOf('-use-claude')).toBeLessThan(ids.indexOf('-store-token-main'));
    expect(ids.indexOf('-store-token-main')).toBeLessThan(ids.indexOf('use-claude'));
  },
);

test('restarts the gateway for the old way where nothing of the new one does, unless told not to', async () => {
  const old = await tokenSteps();
  const to = await change(old, { gateway: false });
  expect(order(planSwitch(to, switchAnswers(to, 'proxy', {}))).at(-1)).toBe('-gateway-after-undo');
  const never = planSwitch(to, switchAnswers(to, 'proxy', { restartGateway: false }));
  expect(order(never).filter((id) => id.startsWith('-gateway'))).toEqual([]);
});

test('keeps the old way behind the new one when told to', async () => {
  const to = await change(await tokenSteps());
  const answers = switchAnswers(to, 'proxy', { keepOld: true });
  expect(answers.fallbacks[0]).toBe('anthropic/claude-opus-5');
  const plan = planSwitch(to, answers);
  expect(plan.takes).toBeUndefined();
  expect(order(plan)).toContain('service-normalizer');
});

test('starts from the answers of the last time, and from flags before those', async () => {
  const to: Switch = { ...(await change([])), carried: { role: 'fallback', primary: 'claude-max-proxy/haiku' } };
  expect(switchAnswers(to, 'proxy', {})).toMatchObject({ role: 'fallback', primary: 'claude-max-proxy/haiku' });
  expect(switchAnswers(to, 'proxy', { role: 'everything' })).toMatchObject({ method: 'proxy', role: 'everything' });
});

test('every step of both ways has its place', async () => {
  const facts = await factsOf();
  const all = [...(await tokenSteps()), ...proxy.plan(facts, proxy.defaults(facts))];
  const places = Object.fromEntries(all.map((action) => [action.id, phaseOf(action)]));
  expect(places).toMatchObject({
    'gateway-after-undo': 'first',
    'store-token-main': 'bring',
    'service-normalizer': 'bring',
    'proxy-key': 'bring',
    'use-claude': 'use',
    'proxy-provider': 'use',
    'gateway-restart': 'last',
  });
});

test('cron jobs that only a gateway knows are seen as they would be', async () => {
  const jobs = [{ id: 'brief', model: 'claude-bridge/claude-opus-4' }, { id: 'plain' }];
  const facts = await factsOf({ version: '2026.7.1', jobs });
  const steps = setupToken.plan(facts, setupToken.defaults(facts), { hasSecret: true });
  const now = facts.cron.known ? facts.cron.value.jobs : [];
  const changed = now.map((job) => (job.id === 'brief' ? { ...job, model: 'anthropic/claude-sonnet-5' } : job));
  expect(jobsWithout(changed, steps)).toEqual(now);
});

test('a world with other files in it reads those, and lists and finds them', async () => {
  const temp = tempWorld();
  const kept = temp.write('kept', 'kept');
  const gone = temp.write('dir/gone', 'gone');
  mkdirSync(temp.path('empty'));
  const [changed, made] = [temp.write('dir/changed', 'old'), temp.path('dir/made')];
  const bytes = (text: string) => new TextEncoder().encode(text);
  const { files, processes } = withFiles(
    temp.world,
    new Map([
      [gone, null],
      [changed, bytes('new')],
      [made, bytes('made')],
    ]),
  );
  expect(await Promise.all([kept, gone, changed, made].map((path) => files.readText(path)))).toEqual([
    'kept',
    null,
    'new',
    'made',
  ]);
  expect(await files.list(temp.path('dir'))).toEqual(['changed', 'made']);
  expect(await files.list(temp.path('empty'))).toEqual([]);
  expect([await files.lstat(gone), (await files.stat(made))?.kind, (await files.lstat(changed))?.size]).toEqual([
    null,
    'file',
    3,
  ]);
  expect([await files.realpath(gone), await files.realpath(made)]).toEqual([null, made]);
  expect(await processes.run(['/bin/true'], { timeoutMs: 1000 })).toMatchObject({ outcome: 'not started' });
  temp.remove();
});
