import type { Receipt } from '../engine/types.ts';
import { DAY_MS } from '../text.ts';

/**
 * Ids that a run of the last day was to fix, and that nobody took back or stopped since: where one of them is found again,
 * the same would only be done once more in vain. `receipts` are all there are; `now` is Unix ms.
 */
export function triedToFix(receipts: readonly Receipt[], now: number): ReadonlySet<string> {
  const tried = new Set<string>();
  for (const { startedAt, purpose, undoneBy, about, cancelled } of receipts) {
    const fresh = now - Date.parse(startedAt) < DAY_MS;
    if (!fresh || purpose !== 'apply' || undoneBy !== undefined || cancelled === true) continue;
    if (Array.isArray(about.doctor)) for (const one of about.doctor) tried.add(String(one));
  }
  return tried;
}
