import * as z from 'zod/mini';
import type { Dry } from '../engine/types.ts';
import { parseJsonOutput } from '../system/json-output.ts';
import { Problem } from '../system/problem.ts';
import { errorLine, linesSaid } from '../system/said.ts';
import type { Secret } from '../system/secret.ts';
import type { Ran, World } from '../system/world.ts';
import { shellQuote } from '../text.ts';
import { JsonPath } from './params.ts';

/** One program call as data: what to run, what to hand it, and what its answer must look like. */
export const Program = z.object({
  argv: z.array(z.string()).check(z.minLength(1)),
  /** What messages call it, where its first words say little. */
  name: z.optional(z.string()),
  /** The same where the container that it runs in does not run. */
  stopped: z.optional(z.array(z.string()).check(z.minLength(1))),
  /** Added to the environment; null takes a variable away. */
  env: z.optional(z.record(z.string(), z.nullable(z.string()))),
  /** Text for stdin, or a secret by name (`after` is put behind it). */
  stdin: z.optional(z.union([z.string(), z.object({ secret: z.string(), after: z.optional(z.string()) })])),
  timeoutMs: z.number(),
  /** Default `[0]`. */
  exitCodes: z.optional(z.array(z.number())),
  /** Regular expression that stdout must match. */
  prints: z.optional(z.string()),
  /** The array at `at` of the JSON answer must hold an object with all these values. */
  holds: z.optional(z.object({ at: JsonPath, item: z.record(z.string(), z.unknown()) })),
  /** The command to type where it fails: one that tells why, or fixes it. */
  next: z.optional(z.string()),
});
export type Program = z.infer<typeof Program>;

export interface Running {
  readonly world: World;
  readonly signal: AbortSignal;
  readonly dry?: Dry;
  secret?(name: string): Secret;
}

/** What a preview has for the answer of a program. */
const WELL: Ran = { exitCode: 0, signal: null, stdout: '', stderr: '', outcome: 'exited', durationMs: 0 };

/** What Docker and Podman say of an `exec` in a container that does not run. */
const STOPPED = /container \S+ is not running|can only create exec sessions on running containers/i;

/** Runs it, whatever the answer is. */
export async function justRun(program: Program, { world, signal, dry, secret }: Running): Promise<Ran> {
  if (dry !== undefined) return WELL;
  const run = (argv: readonly string[]) =>
    world.processes.run(argv as [string, ...string[]], {
      timeoutMs: program.timeoutMs,
      signal,
      env: Object.fromEntries(Object.entries(program.env ?? {}).map(([name, value]) => [name, value ?? undefined])),
      ...stdinOf(program, secret),
    });
  const ran = await run(program.argv);
  const { stopped } = program;
  return stopped !== undefined && ran.exitCode !== 0 && STOPPED.test(ran.stderr) ? run(stopped) : ran;
}

/** Runs it and throws a `Problem` unless the answer is the expected one. */
export async function runProgram(program: Program, running: Running): Promise<Ran> {
  if (running.dry !== undefined) {
    running.dry.tell(`runs  ${shown(program)}`);
    return WELL;
  }
  const ran = await justRun(program, running);
  const fault = faultOf(program, ran);
  if (fault === null) return ran;
  if (ran.outcome === 'not found' || ran.outcome === 'not started') {
    throw new Problem(fault.code, `${nameOf(program)} could not be run.`, {
      why: `${program.argv[0]} ${ran.outcome === 'not found' ? 'is not there (any more).' : 'does not start.'}`,
      next: `ls -l ${shellQuote(program.argv[0] as string)}`,
    });
  }
  throw new Problem(fault.code, `${nameOf(program)} ${fault.what}`, {
    why: lastWords(ran),
    // The same again would only fail again.
    next: program.next ?? 'clawauth-setup status --details',
  });
}

function stdinOf({ stdin }: Program, secret: Running['secret']): { stdin?: Secret | string } {
  if (stdin === undefined) return {};
  if (typeof stdin === 'string') return { stdin };
  if (!secret) throw new Problem('secret-missing', `The ${stdin.secret} is missing.`);
  const value = secret(stdin.secret);
  const { after } = stdin;
  if (!after) return { stdin: value };
  return { stdin: value.reveal((text) => new (value.constructor as new (text: string) => Secret)(`${text}${after}`)) };
}

function faultOf(program: Program, ran: Ran): { code: string; what: string } | null {
  if (ran.outcome === 'timed out') {
    return { code: 'program-timed-out', what: `gave no answer in ${Math.round(program.timeoutMs / 1000)} s.` };
  }
  if (ran.outcome !== 'exited') return { code: 'program-not-run', what: `could not be run (${ran.outcome}).` };
  if (!(program.exitCodes ?? [0]).includes(ran.exitCode ?? -1)) {
    return { code: 'program-failed', what: `failed with exit code ${ran.exitCode}.` };
  }
  if (program.prints !== undefined && !new RegExp(program.prints, 'm').test(ran.stdout)) {
    return { code: 'program-unconfirmed', what: 'ended well but did not say that it saved anything.' };
  }
  if (program.holds && !holds(program.holds, ran.stdout)) {
    return { code: 'program-not-saved', what: 'does not show what was just saved.' };
  }
  return null;
}

type Holds = NonNullable<Program['holds']>;

/** Whether the answer has the entry; an answer without the list has none. */
export function holds({ at, item }: Holds, stdout: string): boolean {
  const wanted = Object.entries(item);
  const found = listIn({ at }, stdout) ?? [];
  return found.some((entry) =>
    wanted.every(([key, value]) => (entry as Record<string, unknown> | null)?.[key] === value),
  );
}

/** The list that is looked into; null where the answer has none. */
export function listIn({ at }: Pick<Holds, 'at'>, stdout: string): readonly unknown[] | null {
  const answer = parseJsonOutput(stdout);
  const found = at.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], answer);
  return Array.isArray(found) ? found : null;
}

function nameOf({ argv, name }: Program): string {
  if (name !== undefined) return name;
  const [program = '', ...rest] = argv;
  const words = rest.filter((word) => !word.startsWith('-')).slice(0, 3);
  return [program.slice(program.lastIndexOf('/') + 1), ...words].join(' ');
}

function lastWords(ran: Ran): string {
  const said = linesSaid(ran);
  // A crash of Node ends with a stack: its message stands above it.
  const message = errorLine(said);
  if (message !== undefined && /^\s*at .+:\d+:\d+\)?$/m.test(`${ran.stderr}\n${ran.stdout}`))
    return message.slice(0, 600);
  return (
    said.slice(-3).join(' ').slice(0, 600) || (ran.stdout.trim() === '' ? 'It printed nothing.' : 'It gave no reason.')
  );
}

/** A program as a person would type it. */
export function shown(program: Program): string {
  const input = typeof program.stdin === 'object' ? `(the ${program.stdin.secret}, by pipe) | ` : '';
  const [path = '', ...rest] = program.argv;
  return `${input}${[path.slice(path.lastIndexOf('/') + 1), ...rest].map(shellQuote).join(' ')}`;
}
