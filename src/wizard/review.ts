import { choicesOf, cursorOf } from './choices.ts';
import { groupsOf, type StepGroup } from './groups.ts';
import type { PlannedStep } from './services.ts';
import type { State } from './state.ts';

/** What the cursor of the review stands on. */
export function underCursor(state: State): { readonly group: StepGroup | null; readonly step: PlannedStep | null } {
  const base: State = { ...state, overlay: null };
  const id = choicesOf(base)[cursorOf(base)]?.id ?? '';
  const group = groupsOf(base).find((one) => one.id === id && one.count > 1) ?? null;
  return { group, step: group === null ? (state.plan?.steps[Number(id)] ?? null) : null };
}

/** Opens or closes the group under the cursor. */
export function toggleGroup(state: State): State {
  const { group } = underCursor(state);
  if (group === null) return state;
  const opened = state.opened.includes(group.id)
    ? state.opened.filter((id) => id !== group.id)
    : [...state.opened, group.id];
  return { ...state, opened };
}
