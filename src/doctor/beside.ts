import { actionKinds, CONFIG_EDIT, type ConfigEditParams, FILE_MODE } from '../actions/index.ts';
import { previewSteps } from '../engine/index.ts';
import type { Action, Plan } from '../engine/types.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { Facts } from '../facts/types.ts';
import { secretFor, storesCredential } from '../methods/handed.ts';
import { planOf } from '../methods/index.ts';
import { phaseOf } from '../methods/phases.ts';
import type { Answers } from '../methods/types.ts';
import { previewPlan } from '../plan/index.ts';
import { withFiles } from '../system/overlay.ts';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { judge } from './index.ts';
import { worstFirst } from './judge.ts';
import { repairSteps } from './repair-steps.ts';
import type { Repair } from './repairs.ts';
import type { Found } from './types.ts';

/** What a first set-up fixes beside its own work. */
export interface Beside {
  /** What its own steps leave, stands in the way of Claude answering, and can be fixed here; worst first. */
  readonly findings: readonly Found[];
  /** Ids of the findings that are fixed; none where the person leaves them as they are. */
  readonly fixes: readonly string[];
  /** Ids of the actions that fix them, in the order of the plan, where they stand together. */
  readonly steps: readonly string[];
}

/**
 * The plan of a first set-up together with what fixes the rest of what stands in the way; null where nothing of that kind
 * is here. The fixes come first: what is wrong could stop the steps after them. Where a fix and the plan want the same key
 * or file, the plan has it and the finding is left. `tried`: ids that are not fixed a second time. Reads the disk only.
 */
export async function withFixes(
  world: World,
  facts: Facts,
  own: Plan,
  answers: Answers,
  tried: ReadonlySet<string>,
): Promise<{ readonly plan: Plan; readonly beside: Beside } | null> {
  const now = Date.parse(facts.takenAt);
  const wrong = judge(facts, now).findings.filter((found) => standsInTheWay(found) && !tried.has(found.id));
  const fixable = wrong.filter((found) => restOf(found, own).length > 0);
  if (fixable.length === 0) return null;
  const after = judge(await factsAfter(world, facts, own), now);
  const left = new Set([...after.findings, ...after.explained].map(({ id }) => id));
  const findings: Found[] = [];
  for (const found of worstFirst(fixable))
    if (left.has(found.id) && (await fits(world, facts, restOf(found, own), own))) findings.push(found);
  if (findings.length === 0) return null;
  if (answers.fixes === false) return { plan: own, beside: { findings, fixes: [], steps: [] } };

  const repairs = findings.flatMap((found) => restOf(found, own));
  const fixing = await repairSteps(facts, repairs, world);
  const present = new Set(own.actions.map(({ id }) => id));
  const added = fixing.filter((step) => !present.has(step.id) && (answers.restartGateway || !isAround(step)));
  const all = [...own.actions, ...added];
  const fixes = added.filter((step) => !isAround(step));
  const actions = [
    ...all.filter((step) => phaseOf(step) === 'first'),
    ...fixes,
    ...own.actions.filter((step) => !isAround(step)),
    ...all.filter((step) => phaseOf(step) === 'last'),
  ];
  const ids = [...new Set(findings.map(({ id }) => id))];
  return { plan: planOf(facts, actions), beside: { findings, fixes: ids, steps: fixes.map(({ id }) => id) } };
}

/** An error is in the way as things are; some of what only deserves a look breaks what is set up beside it. */
const standsInTheWay = ({ verdict, spoils }: Found) =>
  verdict === 'error' || (verdict === 'warning' && spoils === true);

/** What the set-up itself asks the person about: the sign-in, the models, and OpenClaw's own doctor. */
const ASKED: ReadonlySet<Repair['kind']> = new Set(['token', 'claude-login', 'bridge', 'openclaw-doctor']);

const isAsked = (repair: Repair) =>
  ASKED.has(repair.kind) || (repair.kind === 'config' && repair.edits.some(({ path }) => path[0] === 'agents'));

/** What of a fix is left beside a plan: all but the new token that the plan brings; nothing where it asks for more. */
function restOf({ repairs = [] }: Found, own: Plan): readonly Repair[] {
  const rest = secretFor(own) === undefined ? repairs : repairs.filter(({ kind }) => kind !== 'token');
  return rest.some(isAsked) ? [] : rest;
}

/** A restart of the gateway, which goes around all other steps. */
const isAround = (step: Action) => phaseOf(step) === 'first' || phaseOf(step) === 'last';

/** Whether this fix can be made here, and takes nothing from the plan. */
async function fits(world: World, facts: Facts, repairs: readonly Repair[], own: Plan): Promise<boolean> {
  try {
    const steps = (await repairSteps(facts, repairs, world)).filter((step) => !isAround(step));
    if (steps.some((step) => own.actions.some((other) => clash(step, other)))) return false;
    await previewPlan(planOf(facts, steps), { world, kinds: actionKinds });
    return steps.length > 0;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** Whether a fix and a step of the plan are about the same thing. What the plan writes over a fix as a whole is no clash. */
function clash(fix: Action, own: Action): boolean {
  if (fix.id === own.id) return true;
  if (fix.kind === FILE_MODE) return false;
  if (fix.kind !== CONFIG_EDIT) {
    const files = own.touches.filter(({ as }) => as === 'file').map(({ path }) => path);
    return fix.touches.some(({ path, as }) => as === 'file' && files.includes(path));
  }
  if (own.kind !== CONFIG_EDIT) return false;
  const [a, b] = [fix.params as ConfigEditParams, own.params as ConfigEditParams];
  return a.file === b.file && a.edits.some((one) => b.edits.some((other) => overlap(one.path, other.path)));
}

function overlap(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  const shared = Math.min(a.length, b.length);
  return a.slice(0, shared).every((key, index) => String(key) === String(b[index]));
}

/**
 * The facts as they would be after a plan, as far as files tell; what only a program can tell stays as it is now, but for
 * the credentials where the plan stores one: what those would be is not known, so nothing that follows from them is found.
 */
async function factsAfter(world: World, facts: Facts, plan: Plan): Promise<Facts> {
  const contents = new Map<string, Uint8Array | null>();
  await previewSteps(plan, { world, kinds: actionKinds }, ({ would }) => {
    for (const one of would) if (typeof one !== 'string') contents.set(one.path, one.then);
  });
  const disk = await gatherFacts(withFiles(world, contents), { slow: false, processes: world.processes });
  const stores = storesCredential(plan);
  return {
    ...facts,
    config: disk.config,
    profiles: disk.profiles.known || stores ? disk.profiles : facts.profiles,
    storedOrders: disk.storedOrders.known ? disk.storedOrders : facts.storedOrders,
    strayStores: disk.strayStores,
    flatStores: disk.flatStores,
    proxies: disk.proxies,
  };
}
