import { dirname, join, relative, resolve } from 'node:path';
import { parse } from '../json5/read.ts';
import { shippedCatalogue } from '../openclaw/catalogue.ts';
import { type ReadConfig, readConfig } from '../openclaw/config.ts';
import { readIn } from '../openclaw/containers.ts';
import { cronPaths, readableJobs, readCronFiles } from '../openclaw/cron.ts';
import { credentialsInJson, cronInFiles, generationOf } from '../openclaw/generation.ts';
import { findInstalls, findOffPath } from '../openclaw/install.ts';
import { configuredPath, homeFor } from '../openclaw/paths.ts';
import { type AuthStore, authFile, authStateFile, inherit, judgeProfiles, readStore } from '../openclaw/profiles.ts';
import type {
  Catalogue,
  ConfigFacts,
  OpenClawFacts,
  OpenClawInstall,
  OpenClawRelease,
  ProfileFacts,
  StateFacts,
} from '../openclaw/records.ts';
import { readPins, sessionsFile } from '../openclaw/sessions.ts';
import type { StoreDatabases } from '../openclaw/stored-orders.ts';
import { type Fact, known, unknown } from '../system/fact.ts';
import { at, type Json, text } from '../system/json.ts';
import { nearestPresent } from '../system/nearest.ts';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { tilde } from '../text.ts';
import { limit, type Reader } from './reader.ts';

export async function probeInstalls(world: World): Promise<Fact<OpenClawInstall[]>> {
  const installs = await findInstalls(world);
  const winner = installs.find((install) => install.wins);
  if (winner) return known(installs, winner.path, installs.length > 1 ? 'first on PATH' : 'the only one on PATH');
  const elsewhere = await findOffPath(world);
  const hint = elsewhere ? `; it is at ${tilde(elsewhere, world.home)}` : '';
  return unknown('absent', `openclaw is not on your PATH${hint}`);
}

/** The winning installation, its version, and the generation that follows, with what lies on disk as evidence. */
export async function probeRelease(
  world: World,
  installs: Fact<OpenClawInstall[]>,
  state: Fact<StateFacts> | null,
): Promise<Fact<OpenClawRelease>> {
  if (!installs.known) return installs;
  const install = installs.value.find((one) => one.wins);
  if (!install) return unknown('absent', 'no openclaw on PATH');
  if (install.container !== undefined) {
    const says = `${install.path} leads into a container by ${install.container}`;
    return unknown('unreadable', `${says}: its OpenClaw works on files that are not looked at from here`);
  }
  const inside = state?.known && state.value.container !== undefined;
  if (install.version === null || (install.packageRoot === null && !inside)) {
    return unknown('unreadable', `no package.json of openclaw was found ${inside ? 'in' : 'behind'} ${install.path}`);
  }
  const generation = generationOf(install.version);
  const seen = state?.known ? await storesOnDisk(world, state.value.stateDir) : [];
  const because =
    seen.length > 0 ? `version ${install.version}; on disk: ${seen.join(', ')}` : `version ${install.version}`;
  const from = install.packageRoot === null ? install.path : join(install.packageRoot, 'package.json');
  return known({ version: install.version, generation, install }, from, because);
}

async function storesOnDisk(world: World, stateDir: string): Promise<string[]> {
  const names = [
    'state/openclaw.sqlite',
    'agents/main/agent/openclaw-agent.sqlite',
    'agents/main/agent/auth-profiles.json',
    'cron/jobs.json',
    'cron/jobs-state.json',
  ];
  const present = await Promise.all(names.map((name) => world.files.stat(join(stateDir, name)).catch(() => null)));
  return names.filter((_, index) => present[index] !== null);
}

/** The configuration as a fact, and the value behind it for the probes that need more of it. */
export interface Found {
  readonly fact: Fact<ConfigFacts>;
  readonly value: Json;
}

