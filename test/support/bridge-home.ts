import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WAIT_MS } from './processes.ts';
import type { InstalledRelease } from './releases.ts';
import { snapshot } from './run-packed.ts';

const run = promisify(execFile);

/** What OpenClaw says of models and credentials (`models status --json`). */
export interface ModelsTold {
  readonly resolvedDefault: string | null;
  readonly fallbacks: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly allowed: readonly string[];
  readonly auth: {
    readonly missingProvidersInUse: readonly string[];
    readonly providers: readonly unknown[];
    readonly oauth: {
      readonly profiles: readonly {
        readonly profileId: string;
        readonly type: string;
        readonly status: string;
        readonly expiresAt?: number;
      }[];
    };
  };
}

/**
 * What OpenClaw itself leaves behind, though every one of its files that we touched is back. Nothing else may differ.
 * - `logs/`: its own audit trail of config writes and health notes (from 2026.4.29).
 * - `state/openclaw.sqlite*`: every `models status` notes the config's health there (from 2026.6.1); `-wal` and `-shm`
 *   are SQLite's own.
 * - `identity/`: made by some commands when they first run.
 */
const STAMPS = [/^\.\/logs(\/|$)/, /^\.\/state(\/openclaw\.sqlite(-wal|-shm)?)?$/, /^\.\/identity(\/|$)/];

/** A home whose OpenClaw talks to Claude through a bridge, with comments that must survive. */
export interface BridgeHome {
  readonly home: string;
  readonly stateDir: string;
  readonly config: string;
  /** The text of the config. */
  readonly text: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs the real OpenClaw in this home; gives its stdout, whatever its exit code. */
  openclaw(...args: string[]): Promise<string>;
  /** Runs it with this standard input; throws what it said when it fails. */
  run(args: readonly string[], input?: string): Promise<string>;
  /** Stores a token through the real OpenClaw, as its owner would (from 2026.5.22). Throws what it said when it failed. */
  paste(token: string, profileId: string): Promise<void>;
  /** Throws what it said when it failed. */
  status(): Promise<ModelsTold>;
  /** Paths in the state directory that are not as in this snapshot of it, but for what OpenClaw leaves by itself. */
  changedSince(before: Readonly<Record<string, string>>): string[];
}

export interface BridgeHomeOptions {
  /** Of the gateway. */
  readonly port?: number;
  /** As if OpenClaw had written the config once. */
  readonly meta?: boolean;
}

const BRIDGE = `{
      'claude-bridge': { // a proxy on this machine
        baseUrl: 'http://127.0.0.1:3457/v1',
        api: 'openai-completions',
        apiKey: 'not-needed',
        models: [
          { id: 'claude-opus-4', name: 'Opus' },
          { id: 'claude-sonnet-4', name: 'Sonnet' },
        ],
      },
    }`;

/** The roster's key changed in 2026.8.1. */
function configText(version: string, { port = 48789, meta = false }: BridgeHomeOptions): string {
  const entries = /^2026\.[89]\./.test(version);
  const agents = entries
    ? `ownership: 'explicit',
    entries: {
      main: { workspace: '~/ws' },
      lite: { workspace: '~/ws-lite', model: 'claude-bridge/claude-sonnet-4' }, // the cheap one
    },`
    : `list: [
      { id: 'main', default: true, workspace: '~/ws' },
      { id: 'lite', workspace: '~/ws-lite', model: 'claude-bridge/claude-sonnet-4' }, // the cheap one
    ],`;
  return `// my OpenClaw, edited by hand
{${meta ? `\n  meta: { lastTouchedVersion: '${version}' },` : ''}
  gateway: { mode: 'local', port: ${port}, bind: 'loopback', auth: { mode: 'token', token: 'a-gateway-secret' } },
  agents: {
    defaults: {
      workspace: '~/ws',
      /* through the bridge */
      model: {
        primary: 'claude-bridge/claude-opus-4', // my bridge
        fallbacks: ['claude-bridge/claude-sonnet-4'],
      },
      models: {
        'claude-bridge/claude-opus-4': { alias: 'Opus' },
        'claude-bridge/claude-sonnet-4': { alias: 'Sonnet' },
      },
    },
    ${agents}
  },
  models: {
    providers: ${BRIDGE},
  },
}
`;
}

