import { basename, join } from 'node:path';
import { type CommandParams, type Copied, command, configEdit, type Program } from '../actions/index.ts';
import type { Action, Touch } from '../engine/types.ts';
import { Problem } from '../system/problem.ts';
import { shellQuote } from '../text.ts';
import { settlesOf } from './config-guard.ts';
import { allowlistCopies, configSteps } from './config-step.ts';
import { inContainer } from './container.ts';
import { type CredentialRequest, hasOwn, ownerOf } from './credential-request.ts';
import { credentialsInJson, featuresOf } from './generation.ts';
import { statusArgs } from './models-status.ts';
import { sqliteNodeOf } from './node-runtime.ts';
import { openclawProgram, type Target } from './openclaw-program.ts';
import { authFile, authStateFile } from './profiles.ts';
import type { AgentFacts, CredentialType, OpenClawRelease } from './records.ts';
import { EVERY_AGENT, leftBehind, pasteArgs, takenBack, undoProgram } from './stored-back.ts';

/**
 * Before, the store is a JSON file that we edit. `paste-token` reads a pipe from 2026.5.22 on; `paste-api-key` came with
 * 2026.5.28, and reads one (its help and runs of 2026.6.1 to 2026.9.6).
 */
export function storesByProgram(version: string, type: CredentialType): boolean {
  const { pasteTokenPiped, pasteApiKey } = featuresOf(version);
  return type === 'token' ? pasteTokenPiped : pasteApiKey;
}

/**
 * Releases that a profile may point to a file in: where the store is ours to edit, or OpenClaw can take such a profile out
 * again. In those between, a profile whose file is no longer told of would stay behind, and 2026.7.1 does not start with one.
 * (Turns of 2026.6.1, 2026.6.5, 2026.7.1, 2026.8.2 and 2026.9.6 sent the key of the file.)
 */
export function storesFiles({ version, generation }: OpenClawRelease): boolean {
  const { pasteApiKey, modelsAuthLogout } = featuresOf(version);
  return credentialsInJson(generation) ? pasteApiKey : modelsAuthLogout;
}

/** The field of a stored profile that holds the secret. */
const FIELDS: Readonly<Record<CredentialType, string>> = { token: 'token', api_key: 'key' };

/** Throws `Problem('agent-outside')` where an agent's directory lies outside of OpenClaw's. */
export function storeCredentialSteps(target: Target, request: CredentialRequest): Action[] {
  for (const agent of request.agents) refuseOutside(target, agent, request.method);
  const byProgram =
    request.file === undefined
      ? request.source === undefined && storesByProgram(target.release.version, request.type)
      : !credentialsInJson(target.release.generation);
  const steps = byProgram ? programSteps(target, request) : fileSteps(target, request);
  return [...providerSteps(target, request), ...steps];
}

/** Tells OpenClaw of the file, before any profile points to it: an undo then takes the profiles away first. */
function providerSteps(target: Target, { secret, noun, file }: CredentialRequest): Action[] {
  if (file === undefined || target.config.secretProviders?.[file.provider] != null) return [];
  const path = target.state.container === undefined ? file.path : inContainer(target.state.container, file.path);
  const value = { source: 'file', path, mode: 'singleValue' };
  return configSteps(target, `${secret}-file`, [{ op: 'set', path: ['secrets', 'providers', file.provider], value }], {
    forward: {
      headline: `Tell OpenClaw which file holds the ${noun}`,
      because: `${file.path}, as ${file.provider}. The file itself stays as it is.`,
    },
    backward: { headline: `Remove the file of the ${noun} from the configuration` },
  });
}

const referenceTo = (provider: string) => ({ source: 'file', provider, id: 'value' });

/** A credential goes nowhere but into OpenClaw's own directory, whatever a config or a link says. */
export function refuseOutside({ state, config }: Target, { id, outside }: AgentFacts, method: string): void {
  if (outside === undefined) return;
  // Next to a new agent there is nothing to be chosen.
  const present = config.agents.some((agent) => agent.id === id) ? config.agents : [];
  const others = present.filter((agent) => agent.outside === undefined).flatMap((agent) => ['--agent', agent.id]);
  throw new Problem('agent-outside', `The directory of the agent ${id} is outside ${state.stateDir}: ${outside}`, {
    why: 'Credentials are stored only inside that directory. Nothing was written. Move the agent back, or leave it out.',
    next:
      others.length > 0
        ? [`clawauth-setup apply --method ${method}`, ...others].join(' ')
        : `ls -ld ${shellQuote(outside)}`,
  });
}

// ── JSON files ─────────────────────────────────────────────────────────────────────────────────────────────────────