export async function probeConfig(
  world: World,
  reader: Reader,
  state: StateFacts,
  version: string | null,
): Promise<Found> {
  const file = await reader.read(state.configPath);
  const gate = limit(48);
  const override = world.env.OPENCLAW_AGENT_DIR?.trim() || world.env.CLAWDBOT_AGENT_DIR?.trim();
  const { facts, value }: ReadConfig = await readConfig(file?.text ?? null, {
    path: state.configPath,
    sha256: file?.sha256 ?? null,
    stateDir: state.stateDir,
    locate: (told) => configuredPath(told, state, homeFor(world, version)),
    version,
    load: async (path) => {
      const included = await reader.read(path).catch((error: unknown) => {
        // What it says cannot be told, so neither can what the whole configuration says.
        if (error instanceof Problem && ['not-a-file', 'not-utf8', 'link-loop'].includes(error.code)) throw error;
        return null;
      });
      const parsed = included === null ? null : parse(included.text);
      return parsed?.ok ? parsed.value : undefined;
    },
    agentDirExists: (path) => gate(async () => (await world.files.stat(path).catch(() => null))?.kind === 'directory'),
    resolve: (path) => gate(() => realPathOf(world, path)),
    agentFolders: async () => (await world.files.list(join(state.stateDir, 'agents')).catch(() => null)) ?? [],
    agentDirOverride: override,
  });
  const because = file === null ? 'absent: defaults apply' : undefined;
  return { fact: known(facts, state.configPath, because), value };
}

/** `path` with links followed as far as it exists, and past links to what does not. */
async function realPathOf(world: World, path: string): Promise<string> {
  const { files } = world;
  // A folder that may not be looked into leads nowhere else, and neither does a link to itself.
  const present = await nearestPresent({ stat: (at) => files.lstat(at).catch(() => null) }, path);
  const real = await files.realpath(present).catch(() => present);
  const rest = relative(present, path);
  if (real !== null) return join(real, rest);
  const link = (await files.readlink(present)) ?? '';
  return realPathOf(world, resolve(dirname(present), link, rest));
}

/** Every agent's profiles from JSON files (G1 to G1c), with OpenClaw's verdict on each. */
export async function probeJsonProfiles(
  reader: Reader,
  config: ConfigFacts,
  state: StateFacts,
  version: string,
  now: number,
): Promise<Fact<ProfileFacts[]>> {
  const load = async (agentDir: string): Promise<AuthStore> => {
    const [profiles, runtime] = await Promise.all([
      reader.read(authFile(agentDir)),
      reader.read(authStateFile(agentDir)),
    ]);
    return readStore(agentDir, profiles?.text ?? null, runtime?.text ?? null);
  };
  const mainDir =
    config.agents.find((agent) => agent.id === 'main')?.agentDir ?? join(state.stateDir, 'agents', 'main', 'agent');
  const main = await load(mainDir);
  const faults: string[] = [];
  const all = await Promise.all(
    config.agents.map(async (agent) => {
      const own = agent.agentDir === mainDir ? main : await load(agent.agentDir);
      if (own.fault) faults.push(`${authFile(agent.agentDir)}: ${own.fault}`);
      const store = own === main ? main : inherit(main, own);
      return judgeProfiles(store, { agent: agent.id, config, version, now });
    }),
  );
  const profiles = all.flat();
  if (faults.length > 0 && profiles.length === 0) return unknown('unreadable', faults.slice(0, 3).join('; '));
  return known(profiles, authFile(mainDir), faults.length > 0 ? faults.slice(0, 3).join('; ') : undefined);
}

/** `auth-profiles.json` files that a release with SQLite stores ignores (G2) or stumbles over (G3). */
export async function probeStrays(
  world: World,
  reader: Reader,
  config: ConfigFacts,
  state: StateFacts,
  release: OpenClawRelease,
): Promise<Fact<string[]>> {
  if (credentialsInJson(release.generation)) return known([], state.stateDir, `${release.version} keeps them in JSON`);
  const folders = new Set(config.agents.map((agent) => agent.agentDir));
  const agentsDir = join(state.stateDir, 'agents');
  for (const name of (await world.files.list(agentsDir)) ?? []) folders.add(join(agentsDir, name, 'agent'));
  const paths = [...folders].map(authFile);
  const files = await Promise.all(paths.map((path) => reader.read(path)));
  return known(
    paths.filter((_, index) => files[index] !== null),
    `${folders.size} agent folders`,
    `${release.version} keeps credentials in SQLite`,
  );
}

