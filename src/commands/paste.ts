import { join } from 'node:path';
import { shellQuote } from '../system/file-problems.ts';

/**
 * A hint that can be pasted: in a sandbox it names the sandbox, and the stand-ins by their path, so that nobody runs the
 * real programs on a real home by following it.
 */
export function pasteable(next: string, sandbox: string | undefined): string {
  if (sandbox === undefined) return next;
  const [program = ''] = next.split(' ', 1);
  if (program === 'clawauth-setup') {
    return next.includes('--sandbox') ? next : `${next} --sandbox-at ${shellQuote(sandbox)}`;
  }
  if (!['openclaw', 'claude', 'crontab'].includes(program)) return next;
  return `${shellQuote(join(sandbox, 'bin', program))}${next.slice(program.length)}`;
}

/** The same for everything that carries a hint. */
export function withPasteable<T extends { readonly next?: string }>(told: T, sandbox: string | undefined): T {
  return told.next === undefined || sandbox === undefined ? told : { ...told, next: pasteable(told.next, sandbox) };
}
