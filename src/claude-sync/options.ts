import { parseArgs } from 'node:util';
import { Problem } from '../system/problem.ts';
import type { GatewayPlace } from './gateway.ts';

/** What the service keeps in step, and with which programs. Everything is decided at its start. */
export interface ClaudeSyncOptions {
  /** Claude Code's `.credentials.json`, on this machine. */
  readonly credentials: string;
  /** Name of the profile in OpenClaw. */
  readonly profile: string;
  /** `auth-profiles.json` of each chosen agent. */
  readonly stores: readonly string[];
  /** OpenClaw's directory. */
  readonly stateDir: string;
  /** The words before an argument of Claude Code: its path, or what calls it in a container. */
  readonly claude: readonly string[];
  /** The same of OpenClaw. */
  readonly openclaw: readonly string[];
  readonly gateway: GatewayPlace;
  /** Folders of this machine that a container has mounted: what is read and written for it lies in one. Empty without one. */
  readonly within: readonly string[];
  /** Where the service says how things are, see `state.ts`. */
  readonly stateFile: string;
  /** What a person types to sign in again. */
  readonly signIn: string;
}

const PATHS = ['credentials', 'state-dir', 'state-file'] as const;
const WORDS = ['keeps', 'sign-in', 'port'] as const;
/** Given as often as they have words. */
const LISTS = ['claude', 'openclaw', 'gateway-runs', 'gateway-restart', 'within', 'store'] as const;

/** The words that a unit starts the service with. `--profile` is a flag of OpenClaw's gateway, which this is not. */
export function claudeSyncWords(options: ClaudeSyncOptions): string[] {
  const { credentials, stateDir, claude, openclaw, stateFile, profile, gateway, stores, within, signIn } = options;
  const list = (name: (typeof LISTS)[number], words: readonly string[]) => words.map((word) => `--${name}=${word}`);
  return [
    ...['--credentials', credentials, '--state-dir', stateDir, '--state-file', stateFile],
    ...['--keeps', profile, '--sign-in', signIn],
    ...list('claude', claude),
    ...list('openclaw', openclaw),
    ...('port' in gateway
      ? ['--port', String(gateway.port)]
      : [...list('gateway-runs', gateway.runs), ...list('gateway-restart', gateway.restart)]),
    ...list('within', within),
    ...list('store', stores),
  ];
}

/** Reads those words again. Throws `Problem`s with exit code 2. */
export function parseClaudeSyncArgs(argv: readonly string[]): ClaudeSyncOptions {
  const one = { type: 'string' as const };
  const options = {
    ...Object.fromEntries([...PATHS, ...WORDS].map((name) => [name, one])),
    ...Object.fromEntries(LISTS.map((name) => [name, { ...one, multiple: true as const }])),
  };
  let values: Record<string, string | string[] | undefined>;
  try {
    values = parseArgs({ args: [...argv], options, allowPositionals: false }).values as typeof values;
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
  const word = (name: string): string => {
    const value = values[name];
    if (typeof value !== 'string' || value === '') throw wrong(`--${name} is missing.`);
    return value;
  };
  const path = (name: (typeof PATHS)[number]): string => {
    if (!word(name).startsWith('/')) throw wrong(`--${name} needs an absolute path.`);
    return word(name);
  };
  const all = (name: (typeof LISTS)[number]): readonly string[] => [values[name] ?? []].flat();
  const words = (name: (typeof LISTS)[number]): readonly string[] => {
    if (all(name).length === 0) throw wrong(`--${name} is missing.`);
    return all(name);
  };
  const port = (): number => {
    const number = Number(word('port'));
    if (Number.isInteger(number) && number >= 1 && number <= 65_535) return number;
    throw wrong('--port is a number from 1 to 65535.');
  };
  return {
    credentials: path('credentials'),
    stateDir: path('state-dir'),
    claude: words('claude'),
    openclaw: words('openclaw'),
    stateFile: path('state-file'),
    profile: word('keeps'),
    signIn: word('sign-in'),
    gateway:
      all('gateway-runs').length === 0
        ? { port: port() }
        : { runs: words('gateway-runs'), restart: words('gateway-restart') },
    within: all('within'),
    stores: all('store'),
  };
}

function wrong(what: string): Problem {
  return new Problem('bad-flag', what, { next: 'clawauth-setup', exitCode: 2 });
}