/** Jobs from the database that a gateway of this machine keeps (2026.6.1 and later); `waiting` where only it can tell. */
export function probeCronRows(stores: StoreDatabases | string, config: Json): OpenClawFacts['cron'] {
  if (text(at(config, 'gateway', 'mode')) === 'remote') return unknown('absent', 'the gateway is on another machine');
  const rows = typeof stores === 'string' ? null : stores.jobs;
  const jobs = rows === null ? null : readableJobs(rows);
  if (typeof stores === 'string' || jobs === null)
    return unknown('waiting', 'the gateway keeps them; it was not asked yet');
  return known({ store: 'gateway', path: null, jobs }, stores.paths.shared);
}

/** Jobs from files (up to 2026.5.28). */
export async function probeCronFiles(
  reader: Reader,
  config: Json,
  state: StateFacts,
  home: string,
): Promise<OpenClawFacts['cron']> {
  const paths = cronPaths(config, state, home);
  const [jobs, states] = await Promise.all([reader.read(paths.jobs), reader.read(paths.state)]);
  if (jobs === null) return known({ store: 'file', path: paths.jobs, jobs: [] }, paths.jobs, 'absent: no jobs');
  try {
    const found = readCronFiles(jobs.text, states?.text ?? null);
    return known({ store: 'file', path: paths.jobs, jobs: found }, paths.jobs);
  } catch {
    return unknown('unreadable', `${paths.jobs} is not JSON`);
  }
}

/** `cron/jobs.json` of an older release, which this one does not read (2026.6.1 and later). */
export async function probeRetiredCron(
  reader: Reader,
  config: Json,
  state: StateFacts,
  release: OpenClawRelease,
  home: string,
): Promise<OpenClawFacts['retiredCron']> {
  if (cronInFiles(release.generation)) return known(null, state.stateDir, `${release.version} reads it`);
  const { jobs: path } = cronPaths(config, state, home);
  const file = await reader.read(path);
  if (file === null) return known(null, path, 'absent');
  try {
    return known({ path, jobs: readCronFiles(file.text, null).length }, path);
  } catch {
    return known({ path, jobs: null }, path, 'not JSON');
  }
}

/** Pins of chats, up to 2026.7.x; from 2026.8.1 they lie in the agents' databases. */
export async function probeSessions(
  world: World,
  config: ConfigFacts,
  value: Json,
  state: StateFacts,
  release: OpenClawRelease,
): Promise<OpenClawFacts['sessions']> {
  if (release.generation === 'G3') return unknown('absent', `${release.version} keeps chats in databases`);
  const told = text(at(value, 'session', 'store'));
  const store = told === null ? null : configuredPath(told, state, homeFor(world, release.version));
  const found = await Promise.all(
    config.agents.map(async ({ id }) => {
      const file = sessionsFile(id, state.stateDir, store);
      const stat = await world.files.stat(file).catch(() => null);
      if (stat?.kind !== 'file' || stat.size > LARGEST_SESSIONS) return [];
      const source = await world.files.readText(file).catch(() => null);
      return readPins(source ?? '', id, file) ?? [];
    }),
  );
  // One file for all agents has an agent in the name of each chat.
  const own = found.flat().filter(({ agent, key }) => !/^agent:/.test(key) || key.startsWith(`agent:${agent}:`));
  return known(own, sessionsFile('*', state.stateDir, store));
}

/** A list of thousands of chats has some 40 MB; more is not read for a look. */
const LARGEST_SESSIONS = 64 * 1024 * 1024;

/** The Claude models that the installed package lists; `waiting` where only the program itself could tell. */
export async function probeShippedCatalogue(
  world: World,
  release: OpenClawRelease,
  { container }: StateFacts,
): Promise<Fact<Catalogue>> {
  const root = release.install.packageRoot;
  const read = (file: string) =>
    container === undefined ? world.files.readText(file) : readIn(world, container, file);
  const found = root === null ? null : await shippedCatalogue(read, root);
  return found
    ? known({ anthropic: [...found.ids] }, found.from, 'shipped with this release')
    : unknown('waiting', 'the package ships no list that can be read; OpenClaw was not asked yet');
}

/** Files a plan may be made from that no other probe has to read: asked for so that their hashes are known. */
export async function touchPlanFiles(reader: Reader, config: ConfigFacts): Promise<void> {
  const paths = config.agents.flatMap((agent) => [
    authFile(agent.agentDir),
    authStateFile(agent.agentDir),
    join(agent.agentDir, 'models.json'),
  ]);
  await Promise.all(paths.map((path) => reader.read(path).catch(() => null)));
}
