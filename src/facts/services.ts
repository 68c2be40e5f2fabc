import { dirname, join } from 'node:path';
import { readState } from '../claude-sync/state.ts';
import { parse } from '../json5/read.ts';
import { CLAUDE_VARIABLES } from '../normalizer/claude-cli.ts';
import { accountOf } from '../openclaw/accounts.ts';
import type { AgentFacts, GatewayFacts } from '../openclaw/records.ts';
import { agentFile } from '../services/launchd.ts';
import { findLeftovers } from '../services/leftovers.ts';
import { findManager } from '../services/manager.ts';
import { MAX_API_VERSION, maxApiServer } from '../services/max-api.ts';
import {
  dataFolder,
  keyFile,
  maxApiFolder,
  packagedRuntime,
  type Runtime,
  runtimeFile,
  syncStateFile,
} from '../services/own-files.ts';
import { choosePorts, type PresentPorts } from '../services/ports.ts';
import { pathNotes } from '../services/programs.ts';
import type { Leftover, ServicesFacts } from '../services/records.ts';
import type { ServiceId, ServiceManager, ServicePlace } from '../services/spec.ts';
import { askService } from '../services/state.ts';
import { dropInFile, enableLink, unitFile } from '../services/systemd.ts';
import { type Fact, known } from '../system/fact.ts';
import { configHome, findProgram, isTemporary, pathFolders } from '../system/folders.ts';
import { sha256 } from '../system/hash.ts';
import { at, isObject, type Json, object, readJson, text } from '../system/json.ts';
import { redact, Secret } from '../system/secret.ts';
import type { World } from '../system/world.ts';

/** sha256 of the files that steps for services are made from, as {@link Facts} keep those of the others. */
export function serviceHashes(services: ServicesFacts | undefined): Record<string, string | null> {
  if (services === undefined) return {};
  const { ours, dropIn, leftovers } = services;
  return Object.fromEntries(
    [...ours, ...leftovers, ...(dropIn ? [dropIn] : [])].map(({ file, sha256 }) => [file, sha256]),
  );
}

const IDS: readonly ServiceId[] = ['normalizer', 'claude-max-api', 'claude-sync'];

export interface ServicesGiven {
  /** OpenClaw's parsed configuration. */
  readonly config: Json;
  readonly agents: readonly Pick<AgentFacts, 'agentDir'>[];
  readonly gateway: GatewayFacts | undefined;
  /** Also ask the manager (`systemctl`, `launchctl`); without it the manager is told from the disk. */
  readonly ask: boolean;
  /** Text of a file; null when absent. */
  readonly read: (path: string) => Promise<string | null>;
}

/** What services need and what of them is here. */
export async function findServices(
  world: World,
  given: ServicesGiven,
  signal?: AbortSignal,
): Promise<Fact<ServicesFacts>> {
  const { config, gateway, ask } = given;
  const data = dataFolder(world);
  // Units of the machine are root's to write. Beside a gateway that is one, anybody else's own systemd does as well.
  const beside = gateway?.manager === 'systemd-system' && world.uid !== 0 ? 'none' : (gateway?.manager ?? 'none');
  const manager = await managerOf(world, beside, ask, signal);
  const place = placeOf(world, manager);
  const [leftovers, ours, runtime, sync, key, node, npm, maxApi] = await Promise.all([
    findLeftovers(world).then((all) => (ask ? withStates(world, all, manager, signal) : all)),
    place === null
      ? []
      : Promise.all(
          idsFor(place).map((id) => ourService(world, id, place, manager.ok && ask ? manager.env : null, signal)),
        ),
    runtimeOf(world, data, 'normalizer'),
    syncOf(world, data),
    keyOf(world, keyFile(data)),
    nodeOf(world),
    findProgram(world, 'npm'),
    maxApiOf(world, data),
  ]);
  const provider = keyedProvider(config, key.value);
  const definition = ours.find(({ id }) => id === 'normalizer')?.text ?? '';
  const own = flagIn(definition, 'port') ?? loopbackPort(provider?.baseUrl);
  const runs = ours.some(({ id, active }) => id === 'normalizer' && active === true);
  const present: PresentPorts = {
    normalizer: own === undefined || runs || !ask || (await isOurs(world, own, key.value, signal)) ? own : undefined,
    claudeMaxApi: flagIn(definition, 'upstream-port'),
  };
  const going = leftovers.filter(({ removable }) => removable).flatMap(({ ports }) => ports);
  const ports = await choosePorts(world, going, present);
  const gatewayUnit = gateway?.unit ?? null;
  const dropIn =
    place === null || gatewayUnit === null || place.manager === 'launchd' || gateway?.manager !== place.manager
      ? null
      : dropInFile(gatewayUnit, place);
  const facts: ServicesFacts = {
    asked: ask,
    manager,
    place,
    ports,
    node,
    runtime,
    sync,
    keyFile: { path: keyFile(data), usable: key.value !== null },
    provider,
    modelCopies: await modelCopies(given, `http://127.0.0.1:${ports.normalizer}/v1`, key.value),
    ...environmentOf(world),
    ...(await homeOwnerOf(world)),
    ours: ours.map(({ text: _, ...one }) => one),
    warm: flagIn(definition, 'warm') ?? null,
    dropIn: dropIn === null ? null : { file: dropIn, sha256: await hashOf(world, dropIn) },
    leftovers,
    npm,
    maxApi,
  };
  return known(facts, manager.ok ? manager.manager : 'no service manager', manager.because);
}

