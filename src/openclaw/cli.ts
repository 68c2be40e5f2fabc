import type { Secret } from '../system/secret.ts';
import type { Ran, World } from '../system/world.ts';
import { stateVariables } from './paths.ts';
import type { OpenClawRelease, StateFacts } from './records.ts';

export interface OpenClawRun {
  readonly stdin?: Secret | string;
  /** Default 120 s: 2026.4.29 fetches plugin packages at first use, 2026.9.6 may take 40 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The installed OpenClaw's own command, run on one state directory. */
export interface OpenClawCli {
  readonly release: OpenClawRelease;
  run(args: readonly string[], options?: OpenClawRun): Promise<Ran>;
  /** `openclaw models status --json`, for messages and evidence. */
  words(args: readonly string[]): string;
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
    run: (args, options = {}) =>
      world.processes.run([release.install.path, ...args], {
        timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
        ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
        ...(options.signal ? { signal: options.signal } : {}),
        env: {
          ...stateVariables(release.version, state),
          OPENCLAW_NO_RESPAWN: '1',
          NO_COLOR: '1',
          FORCE_COLOR: undefined,
          ...options.env,
        },
      }),
  };
}

/**
 * The JSON object that a command printed, past any notices before it (2026.1.24 and 2026.2.17 log to stdout) and after
 * it. undefined when there is none.
 */
export function parseJsonOutput(stdout: string): unknown {
  const whole = attempt(stdout);
  if (whole !== undefined) return whole;
  for (const match of stdout.matchAll(/^[ \t]*[[{]/gm)) {
    const rest = stdout.slice(match.index);
    const value = attempt(rest) ?? attempt(rest.slice(0, endOfValue(rest)));
    if (value !== undefined) return value;
  }
  const inline = stdout.indexOf('{');
  return inline === -1 ? undefined : attempt(stdout.slice(inline, inline + endOfValue(stdout.slice(inline))));
}

function attempt(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Length of the balanced value at the start of `text`, minding strings. */
function endOfValue(text: string): number {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (inString) {
      if (char === '\\') index++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      depth--;
      if (depth === 0) return index + 1;
    }
  }
  return text.length;
}

/** Why a run gave no answer, one line: its outcome, or the last thing it said. */
export function failureOf(ran: Ran, words: string): string {
  if (ran.outcome === 'timed out') return `${words} did not answer within ${Math.round(ran.durationMs / 1000)} s`;
  if (ran.outcome === 'not found' || ran.outcome === 'not started') return `${words} could not be started`;
  const said = `${ran.stderr}\n${ran.stdout}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[│├╰╭─]+/.test(line));
  const first =
    said.find((line) => /^\w*Error: /.test(line)) ??
    said.find((line) => /error|fail|invalid|unsupported|requires|not found/i.test(line)) ??
    said[0] ??
    '';
  return `${words} ended with exit code ${ran.exitCode ?? ran.signal ?? '?'}${first ? `: ${first.slice(0, 300)}` : ''}`;
}
