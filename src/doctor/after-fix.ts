import { gatherFacts } from '../facts/gather.ts';
import type { Facts } from '../facts/types.ts';
import type { CheckFinding } from '../methods/types.ts';
import type { World } from '../system/world.ts';
import { judge } from './index.ts';

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
  const known = new Set([...was.findings, ...was.explained].map(({ id }) => id));
  const { findings } = judge(await gatherFacts(world, { ...options, slow: true }), world.clock.now());
  const left = findings.filter(({ id }) => ids.includes(id));
  const fresh = findings.filter(({ id, verdict }) => verdict !== 'info' && !known.has(id));
  const fixed = ids.filter((id) => !left.some((found) => found.id === id));
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
