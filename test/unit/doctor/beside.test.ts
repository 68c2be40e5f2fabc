import { describe, expect, it } from 'vitest';
import { actionKinds } from '../../../src/actions/index.ts';
import { withFixes } from '../../../src/doctor/beside.ts';
import { blocker } from '../../../src/doctor/index.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { defaultAnswers, planFor } from '../../../src/methods/index.ts';
import type { Answers } from '../../../src/methods/types.ts';
import { Secret } from '../../../src/system/secret.ts';
import type { World } from '../../../src/system/world.ts';
import { type DoctorCase, layCase, NOW, SECRETS } from '../../support/doctor-home.ts';
import { factsOf, judged } from '../../support/doctor-judged.ts';
import { treeOf } from '../../support/tree.ts';
import { cases } from './cases/index.ts';

const MODEL = 'anthropic/claude-opus-4-6';
const NONE: ReadonlySet<string> = new Set();

/** The plan of a first set-up with a new token, alone and with what is fixed beside it. */
async function planned(world: World, facts: Facts, given: Partial<Answers> = {}, tried = NONE) {
  const usual = defaultAnswers(facts, given.method ?? 'setup-token');
  const answers: Answers = { ...usual, primary: MODEL, fallbacks: [], tokenExpires: null, ...given };
  const own = planFor(facts, answers, { hasSecret: true });
  return { own, both: await withFixes(world, facts, own, answers, tried) };
}

async function inCase<T>(one: DoctorCase, work: (world: World, facts: Facts, home: string) => Promise<T>): Promise<T> {
  const { world, home, remove } = layCase(one);
  try {
    return await work(world, await factsOf(world, one.asks === true), home);
  } finally {
    remove();
  }
}

const titled = (title: string): DoctorCase => {
  const found = cases.find((one) => one.title === title);
  if (found === undefined) throw new Error(title);
  return found;
};

const refresher = titled('a line among others in the crontab');

/** A set-up that works but for what `lay` does to it. */
const faulty = (lay: DoctorCase['lay']): DoctorCase => ({ title: '', release: '2026.2.17', owes: null, lay });

/** What a new token in its place does not fix by itself, and Claude would not answer with, or not for long. */
const BESIDE = [
  ...['config.secret-inside', 'gateway.node-gone', 'gateway.two-units'],
  ...['model.doubled-v1', 'sync.refresher'],
];

const fixable = cases.filter(
  ({ release, owes }) => release === '2026.2.17' && owes?.fixes === true && owes.level !== 'info',
);

describe('a first set-up', () => {
  it.each(fixable)('fixes beside itself what its own steps leave in the way, and comes back whole: $title', (one) =>
    inCase(one, async (world, facts, home) => {
      if (blocker(facts) !== null) return;
      const { own, both } = await planned(world, facts);
      const id = one.owes?.id ?? '';
      expect(both?.beside.fixes ?? []).toEqual(BESIDE.includes(id) ? [id] : []);
      if (both === null) return;
      const { plan, beside } = both;
      const ids = plan.actions.map(({ id }) => id);
      expect(ids.slice(ids.indexOf(beside.steps[0] ?? '')).slice(0, beside.steps.length)).toEqual(beside.steps);
      expect(ids).toEqual(expect.arrayContaining(own.actions.map(({ id }) => id)));
      const tree = () => treeOf(home, { skip: ['.local'] });
      const [laid, engine] = [tree(), openEngine({ world, kinds: actionKinds, version: 'test' })];
      const receipt = await engine.apply(plan, { title: 'Set up', secrets: { token: new Secret(SECRETS.otherToken) } });
      expect([receipt.outcome, receipt.steps.flatMap(({ problem }) => problem ?? [])]).toEqual(['applied', []]);
      const found = (await judged(world, one, NOW)).findings.map(({ id }) => id);
      expect(beside.fixes.filter((id) => found.includes(id))).toEqual([]);
      await engine.undo(receipt.id);
      expect(tree()).toEqual(laid);
    }),
  );

  it('leaves models, sign-ins and whatever only deserves a look to the person', async () => {
    const asked = fixable.filter(({ owes }) =>
      /^(model\.(default|agent|bridge|unknown)|cli\.|files\.|session\.)/.test(owes?.id ?? ''),
    );
    expect(asked.length).toBeGreaterThan(5);
    for (const one of asked)
      await inCase(one, async (world, facts) => {
        const { both } = await planned(world, facts, { method: 'claude-cli', role: 'fallback', cron: 'keep' });
        expect([one.title, both?.beside.fixes ?? []]).toEqual([one.title, []]);
      });
  });

  it('leaves what the person says to leave, and says what that is', () =>
    inCase(refresher, async (world, facts) => {
      const { own, both } = await planned(world, facts, { fixes: false });
      expect(both?.plan).toEqual(own);
      expect(both?.beside).toMatchObject({ findings: [{ id: 'sync.refresher' }], fixes: [], steps: [] });
    }));

  it('does not try again what was tried in vain', () =>
    inCase(refresher, async (world, facts) => {
      expect((await planned(world, facts, {}, new Set(['sync.refresher']))).both).toBeNull();
    }));

  it('has its own way where a fix wants the same key', () =>
    inCase(
      faulty(({ config }) => {
        config.models = { providers: { anthropic: { baseUrl: 'https://api.anthropic.com/v1', models: [] } } };
      }),
      async (world, facts) => {
        const { own, both } = await planned(world, facts, { method: 'claude-cli' });
        expect(both?.beside.fixes).toEqual(['model.doubled-v1']);
        const [first = own.actions[0]] = own.actions.filter(({ kind }) => kind === 'config-edit');
        if (first === undefined) throw new Error('no step that edits the configuration');
        const edits = [
          {
            op: 'set',
            path: ['models', 'providers', 'anthropic'],
            value: { baseUrl: 'https://api.anthropic.com/v1', models: [], api: 'anthropic-messages' },
          },
        ];
        const other = { ...own, actions: [{ ...first, params: { ...(first.params as object), edits } }] };
        const answers = { ...defaultAnswers(facts, 'claude-cli'), primary: MODEL };
        expect(await withFixes(world, facts, other, answers, NONE)).toBeNull();
      },
    ));
});