/** Root in somebody else's home: what it makes there, that person's programs and services cannot read. */
async function homeOwnerOf(world: World): Promise<Pick<ServicesFacts, 'homeOwner'>> {
  if (world.uid !== 0 || world.sandbox !== undefined) return {};
  const owner = (await world.files.stat(world.home).catch(() => null))?.uid ?? 0;
  return owner === 0 ? {} : { homeOwner: (await accountOf(world, owner)).name };
}

async function managerOf(
  world: World,
  gateway: ServiceManager | 'none' | 'unknown',
  ask: boolean,
  signal?: AbortSignal,
): Promise<ServicesFacts['manager']> {
  if (world.sandbox !== undefined) {
    return {
      ok: false,
      because: 'A sandbox leaves the services of this machine alone.',
      help: 'Run the normalizer in the foreground; the last screen shows the command.',
    };
  }
  return ask ? findManager(world, gateway, signal) : managerOnDisk(world, gateway);
}

/** Before anybody was asked: what {@link findManager} is going to say, as far as the disk tells. */
async function managerOnDisk(
  world: World,
  gateway: ServiceManager | 'none' | 'unknown',
): Promise<ServicesFacts['manager']> {
  const guess = { systemd: null, env: {}, notes: [], because: 'told from the disk' };
  if (world.platform === 'darwin') return { ok: true, manager: 'launchd', ...guess };
  const booted =
    world.platform === 'linux' && (await world.files.stat('/run/systemd/system').catch(() => null)) !== null;
  if (!booted) return { ok: false, because: 'No service manager runs here.', help: '' };
  return { ok: true, manager: gateway === 'systemd-system' ? 'systemd-system' : 'systemd-user', ...guess };
}

function placeOf(world: World, manager: ServicesFacts['manager']): ServicesFacts['place'] {
  if (!manager.ok) return null;
  const { home, username, uid } = world;
  return {
    manager: manager.manager,
    home,
    user: username,
    uid,
    systemd: manager.systemd,
    configHome: configHome(world),
  };
}

/** `env`: what the manager is asked with; null when it is not asked. */
async function ourService(
  world: World,
  id: ServiceId,
  place: ServicePlace,
  env: Readonly<Record<string, string>> | null,
  signal?: AbortSignal,
) {
  const launchd = place.manager === 'launchd';
  const file = launchd ? agentFile(id, place) : unitFile(id, place);
  const bytes = await world.files.read(file).catch(() => null);
  const linked = launchd || (await world.files.lstat(enableLink(id, place)).catch(() => null)) !== null;
  const asked = bytes === null || env === null ? null : await askService(world, id, place, { env, signal });
  return {
    id,
    file,
    sha256: bytes === null ? null : sha256(bytes),
    enabled: bytes !== null && linked,
    active: asked?.known ? asked.state.active : null,
    text: bytes === null ? '' : new TextDecoder().decode(bytes),
  };
}

/** Nobody else listens there: nothing does, or a normalizer that takes our key. */
async function isOurs(world: World, port: number, key: string | null, signal?: AbortSignal): Promise<boolean> {
  if (!(await world.network?.listening('127.0.0.1', port, 500))) return true;
  if (key === null || !world.network?.ask) return true;
  const more = signal ? { signal } : {};
  const request = { port, method: 'GET', path: '/v1/models', key: new Secret(key), timeoutMs: 5_000, ...more } as const;
  const answer = await world.network.ask(request);
  return answer !== null && answer.status === 200;
}

/** A number that a unit or launch agent hands to its program. */
function flagIn(definition: string, flag: 'port' | 'upstream-port' | 'warm'): number | undefined {
  const found = new RegExp(`[\\s>]--${flag}(?:\\s+|</string>\\s*<string>)(\\d+)`).exec(definition)?.[1];
  return found === undefined ? undefined : Number(found);
}

function loopbackPort(url: string | null | undefined): number | undefined {
  const found = /^http:\/\/127\.0\.0\.1:(\d+)\//.exec(url ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
}

function keyedProvider(config: Json, key: string | null): ServicesFacts['provider'] {
  const all = Object.entries(object(at(config, 'models', 'providers')));
  const [id, value] = all.find(([, one]) => key !== null && at(one, 'apiKey') === key) ?? [];
  if (id === undefined || !isObject(value)) return null;
  const otherKeys = Object.keys(value).filter((key) => !['baseUrl', 'api', 'models', 'apiKey'].includes(key));
  return { id, baseUrl: text(value.baseUrl), api: text(value.api), models: value.models ?? null, otherKeys };
}

/**
 * OpenClaw copies providers into each agent's `models.json`, and not every release rewrites them there (measured:
 * 2026.3.28 keeps an old key, 2026.6.1 to 2026.9.6 leave the file alone).
 */
