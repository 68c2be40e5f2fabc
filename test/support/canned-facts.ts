import type { Facts } from '../../src/facts/types.ts';
import { known, unknown } from '../../src/system/fact.ts';
import { cannedServicesFacts } from './services-facts.ts';

const HOME = '/home/ada';
/** Claude's models of that release, best first. */
export const cannedCatalogue = [
  'claude-opus-5',
  'claude-sonnet-5',
  'claude-haiku-4-5',
  'claude-opus-4-5',
  'claude-sonnet-4-5',
];
export const NOW = Date.parse('2026-11-20T09:30:00Z');

/** A machine as people have it: OpenClaw 2026.9.6 on a bridge, two agents, six cron jobs, Claude Code signed in. */
export function cannedFacts(change: Partial<Facts> = {}): Facts {
  const stateDir = `${HOME}/.openclaw`;
  const install = {
    path: '/usr/local/bin/openclaw',
    realPath: '/usr/local/lib/node_modules/openclaw/openclaw.mjs',
    command: 'openclaw' as const,
    version: '2026.9.6',
    packageRoot: '/usr/local/lib/node_modules/openclaw',
    wins: true,
    node: { path: '/usr/local/bin/node', version: '24.16.0', wants: '>=24.16', ok: true },
  };
  const job = (id: string, name: string, model: string | null) => ({
    id,
    name,
    agent: 'main',
    enabled: true,
    kind: 'agentTurn',
    model,
    system: false,
    consecutiveErrors: 0,
  });
  const bridge = 'openai/claude-opus-4';
  return {
    schema: 1,
    takenAt: new Date(NOW).toISOString(),
    platform: known(
      { os: 'linux', wsl: false, container: null, user: 'ada', uid: 1000, home: HOME, node: '24.16.0' },
      'this process',
    ),
    installs: known([install], 'PATH'),
    release: known(
      { version: '2026.9.6', generation: 'G3', install },
      '/usr/local/lib/node_modules/openclaw/package.json',
      'the first on PATH',
    ),
    state: known(
      {
        stateDir,
        realStateDir: stateDir,
        exists: true,
        configPath: `${stateDir}/openclaw.json`,
        realConfigPath: `${stateDir}/openclaw.json`,
        configExists: true,
        profile: null,
        legacy: false,
        owner: 1000,
        mode: 0o700,
        writable: true,
      },
      stateDir,
      'the default place',
    ),
    config: known(
      {
        path: `${stateDir}/openclaw.json`,
        sha256: 'a'.repeat(64),
        syntaxError: null,
        includes: [],
        agentsShape: 'entries',
        agents: [
          {
            id: 'main',
            isDefault: true,
            agentDir: `${stateDir}/agents/main/agent`,
            agentDirExists: true,
            model: null,
            fallbacks: [],
            heartbeatModel: null,
          },
          {
            id: 'lite',
            isDefault: false,
            agentDir: `${stateDir}/agents/lite/agent`,
            agentDirExists: true,
            model: bridge,
            fallbacks: [],
            heartbeatModel: null,
          },
        ],
        defaultAgent: 'main',
        primary: bridge,
        fallbacks: [],
        aliases: { Opus: bridge },
        allowlist: null,
        heartbeatModel: null,
        providers: [
          { id: 'openai', baseUrl: 'http://127.0.0.1:3456/v1', api: 'openai-completions', models: [], bridge: true },
        ],
        declaredProfiles: {},
        order: {},
      },
      `${stateDir}/openclaw.json`,
    ),
    validation: known({ valid: true, issues: [], warnings: [] }, 'openclaw config validate --json'),
    profiles: known([], 'openclaw models status --json'),
    strayStores: known([], `${stateDir}/agents`),
    legacyState: known([], stateDir),
    storedOrders: known({}, `${stateDir}/agents`),
    cron: known(
      {
        store: 'gateway',
        path: null,
        jobs: [
          job('c1', 'Morning brief', bridge),
          job('c2', 'Inbox', bridge),
          job('c3', 'Backup report', bridge),
          job('c4', 'Weekly review', bridge),
          job('c5', 'Weather', null),
          job('c6', 'Heartbeat', null),
        ],
      },
      'openclaw cron list --json',
    ),
    gateway: known(
      { running: true, port: 18789, unit: 'openclaw-gateway', manager: 'systemd-user' },
      'systemctl --user show openclaw-gateway',
    ),
    modelsStatus: known(
      {
        resolvedDefault: bridge,
        fallbacks: [],
        aliases: { Opus: bridge },
        allowed: [],
        storePath: null,
        missingProviders: [],
        profiles: [],
        unusable: [],
      },
      'openclaw models status --json',
    ),
    catalogue: known({ anthropic: [...cannedCatalogue] }, 'openclaw models list --json'),
    claude: known(
      [{ path: `${HOME}/.local/bin/claude`, realPath: `${HOME}/.local/bin/claude`, version: '2.1.329', wins: true }],
      'PATH',
      'the first on PATH',
    ),
    claudeSignIn: known(
      { loggedIn: true, authMethod: 'claude.ai', email: 'ada@example.org', plan: 'max' },
      'claude auth status --json',
    ),
    claudeLogin: known(
      {
        file: `${HOME}/.claude/.credentials.json`,
        present: true,
        expiresAt: NOW + 4 * 3_600_000,
        renews: true,
        apiKeyHelper: false,
        onboarded: true,
      },
      `${HOME}/.claude/.credentials.json`,
    ),
    claudeInside: known(null, 'OpenClaw runs on this machine'),
    shadows: known([], 'environment'),
    refreshers: known([], 'crontab -l'),
    gatewayUnits: known({ units: [], linger: null, claudeDir: `${HOME}/.claude` }, 'units'),
    retiredCron: known(null, 'absent'),
    configBackup: known(null, 'no copy'),
    looseFiles: known([], `${HOME}/.openclaw`),
    secretFiles: known([], `${HOME}/.openclaw`),
    histories: known([], 'the histories'),
    flatStores: known([], `${HOME}/.openclaw`),
    services: known(cannedServicesFacts(HOME), 'systemd-user'),
    sessions: known([], 'sessions.json'),
    log: known([], 'log files'),
    proxies: unknown('waiting', 'not asked'),
    wire: unknown('waiting', 'not asked'),
    files: known({}, 'the files themselves'),
    ...change,
  };
}

