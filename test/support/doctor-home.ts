import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Severity } from '../../src/doctor/types.ts';
import { realWorld } from '../../src/system/real-world.ts';
import type { World } from '../../src/system/world.ts';
import { tempWorld, withNothingRunning } from './temp-world.ts';

/** Unix ms that every case takes place at: 2026-11-27, 22:03 UTC. */
export const NOW = 1_795_817_000_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const fake = (kind: string, end: string) => `sk-ant-${kind}-FAKE${'FAKE'.repeat(20)}${end}`;
/** Fake secrets of every kind. */
export const SECRETS = {
  token: fake('oat01', 'k9Qw'),
  otherToken: fake('oat01', 'zzT2'),
  session: fake('oat01', 'sess'),
  refresh: fake('ort01', 'refA'),
  key: fake('api03', 'keyA'),
  admin: fake('admin01', 'admA'),
  code: 'aB3dE5fG7hI9jK1lM3nO5pQ7#rS9tU1vW3xY5zA7bC9dE1fG3',
} as const;

type Json = Record<string, unknown>;
/** A JSON document that a case changes; whatever is not there yet is made on the way. */
// biome-ignore lint/suspicious/noExplicitAny: a case writes into documents of any shape
type Loose = any;

/** A set-up that works, before it is laid on a disk: what a case changes in it is its fault. */
export interface DoctorHome {
  /** HOME, absolute. */
  readonly home: string;
  /** `openclaw.json`; a text takes its place as it is. */
  config: Loose;
  /** `auth-profiles.json` by agent, or the shared store of a release with databases. */
  readonly stores: Record<string, Loose>;
  /** Below HOME: content, and mode where it is not 0600. */
  file(name: string, content: string | Buffer | Json, mode?: number): void;
  /** A program that is first on PATH. */
  program(name: string, script: string): void;
  /** Added to the environment. */
  readonly env: Record<string, string>;
  /** Modes of files that are there anyway. */
  readonly modes: Record<string, number>;
  /** A Claude Code on PATH, signed in with a login that ends in four hours and renews itself. */
  claude(login?: 'signed in' | 'signed out'): void;
  /** The unit of the gateway; `lines` go into its `[Service]`. */
  gatewayUnit(lines?: readonly string[], name?: string): void;
}

export interface DoctorCase {
  readonly title: string;
  readonly release: '2026.1.24-3' | '2026.2.17' | '2026.5.28' | '2026.6.5' | '2026.8.2' | '2026.9.6';
  /** What is wrong, laid on a set-up that works. */
  lay(home: DoctorHome): void;
  /** Programs are asked too: `crontab`, `systemctl`, `claude` … of the case. OpenClaw itself never is. */
  readonly asks?: true;
  /** What OpenClaw says to `models status --json`: it is asked, and what it says counts. */
  readonly openclaw?: object;
  /** null: nothing above info but a gateway that does not run. */
  readonly owes: {
    readonly id: string;
    readonly level: Severity;
    /** In what it says, or why. */
    readonly says: RegExp;
    /** The next command; with `fixes` it is the fix. */
    readonly next?: RegExp;
    /** Other ids that are found as well, where it has two faults. */
    readonly and?: readonly string[];
    /** A fix of ours: it is applied, the finding is gone, nothing new is wrong, and an undo gives every byte back. */
    readonly fixes?: true;
  } | null;
}

/** Stands in for `node:sqlite`, which the Node of these tests may not have: a database is a JSON file of its two rows. */
const SQLITE = `
const { Module } = require('node:module');
const load = Module._load;
class DatabaseSync {
  constructor(url) { this.rows = JSON.parse(require('node:fs').readFileSync(String(url).replace(/^file:\\/\\//, '').replace(/\\?.*$/, ''), 'utf8')); }
  prepare(sql) {
    const key = /authProfiles.state|auth_profile_state/.test(sql) ? 'state' : /authProfiles.store|auth_profile_store/.test(sql) ? 'store' : null;
    const value = key === null ? undefined : this.rows[key];
    const row = value === undefined ? undefined : { value_json: JSON.stringify(value) };
    return { get: () => row, all: () => (row ? [row] : []) };
  }
  close() {}
}
Module._load = (name, ...rest) => (name === 'node:sqlite' ? { DatabaseSync } : load(name, ...rest));
`;

