import type { Plan } from '../engine/types.ts';
import type { Facts } from '../facts/types.ts';
import { planOf } from '../methods/index.ts';
import type { World } from '../system/world.ts';
import { needsLogin, needsToken } from './judge.ts';
import { repairSteps } from './repair-steps.ts';
import type { Found } from './types.ts';

/** What of these findings can be fixed here, as one plan. */
export interface FixPlan {
  readonly plan: Plan;
  /** The findings that the plan fixes. */
  readonly fixes: readonly Found[];
  /** Those that need a new token, where none was given, or a sign-in to Claude Code, which is a run of its own. */
  readonly waits: readonly Found[];
}

/** How a run that fixes is written down. */
export interface FixRecord {
  readonly title: string;
  readonly about: { readonly doctor: readonly string[] };
}

export function fixRecord(fixes: readonly Found[]): FixRecord {
  const ids = [...new Set(fixes.map(({ id }) => id))];
  return { title: `Fixed: ${ids.join(', ')}`, about: { doctor: ids } };
}

/**
 * One plan of everything that fixes `findings`. What needs a token waits without one, what needs a sign-in to Claude Code
 * waits, and the rest goes on. Empty where
 * nothing can be fixed. Throws the `Problem` of a repair that these facts do not allow.
 */
export async function planFix(
  facts: Facts,
  findings: readonly Found[],
  world: World,
  { hasToken }: { readonly hasToken: boolean },
): Promise<FixPlan> {
  const fixable = findings.filter(({ repairs }) => repairs !== undefined);
  const fixes = fixable.filter((found) => !needsLogin(found) && (hasToken || !needsToken(found)));
  const steps = await repairSteps(
    facts,
    fixes.flatMap(({ repairs = [] }) => repairs),
    world,
  );
  return { plan: planOf(facts, steps), fixes, waits: fixable.filter((found) => !fixes.includes(found)) };
}
