import type { Receipt } from '../engine/types.ts';
import { holdsUp } from '../methods/check-outcome.ts';
import type { Report } from '../methods/types.ts';
import type { ExitCode } from '../system/problem.ts';

/**
 * 0 applied, 1 put back, 3 partly applied. A run that was applied but does not work afterwards, or of which that could not
 * be found out, is a 3 as well: it is in place, something is wrong, and undo is there.
 */
export function exitCodeOf(receipt: Receipt, report?: Report): ExitCode {
  if (receipt.outcome === 'put back') return 1;
  if (receipt.outcome !== 'applied') return 3;
  return holdsUp(report?.findings ?? []) ? 0 : 3;
}