const MODELS = ['anthropic/claude-opus-4-6', 'anthropic/claude-sonnet-4-5'] as const;

/** Lays a case in a throw-away home with a stand-in for its OpenClaw, which is never run. Remove it afterwards. */
export function layCase(one: DoctorCase): { readonly world: World; readonly home: string; remove(): void } {
  const temp = tempWorld();
  const { home } = temp;
  const state = one.release.startsWith('2026.1.') ? '.clawdbot' : '.openclaw';
  const name = state.slice(1);
  const inDatabase = !['2026.1.24-3', '2026.2.17', '2026.5.28'].includes(one.release);
  const shared = ['2026.8.2', '2026.9.6'].includes(one.release);
  const files = new Map<string, { content: string | Buffer; mode: number }>();
  const draft: DoctorHome = {
    home,
    config: healthyConfig(shared),
    stores: Object.fromEntries(
      (shared ? ['shared'] : ['main', 'lite']).map((agent) => [
        agent,
        {
          version: 1,
          profiles: { 'anthropic:default': { type: 'token', provider: 'anthropic', token: SECRETS.token } },
        },
      ]),
    ),
    env: {},
    modes: {},
    file: (path, content, mode = 0o600) => {
      files.set(path, {
        content: typeof content === 'string' || content instanceof Buffer ? content : jsonText(content),
        mode,
      });
    },
    program: (path, script) => {
      files.set(`bin/${path}`, { content: `#!/bin/sh\n${script}\n`, mode: 0o755 });
    },
    claude: (login = 'signed in') => layClaude(draft, login),
    gatewayUnit: (lines = [], unit = `${name}-gateway.service`) => layUnit(draft, lines, unit),
  };
  one.lay(draft);
  draft.file(`${state}/${name}.json`, draft.config);
  for (const [agent, store] of Object.entries(draft.stores)) {
    if (store === null) continue;
    const stem = agent === 'shared' ? `${state}/state/openclaw` : `${state}/agents/${agent}/agent/`;
    if (!inDatabase) draft.file(`${stem}auth-profiles.json`, store);
    else {
      const { order, lastGood, usageStats, ...rest } = store;
      const rows = { store: rest, state: { version: 1, order, lastGood, usageStats } };
      draft.file(agent === 'shared' ? `${stem}.sqlite` : `${stem}openclaw-agent.sqlite`, rows);
    }
  }
  for (const [path, { content, mode }] of files) temp.write(path, content, mode);
  // Another case of the same home may have taken the file away.
  for (const [path, mode] of Object.entries(draft.modes)) {
    if (existsSync(join(home, path))) chmodSync(join(home, path), mode);
  }
  const prefix = layInstall(home, name, one.release);
  const path = [join(home, 'bin'), prefix, '/usr/bin', '/bin'].join(':');
  const real = realWorld({ home, env: { HOME: home, PATH: path, ...draft.env }, cwd: home });
  const { processes, files: disk } = real;
  const silent = { exitCode: 1, signal: null, stdout: '', stderr: '', outcome: 'exited', durationMs: 0 } as const;
  // Nothing of the machine that runs the tests is asked: only what lies in the home.
  const run: World['processes']['run'] = async (argv, options) => {
    if (one.openclaw !== undefined && argv.includes('models') && argv.includes('status'))
      return { ...silent, exitCode: 0, stdout: jsonText(one.openclaw) };
    const own = argv[0].startsWith(home) || argv[0] === process.execPath || files.has(`bin/${argv[0]}`);
    return own && !/(openclaw|clawdbot)(\.mjs)?$/.test(argv[0]) ? processes.run(argv, options) : silent;
  };
  const clock = { ...real.clock, now: () => NOW };
  const world: World = { ...real, files: withNothingRunning(disk), processes: { run }, clock };
  return { world, home, remove: () => temp.remove() };
}