function fileSteps(target: Target, request: CredentialRequest): Action[] {
  return request.agents.flatMap((agent, index) => {
    const { profileId, source } = request;
    const file = authFile(agent.agentDir);
    const sidecar = authStateFile(agent.agentDir);
    const runtime = target.release.generation !== 'G1' && request.present(sidecar) ? sidecar : file;
    const profile = {
      type: request.type,
      provider: 'anthropic',
      ...(request.file === undefined
        ? { [FIELDS[request.type]]: source ?? { $secret: request.secret } }
        : { [`${FIELDS[request.type]}Ref`]: referenceTo(request.file.provider) }),
      ...(request.expires === null ? {} : { expires: request.expires }),
    };
    const state = runtimeEdits(agent.id, request);
    const words = {
      forward: {
        headline: `Store the ${request.noun} for ${agent.id}`,
        because: `Profile ${profileId} in ${basename(file)}, where this release reads credentials.${namedBy(request)} Everything else in it stays.`,
        names: [agent.id],
        many: `Store the ${request.noun} for # agents`,
      },
      backward: takenBack(request, agent, agent.id),
    };
    const main = configEdit(`store-${request.secret}-${agent.id}`, {
      ...words,
      file,
      name: `${agent.id}/${basename(file)}`,
      create: '{\n  "version": 1\n}\n',
      edits: [{ op: 'set', path: ['profiles', profileId], value: profile }, ...(runtime === file ? state : [])],
      ...(source === undefined
        ? {}
        : {
            ours: [
              ['profiles', profileId],
              ['usageStats', profileId],
            ],
          }),
      // The first one is the last to be taken back: by then nothing is left to copy from.
      ...(index === 0 ? { copiedTo: [...copiesOf(target, request)] } : {}),
    });
    if (runtime === file || state.length === 0) return [main];
    return [main, cooldownEdit(request, agent, sidecar, state)];
  });
}

/**
 * Where OpenClaw puts the secret by itself: any command that loads models writes it into `auth.json` as an API key, and
 * reads it from there again once it is gone from the store; a turn of an agent without a store copies main's whole one
 * (2026.2.17; 2026.4.29 does neither).
 */
function copiesOf(target: Target, { agents, profileId }: CredentialRequest): readonly Copied[] {
  const folders = new Set([...target.config.agents, ...agents].map(({ agentDir }) => agentDir));
  const own = new Set(agents.map(({ agentDir }) => agentDir));
  return [
    { files: [...folders].map((folder) => join(folder, 'auth.json')), path: ['anthropic'] },
    { files: [...folders].filter((folder) => !own.has(folder)).map(authFile), path: ['profiles', profileId] },
  ];
}

/** A stored order beats the configuration, `lastGood` the first choice, and old failures keep a new secret waiting. */
function runtimeEdits(agent: string, { profiles, profileId }: CredentialRequest) {
  const own = profiles.filter((profile) => profile.agent === agent && profile.provider === 'anthropic');
  const ours = own.find((profile) => profile.id === profileId);
  const edits: Parameters<typeof configEdit>[1]['edits'] = [];
  if (ours && (ours.errorCount > 0 || ours.cooldownUntil !== null)) {
    edits.push({ op: 'delete', path: ['usageStats', profileId] });
  }
  if (own.some((profile) => profile.order?.from === 'store') && ours?.order?.place !== 0) {
    edits.push({ op: 'remove', path: ['order', 'anthropic'], value: profileId });
    edits.push({ op: 'insert', path: ['order', 'anthropic'], value: profileId, at: 0 });
  }
  if (own.some((profile) => profile.lastGood && profile.id !== profileId)) {
    edits.push({ op: 'set', path: ['lastGood', 'anthropic'], value: profileId });
  }
  return edits;
}

// ── the program ────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Rows that OpenClaw writes when it is merely asked something, or that describe its own files: seen to change by
 * `models status`, `models auth list` and `config validate` of 2026.7.1 and 2026.9.6, and by a gateway of 2026.7.1 that
 * does no more than start and stop: its boots, its look for updates, and what the providers offer.
 */
export const BOOKKEEPING = [
  { table: 'config_health_entries' },
  { table: 'schema_meta' },
  { table: 'diagnostic_events' },
  { table: 'agent_databases' },
  { table: 'gateway_boot_lifecycle' },
  { table: 'update_check_state' },
  { table: 'agent_model_catalogs' },
  { table: 'config_machine_state', column: 'state_key', values: ['config.lastTouchedAt', 'plugins.installedIndex'] },
];

/** 2026.9.6 keeps the time of its last write to the config here; 2026.6.1 and 2026.7.1 in the config itself. */
const STAMPS = [{ table: 'config_machine_state', column: 'state_key', values: ['config.lastTouchedAt'] }];
const STAMP_KEYS = [['meta', 'lastTouchedAt']];

