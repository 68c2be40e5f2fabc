import type { RunEvent } from '../engine/types.ts';
import { type Place, pasteableText, withPasteable } from '../system/pasteable.ts';

/** What the engine tells of a run, with hints that can be pasted. */
export function pastingEvents(onEvent: (event: RunEvent) => void, place: Place): (event: RunEvent) => void {
  return (event) => {
    if (event.type === 'step failed') return onEvent({ ...event, problem: withPasteable(event.problem, place) });
    if (event.type !== 'reverted') return onEvent(event);
    const notes = event.outcome.notes.map((note) => pasteableText(note, place));
    onEvent({ ...event, outcome: { ...event.outcome, notes } });
  };
}