function healthyConfig(entries: boolean): Json {
  const agents = entries ? {} : { list: [{ id: 'main', default: true }, { id: 'lite' }] };
  return {
    gateway: { mode: 'local', port: 28_990, bind: 'loopback', auth: { mode: 'token', token: 'gateway-token' } },
    auth: { profiles: { 'anthropic:default': { provider: 'anthropic', mode: 'token' } } },
    agents: {
      defaults: {
        model: { primary: MODELS[0], fallbacks: [MODELS[1]] },
        models: { [MODELS[0]]: { alias: 'Opus' }, [MODELS[1]]: { alias: 'Sonnet' } },
      },
      ...agents,
    },
    ...(entries ? { meta: { migrations: { modelPolicyAllowlist: true } } } : {}),
  };
}

function layClaude(draft: DoctorHome, login: 'signed in' | 'signed out'): void {
  const inside = login === 'signed in';
  const claudeAiOauth = {
    accessToken: SECRETS.session,
    refreshToken: SECRETS.refresh,
    expiresAt: NOW + 4 * HOUR,
    scopes: ['user:inference'],
    subscriptionType: 'max',
  };
  const file = `${draft.home}/.claude/.credentials.json`;
  draft.program(
    'claude',
    `case "$1 $2" in
"--version ") echo "2.1.329 (Claude Code)" ;;
"auth status")
  if ${inside} || [ -e "${file}" ]; then
    echo '{"loggedIn":true,"authMethod":"claude.ai","email":"you@example.invalid","subscriptionType":"max"}'
  else
    echo '{"loggedIn":false,"authMethod":"none"}'
    exit 1
  fi ;;
"auth login")
  echo "If the browser didn't open, visit: https://claude.com/cai/oauth/authorize?code_challenge=abc&state=def"
  printf 'Paste code here if prompted > '
  read -r code
  mkdir -p "${draft.home}/.claude"
  echo '${JSON.stringify({ claudeAiOauth })}' > "${file}"
  echo 'Login successful.' ;;
esac`,
  );
  draft.file('.claude.json', { hasCompletedOnboarding: true });
  if (inside) draft.file('.claude/.credentials.json', { claudeAiOauth });
}

function layUnit(draft: DoctorHome, lines: readonly string[], unit: string): void {
  const node = `${draft.home}/.nvm/versions/node/v24.16.0/bin/node`;
  draft.file('.nvm/versions/node/v24.16.0/bin/node', '#!/bin/sh\necho v24.16.0\n', 0o755);
  const exec = `ExecStart=${node} ${draft.home}/prefix/lib/node_modules/openclaw/dist/index.js gateway --port 28990`;
  const own = lines.some((line) => line.startsWith('ExecStart=')) ? [] : [exec];
  const service = ['[Unit]', 'Description=OpenClaw Gateway', '[Service]', ...own, 'Restart=always', ...lines];
  draft.file(
    `.config/systemd/user/${unit}`,
    [...service, '[Install]', 'WantedBy=default.target', ''].join('\n'),
    0o644,
  );
}

/** An OpenClaw that can be found and not run, and the Node that its databases are read with. Gives its `bin`. */
function layInstall(home: string, name: string, version: string): string {
  const root = join(home, 'prefix', 'lib', 'node_modules', name);
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
  };
  write(
    join(root, 'package.json'),
    jsonText({ name, version, bin: { [name]: 'openclaw.mjs' }, engines: { node: '>=20' } }),
  );
  write(join(root, 'openclaw.mjs'), '#!/usr/bin/env node\n', 0o755);
  write(join(root, 'dist', 'index.js'), '');
  const bin = join(home, 'prefix', 'bin');
  write(join(bin, 'sqlite.cjs'), SQLITE);
  write(
    join(bin, 'node'),
    `#!/bin/sh\nexec '${process.execPath}' --require '${join(bin, 'sqlite.cjs')}' "$@"\n`,
    0o755,
  );
  symlinkSync(join(root, 'openclaw.mjs'), join(bin, name));
  return bin;
}

const jsonText = (value: unknown) => (typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`);
