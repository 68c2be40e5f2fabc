import type { Plan } from '../engine/types.ts';
import type { Facts } from '../facts/types.ts';
import { planOf } from '../methods/index.ts';
import type { World } from '../system/world.ts';
import { needsToken } from './judge.ts';
import { repairSteps } from './repair-steps.ts';
import type { Found } from './types.ts';

/** What of these findings can be mended here, as one plan. */
export interface Mending {
  readonly plan: Plan;
  /** The findings that the plan mends. */
  readonly mends: readonly Found[];
  /** Those that need a new token, where none was given. */
  readonly waits: readonly Found[];
}

/** How a run that mends is written down. */
export interface MendingRecord {
  readonly title: string;
  readonly about: { readonly doctor: readonly string[] };
}

export function mendingRecord(mends: readonly Found[]): MendingRecord {
  const ids = [...new Set(mends.map(({ id }) => id))];
  return { title: `Mended: ${ids.join(', ')}`, about: { doctor: ids } };
}

/**
 * One plan of everything that mends `findings`. Without a token what needs one waits and the rest goes on. Empty where
 * nothing can be mended. Throws the `Problem` of a repair that these facts do not allow.
 */
export async function planMending(
  facts: Facts,
  findings: readonly Found[],
  world: World,
  { hasToken }: { readonly hasToken: boolean },
): Promise<Mending> {
  const mendable = findings.filter(({ repairs }) => repairs !== undefined);
  const mends = mendable.filter((found) => hasToken || !needsToken(found));
  const steps = await repairSteps(
    facts,
    mends.flatMap(({ repairs = [] }) => repairs),
    world,
  );
  return { plan: planOf(facts, steps), mends, waits: mendable.filter((found) => !mends.includes(found)) };
}
