import { parseArgs } from 'node:util';
import { Problem } from '../system/problem.ts';
import { WARM_MB, WARM_MOST } from './claude-cli.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';
import { DEFAULT_MODELS } from './upstream.ts';

/** How the normalizer runs. Everything is decided at start; nothing is read from OpenClaw or from the wizard's files. */
export interface NormalizerOptions {
  readonly upstream: 'direct' | 'claude-max-api';
  readonly port: number;
  /** A file with the key in it, readable by its owner only. */
  readonly keyFile: string;
  /** `direct`: absolute path of `claude`. */
  readonly claude: string;
  /** `direct`: the directory that `claude` runs in; made when it is absent, has to be empty. */
  readonly workDirectory: string;
  /** `direct`: variables handed to `claude` besides the few that it needs. */
  readonly passEnv: readonly string[];
  /** `claude-max-api`: where it listens. */
  readonly upstreamPort: number;
  /** Model ids that OpenClaw may ask for → names for `claude --model`. */
  readonly models: ReadonlyMap<string, string>;
  /** `direct`: Claude Code started ahead, at most. */
  readonly warm: number;
  readonly limits: Limits;
  readonly logLevel: LogLevel;
  /** ms that running answers get after SIGTERM. */
  readonly drainMs: number;
  /** What a person runs to see whether the upstream is up, for messages. */
  readonly statusCommand: string;
}

export const DEFAULT_PORT = 3457;
export const DEFAULT_UPSTREAM_PORT = 3459;

export interface NormalizerFlag {
  readonly value: string;
  readonly about: string;
  readonly many?: true;
}

/** The one table behind parsing and help. */
export const normalizerFlags = {
  upstream: {
    value: 'NAME',
    about: 'direct (starts claude -p itself) or claude-max-api (asks a claude-max-api-proxy)',
  },
  port: { value: 'PORT', about: `Port on 127.0.0.1 to listen on (${DEFAULT_PORT})` },
  'key-file': { value: 'FILE', about: 'File with the key that OpenClaw sends; mode 0600' },
  claude: { value: 'PATH', about: 'direct: absolute path of claude' },
  'work-dir': { value: 'DIR', about: 'direct: an empty directory for claude to run in' },
  'pass-env': {
    value: 'NAME',
    about: 'direct: a variable to hand to claude, such as ANTHROPIC_BASE_URL (repeat)',
    many: true,
  },
  'upstream-port': { value: 'PORT', about: `claude-max-api: its port (${DEFAULT_UPSTREAM_PORT})` },
  model: {
    value: 'ID=NAME',
    about: 'A model to offer and its name for claude --model (repeat; replaces the list)',
    many: true,
  },
  runs: { value: 'N', about: `Claude Code runs at once, about 200 MB each (${DEFAULT_LIMITS.runs})` },
  warm: {
    value: 'N',
    about: `direct: Claude Code started ahead of a request, about ${WARM_MB} MB each; 0: none (${WARM_MOST})`,
  },
  queue: { value: 'N', about: `Requests that may wait behind them (${DEFAULT_LIMITS.waiting})` },
  'max-body': { value: 'MB', about: `Largest request (${DEFAULT_LIMITS.maxBody / 2 ** 20})` },
  'run-timeout': { value: 'SECONDS', about: `Longest run (${DEFAULT_LIMITS.runMs / 1000})` },
  drain: { value: 'SECONDS', about: 'Time that running answers get after SIGTERM (25)' },
  'status-command': { value: 'TEXT', about: 'claude-max-api: what to run to see whether it is up, for messages' },
  'log-level': { value: 'LEVEL', about: 'error, warn, info or debug (info)' },
} as const satisfies Record<string, NormalizerFlag>;

type FlagName = keyof typeof normalizerFlags;