/** The config, and the copies that OpenClaw rotates at each of its own writes. */
export function configTouches(target: Target): Touch[] {
  const ends = ['', '.bak', '.bak.1', '.bak.2', '.bak.3', '.bak.4'];
  return ends.map((end) => ({ path: writtenConfig(target) + end, as: 'file' }));
}

function programSteps(target: Target, request: CredentialRequest): Action[] {
  const { generation } = target.release;
  const inShared = generation === 'G3' && request.file === undefined;
  const owner = request.file === undefined ? ownerOf(target, request) : undefined;
  const agents = request.agents.filter((agent) => owner === undefined || agent === owner || hasOwn(request, agent));
  return agents.flatMap((agent) => [storeStep(agent), ...cooldownStep(target, request, agent)]);

  function storeStep(agent: AgentFacts): Action {
    const databases = credentialsInJson(generation) ? [] : databasesOf(target, agent);
    const config = writtenConfig(target);
    const copies = allowlistCopies(target);
    const touches: Touch[] = [
      ...configTouches(target),
      // 2026.9.6 makes it at its first write.
      { path: join(target.state.realStateDir, 'config-journal-fingerprint.key'), as: 'file' },
      ...(request.file === undefined ? [] : [{ path: applyFile(target), as: 'file' } as const]),
      ...(credentialsInJson(generation)
        ? [authFile(agent.agentDir), authStateFile(agent.agentDir)].map((path): Touch => ({ path, as: 'file' }))
        : databases.map((path): Touch => ({ path, as: 'sqlite' }))),
    ];
    // Only the default agent writes to the shared store of 2026.8.1 and later; another one gets a store of its own, and so
    // does each one that `secrets apply` is told of (2026.8.2, 2026.9.6).
    const shared = inShared && agent.isDefault;
    const forAll = shared || (agent === owner && agents.length < request.agents.length);
    const whose = forAll ? EVERY_AGENT : agent.id;
    const file = databases.at(generation === 'G3' && !shared ? 1 : 0) ?? authFile(agent.agentDir);
    const readByAll = forAll ? `the store of ${agent.id}, which every agent reads` : basename(file);
    const where = shared ? 'the shared credential store' : readByAll;
    return command(
      `store-${request.secret}-${agent.id}`,
      {
        forward: {
          headline: `Store the ${request.noun} in OpenClaw for ${whose}`,
          because: `Profile ${request.profileId} in ${where}, written by OpenClaw itself and read back.${namedBy(request)}`,
          names: [whose],
          many: `Store the ${request.noun} in OpenClaw for # agents`,
        },
        backward: takenBack(request, agent, whose),
        ...(request.file === undefined
          ? { program: pasteProgram(target, request, agent) }
          : applyProgram(target, request, request.file.provider, agent)),
        // What is asked at the end is what a look afterwards asks: the first one that was chosen.
        ...(agent === agents[0]
          ? { readBack: readBack(target, request, request.agents[0] ?? agent), readBackLast: true }
          : { readBack: readBack(target, request, agent) }),
        keepText: [
          {
            file: config,
            name: basename(target.state.configPath),
            ...(copies.length > 0 ? { copies } : {}),
            ...settlesOf(target),
          },
        ],
        ...(credentialsInJson(generation) ? { shared: storesOf(agent) } : {}),
        outside: [`stores profile ${request.profileId} (${request.type}) in ${where}`],
        undo: {
          by: 'files',
          ...(databases.length > 0
            ? {
                databases: {
                  node: sqliteNodeOf(target.release),
                  paths: databases,
                  bookkeeping: BOOKKEEPING,
                  stamps: STAMPS,
                },
              }
            : {}),
          ...undoProgram(target, request, agent),
          // The first write of 2026.9.6 moves the allowlist into `modelPolicy` and names owners, and notes in `meta` that
          // it did. Without `meta` it (and 2026.7.1) takes a file that its database knows for damaged.
          ownKeys: [['auth']],
          stampKeys: STAMP_KEYS,
          otherwise: leftBehind(target, request, agent, file),
        },
      },
      touches,
    );
  }
}

/**
 * The program leaves the notes about earlier failures where they are, and they keep a new secret waiting. In a file they
 * are ours to clear; what a database holds is OpenClaw's own.
 */
function cooldownStep(target: Target, request: CredentialRequest, agent: AgentFacts): Action[] {
  if (!credentialsInJson(target.release.generation)) return [];
  const file = [authStateFile(agent.agentDir), authFile(agent.agentDir)].find(request.present);
  const edits = runtimeEdits(agent.id, request).filter(({ path }) => path[0] === 'usageStats');
  return file === undefined || edits.length === 0 ? [] : [cooldownEdit(request, agent, file, edits)];
}

