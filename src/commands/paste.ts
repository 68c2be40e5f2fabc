import { join } from 'node:path';
import type { RunEvent } from '../engine/types.ts';
import type { World } from '../system/world.ts';
import { shellQuote } from '../text.ts';

/** Where a hint is followed: the sandbox, and which OpenClaw the person named or chose. */
export type Place = Pick<World, 'sandbox' | 'told'>;

/** Those that look at what was written down here, whichever OpenClaw that was for. */
const ANY_OPENCLAW = /^clawauth-setup (undo|recover|backups)\b/;
/** Those that may store something. */
const STORES = /^clawauth-setup( (setup|apply|plan|renew)\b| --|$)/;

/**
 * A hint that can be pasted: it names the OpenClaw that is meant where the person did. In a sandbox it names the sandbox,
 * and the stand-ins by their path, so that nobody runs the real programs on a real home by following it.
 */
export function pasteable(next: string, { sandbox, told }: Place): string {
  const [program = ''] = next.split(' ', 1);
  if (program === 'clawauth-setup') {
    const flags = [
      ...(told?.stateDir === undefined || next.includes('--state-dir') || ANY_OPENCLAW.test(next)
        ? []
        : [`--state-dir ${shellQuote(told.stateDir)}`]),
      ...(told?.target === undefined || next.includes('--target') || ANY_OPENCLAW.test(next)
        ? []
        : [`--target ${shellQuote(told.target)}`]),
      ...(told?.storeHere === true && STORES.test(next) && !next.includes('--store-here') ? ['--store-here'] : []),
      ...(sandbox === undefined || next.includes('--sandbox') ? [] : [`--sandbox-at ${shellQuote(sandbox)}`]),
    ];
    return [next, ...flags].join(' ');
  }
  if (sandbox === undefined || !['openclaw', 'claude', 'crontab'].includes(program)) return next;
  return `${shellQuote(join(sandbox, 'bin', program))}${next.slice(program.length)}`;
}

/** The same for everything that carries a hint. */
export function withPasteable<T extends { readonly next?: string }>(hint: T, place: Place): T {
  return hint.next === undefined ? hint : { ...hint, next: pasteable(hint.next, place) };
}

/** What the engine tells of a run, with hints that can be pasted. */
export function pastingEvents(onEvent: (event: RunEvent) => void, place: Place): (event: RunEvent) => void {
  return (event) =>
    onEvent(event.type === 'step failed' ? { ...event, problem: withPasteable(event.problem, place) } : event);
}
