import { basename, dirname, join } from 'node:path/posix';
import { atLeast, compareVersions } from '../openclaw/version.ts';
import { type Fact, known, unknown } from '../system/fact.ts';
import { pathFolders } from '../system/folders.ts';
import { object, parsed, readJson, text } from '../system/json.ts';
import type { World } from '../system/world.ts';
import { judgeLogin } from './login.ts';
import { claudeCall, placeOf } from './place.ts';
import type { ClaudeInstall, ClaudeSignIn } from './records.ts';

/** `claude --version` takes about 0.2 s; this long means that it hangs (2.1.329 on two cores). */
const VERSION_TIMEOUT_MS = 5_000;
const STATUS_TIMEOUT_MS = 10_000;
/** First release with `claude auth`. Older ones take `auth status` as a prompt and would spend a model turn on it. */
const FIRST_WITH_AUTH = '2.1.41';
/**
 * First release whose `claude auth login` takes the code that the page shows (its changelog); 2.1.41 and 2.1.100 wait for
 * a browser on the same machine and take nothing (run).
 */
const FIRST_WITH_LOGIN_CODE = '2.1.126';

/**
 * Every `claude` on PATH, in PATH order, then those in well-known places outside it. The same program reached by two
 * paths is listed once. Reads the version from the package where there is one, else asks the program.
 */
export async function findClaude(world: World, signal?: AbortSignal): Promise<Fact<ClaudeInstall[]>> {
  try {
    const onPath = pathFolders(world);
    const folders = [...onPath, ...(await wellKnownFolders(world)).filter((folder) => !onPath.includes(folder))];
    const found: { path: string; realPath: string; onPath: boolean }[] = [];
    for (const folder of folders) {
      const path = join(folder, 'claude');
      const realPath = await program(world, path);
      if (realPath === null || found.some((other) => other.realPath === realPath)) continue;
      found.push({ path, realPath, onPath: onPath.includes(folder) });
    }
    const winner = found.find((one) => one.onPath);
    const installs = await Promise.all(
      found.map(async ({ path, realPath }): Promise<ClaudeInstall> => {
        const wins = path === winner?.path;
        const broken = await placeholder(world, realPath);
        if (broken !== null) return { path, realPath, version: null, wins, broken };
        const version = (await packagedVersion(world, realPath)) ?? (await askVersion(world, path, signal));
        return { path, realPath, version, wins };
      }),
    );
    if (installs.length === 0) {
      return unknown('absent', 'claude is not on your PATH, nor where its installers put it');
    }
    return known(installs, winner?.path ?? installs[0]?.path ?? 'PATH', winner ? 'first on PATH' : 'not on PATH');
  } catch (cause) {
    return unknown('unreadable', cause instanceof Error ? cause.message : String(cause));
  }
}

/** The install to run: the one a bare `claude` runs, else the newest; never a broken one. Null when none is usable. */
export function bestClaude(installs: readonly ClaudeInstall[]): ClaudeInstall | null {
  const usable = installs.filter((install) => install.broken === undefined);
  return (
    usable.find((install) => install.wins) ??
    usable.toSorted((a, b) => compareVersions(b.version ?? '0', a.version ?? '0'))[0] ??
    null
  );
}

/** Whether this release has `claude auth status` (2.1.41 and later). A version that is not known has not. */
export function hasAuthCommand(version: string | null): boolean {
  return version !== null && atLeast(version, FIRST_WITH_AUTH);
}

/** Whether `claude auth login` of this release can be led through by us. */
export function canLogIn(version: string | null): boolean {
  return version !== null && atLeast(version, FIRST_WITH_LOGIN_CODE);
}

/**
 * The login that Claude Code keeps for itself, as `claude auth status` tells it. Variables that would hide it are taken
 * out first. Nothing is run where that would write: where Claude Code has never been started, and where it would renew
 * its login. What is run is never ended: on macOS, where the end of a login cannot be read, it may be renewing.
 */
