import type { Engine } from '../engine/index.ts';
import { DAY_MS } from '../text.ts';

/**
 * Ids that a run of the last day was to fix, and that nobody took back or stopped since: where one of them is found again,
 * the same would only be done once more in vain. `now` is Unix ms.
 */
export async function triedToFix(engine: Pick<Engine, 'list' | 'receipt'>, now: number): Promise<ReadonlySet<string>> {
  const tried = new Set<string>();
  for (const { id, startedAt, purpose, undoneBy, unreadable } of await engine.list()) {
    const fresh = now - Date.parse(startedAt) < DAY_MS;
    if (!fresh || purpose !== 'apply' || undoneBy !== undefined || unreadable !== undefined) continue;
    const { about, cancelled } = await engine.receipt(id);
    if (cancelled !== true && Array.isArray(about.doctor)) for (const one of about.doctor) tried.add(String(one));
  }
  return tried;
}
