import { dirname, join, resolve } from 'node:path';
import { findProgram } from '../system/folders.ts';
import { array, at, number, object, parsed, text, texts } from '../system/json.ts';
import { parseJsonOutput } from '../system/json-output.ts';
import type { Ran, World } from '../system/world.ts';
import { type Container, onHost, runs } from './container.ts';
import { readDotEnv } from './dot-env.ts';
import type { UnitVariable } from './gateway-units.ts';
import { RUNTIME_VARIABLES } from './runtime-variables.ts';

/** A container with what it is started with. The variables may hold secrets: never a fact. */
export interface FoundContainer {
  readonly container: Container;
  readonly variables: readonly UnitVariable[];
}

export interface FoundContainers {
  readonly found: readonly FoundContainer[];
  /** Why the runtime did not tell: a socket that this user may not use, a daemon that does not run. */
  readonly refused?: { readonly runtime: string; readonly says: string; readonly mayNot: boolean };
}

const ASK_MS = 5_000;
const NONE: FoundContainers = { found: [] };

/**
 * Containers that run an OpenClaw gateway, running or not, told by what they start and mount, never by their names: Compose
 * in both layouts of OpenClaw's own files, somebody's own file, `docker run`. Podman answers the same questions; it is asked
 * only where there is no Docker and it was used before, because its first question makes folders. Never throws but
 * `Cancelled`.
 */
export async function findContainers(world: World, signal?: AbortSignal): Promise<FoundContainers> {
  if (world.sandbox !== undefined) return NONE;
  const runtime = await runtimeOf(world);
  if (runtime === null) return NONE;
  const ask = (...words: string[]) => world.processes.run([runtime, ...words], { timeoutMs: ASK_MS, signal });
  const listed = await ask('ps', '-a', '-q', '--no-trunc');
  if (listed.exitCode !== 0) return { found: [], refused: { runtime, ...whyRefused(listed) } };
  const ids = listed.stdout.split('\n').filter((line) => /^[0-9a-f]{12,}$/.test(line));
  if (ids.length === 0) return NONE;
  const told = await ask('inspect', ...ids);
  const env = Object.fromEntries(RUNTIME_VARIABLES.flatMap((key) => (world.env[key] ? [[key, world.env[key]]] : [])));
  const found = array(parseJsonOutput(told.stdout)).flatMap((one) => {
    const it = read(runtime, one);
    if (it === null) return [];
    return Object.keys(env).length === 0 ? [it] : [{ ...it, container: { ...it.container, env } }];
  });
  return { found: found.sort((a, b) => Number(runs(b.container)) - Number(runs(a.container))) };
}

async function runtimeOf(world: World): Promise<Container['runtime'] | null> {
  const there = async (path: string) => (await world.files.lstat(path).catch(() => null)) !== null;
  const own = world.env.XDG_RUNTIME_DIR ?? `/run/user/${world.uid}`;
  const socket = async () => (await there('/var/run/docker.sock')) || there(join(own, 'docker.sock'));
  if ((await findProgram(world, 'docker')) !== null && (world.env.DOCKER_HOST || (await socket()))) return 'docker';
  const used = async () =>
    (await there(join(world.home, '.local/share/containers/storage'))) || there('/var/lib/containers/storage');
  return (await findProgram(world, 'podman')) !== null && (await used()) ? 'podman' : null;
}

function whyRefused({ stderr, outcome }: Ran): { says: string; mayNot: boolean } {
  const mayNot = /permission denied/i.test(stderr);
  if (mayNot) return { says: 'this user may not use its socket', mayNot };
  if (outcome === 'timed out') return { says: `it did not answer within ${ASK_MS / 1000} s`, mayNot };
  return { says: stderr.trim().split('\n')[0]?.slice(0, 200) || 'it gave no reason', mayNot };
}

