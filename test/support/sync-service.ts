import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { claudeSyncWords } from '../../src/claude-sync/options.ts';
import { readState, type SyncState } from '../../src/claude-sync/state.ts';

export const PROFILE = 'anthropic:claude-sync';

/** The bundled service as a unit starts it, in a home with a login of Claude Code and an agent's store. */
export interface SyncService {
  readonly credentials: string;
  readonly store: string;
  /** What it said so far. */
  log(): string;
  state(): SyncState | null;
  /** The profile that it keeps. */
  profile(): { readonly token: string; readonly expires: number };
  start(): ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface SyncServiceOptions {
  /** Of the packed program. */
  readonly cli: string;
  readonly home: string;
  readonly stateDir: string;
  /** Absolute paths of the programs. */
  readonly claude: string;
  readonly openclaw: string;
  readonly gatewayPort: number;
  /** Its whole environment. */
  readonly env: NodeJS.ProcessEnv;
}

export function syncService(options: SyncServiceOptions): SyncService {
  const { cli, home, stateDir, env } = options;
  const credentials = join(home, '.claude', '.credentials.json');
  const store = join(stateDir, 'agents', 'main', 'agent', 'auth-profiles.json');
  const stateFile = join(home, 'data', 'claude-sync.json');
  const words = claudeSyncWords({
    ...{ credentials, stateDir, profile: PROFILE, stores: [store], stateFile, signIn: 'claude auth login' },
    ...{ claude: [options.claude], openclaw: [options.openclaw], gateway: { port: options.gatewayPort }, within: [] },
  });
  const text = (file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return null;
    }
  };
  let child: ChildProcess | null = null;
  let said = '';
  return {
    credentials,
    store,
    log: () => said,
    state: () => readState(text(stateFile)),
    profile: () => JSON.parse(text(store) ?? '{}').profiles[PROFILE],
    start() {
      child = spawn(process.execPath, [join(dirname(cli), 'claude-sync.mjs'), ...words], { env, cwd: home });
      child.stderr?.setEncoding('utf8').on('data', (more: string) => (said += more));
      return child;
    },
    async stop(signal = 'SIGTERM') {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child?.once('close', resolve));
      child.kill(signal);
      await gone;
    },
  };
}

/** A store with a token that has ended, as a set-up of some time ago left it. */
export function storeText(token: string, expires: number): string {
  const profiles = { [PROFILE]: { type: 'token', provider: 'anthropic', token, expires } };
  return `${JSON.stringify({ version: 1, profiles }, null, 2)}\n`;
}

/** Puts a file where it may need its folders. */
export function lay(file: string, content: string, mode = 0o600): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, content, { mode });
}
