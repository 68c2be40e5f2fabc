import type { Facts } from '../../src/facts/types.ts';
import { readConfig } from '../../src/openclaw/config.ts';
import { generationOf } from '../../src/openclaw/generation.ts';
import { configuredPath } from '../../src/openclaw/paths.ts';
import type { CronJob, ModelsStatus, ProfileFacts } from '../../src/openclaw/records.ts';
import type { ServicesFacts } from '../../src/services/records.ts';
import { known, unknown } from '../../src/system/fact.ts';
import { cannedServicesFacts } from './services-facts.ts';

export interface FactsInput {
  readonly version: string;
  /** JSON5 of the config. */
  readonly config: string;
  readonly profiles?: readonly Partial<ProfileFacts>[];
  readonly catalogue?: readonly string[];
  readonly jobs?: readonly Partial<CronJob>[];
  readonly gateway?: boolean;
  /** `providers` of the `models.json` of agents, by their ids. */
  readonly modelCopies?: Readonly<Record<string, unknown>>;
  readonly strays?: readonly string[];
  readonly legacy?: readonly string[];
  /** agent → ids */
  readonly storedOrders?: Readonly<Record<string, string[]>>;
  readonly services?: Partial<ServicesFacts>;
  /** Issues of OpenClaw's validator. */
  readonly issues?: readonly { path: string; message: string }[];
  /** Links: the path of an agent's directory → where it really lies. */
  readonly links?: Readonly<Record<string, string>>;
}

const HOME = '/home/ana';
export const STATE = `${HOME}/.openclaw`;

/** Facts of one machine with an OpenClaw of this version, read from a config by the real reader. */
export async function factsFor(input: FactsInput): Promise<Facts> {
  const { version } = input;
  const path = `${STATE}/openclaw.json`;
  const read = await readConfig(input.config, {
    path,
    sha256: 'c0ffee',
    stateDir: STATE,
    locate: (told) => configuredPath(told, { stateDir: STATE }, HOME),
    version,
    load: async (file) => {
      const agent = /agents\/([^/]+)\/agent\/models\.json$/.exec(file)?.[1];
      return agent === undefined ? undefined : { providers: input.modelCopies?.[agent] };
    },
    agentDirExists: async () => true,
    resolve: async (path) => input.links?.[path] ?? path,
    agentFolders: async () => Object.keys(input.links ?? {}).map((path) => path.split('/').at(-2) ?? ''),
  });
  const install = {
    path: '/usr/bin/openclaw',
    realPath: '/usr/lib/node_modules/openclaw/openclaw.mjs',
    command: 'openclaw' as const,
    version,
    packageRoot: '/usr/lib/node_modules/openclaw',
    wins: true,
    node: { path: '/usr/bin/node', version: '24.21.0', wants: '>=22', ok: true },
  };
  const files = version < '2026.6' ? 'file' : 'gateway';
  return {
    schema: 1,
    takenAt: '2026-11-21T00:00:00.000Z',
    platform: known(
      { os: 'linux', wsl: false, container: null, user: 'ana', uid: 1000, home: HOME, node: '20.20.2' },
      'the system',
    ),
    installs: known([install], 'PATH'),
    release: known({ version, generation: generationOf(version), install }, 'PATH'),
    state: known(
      {
        stateDir: STATE,
        realStateDir: STATE,
        exists: true,
        configPath: path,
        realConfigPath: path,
        configExists: true,
        profile: null,
        legacy: false,
        owner: 1000,
        mode: 0o700,
        writable: true,
      },
      STATE,
    ),
    config: known(read.facts, path),
    validation: known({ valid: !input.issues, issues: [...(input.issues ?? [])], warnings: [] }, 'openclaw'),
    profiles: known(
      (input.profiles ?? []).map((profile) => ({
        agent: 'main',
        id: 'anthropic:default',
        provider: 'anthropic',
        type: 'token',
        masked: 'sk-ant-oat01-…abcd',
        expires: null,
        mode: 'token',
        rejected: null,
        wins: true,
        lastGood: false,
        cooldownUntil: null,
        errorCount: 0,
        ...profile,
      })),
      'the store',
    ),
    strayStores: known([...(input.strays ?? [])], STATE),
    legacyState: known([...(input.legacy ?? [])], STATE),
    storedOrders: known({ ...input.storedOrders }, STATE),
    cron: known(
      {
        store: files,
        path: files === 'file' ? `${STATE}/cron/jobs.json` : null,
        jobs: (input.jobs ?? []).map((job, index) => ({
          id: `job-${index}`,
          name: `job ${index}`,
          agent: 'main',
          enabled: true,
          kind: 'agentTurn',
          model: null,
          system: false,
          consecutiveErrors: 0,
          index,
          ...job,
        })),
      },
      'cron',
    ),
    gateway: known({ running: input.gateway ?? false, port: 18789, unit: null, manager: 'none' }, 'the port'),
    modelsStatus: unknown('absent', 'not asked'),
    catalogue: known(
      { anthropic: [...(input.catalogue ?? ['claude-opus-5', 'claude-sonnet-5', 'claude-haiku-4-5'])] },
      'the manifest',
    ),
    claude: known([], 'PATH'),
    claudeSignIn: unknown('absent', 'not asked'),
    claudeLogin: unknown('absent', 'not asked'),
    claudeInside: known(null, 'OpenClaw runs on this machine'),
    shadows: known([], 'the environment'),
    refreshers: known([], 'crontab'),
    gatewayUnits: known({ units: [], linger: null, claudeDir: `${HOME}/.claude` }, 'units'),
    retiredCron: known(null, 'absent'),
    configBackup: known(null, 'no copy'),
    looseFiles: known([], STATE),
    secretFiles: known([], STATE),
    histories: known([], 'the histories'),
    flatStores: known([], STATE),
    services: known({ ...cannedServicesFacts(HOME, 'ana'), ...input.services }, 'systemd-user'),
    sessions: known([], 'sessions.json'),
    log: known([], 'log files'),
    proxies: unknown('waiting', 'not asked'),
    wire: unknown('waiting', 'not asked'),
    files: known({ [path]: 'c0ffee' }, 'sha256 of what was read'),
  };
}

/** What OpenClaw says of its models, where it says no more than this. */
export const statusWith = (status: Partial<ModelsStatus>): ModelsStatus => ({
  resolvedDefault: null,
  fallbacks: [],
  aliases: {},
  allowed: [],
  storePath: null,
  missingProviders: [],
  profiles: [],
  unusable: [],
  ...status,
});