function cooldownEdit(
  { profileId, noun }: CredentialRequest,
  agent: AgentFacts,
  file: string,
  edits: ReturnType<typeof runtimeEdits>,
): Action {
  return configEdit(`reset-cooldown-${agent.id}`, {
    forward: {
      headline: `Clear old failures of ${profileId} for ${agent.id}`,
      because: `They belong to the old ${noun}.`,
      names: [agent.id],
      many: `Clear old failures of ${profileId} for # agents`,
    },
    backward: {
      headline: `Bring the failure notes of ${agent.id} back`,
      names: [agent.id],
      many: 'Bring the failure notes of # agents back',
    },
    file,
    name: `${agent.id}/${basename(file)}`,
    edits,
  });
}

/** The config as OpenClaw writes it: a link is replaced, and the copies lie beside the link. */
export function writtenConfig({ state }: Target): string {
  return state.configLink ?? state.realConfigPath;
}

/** Up to 2026.6.1. Others may store credentials there too, and a release without `logout` cannot take ours out. */
function storesOf(agent: AgentFacts): NonNullable<CommandParams['shared']> {
  return [authFile(agent.agentDir), authStateFile(agent.agentDir)].map((file) => ({
    file,
    name: `${agent.id}/${basename(file)}`,
    keys: [['profiles'], ['order'], ['lastGood'], ['usageStats']],
  }));
}

export function databasesOf({ state, release }: Target, agent: AgentFacts): string[] {
  const own = join(agent.agentDir, 'openclaw-agent.sqlite');
  const shared = join(state.realStateDir, 'state', 'openclaw.sqlite');
  // 2026.9.6 makes the quarantine with the first store of an agent's own.
  const quarantine = join(state.realStateDir, 'state', 'openclaw-quarantine.sqlite');
  return release.generation === 'G3' ? [shared, own, quarantine] : [own, shared];
}

function pasteProgram(target: Target, request: CredentialRequest, agent: AgentFacts): Program {
  const { type, profileId, secret, expires } = request;
  const hours = expires === null ? 0 : Math.floor((expires - target.now) / 3_600_000);
  // Only `paste-token` is told of an end.
  const ends = type === 'token' && hours > 0 ? ['--expires-in', `${hours}h`] : [];
  return openclawProgram(target, [...pasteArgs(target, request, agent), ...ends], {
    stdin: { secret },
    // Exit code 0 alone proves nothing: releases up to 5.20 end well without having saved.
    prints: `^Auth profile: ${escapeRegExp(profileId)} \\(anthropic/${type}\\)`,
  });
}

/** `secrets apply` scrubs what is stored for the provider, and keeps no copy, unless its plan says not to. */
function applyProgram(target: Target, { type, profileId }: CredentialRequest, provider: string, agent: AgentFacts) {
  const file = applyFile(target);
  const field = FIELDS[type];
  const plan = {
    version: 1,
    protocolVersion: 1,
    generatedAt: new Date(target.now).toISOString(),
    generatedBy: 'clawauth-setup',
    targets: [
      {
        type: `auth-profiles.${type}.${field}`,
        path: `profiles.${profileId}.${field}`,
        pathSegments: ['profiles', profileId, field],
        agentId: agent.id,
        authProfileProvider: 'anthropic',
        ref: referenceTo(provider),
      },
    ],
    options: { scrubEnv: false, scrubAuthProfilesForProviderTargets: false, scrubLegacyAuthJson: false },
  };
  const { container } = target.state;
  const from = container === undefined ? file : inContainer(container, file);
  return {
    input: { file, text: `${JSON.stringify(plan, null, 2)}\n` },
    program: openclawProgram(target, ['secrets', 'apply', '--from', from, '--json'], { prints: '"mode": ?"write"' }),
  };
}

const applyFile = ({ state }: Target) => join(state.realStateDir, 'clawauth-setup-secrets-plan.json');

/** What the profile holds in the place of a secret. */
function namedBy({ variable, file, noun }: CredentialRequest): string {
  if (variable !== undefined) return ` It names the variable ${variable}, and holds no key.`;
  return file === undefined ? '' : ` It names the file with the ${noun}, and holds none.`;
}

/** The answer that OpenClaw itself gives about the agent; quicker than `models auth list`, which loads every plugin. */
function readBack(target: Target, request: CredentialRequest, agent: AgentFacts): Program {
  const { agents } = target.config;
  const named = agents.length > 1 || agents.every(({ id }) => id !== agent.id);
  return openclawProgram(target, statusArgs(named ? agent.id : undefined), {
    holds: { at: ['auth', 'oauth', 'profiles'], item: { profileId: request.profileId, type: request.type } },
  });
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
