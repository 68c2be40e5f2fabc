import { join } from 'node:path';
import { shellQuote } from '../text.ts';
import { Problem } from './problem.ts';
import type { World } from './world.ts';

/** Where a hint is followed: the sandbox, which OpenClaw the person named or chose, and what starts this program. */
export type Place = Pick<World, 'sandbox' | 'told' | 'launcher'>;

const PROGRAM = 'clawauth-setup';

/** Those that look at what was written down here, whichever OpenClaw that was for. */
const ANY_OPENCLAW = /^clawauth-setup (undo|recover|backups)\b/;
/** Those that may store something. */
const STORES = /^clawauth-setup( (setup|apply|plan|renew)\b| --|$)/;

/**
 * A hint that can be pasted: it names the OpenClaw that is meant where the person did. In a sandbox it names the sandbox,
 * and the stand-ins by their path, so that nobody runs the real programs on a real home by following it.
 */
export function pasteable(next: string, { sandbox, told, launcher = PROGRAM }: Place): string {
  const [program = ''] = next.split(' ', 1);
  if (program === PROGRAM) {
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
    const words = [next.slice(PROGRAM.length).trim(), ...flags].filter((word) => word !== '');
    return words.length === 0 ? launcher.replace(/ --$/, '') : [launcher, ...words].join(' ');
  }
  if (sandbox === undefined || !['openclaw', 'claude', 'crontab'].includes(program)) return next;
  return `${shellQuote(join(sandbox, 'bin', program))}${next.slice(program.length)}`;
}

/** The same for a sentence, in which two blanks stand before and after a command. */
export function pasteableText(text: string, place: Place): string {
  return text.replace(/(?<= {2})clawauth-setup(?: \S+)*(?= {2}|$)/g, (command) => pasteable(command, place));
}

/** The same for everything that carries a hint. */
export function withPasteable<T extends { readonly next?: string; readonly why?: string }>(hint: T, place: Place): T {
  const { next, why } = hint;
  return {
    ...hint,
    ...(why === undefined ? {} : { why: pasteableText(why, place) }),
    ...(next === undefined ? {} : { next: pasteable(next, place) }),
  };
}

/** The same for a problem. */
export function pasteableProblem({ code, what, more }: Problem, place: Place): Problem {
  return new Problem(code, what, withPasteable(more, place));
}
