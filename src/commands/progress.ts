import type { RunEvent } from '../engine/types.ts';
import type { CommandContext } from './context.ts';
import { pastingEvents } from './paste.ts';
import { eventText } from './print-run.ts';

/** Prints what the engine does, line by line, on standard error. */
export function progress(context: CommandContext): (event: RunEvent) => void {
  return pastingEvents((event) => {
    const text = eventText(event);
    if (text !== null) context.streams.err(`${text}\n`);
  }, context.world);
}
