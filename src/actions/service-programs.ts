import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod/mini';
import { shellQuote } from '../text.ts';
import { justRun, Program, type Running } from './program.ts';

/** How a service manager is told what to do about one unit or agent. null: nothing is needed for it. */
export const ServicePrograms = z.object({
  /** Makes the manager read its files again. */
  reload: z.nullable(Program),
  /** Starts it now and at every boot or login. */
  enable: z.nullable(Program),
  /** Starts it again with what the files say now. */
  restart: z.nullable(Program),
  stop: z.nullable(Program),
  /** Takes away what the manager remembers of a unit that is gone. */
  forget: z.nullable(Program),
  /** Prints its last lines. */
  log: z.nullable(Program),
  /** Prints `active`, `activating`, `failed`, `inactive`; exits with 0 when it runs. Without it nobody knows. */
  active: z.optional(z.nullable(Program)),
});
export type ServicePrograms = z.infer<typeof ServicePrograms>;

/** In the manager's word whether it runs; null when it cannot be asked. */
export async function activity(programs: ServicePrograms, context: Running): Promise<string | null> {
  if (!programs.active) return null;
  const ran = await justRun(programs.active, context);
  if (ran.outcome !== 'exited') return null;
  return ran.exitCode === 0 ? 'active' : ran.stdout.trim().split('\n')[0] || 'inactive';
}

/** Runs what may fail without harm: a manager that is gone keeps no undo from going on. Gives what went wrong. */
export async function gently(program: Program | null, context: Running): Promise<string | null> {
  if (program === null) return null;
  const ran = await justRun(program, context);
  if (ran.outcome === 'exited' && (program.exitCodes ?? [0]).includes(ran.exitCode ?? -1)) return null;
  const said = ran.stderr.trim().split('\n')[0];
  return `${program.argv.map(shellQuote).join(' ')}: ${said || (ran.outcome === 'exited' ? `exit code ${ran.exitCode}` : ran.outcome)}`;
}

const LINES = 12;

/** The last lines that the service wrote, oldest first, without stacks; empty when nobody kept any. */
export async function lastLinesOf({ log }: ServicePrograms, context: Running): Promise<readonly string[]> {
  if (log === null) return [];
  const ran = await justRun(log, context);
  if (ran.exitCode !== 0) return [];
  // The message of a crash stands above its stack and would not be seen for it.
  const plain = stripVTControlCharacters(ran.stdout).replace(/[^\P{Cc}\n]/gu, ' ');
  const said = plain.split('\n').filter((line) => line.trim() !== '' && !/^\s+at .+:\d+:\d+\)?/.test(line));
  return said.slice(-LINES);
}
