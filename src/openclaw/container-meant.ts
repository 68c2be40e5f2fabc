import { join } from 'node:path';
import type { Processes, World } from '../system/world.ts';
import { shellQuote } from '../text.ts';
import { type Container, containerArgv, HOST, imageNode, onHost, runs } from './container.ts';
import { type FoundContainer, findContainers, releaseIn, variablesOf } from './containers.ts';
import { PLACE_VARIABLES } from './gateway-origins.ts';
import { findInstalls } from './install.ts';
import { type Meant, meantOf } from './installations.ts';
import { findState, isClawdbot } from './paths.ts';
import type { Installation, OpenClawInstall, StateFacts } from './records.ts';
import { atLeast } from './version.ts';

/** Which OpenClaw is meant, and the programs that reach it. */
export interface MeantHere {
  readonly installs: OpenClawInstall[];
  readonly meant: Meant;
}

/** `node:sqlite` without a flag. */
const SQLITE_NODE = '22.13.0';

/**
 * Which OpenClaw is meant, on this machine or in a container. `--target` decides; without it the only one there is, and of
 * several the one whose gateway runs. Where that leaves more than one, the best guess is given with `unclear`. Containers
 * are asked for only where a gateway of this machine does not settle it. `processes`: what asks for them, where `world` runs
 * no programs.
 */
export async function meantAnywhere(
  world: World,
  onPath: readonly OpenClawInstall[],
  processes: Processes = world.processes,
): Promise<MeantHere> {
  const here = await meantOf(world, onPath);
  const { state } = here.meant.found;
  const { target, stateDir } = world.told ?? {};
  const installed = onPath.some(({ wins, container }) => wins && container === undefined);
  const settled = installed && state.configExists && (state.runBy ?? []).length > 0;
  if (target === HOST || (target === undefined && settled)) return here;
  const worlds = { world, asking: { ...world, processes } };
  const { found, refused } = await findContainers(worlds.asking);
  if (refused !== undefined && !installed) return withState(here, { ...state, refused });
  if (target !== undefined) {
    const named = found.find((one) => isNamed(one, target));
    if (named !== undefined) return inside(worlds, named, {});
    const says = `There is no container "${target}" that runs OpenClaw.`;
    return withState(here, { ...state, others: found.map(listed), unclear: { says } });
  }
  const sharing = found.find((one) => hostState(one) === state.realStateDir);
  if (found.length === 0 || stateDir !== undefined)
    return sharing !== undefined && !installed ? inside(worlds, sharing, {}) : here;

  const running = found.filter(({ container }) => runs(container));
  if (installed && state.configExists && running.length === 0) return here;
  if (installed && state.configExists && sharing === undefined) {
    const others = [...(state.others ?? []), ...found.map(listed)];
    const says = 'OpenClaw is installed here, and also runs in a container.';
    return withState(here, { ...state, others, unclear: { says } });
  }
  const others = (chosen: FoundContainer) => found.filter((one) => one !== chosen).map(listed);
  const pool = running.length > 0 ? running : found;
  const its = sharing !== undefined && pool.includes(sharing) ? sharing : undefined;
  const only = pool.length === 1 ? pool[0] : installed || running.length === 0 ? its : undefined;
  if (only !== undefined) return inside(worlds, only, { others: others(only) });
  const guess = found[0] as FoundContainer;
  const unclear = { says: 'Several containers of this machine each run an OpenClaw.' };
  return inside(worlds, guess, { others: others(guess), unclear });
}

/** The same, looked for now. */
export async function meantHere(world: World): Promise<MeantHere> {
  return meantAnywhere(world, await findInstalls(world));
}

/** As `--target` names it: its name, or its Compose service. */
function isNamed({ container }: FoundContainer, target: string): boolean {
  return container.name === target || container.compose?.service === target;
}

const hostState = ({ container }: FoundContainer) => onHost(container, container.stateDir);

