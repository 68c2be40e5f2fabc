import { errorLine, linesSaid } from '../system/said.ts';
import type { Secret } from '../system/secret.ts';
import type { Ran, World } from '../system/world.ts';
import { asTyped, callOf } from './openclaw-program.ts';
import type { OpenClawRelease, StateFacts } from './records.ts';

export interface OpenClawRun {
  readonly stdin?: Secret | string;
  /** Default 120 s: 2026.4.29 fetches plugin packages at first use, 2026.9.6 may take 40 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string | null>>;
}

/** The installed OpenClaw's own command, run on one state directory. */
export interface OpenClawCli {
  readonly release: OpenClawRelease;
  run(args: readonly string[], options?: OpenClawRun): Promise<Ran>;
  /** `openclaw models status --json`, for messages and evidence. */
  words(args: readonly string[]): string;
  /** The same as a person types it to ask this very installation. */
  typed(args: readonly string[]): string;
}

const TIMEOUT_MS = 120_000;

/**
 * The very executable that the facts found, with the state directory they found. Its colours and its self-respawn are
 * off; variables that would move it elsewhere are not inherited.
 */
export function openclawCli(release: OpenClawRelease, state: StateFacts, world: World): OpenClawCli {
  return {
    release,
    words: (args) => [release.install.command, ...args].join(' '),
    typed: (args) => asTyped({ release, state }, ...args),
    run: (args, { timeoutMs = TIMEOUT_MS, stdin, signal, env: more }: OpenClawRun = {}) => {
      const { argv, env } = callOf({ release, state }, args, more);
      return world.processes.run(argv, {
        timeoutMs,
        stdin,
        signal,
        env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? undefined])),
      });
    },
  };
}

/** Why a run gave no answer, one line: its outcome, or what it said was wrong. */
export function failureOf(ran: Ran, words: string): string {
  if (ran.outcome === 'timed out') return `${words} did not answer within ${Math.round(ran.durationMs / 1000)} s`;
  if (ran.outcome === 'not found' || ran.outcome === 'not started') return `${words} could not be started`;
  const said = linesSaid(ran);
  const first =
    errorLine(said) ??
    said.find((line) => /error|fail|invalid|unsupported|requires|not found/i.test(line)) ??
    said[0] ??
    '';
  return `${words} ended with exit code ${ran.exitCode ?? ran.signal ?? '?'}${first ? `: ${first.slice(0, 300)}` : ''}`;
}