/** Reads the words after `clawauth-setup normalizer`. Throws `Problem`s with exit code 2. */
export function parseNormalizerArgs(argv: readonly string[]): NormalizerOptions {
  const options = Object.fromEntries(
    Object.keys(normalizerFlags).map((name) => [name, { type: 'string' as const, multiple: true as const }]),
  );
  let values: Partial<Record<FlagName, string[]>>;
  try {
    ({ values } = parseArgs({ args: [...argv], options, allowPositionals: false }) as { values: typeof values });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
  const one = (name: FlagName): string | undefined => values[name]?.at(-1);
  const upstream = one('upstream') ?? 'direct';
  if (upstream !== 'direct' && upstream !== 'claude-max-api') throw usage('--upstream is direct or claude-max-api.');
  const keyFile = one('key-file');
  if (keyFile === undefined)
    throw usage('--key-file FILE is missing: without a key every program here could use your plan.');
  const claude = one('claude') ?? '';
  const workDirectory = one('work-dir') ?? '';
  if (upstream === 'direct' && !claude.startsWith('/')) throw usage('--claude needs an absolute path.');
  if (upstream === 'direct' && !workDirectory.startsWith('/')) throw usage('--work-dir needs an absolute path.');
  const logLevel = LOG_LEVELS.find((level) => level === (one('log-level') ?? 'info'));
  if (logLevel === undefined) throw usage(`--log-level is one of ${LOG_LEVELS.join(', ')}.`);
  const number = (name: FlagName, otherwise: number, least: number, most: number): number => {
    const text = one(name);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw usage(`--${name} is a number from ${least} to ${most}.`);
    return value;
  };
  const maxBody = number('max-body', DEFAULT_LIMITS.maxBody / 2 ** 20, 1, 512) * 2 ** 20;
  return {
    upstream,
    port: number('port', DEFAULT_PORT, 0, 65_535),
    keyFile,
    claude,
    workDirectory,
    passEnv: values['pass-env'] ?? [],
    upstreamPort: number('upstream-port', DEFAULT_UPSTREAM_PORT, 1, 65_535),
    models: modelsOf(values.model),
    warm: number('warm', WARM_MOST, 0, WARM_MOST),
    limits: {
      ...DEFAULT_LIMITS,
      runs: number('runs', DEFAULT_LIMITS.runs, 1, 64),
      waiting: number('queue', DEFAULT_LIMITS.waiting, 0, 10_000),
      maxBody,
      // A few that drip leave room for the others.
      bodyBudget: 2 * maxBody,
      runMs: number('run-timeout', DEFAULT_LIMITS.runMs / 1000, 1, 86_400) * 1000,
    },
    logLevel,
    drainMs: number('drain', 25, 0, 3_600) * 1000,
    statusCommand:
      one('status-command') ?? `curl http://127.0.0.1:${one('upstream-port') ?? DEFAULT_UPSTREAM_PORT}/health`,
  };
}

function modelsOf(pairs: readonly string[] | undefined): ReadonlyMap<string, string> {
  if (pairs === undefined) return DEFAULT_MODELS;
  return new Map(
    pairs.map((pair) => {
      const found = /^([\w./:@-]+)=([A-Za-z0-9][\w.[\]:@/-]*)$/.exec(pair);
      if (found === null)
        throw usage(`--model takes ID=NAME, such as claude-opus-4=opus, not ${JSON.stringify(pair.slice(0, 60))}.`);
      return [found[1] as string, found[2] as string];
    }),
  );
}

export function normalizerHelp(): string {
  const rows = Object.entries<NormalizerFlag>(normalizerFlags).map(
    ([name, { value, about }]) => `  ${`--${name} ${value}`.padEnd(24)}${about}`,
  );
  return [
    'clawauth-setup normalizer: answers OpenClaw with Claude Code, on this machine only',
    '',
    'Usage: clawauth-setup normalizer --key-file FILE --claude PATH --work-dir DIR [...]',
    '',
    ...rows,
    '',
  ].join('\n');
}

function usage(what: string): Problem {
  return new Problem('bad-flag', what, { next: 'clawauth-setup normalizer --help', exitCode: 2 });
}