/** The same machine without OpenClaw. */
export const emptyMachine = () =>
  cannedFacts({
    release: unknown('absent', 'no openclaw and no clawdbot on PATH'),
    installs: known([], 'PATH'),
    config: unknown('absent', 'no OpenClaw'),
    gateway: unknown('absent', 'no OpenClaw'),
    profiles: unknown('absent', 'no OpenClaw'),
    cron: unknown('absent', 'no OpenClaw'),
  });

/** A config with a missing comma in line 41. */
export function brokenConfig(): Facts {
  const facts = cannedFacts();
  if (!facts.config.known) return facts;
  const text = '      primary: "openai/claude-opus-4" fallbacks: [],';
  const syntaxError = { message: "expected ',' or '}'", line: 41, column: 39, text };
  return { ...facts, config: { ...facts.config, value: { ...facts.config.value, syntaxError } } };
}

/** The same machine with the proxy set up; `active`: what the manager says of its service. */
export function proxyMachine(active: boolean | null = true): Facts {
  const facts = cannedFacts();
  if (!facts.config.known || !facts.services.known) return facts;
  const ref = (id: string) => `claude-max-proxy/${id}`;
  const provider = { id: 'claude-max-proxy', baseUrl: 'http://127.0.0.1:3457/v1', api: 'openai-completions' };
  const services = facts.services.value;
  const ours = services.ours.map((one) =>
    one.id === 'normalizer' ? { ...one, sha256: 'b'.repeat(64), enabled: true, active } : one,
  );
  return {
    ...facts,
    config: {
      ...facts.config,
      value: {
        ...facts.config.value,
        primary: ref('opus'),
        fallbacks: [ref('sonnet')],
        aliases: { Opus: ref('opus'), Sonnet: ref('sonnet'), Haiku: ref('haiku') },
        agents: facts.config.value.agents.map((agent) => ({ ...agent, model: agent.model && ref('haiku') })),
        providers: [{ ...provider, models: ['opus', 'sonnet', 'haiku'], bridge: true }],
      },
    },
    modelsStatus: unknown('waiting', 'not asked'),
    cron: known({ store: 'gateway', path: null, jobs: [] }, 'openclaw cron list --json'),
    services: {
      ...facts.services,
      value: {
        ...services,
        ours,
        runtime: { ...services.runtime, present: true },
        keyFile: { ...services.keyFile, usable: true },
        provider: { id: provider.id, baseUrl: provider.baseUrl, api: provider.api, models: [], otherKeys: [] },
      },
    },
  };
}

/** The machine of the proxy, where Claude Code is signed out. */
export const signedOutMachine = (): Facts => ({
  ...proxyMachine(),
  claudeSignIn: known({ loggedIn: false, authMethod: 'none' }, 'claude auth status --json'),
});
