import type { Plan, Receipt } from '../engine/types.ts';
import { secretFor } from '../methods/handed.ts';
import { scriptStep } from '../services/reminder.ts';
import type { World } from '../system/world.ts';

/** `about.method` of the runs that switched the weekly reminder on, or changed it since. */
export const REMINDER = 'reminder';

/** Days before the end from which on it speaks, where nobody said otherwise. */
const WARN_DAYS = 30;

/** The weekly reminder as the runs in force tell. */
export interface ReminderState {
  /** The runs that made it what it is, newest first: all of them are taken back to switch it off. */
  readonly receiptIds: readonly string[];
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly warnDays: number;
  /** Unix ms that its script holds; null when no receipt tells. */
  readonly ends: number | null;
}

/** `standing`: runs in force, newest first. */
export function reminderIn(standing: readonly Receipt[]): ReminderState | null {
  const own = standing.filter(({ about }) => about.method === REMINDER);
  const [newest, oldest] = [own[0], own.at(-1)];
  if (newest === undefined || oldest === undefined) return null;
  const { warnDays } = newest.about;
  // A run that stored another token wrote its day down as well.
  const dated = standing.find(
    ({ about, steps }) => about.method === REMINDER || steps.some(({ action }) => action.id === SCRIPT_STEP),
  );
  const ends = dated?.about.tokenExpires;
  return {
    receiptIds: own.map(({ id }) => id),
    since: oldest.startedAt,
    warnDays: typeof warnDays === 'number' ? warnDays : WARN_DAYS,
    ends: typeof ends === 'number' ? ends : null,
  };
}

const SCRIPT_STEP = 'reminder-script';

/**
 * `plan` with the day of the new token in a reminder that is on: where the plan stores one. `ends`: Unix ms, null when
 * not known.
 */
export function withReminder(world: World, plan: Plan, standing: readonly Receipt[], ends: number | null): Plan {
  const on = reminderIn(standing);
  if (on === null || ends === null || secretFor(plan) === undefined) return plan;
  return { ...plan, actions: [...plan.actions, scriptStep(world, { ends, warnDays: on.warnDays }, true)] };
}