/** `node dist/index.js` before `gateway`, `openclaw`, also inside the text of a shell. */
const STARTS =
  /(?:^|[\s'"&;])((?:[^\s'"]*\bnode\s+)?[^\s'"]*(?:\bindex\.m?js|\b(?:openclaw|clawdbot)(?:\.mjs)?))\s+gateway\b/;

/** One answer of `docker inspect` (20.10 and later; Podman's has the same names); null for what is no OpenClaw. */
function read(runtime: Container['runtime'], inspected: unknown): FoundContainer | null {
  const it = object(inspected);
  const config = object(it.Config);
  const labels = object(config.Labels);
  if (/^true$/i.test(text(labels['com.docker.compose.oneoff']) ?? '')) return null;
  const words = [...asWords(config.Entrypoint), ...asWords(config.Cmd)];
  const started = STARTS.exec([text(it.Path) ?? '', ...texts(it.Args)].join(' ')) ?? STARTS.exec(words.join(' '));
  if (started === null) return null;
  const env = Object.fromEntries(texts(config.Env).map((pair) => pairOf(pair)));
  const home = env.HOME || homeOf(text(config.User) ?? '');
  const mounts = array(it.Mounts).flatMap((one) => {
    const { Source, Destination, Name, RW } = object(one);
    const [host, inside] = [text(Source), text(Destination)];
    if (!host || !inside) return [];
    const unnamed = /^[0-9a-f]{64}$/.test(text(Name) ?? '');
    return [{ host, inside, ...(RW === false ? { readOnly: true } : {}), ...(unnamed ? { unnamed } : {}) }];
  });
  // Docker tells them in another order each time (run on 20.10), and a unit names them.
  mounts.sort((one, other) => (one.inside < other.inside ? -1 : 1));
  const told = env.OPENCLAW_STATE_DIR || env.CLAWDBOT_STATE_DIR;
  const stateDir = [...(told ? [told] : []), join(home, '.openclaw'), join(home, '.clawdbot')].find(
    (path) => onHost({ mounts }, path) !== null,
  );
  const name = text(it.Name)?.replace(/^\//, '');
  if (stateDir === undefined || !name) return null;
  const state = object(it.State);
  const pid = number(state.Pid) ?? 0;
  const workdir = text(config.WorkingDir) || '/';
  const configPath = env.OPENCLAW_CONFIG_PATH || env.CLAWDBOT_CONFIG_PATH;
  const container: Container = {
    runtime,
    name,
    image: text(config.Image) ?? text(it.Image) ?? '',
    status: text(state.Status) ?? '',
    ...(pid > 0 ? { process: { pid, started: text(state.StartedAt) ?? '' } } : {}),
    entry: (started[1] as string).split(/\s+/),
    workdir,
    user: text(config.User) ?? '',
    uid: uidOf(text(config.User) ?? ''),
    places: Object.fromEntries(Object.entries(env).filter(([key]) => PLACES.test(key))),
    gatewayPort: portIn(words.join(' ')),
    home,
    stateDir,
    ...(configPath ? { configPath } : {}),
    mounts,
    ...(isOnHostNetwork(it) ? { hostNetwork: true } : {}),
    port: publishedPort(it, words.join(' '), env),
    ...composeOf(labels),
  };
  const variables = Object.entries(env).map(([key, value]) => ({
    name: key,
    value,
    file: `container ${name}`,
    line: 1,
  }));
  return { container, variables };
}

const asWords = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : texts(value));

const pairOf = (pair: string): [string, string] => {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
};

/** Variables that hold a path or the port of the gateway; never a secret. */
const PLACES = /^(?:OPENCLAW|CLAWDBOT)_(?:STATE_DIR|CONFIG_PATH|CONFIG_DIR|WORKSPACE_DIR|AGENT_DIR|HOME|GATEWAY_PORT)$/;

function uidOf(user: string): number | null {
  const name = user.split(':')[0] ?? '';
  if (name === 'node') return 1000;
  return /^[1-9]\d*$/.test(name) ? Number(name) : null;
}