const listed = (one: FoundContainer): Installation => ({
  stateDir: hostState(one) ?? one.container.stateDir,
  runBy: [`container ${one.container.name}`],
  target: one.container.name,
});

const withState = (here: MeantHere, state: StateFacts): MeantHere => ({
  ...here,
  meant: { ...here.meant, found: { ...here.meant.found, state } },
});

/** What is looked at, and the same with what asks the container runtime. */
interface Worlds {
  readonly world: World;
  readonly asking: World;
}

async function inside(
  { world, asking }: Worlds,
  found: FoundContainer,
  more: Pick<StateFacts, 'others' | 'unclear'>,
): Promise<MeantHere> {
  const { container } = found;
  const [release, variables] = await Promise.all([releaseIn(asking, container), variablesOf(world, found)]);
  const version = release?.version ?? null;
  const stateDir = onHost(container, container.stateDir) ?? container.stateDir;
  const config = container.configPath === undefined ? null : onHost(container, container.configPath);
  const prefix = version !== null && isClawdbot(version) ? 'CLAWDBOT' : 'OPENCLAW';
  const env: Record<string, string | undefined> = { ...world.env };
  for (const name of PLACE_VARIABLES) delete env[name];
  env[`${prefix}_STATE_DIR`] = stateDir;
  if (config !== null) env[`${prefix}_CONFIG_PATH`] = config;
  const place = { ...world, env };
  const { state } = await findState(place, version);
  const { others = [], unclear } = more;
  const foreignFiles = await foreignTo(world, container, stateDir);
  return {
    installs: [installIn(world, container, release, stateDir)],
    meant: {
      found: {
        because: `mounted into the container ${container.name}`,
        state: {
          ...state,
          profile: null,
          env: {},
          container,
          runBy: [`container ${container.name}`],
          ...(others.length > 0 ? { others: [...others] } : {}),
          ...(foreignFiles.length > 0 ? { foreignFiles } : {}),
          unclear,
        },
      },
      world: place,
      unit: null,
      variables,
      script: null,
    },
  };
}

function installIn(
  world: World,
  container: Container,
  release: Awaited<ReturnType<typeof releaseIn>>,
  stateDir: string,
): OpenClawInstall {
  // A person's own call has a terminal.
  const typed = containerArgv(container, []).flatMap((word) => (word === '-i' ? '-it' : word === '-T' ? [] : word));
  return {
    path: container.name,
    realPath: container.name,
    command: release?.name ?? 'openclaw',
    version: release?.version ?? null,
    packageRoot: release?.root ?? null,
    wins: true,
    via: `container ${container.name}`,
    node: { path: null, version: null, wants: null, ok: null },
    sqliteNode: sqliteNode(world, container, [stateDir]),
    typed: typed.map(shellQuote).join(' '),
  };
}

/** A Node that reads databases of this machine's folders: ours where it can, else the one of the image. */
export function sqliteNode(world: World, container: Container, folders: readonly string[]): string[] {
  return atLeast(world.nodeVersion, SQLITE_NODE) ? [world.execPath] : imageNode(container, world.uid, folders);
}

/** What of the state belongs to somebody else than the container's user, who could not write it. */
async function foreignTo(world: World, { uid }: Container, stateDir: string): Promise<string[]> {
  if (uid === null) return [];
  const agents = (await world.files.list(join(stateDir, 'agents')).catch(() => null)) ?? [];
  const folders = ['.', 'state', ...agents.map((id) => join('agents', id, 'agent'))].map((name) =>
    join(stateDir, name),
  );
  const listed = await Promise.all(
    folders.map(async (folder) => {
      const names = (await world.files.list(folder).catch(() => null)) ?? [];
      return [folder, ...names.map((name) => join(folder, name))];
    }),
  );
  const paths = [...new Set(listed.flat())];
  const stats = await Promise.all(paths.map((path) => world.files.lstat(path).catch(() => null)));
  return paths.filter((_, index) => stats[index] != null && stats[index].uid !== uid);
}
