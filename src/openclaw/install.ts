import { dirname, join } from 'node:path';
import { findProgram, pathFolders } from '../system/folders.ts';
import { at, object, readJson, text } from '../system/json.ts';
import type { World } from '../system/world.ts';
import { shellQuote } from '../text.ts';
import { findNode } from './node-runtime.ts';
import type { OpenClawInstall } from './records.ts';
import { readWrapper } from './wrapper.ts';

const COMMANDS = ['openclaw', 'clawdbot'] as const;
type Command = (typeof COMMANDS)[number];

/** Folders that installers use but that are often missing from PATH: looked at only to give a hint. */
const USUAL = ['.npm-global/bin', '.local/bin', '.openclaw/bin', '.bun/bin', '.local/share/pnpm', '.volta/bin'];

/**
 * Every `openclaw` and `clawdbot` on PATH, in PATH order. The first `openclaw` wins; without one, the first `clawdbot`;
 * over both the one whose `script` the gateway runs ({@link theGateways}).
 */
export async function findInstalls(world: World): Promise<OpenClawInstall[]> {
  const found: { path: string; command: Command; realPath: string }[] = [];
  for (const folder of pathFolders(world)) {
    for (const command of COMMANDS) {
      const path = join(folder, command);
      if (!(await world.files.executable(path).catch(() => false))) continue;
      found.push({ path, command, realPath: (await world.files.realpath(path).catch(() => null)) ?? path });
    }
  }
  const winner = found.find((install) => install.command === 'openclaw') ?? found[0];
  return Promise.all(found.map((install) => describe(world, install, install === winner)));
}

/** The same with the one that the gateway runs as the winner: two releases on PATH write each other's state differently. */
export async function theGateways(
  world: World,
  installs: readonly OpenClawInstall[],
  script: string | null,
): Promise<OpenClawInstall[]> {
  const root = script === null ? null : ((await packageRoot(world, script))?.folder ?? null);
  const first = installs.find(({ wins }) => wins);
  const its = root === null ? undefined : installs.find(({ packageRoot: folder }) => folder === root);
  if (its === undefined || its === first) return [...installs];
  return installs.map((one) => ({
    ...one,
    wins: one === its,
    ...(one === its && one.command === first?.command ? { typed: shellQuote(one.path) } : {}),
  }));
}

/** An installation that a usual folder holds although PATH does not name it; null when there is none. */
export async function findOffPath(world: World): Promise<string | null> {
  const folders = [...USUAL.map((folder) => join(world.home, folder)), '/usr/local/bin', '/opt/homebrew/bin'];
  return (await findProgram(world, 'openclaw', folders)) ?? findProgram(world, 'clawdbot', folders);
}

async function describe(
  world: World,
  install: { path: string; command: Command; realPath: string },
  wins: boolean,
): Promise<OpenClawInstall> {
  const wrapper = await readWrapper(world, install.realPath, install.command);
  const start = wrapper?.script ?? install.realPath;
  const root = (await packageRoot(world, start)) ?? (await shimRoot(world, install));
  const node = await findNode(world, {
    interpreter: wrapper?.node ?? null,
    wants: root?.engines ?? null,
  });
  const finishWith = root === null ? null : await howToFinish(world, root.folder, start, node.path);
  return {
    path: install.path,
    realPath: install.realPath,
    command: install.command,
    version: root?.version ?? null,
    packageRoot: root?.folder ?? null,
    wins,
    via: wayOfInstall(install.path, install.realPath, root?.folder ?? null, wrapper?.script !== undefined),
    node,
    ...(wrapper?.container === undefined ? {} : { container: wrapper.container }),
    ...(finishWith === null ? {} : { finishWith }),
  };
}

/**
 * From 2026.8.1 a package whose install scripts were skipped (`npm --ignore-scripts`) carries a mark. Whatever is asked
 * of it first, `--version` too, runs those scripts in the package's own folder; for a user who may not write there every
 * command ends with "package lifecycle is incomplete … EACCES" (run on 2026.8.2 and 2026.9.6). Gives the command for
 * the folder's owner, or null where nothing stands in the way.
 */
async function howToFinish(world: World, root: string, script: string, node: string | null): Promise<string | null> {
  const mark = await world.files.lstat(join(root, '.openclaw-lifecycle-pending')).catch(() => null);
  if (mark === null || (await world.files.writable(root).catch(() => true))) return null;
  const owner = (await world.files.stat(root).catch(() => null))?.uid ?? 0;
  const real = (await world.files.realpath(script).catch(() => null)) ?? script;
  const words = [...(owner === 0 ? [] : ['-u', `#${owner}`]), ...(node === null ? [] : [node]), real, '--version'];
  return ['sudo', ...words.map(shellQuote)].join(' ');
}

export interface PackageRoot {
  readonly folder: string;
  readonly version: string | null;
  readonly engines: string | null;
}

/** Climbs from a script to the package that it belongs to, by name. */
export async function packageRoot(world: World, script: string): Promise<PackageRoot | null> {
  const real = (await world.files.realpath(script).catch(() => null)) ?? script;
  let folder = dirname(real);
  for (let step = 0; step < 6; step++) {
    const found = await readPackage(world, folder);
    if (found) return found;
    const parent = dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
  return null;
}

async function readPackage(world: World, folder: string): Promise<PackageRoot | null> {
  const { name, version, engines } = object(await readJson(world, join(folder, 'package.json')));
  if (name !== 'openclaw' && name !== 'clawdbot') return null;
  return { folder, version: text(version), engines: text(at(engines, 'node')) };
}

/** Shims that hold no path in their text: the package lies in the manager's own folder, or beside the bin folder. */
async function shimRoot(world: World, install: { path: string; command: string }): Promise<PackageRoot | null> {
  const volta = world.env.VOLTA_HOME ?? join(world.home, '.volta');
  const candidates = [
    join(volta, 'tools/image/packages', install.command, 'lib/node_modules', install.command),
    join(dirname(install.path), '..', 'lib/node_modules', install.command),
    join(dirname(install.path), '..', install.command),
    join(dirname(install.path), 'node_modules', install.command),
  ];
  for (const folder of candidates) {
    const found = await readPackage(world, folder);
    if (found) return found;
  }
  return null;
}

function wayOfInstall(path: string, realPath: string, root: string | null, wrapped: boolean): string {
  const all = `${path}\n${realPath}\n${root ?? ''}`;
  if (/[/\\]\.volta[/\\]/.test(all)) return 'volta';
  if (/[/\\]\.?pnpm[/\\]/.test(all)) return 'pnpm';
  if (/[/\\]\.bun[/\\]/.test(all)) return 'bun';
  if (/[/\\]\.asdf[/\\]/.test(all)) return 'asdf';
  if (/[/\\]mise[/\\]/.test(all)) return 'mise';
  if (/[/\\]Cellar[/\\]openclaw/.test(all)) return 'homebrew';
  if (root !== null && /[/\\]lib[/\\]node_modules[/\\]/.test(root)) return 'npm -g';
  if (root !== null && /[/\\]node_modules[/\\]/.test(root)) return 'npm';
  if (root !== null) return wrapped ? 'wrapper' : 'source checkout';
  return wrapped ? 'wrapper' : 'unknown';
}
