import { type Health, healthOf } from '../doctor/health.ts';
import type { Leftover } from '../engine/index.ts';
import { anyRun } from '../engine/store.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { Facts } from '../facts/types.ts';
import type { InForce } from '../history/types.ts';
import { factValue } from '../system/fact.ts';
import { type Place, pasteable, withPasteable } from '../system/pasteable.ts';
import type { ExitCode } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import type { Command } from './context.ts';
import { wholeNumber } from './numbers.ts';
import { sentences, statusText } from './print-status.ts';
import { progress } from './words/looking.ts';
import { interrupted as words } from './words/runs.ts';

export interface StatusOptions {
  /** One JSON object instead of the table. */
  readonly json: boolean;
  /** Exit with 0 healthy, 1 broken, 2 a credential in use ends soon. Else always 0. */
  readonly check: boolean;
  /** Where each fact comes from. */
  readonly details: boolean;
  /** How many days before its end a credential counts as ending soon. */
  readonly warnDays?: number;
  /** A run of ours that a crash left in the middle. */
  readonly interrupted?: Leftover;
  /** The method in use, for `--json`; null for none, or where our own notes cannot be read. */
  readonly inUse?: (facts: Facts) => Promise<InForce | null>;
  readonly signal?: AbortSignal;
  readonly out: (text: string) => void;
  /** Where it is said that a program takes long; nowhere when absent. */
  readonly err?: (text: string) => void;
}

export const runStatus: Command = async ({ world, version, args, streams, signal }) => {
  if (streams.stdoutTty && !args.switches.has('json')) streams.err(`${progress.lookingSlowly}\n`);
  const load = async () => (await import('./engine.ts')).engineFor({ world, version });
  const engine = (await anyRun(world)) ? await load() : null;
  // Something in the way of reading our own notes is no reason to hide how OpenClaw does.
  const interrupted = engine === null ? null : await engine.pending().catch(() => null);
  return showStatus(world, {
    ...(interrupted === null ? {} : { interrupted }),
    inUse: async (facts) => {
      // Without a run of ours and without a configuration nothing can be in use.
      if (engine === null && factValue(facts.state)?.configExists !== true) return null;
      const { homeFacts } = await import('../history/overview.ts');
      return (await homeFacts({ world, engine: engine ?? (await load()) }, facts).catch(() => null))?.inForce ?? null;
    },
    json: args.switches.has('json'),
    check: args.switches.has('check'),
    details: args.switches.has('details'),
    ...(args.values['warn-days'] === undefined ? {} : { warnDays: wholeNumber('warn-days', args.values['warn-days']) }),
    signal,
    out: streams.out,
    err: streams.err,
  });
};

/** Gathers every fact and prints it. Changes nothing. Throws only `Cancelled`. */
export async function showStatus(world: World, options: StatusOptions): Promise<ExitCode> {
  const facts = await gatherFacts(world, {
    slow: true,
    onSlow: (says) => options.err?.(`${says}\n`),
    signal: options.signal,
  });
  const judged = healthOf(facts, world.clock.now(), options.warnDays);
  const health = withLeftover(judged, options.interrupted, world);
  const exitCode = options.check ? exitCodeOf(health) : 0;
  options.out(
    options.json
      ? `${JSON.stringify(statusJson(facts, health, exitCode, (await options.inUse?.(facts)) ?? null), null, 2)}\n`
      : statusText(facts, health, { home: world.home, details: options.details, now: world.clock.now() }),
  );
  return exitCode;
}

function withLeftover(health: Health, left: Leftover | undefined, place: Place): Health {
  const findings = health.findings.map((finding) => withPasteable(finding, place));
  if (left === undefined) return { ...health, findings };
  const says = words.inStatus(left.done, left.total, left.title, pasteable('clawauth-setup recover --resume', place));
  const next = pasteable('clawauth-setup undo', place);
  const finding = { id: 'run.interrupted', code: 'interrupted', verdict: 'warning', says, next } as const;
  return { ...health, findings: [...findings, finding] };
}

function exitCodeOf(health: Health): ExitCode {
  if (health.state === 'broken') return 1;
  return health.state === 'expiring' ? 2 : 0;
}

/** The one object of `--json`. Facts hold no secrets: credentials are masked where they are read. */
function statusJson(facts: Facts, health: Health, exitCode: ExitCode, inUse: InForce | null): object {
  return {
    schema: 1,
    command: 'status',
    ok: health.state !== 'broken',
    exitCode,
    changed: false,
    inUse,
    health: {
      state: health.state,
      expires: health.expires === null ? null : new Date(health.expires).toISOString(),
      remarks: health.findings.map(({ id, code, verdict, says, why, next }) => ({
        level: verdict,
        ...{ id, code, says: sentences(says, why), next },
      })),
    },
    facts,
  };
}
