import { expect } from 'vitest';
import type { SignInView } from '../../components/services.ts';
import { actionKinds } from '../../src/actions/index.ts';
import { startLogin } from '../../src/commands/login-run.ts';
import { planFix } from '../../src/doctor/fix.ts';
import { judge } from '../../src/doctor/index.ts';
import { needsLogin } from '../../src/doctor/judge.ts';
import type { Judgement } from '../../src/doctor/types.ts';
import { openEngine } from '../../src/engine/index.ts';
import { gatherFacts } from '../../src/facts/gather.ts';
import type { Facts } from '../../src/facts/types.ts';
import { previewPlan } from '../../src/plan/index.ts';
import { type Fact, unknown } from '../../src/system/fact.ts';
import { Secret } from '../../src/system/secret.ts';
import type { World } from '../../src/system/world.ts';
import { DAY, type DoctorCase, NOW, SECRETS } from './doctor-home.ts';
import { treeOf } from './tree.ts';

/** What only OpenClaw could have told stays open, unless the case has its answer: it is not run. */
export async function factsOf(world: World, asks: boolean | 'openclaw', logSince = NOW - DAY): Promise<Facts> {
  const disk = await gatherFacts(world, { slow: false, logSince });
  if (!asks) return disk;
  const asked = await gatherFacts(world, { slow: true, logSince });
  if (asks === 'openclaw') return asked;
  const open: Fact<never> = unknown('waiting', 'not asked');
  const { profiles, cron, storedOrders, catalogue } = disk;
  return { ...asked, modelsStatus: open, validation: open, profiles, cron, storedOrders, catalogue };
}

export async function judged(world: World, one: DoctorCase, logSince?: number): Promise<Judgement> {
  const asks = one.openclaw === undefined ? one.asks === true : 'openclaw';
  const judgement = judge(await factsOf(world, asks, logSince), NOW);
  expect(judgement.notMade.filter(({ verdict }) => verdict === 'crashed')).toEqual([]);
  return judgement;
}

/** Ids of what is wrong, each once; that the gateway does not run is said of every case. */
export const wrong = ({ findings }: Judgement) =>
  [...new Set(findings.filter(({ verdict }) => verdict !== 'info').map(({ id }) => id))]
    .filter((id) => id !== 'gateway.down')
    .sort();

/** Applied in one run, the findings are gone and nothing else is wrong; taken back, every byte is as it was. */
export async function expectFixed(world: World, home: string, one: DoctorCase, ids: readonly string[]): Promise<void> {
  const facts = await factsOf(world, one.asks === true);
  const before = judge(facts, NOW);
  const found = before.findings.filter(({ id }) => ids.includes(id));
  if (found.some((one) => needsLogin(one))) return expectSignedIn(world, home, one, { facts, before, ids });
  const { plan } = await planFix(facts, found, world, { hasToken: true });
  await previewPlan(plan, { world, kinds: actionKinds });
  // OpenClaw itself is never run here: what its own commands do is judged with the real one.
  if (plan.actions.some(({ params }) => /openclaw(\.mjs)?$/.test(programOf(params)))) return;
  const tree = () => treeOf(home, { skip: ['.local'] });
  const [laid, engine] = [tree(), openEngine({ world, kinds: actionKinds, version: 'test' })];
  const secrets = { token: new Secret(SECRETS.otherToken) };
  const receipt = await engine.apply(plan, { title: 'Fix', secrets });
  expect(receipt.steps.flatMap(({ problem }) => problem ?? [])).toEqual([]);
  expect(receipt.outcome).toBe('applied');
  // What the log said before the fix is over.
  expectGone(before, await judged(world, one, NOW), ids);
  await engine.undo(receipt.id);
  expect(tree()).toEqual(laid);
}

/** The same, by a sign-in to the stand-in for Claude Code. */
async function expectSignedIn(
  world: World,
  home: string,
  one: DoctorCase,
  { facts, before, ids }: { readonly facts: Facts; readonly before: Judgement; readonly ids: readonly string[] },
): Promise<void> {
  const tree = () => treeOf(home, { skip: ['.local'] });
  const laid = tree();
  const end = await new Promise<SignInView>((resolve) => {
    const session = startLogin({ world, version: 'test', force: new AbortController().signal }, facts, (view) => {
      if (view.state === 'waiting for code') session.submitCode(new Secret('code#def'));
      if (['signed in', 'stopped', 'failed'].includes(view.state)) resolve(view);
    });
  });
  expect(end).toMatchObject({ state: 'signed in', receipt: { outcome: 'applied' } });
  expectGone(before, await judged(world, one, NOW), ids);
  await openEngine({ world, kinds: actionKinds, version: 'test' }).undo();
  expect(tree()).toEqual(laid);
}

function expectGone(before: Judgement, after: Judgement, ids: readonly string[]): void {
  expect(after.findings.flatMap(({ id }) => (ids.includes(id) ? id : []))).toEqual([]);
  const known = [...wrong(before), ...before.explained.map(({ id }) => id)];
  expect(wrong(after).filter((other) => !known.includes(other))).toEqual([]);
}

const programOf = (params: unknown) =>
  (params as { program?: { argv: readonly string[] } | null } | null)?.program?.argv[0] ?? '';
