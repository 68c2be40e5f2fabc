import type { Action, Receipt } from '../engine/types.ts';
import { scriptStep } from '../services/reminder.ts';
import type { World } from '../system/world.ts';

/** `about.method` of the run that switched the weekly reminder on. */
export const REMINDER = 'reminder';

/** The step that writes another day into a reminder that is on. */
export function reminderRefresh(world: World, on: Receipt, ends: number): Action {
  const { warnDays } = on.about;
  return scriptStep(world, { ends, warnDays: typeof warnDays === 'number' ? warnDays : 30 });
}