/** Cron jobs of releases that keep them in a file: one on the bridge with an old error streak, one of another model. */
const CRON = {
  version: 1,
  jobs: [
    {
      id: 'job-bridge',
      agentId: 'main',
      name: 'daily-brief',
      enabled: false,
      createdAtMs: 1795000000000,
      updatedAtMs: 1795000000000,
      schedule: { kind: 'cron', expr: '0 7 * * *', tz: 'UTC' },
      sessionTarget: 'isolated',
      wakeMode: 'now',
      payload: { kind: 'agentTurn', message: 'Summarise the day', model: 'claude-bridge/claude-opus-4' },
      state: { consecutiveErrors: 4, lastStatus: 'error' },
    },
    {
      id: 'job-plain',
      agentId: 'main',
      name: 'ping',
      enabled: false,
      createdAtMs: 1795000000000,
      updatedAtMs: 1795000000000,
      schedule: { kind: 'every', everyMs: 21600000 },
      sessionTarget: 'isolated',
      wakeMode: 'now',
      payload: { kind: 'agentTurn', message: 'Ping' },
      state: {},
    },
  ],
};

/** A conversation that must not get lost. */
const SESSION = '22222222-2222-4222-8222-222222222222';

/** Makes the home and lets the release write its own caches first, so that later differences are ours. */
export async function makeBridgeHome(release: InstalledRelease, options: BridgeHomeOptions = {}): Promise<BridgeHome> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'clawauth-real-')));
  const name = release.command === 'clawdbot' ? 'clawdbot' : 'openclaw';
  const stateDir = join(home, `.${name}`);
  const config = join(stateDir, `${name}.json`);
  const text = configText(release.version, options);
  await mkdir(stateDir, { mode: 0o700 });
  await writeFile(config, text, { mode: 0o600 });
  if (cronInFiles(release.version)) {
    await mkdir(join(stateDir, 'cron'), { mode: 0o700 });
    await writeFile(join(stateDir, 'cron', 'jobs.json'), `${JSON.stringify(CRON, null, 2)}\n`, { mode: 0o600 });
  }
  const sessions = join(stateDir, 'agents', 'main', 'sessions');
  await mkdir(sessions, { recursive: true, mode: 0o700 });
  const talk = { 'agent:main:main': { sessionId: SESSION, updatedAt: Date.now() } };
  await writeFile(join(sessions, 'sessions.json'), JSON.stringify(talk), { mode: 0o600 });
  await writeFile(join(sessions, `${SESSION}.jsonl`), `{"type":"session","version":3,"id":"${SESSION}"}\n`, {
    mode: 0o600,
  });
  const env = { HOME: home, PATH: release.path, OPENCLAW_NO_RESPAWN: '1', NO_COLOR: '1', CI: 'true', LANG: 'C.UTF-8' };
  const openclaw = async (...args: string[]) => {
    const ran = run(release.bin, args, { cwd: home, env, maxBuffer: 32 << 20, timeout: WAIT_MS });
    return ran.then(
      ({ stdout }) => stdout,
      (error: { stdout?: string }) => error.stdout ?? '',
    );
  };
  const runIt = async (args: readonly string[], input = '') => {
    const ran = run(release.bin, [...args], { cwd: home, env, maxBuffer: 32 << 20, timeout: WAIT_MS });
    ran.child.stdin?.end(input);
    return (await ran).stdout;
  };
  const paste = async (token: string, profileId: string) => {
    const args = ['models', 'auth', 'paste-token', '--provider', 'anthropic', '--profile-id', profileId];
    await runIt([...args, ...agentFlag(release.version)], token);
  };
  const status = async () => {
    const said = await runIt(['models', 'status', '--json', ...agentFlag(release.version)]);
    return JSON.parse(said.slice(said.indexOf('{'))) as ModelsTold;
  };
  const changedSince = (before: Readonly<Record<string, string>>) => {
    const now = snapshot(stateDir);
    const paths = Object.keys({ ...before, ...now }).filter((path) => before[path] !== now[path]);
    return paths.filter((path) => !STAMPS.some((stamp) => stamp.test(path)));
  };
  await openclaw('models', 'status', '--json', ...agentFlag(release.version));
  return { home, stateDir, config, text, env, openclaw, run: runIt, paste, status, changedSince };
}

/** Two agents need to be named from 2026.8.1 on. */
export function agentFlag(version: string): string[] {
  return /^2026\.[89]\./.test(version) ? ['--agent', 'main'] : [];
}

export function cronInFiles(version: string): boolean {
  return /^2026\.[1-5]\./.test(version);
}