function portIn(command: string): number | null {
  const port = Number(/--port[= ](\d+)/.exec(command)?.[1]);
  return port > 0 ? port : null;
}

/** OpenClaw's own images have the user `node`, whose home is `/home/node`. */
const homeOf = (user: string) => (/^(node|1000)\b/.test(user) ? '/home/node' : '/root');

const isOnHostNetwork = (it: unknown) => text(at(it, 'HostConfig', 'NetworkMode')) === 'host';

/** Where the gateway's own port is published: `--port`, its variable, or the usual one. */
function publishedPort(it: unknown, command: string, env: Record<string, string>): number | null {
  const own = String(portIn(command) ?? env.OPENCLAW_GATEWAY_PORT ?? '18789');
  // Such a container publishes nothing: its ports are the machine's.
  if (isOnHostNetwork(it)) return Number(own);
  for (const inside of new Set([own, '18789'])) {
    for (const one of array(at(it, 'HostConfig', 'PortBindings', `${inside}/tcp`))) {
      const port = Number(text(object(one).HostPort));
      if (port > 0) return port;
    }
  }
  return null;
}

function composeOf(labels: Record<string, unknown>): Pick<Container, 'compose'> {
  const of = (name: string) => text(labels[`com.docker.compose.${name}`]);
  const [project, folder, service] = [of('project'), of('project.working_dir'), of('service')];
  if (!project || !folder || !service) return {};
  const files = (of('project.config_files') ?? '').split(',').filter((file) => file !== '');
  return { compose: { project, folder, files, service } };
}

/** Bytes of the head of a tar entry, and where its size stands in there, in octal. */
const HEAD = 512;
const SIZE = [124, 135] as const;

/** The text of a file of the container; null where it is not there. `cp` also reads in one that does not run. */
export async function readIn(world: World, container: Container, path: string, signal?: AbortSignal) {
  const argv = [container.runtime, 'cp', '-L', `${container.name}:${path}`, '-'] as const;
  const { exitCode, stdout } = await world.processes.run([...argv], { timeoutMs: ASK_MS, signal });
  if (exitCode !== 0) return null;
  const size = Number.parseInt(stdout.slice(...SIZE), 8);
  return Buffer.from(stdout.slice(HEAD)).subarray(0, size).toString();
}

/** The same variables with the line of the project's `.env` that Compose takes them from, where one is there. */
export async function variablesOf(world: World, { container, variables }: FoundContainer): Promise<UnitVariable[]> {
  if (container.compose === undefined) return [...variables];
  const file = join(container.compose.folder, '.env');
  const inFile = new Map(
    readDotEnv((await world.files.readText(file).catch(() => null)) ?? '').map(({ name, line }) => [name, line]),
  );
  return variables.map((one) => {
    const line = inFile.get(one.name);
    return line === undefined ? one : { ...one, file, line };
  });
}

/** The release in there, from its package.json; null where that is not beside what the container starts. */
export async function releaseIn(
  world: World,
  container: Container,
  signal?: AbortSignal,
): Promise<{ name: 'openclaw' | 'clawdbot'; version: string; root: string | null } | null> {
  const script = container.entry.at(-1) ?? '';
  const folder = dirname(resolve(container.workdir, script));
  for (const path of [folder, dirname(folder)]) {
    const copied = await readIn(world, container, join(path, 'package.json'), signal);
    const { name, version } = object(parsed(copied ?? ''));
    if ((name === 'openclaw' || name === 'clawdbot') && typeof version === 'string')
      return { name, version, root: path };
  }
  if (!runs(container)) return null;
  const { runtime, name, entry } = container;
  const asked = await world.processes.run([runtime, 'exec', name, ...entry, '--version'], {
    timeoutMs: 60_000,
    signal,
  });
  const version = /\b(\d{4}\.\d+\.\d+[\w.-]*)/.exec(asked.stdout)?.[1];
  return version === undefined
    ? null
    : { name: /clawdbot/.test(entry.join()) ? 'clawdbot' : 'openclaw', version, root: null };
}
