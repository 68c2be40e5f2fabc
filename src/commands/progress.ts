import type { RunEvent } from '../engine/types.ts';
import type { CommandContext } from './context.ts';
import { withPasteable } from './paste.ts';
import { eventText } from './print-run.ts';

/** Prints what the engine does, line by line, on standard error. */
export function progress(context: CommandContext): (event: RunEvent) => void {
  return (event) => {
    const text = eventText(
      event.type === 'step failed' ? { ...event, problem: withPasteable(event.problem, context.world) } : event,
    );
    if (text !== null) context.streams.err(`${text}\n`);
  };
}
