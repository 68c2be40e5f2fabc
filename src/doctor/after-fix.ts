import { gatherFacts } from '../facts/gather.ts';
import type { Facts } from '../facts/types.ts';
import type { CheckFinding } from '../methods/types.ts';
import type { World } from '../system/world.ts';
import { judge } from './index.ts';
import { outcomeOf } from './judge.ts';

/** The same checks once more: what a run fixed, what is left of it, and what is new. `before`: the facts it was made from. */
export async function afterFix(
  world: World,
  before: Facts,
  ids: readonly string[],
  options: {
    readonly signal: AbortSignal;
    readonly onSlow?: (says: string) => void;
    /** Unix ms of the run: what the log said before it is over. */
    readonly logSince: number;
  },
): Promise<readonly CheckFinding[]> {
  const was = judge(before, Date.parse(before.takenAt));
  const { findings } = judge(await gatherFacts(world, { ...options, slow: true }), world.clock.now());
  const { fixed, left, fresh } = outcomeOf(ids, was, findings);
  return [
    ...fixed.map((id): CheckFinding => ({ check: id, verdict: 'ok', says: `Fixed: ${titleOf(was.findings, id)}` })),
    ...left.map(
      ({ id, verdict, says, next }): CheckFinding => ({ check: id, verdict, says: `Still there: ${says}`, next }),
    ),
    ...fresh.map(({ id, verdict, says, next }): CheckFinding => ({ check: id, verdict, says: `New: ${says}`, next })),
  ];
}

const titleOf = (findings: readonly { readonly id: string; readonly says: string }[], id: string) =>
  findings.find((found) => found.id === id)?.says ?? id;