export async function readSignIn(
  world: World,
  install: ClaudeInstall,
  signal?: AbortSignal,
): Promise<Fact<ClaudeSignIn>> {
  if (install.broken !== undefined) return unknown('crashed', install.broken);
  if (!hasAuthCommand(install.version)) {
    return unknown(
      'absent',
      `Claude Code ${install.version ?? '(version not known)'} cannot tell: 2.1.41 and later can`,
    );
  }
  const place = placeOf(world, install);
  const file = join(place.folder, '.credentials.json');
  const login = judgeLogin(await place.readText(file).catch(() => ''), world.clock.now());
  if (login === 'unreadable') return unknown('unreadable', `${file} cannot be read as JSON`);
  if ((await place.readText(place.stateFile).catch(() => null)) === null && login !== 'due') {
    const because = 'absent: Claude Code was never started here';
    // It needs no more than its credentials (turns and `auth status` of 2.1.329 without the other file).
    if (login === 'lasting')
      return known({ loggedIn: true, authMethod: 'claude.ai' }, file, `${place.stateFile} is ${because}`);
    return known({ loggedIn: false, authMethod: 'none' }, place.stateFile, because);
  }
  if (login === 'due') {
    const value = { loggedIn: true, authMethod: 'claude.ai', renewsAtNextUse: true };
    return known(value, file, 'not asked: Claude Code would renew this login');
  }
  const { argv, changes: env } = claudeCall(world, install, ['auth', 'status', '--json']);
  const ran = await world.processes.run(argv, {
    timeoutMs: STATUS_TIMEOUT_MS,
    atTimeout: 'leave',
    env,
    cwd: world.home,
    signal,
  });
  if (ran.outcome === 'timed out') return unknown('timed out', `claude auth status took over ${STATUS_TIMEOUT_MS} ms`);
  // Exit 1 with an answer means "logged out".
  const status = parseStatus(ran.stdout);
  if (status === null)
    return unknown('crashed', `claude auth status gave no answer (exit ${ran.exitCode ?? ran.signal})`);
  return known(status, 'claude auth status');
}

/** Where the native installer, the local npm install of old releases, and package managers put it. */
async function wellKnownFolders(world: World): Promise<string[]> {
  const folders = [
    join(world.home, '.local/bin'),
    join(world.home, '.claude/local'),
    join(world.home, '.claude/local/node_modules/.bin'),
    join(world.home, '.npm-global/bin'),
    join(world.home, '.bun/bin'),
    join(world.home, '.volta/bin'),
    dirname(world.execPath),
    '/usr/local/bin',
    '/opt/homebrew/bin',
    '/home/linuxbrew/.linuxbrew/bin',
  ];
  const prefix = world.env.npm_config_prefix ?? world.env.NPM_CONFIG_PREFIX ?? (await npmPrefix(world));
  if (prefix) folders.push(join(prefix, 'bin'));
  return [...new Set(folders)];
}

async function npmPrefix(world: World): Promise<string | null> {
  const text = await world.files.readText(join(world.home, '.npmrc')).catch(() => null);
  const value = /^\s*prefix\s*=\s*(.+?)\s*$/m.exec(text ?? '')?.[1];
  if (value === undefined) return null;
  return value.replace(/^["']|["']$/g, '').replace(/^(?:~|\$\{?HOME\}?)(?=\/|$)/, world.home);
}

/** The real path of an executable file; null for anything else. */
async function program(world: World, path: string): Promise<string | null> {
  try {
    if ((await world.files.stat(path))?.kind !== 'file') return null;
    if (!(await world.files.executable(path))) return null;
    return (await world.files.realpath(path)) ?? path;
  } catch {
    return null;
  }
}

/**
 * npm packages of 2.1 releases hold a 500-byte script under the program's name until their install script has put the
 * real program there; npm 11 and pnpm may leave that script out.
 */
async function placeholder(world: World, realPath: string): Promise<string | null> {
  const size = (await world.files.stat(realPath))?.size ?? 0;
  if (basename(realPath) !== 'claude.exe' || size > 4096) return null;
  const text = (await world.files.readText(realPath).catch(() => null)) ?? '';
  if (!text.includes('native binary not installed')) return null;
  return `its install script did not run: node ${join(dirname(dirname(realPath)), 'install.cjs')}`;
}

/** From the package beside the program, or from the path of the native installer (`…/claude/versions/2.1.329`). */
async function packagedVersion(world: World, realPath: string): Promise<string | null> {
  if (/^\d+\.\d+\.\d+$/.test(basename(realPath)) && basename(dirname(realPath)) === 'versions')
    return basename(realPath);
  for (const folder of [dirname(realPath), dirname(dirname(realPath))]) {
    const manifest = object(await readJson(world, join(folder, 'package.json')));
    if (text(manifest.name)?.startsWith('@anthropic-ai/claude-code') && text(manifest.version))
      return text(manifest.version);
  }
  return null;
}

async function askVersion(world: World, path: string, signal?: AbortSignal): Promise<string | null> {
  const ran = await world.processes.run([path, '--version'], {
    timeoutMs: VERSION_TIMEOUT_MS,
    cwd: world.home,
    signal,
  });
  return /^(\d+\.\d+\.\d+\S*)/m.exec(ran.stdout)?.[1] ?? null;
}

function parseStatus(stdout: string): ClaudeSignIn | null {
  const { loggedIn, authMethod, email, subscriptionType } = object(parsed(stdout.slice(stdout.indexOf('{'))));
  if (typeof loggedIn !== 'boolean') return null;
  return {
    loggedIn,
    authMethod: text(authMethod) ?? 'unknown',
    email: text(email) ?? undefined,
    plan: text(subscriptionType) ?? undefined,
  };
}
