import { parseArgs } from 'node:util';
import { Problem } from '../system/problem.ts';

/** What the service keeps in step, and with which programs. Everything is decided at its start. */
export interface ClaudeSyncOptions {
  /** Claude Code's `.credentials.json`. */
  readonly credentials: string;
  /** Name of the profile in OpenClaw. */
  readonly profile: string;
  /** `auth-profiles.json` of each chosen agent. */
  readonly stores: readonly string[];
  /** OpenClaw's directory. */
  readonly stateDir: string;
  readonly claude: string;
  readonly openclaw: string;
  /** Port of the gateway, on loopback. */
  readonly gatewayPort: number;
  /** Where the service says how things are, see `state.ts`. */
  readonly stateFile: string;
}

const PATHS = ['credentials', 'state-dir', 'claude', 'openclaw', 'state-file'] as const;

/** The words that a unit starts the service with. `--profile` is a flag of OpenClaw's gateway, which this is not. */
export function claudeSyncWords(options: ClaudeSyncOptions): string[] {
  const { credentials, stateDir, claude, openclaw, stateFile, profile, gatewayPort, stores } = options;
  const paths = { credentials, 'state-dir': stateDir, claude, openclaw, 'state-file': stateFile };
  return [
    ...PATHS.flatMap((name) => [`--${name}`, paths[name]]),
    ...['--keeps', profile, '--port', String(gatewayPort)],
    ...stores.flatMap((file) => ['--store', file]),
  ];
}

/** Reads those words again. Throws `Problem`s with exit code 2. */
export function parseClaudeSyncArgs(argv: readonly string[]): ClaudeSyncOptions {
  const one = { type: 'string' as const };
  const options = {
    ...Object.fromEntries([...PATHS, 'keeps', 'port'].map((name) => [name, one])),
    store: { type: 'string' as const, multiple: true as const },
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
  const gatewayPort = Number(word('port'));
  if (!Number.isInteger(gatewayPort) || gatewayPort < 1 || gatewayPort > 65_535) {
    throw wrong('--port is a number from 1 to 65535.');
  }
  return {
    credentials: path('credentials'),
    stateDir: path('state-dir'),
    claude: path('claude'),
    openclaw: path('openclaw'),
    stateFile: path('state-file'),
    profile: word('keeps'),
    gatewayPort,
    stores: [values.store ?? []].flat(),
  };
}

function wrong(what: string): Problem {
  return new Problem('bad-flag', what, { next: 'clawauth-setup', exitCode: 2 });
}