async function modelCopies(
  { agents, read }: ServicesGiven,
  baseUrl: string,
  key: string | null,
): Promise<ServicesFacts['modelCopies']> {
  const isCurrent = ({ apiKey, baseUrl: address }: Json) =>
    address === baseUrl && (typeof apiKey !== 'string' || apiKey === key || MARKER.test(apiKey));
  const found = agents.map(async ({ agentDir }) => {
    const file = join(agentDir, 'models.json');
    const source = await read(file).catch(() => null);
    const parsed = source === null ? null : parse(source);
    const copies = Object.entries(object(parsed?.ok ? at(parsed.value, 'providers') : null));
    return copies.map(([provider, copy]) => ({ file, provider, current: isCurrent(object(copy)) }));
  });
  return (await Promise.all(found)).flat();
}

/** The name of a variable, or a reference, in the place of a key. */
const MARKER = /^\$?\{?[A-Z][A-Z0-9_]*\}?$|secret-?ref/i;

/** What a service has to be told; a variable with a secret in it stands in no service's definition. */
function environmentOf(world: World): Pick<ServicesFacts, 'env' | 'withheld'> {
  const env: Record<string, string> = {};
  const withheld: string[] = [];
  for (const name of CLAUDE_VARIABLES) {
    const value = world.env[name];
    if (value === undefined || value === '') continue;
    if (value.includes('@') || redact(value) !== value) withheld.push(name);
    else env[name] = value;
  }
  return { env, withheld };
}

/** Claude Code keeps its login in a file on Linux alone. */
const idsFor = ({ manager }: ServicePlace) => (manager === 'launchd' ? IDS.filter((id) => id !== 'claude-sync') : IDS);

async function syncOf(world: World, data: string): Promise<ServicesFacts['sync']> {
  const stateFile = syncStateFile(data);
  const state = readState(await world.files.readText(stateFile).catch(() => null));
  return { ...(await runtimeOf(world, data, 'claude-sync')), stateFile, state };
}

async function runtimeOf(world: World, data: string, name: Runtime): Promise<ServicesFacts['runtime']> {
  const source = packagedRuntime(name);
  const file = runtimeFile(data, name);
  const [wanted, there] = await Promise.all([source === null ? null : hashOf(world, source), hashOf(world, file)]);
  return {
    source: wanted === null ? null : source,
    sha256: wanted,
    file,
    present: wanted !== null && wanted === there,
  };
}

/** The same rule as the normalizer's own: at least 20 printable characters, nobody else may read it. */
async function keyOf(world: World, path: string): Promise<{ readonly value: string | null }> {
  const stat = await world.files.stat(path).catch(() => null);
  if (stat?.kind !== 'file' || (stat.mode & 0o077) !== 0) return { value: null };
  const value = ((await world.files.readText(path).catch(() => null)) ?? '').trim();
  return { value: value.length >= 20 && /^[\x21-\x7e]+$/.test(value) ? value : null };
}

/** A path that stays when Node is updated: the one on PATH, where that leads to the Node that runs us. */
async function nodeOf(world: World): Promise<ServicesFacts['node']> {
  const real = async (path: string) => (await world.files.realpath(path).catch(() => null)) ?? path;
  const ours = await real(world.execPath);
  let path = ours;
  for (const folder of pathFolders(world)) {
    const candidate = join(folder, 'node');
    if (isTemporary(candidate) || (await real(candidate)) !== ours) continue;
    path = candidate;
    break;
  }
  return { path, version: world.nodeVersion, notes: pathNotes(path, 'node', world.home) };
}

async function maxApiOf(world: World, data: string): Promise<ServicesFacts['maxApi']> {
  const folder = maxApiFolder(data);
  const own = await world.files.stat(maxApiServer(folder)).catch(() => null);
  const command = await findProgram(world, 'claude-max-api');
  const script = command === null ? null : await world.files.realpath(command).catch(() => null);
  const right = script !== null && (await isMaxApi(world, script));
  return { folder, present: own !== null, global: right ? script : null };
}

/** …/claude-max-api-proxy/dist/server/standalone.js of the release that we know. */
async function isMaxApi(world: World, script: string): Promise<boolean> {
  const { name, version } = object(await readJson(world, join(dirname(dirname(dirname(script))), 'package.json')));
  return name === 'claude-max-api-proxy' && version === MAX_API_VERSION;
}

async function withStates(
  world: World,
  leftovers: readonly Leftover[],
  manager: ServicesFacts['manager'],
  signal?: AbortSignal,
): Promise<Leftover[]> {
  const env = manager.ok ? { env: manager.env } : {};
  return Promise.all(
    leftovers.map(async (one) => {
      if (one.manager === 'none' || !manager.ok) return one;
      const options = { ...env, signal };
      const asked = await askService(world, { unit: one.name }, { manager: one.manager, uid: world.uid }, options);
      return asked.known ? { ...one, active: asked.state.active } : one;
    }),
  );
}

async function hashOf(world: World, path: string): Promise<string | null> {
  const bytes = await world.files.read(path).catch(() => null);
  return bytes === null ? null : sha256(bytes);
}
