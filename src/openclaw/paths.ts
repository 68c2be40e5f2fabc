import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { World } from '../system/world.ts';
import { inContainer, onHost } from './container.ts';
import { readDotEnv } from './dot-env.ts';
import type { StateFacts } from './records.ts';
import { atLeast } from './version.ts';

/** `state` and why it was chosen, for the evidence. */
export interface FoundState {
  readonly state: StateFacts;
  /** `OPENCLAW_STATE_DIR`, `profile work`, `legacy directory`, `default` … */
  readonly because: string;
}

/** The state directory and config path that a release (or, without one, any release) would use with this environment. */
export async function findState(world: World, version: string | null): Promise<FoundState> {
  const rules = rulesFor(version);
  const home = homeFor(world, version);
  const reasons: string[] = [];
  if (home !== world.home) reasons.push(`OPENCLAW_HOME is ${home}`);

  const stateVariable = firstSet(world, rules.prefixes, 'STATE_DIR');
  let stateDir: string;
  let legacy = false;
  if (stateVariable) {
    stateDir = expandHome(stateVariable.value, home, world.cwd);
    reasons.push(`${stateVariable.name} is set`);
  } else {
    stateDir = join(home, rules.directory);
    if ((await world.files.stat(stateDir)) === null) {
      for (const name of rules.legacyDirectories) {
        if ((await world.files.stat(join(home, name))) === null) continue;
        stateDir = join(home, name);
        legacy = true;
        reasons.push(`${rules.directory} is absent and ${name} of an older release is there`);
        break;
      }
    }
    if (!legacy) reasons.push('the default');
  }

  const config = await findConfig(world, rules, { stateDir, home, stateVariable: stateVariable !== null, version });
  if (config.because) reasons.push(config.because);

  const [realStateDir, realConfigPath, stateStat, linkStat, configStat, configFolder, dotEnv] = await Promise.all([
    world.files.realpath(stateDir),
    world.files.realpath(config.path),
    world.files.stat(stateDir),
    world.files.lstat(stateDir),
    world.files.lstat(config.path),
    world.files.realpath(dirname(config.path)),
    world.files.readText(join(stateDir, '.env')).catch(() => null),
  ]);
  const variables = readDotEnv(dotEnv ?? '').flatMap(({ name, value, line }) => (value === '' ? [] : [{ name, line }]));
  if (linkStat?.kind === 'symlink') reasons.push(`a link to ${realStateDir ?? 'nothing'}`);
  if (realConfigPath !== null && realConfigPath !== join(realStateDir ?? stateDir, basename(config.path))) {
    reasons.push(`the config is a link to ${realConfigPath}`);
  }
  return {
    state: {
      stateDir,
      realStateDir: realStateDir ?? stateDir,
      exists: stateStat?.kind === 'directory',
      configPath: config.path,
      realConfigPath: realConfigPath ?? config.path,
      ...(variables.length > 0 ? { variables } : {}),
      ...(configStat?.kind === 'symlink' && realConfigPath !== null
        ? { configLink: join(configFolder ?? dirname(config.path), basename(config.path)) }
        : {}),
      configExists: realConfigPath !== null,
      profile: profileOf(world, rules.prefixes, stateDir),
      legacy: legacy || /\/\.(clawdbot|moltbot|moldbot)(-[^/]+)?$/.test(stateDir),
      owner: stateStat?.uid ?? null,
      mode: stateStat?.mode ?? null,
      writable: await world.files.writable(stateStat ? stateDir : dirname(stateDir)).catch(() => false),
    },
    because: reasons.join('; '),
  };
}

/** A variable of the release's own prefix, e.g. `OPENCLAW_GATEWAY_PORT` or, where it still counts, `CLAWDBOT_…`. */
export function releaseVariable(world: World, version: string | null, suffix: string) {
  return firstSet(world, rulesFor(version).prefixes, suffix);
}

/**
 * What a child needs beside our environment to work on this state directory. Only an old directory needs something: the
 * first writing command would rename `~/.clawdbot` to `~/.openclaw`, unless the directory is named (run on 2026.5.28 to
 * 2026.9.6). Releases before the piped `paste-token` get nothing: there no command of ours writes, and 2026.2.17 would
 * make a second config in `~/.openclaw` when it is told a directory.
 */
export function stateVariables(version: string, state: StateFacts): Record<string, string> {
  if (state.env !== undefined) return { ...state.env };
  return state.legacy && atLeast(version, '2026.5.22') ? { OPENCLAW_STATE_DIR: state.stateDir } : {};
}

/** `~/x` → absolute. Relative paths count from `base`. */
export function expandHome(path: string, home: string, base: string): string {
  const trimmed = path.trim();
  if (trimmed === '~') return home;
  if (trimmed.startsWith('~/')) return join(home, trimmed.slice(2));
  return isAbsolute(trimmed) ? trimmed : resolve(base, trimmed);
}

/** What OpenClaw itself calls its configuration. */
export function ownName({ configPath, container }: StateFacts): string {
  return container === undefined ? configPath : inContainer(container, configPath);
}

/**
 * Where a path that OpenClaw's configuration names lies on this machine. `home` counts where OpenClaw runs here; one in a
 * container has its own, and a path of the container alone stays as it is.
 */
export function configuredPath(
  told: string,
  { stateDir, container }: Pick<StateFacts, 'stateDir' | 'container'>,
  home: string,
): string {
  if (container === undefined) return expandHome(told, home, stateDir);
  const path = expandHome(told, container.home, container.stateDir);
  return onHost(container, path) ?? path;
}

/** Releases up to 2026.1.24 are called clawdbot and use its names. */
export function isClawdbot(version: string): boolean {
  return !atLeast(version, '2026.1.27');
}

/** The home that this release works from: OPENCLAW_HOME counts from 2026.2.9. */
export function homeFor(world: World, version: string | null): string {
  const told = world.env.OPENCLAW_HOME?.trim();
  if (!told || (version !== null && !atLeast(version, '2026.2.9'))) return world.home;
  return expandHome(told, world.home, world.cwd);
}

interface NameRules {
  readonly prefixes: readonly string[];
  readonly directory: string;
  readonly legacyDirectories: readonly string[];
  readonly configNames: readonly string[];
}

/** Names by release: read in the shipped code of 2026.1.24-3, 2026.2.1, 2026.2.17 and 2026.9.6. */
function rulesFor(version: string | null): NameRules {
  if (version !== null && isClawdbot(version)) {
    return {
      prefixes: ['CLAWDBOT'],
      directory: '.clawdbot',
      legacyDirectories: [],
      configNames: ['clawdbot.json'],
    };
  }
  const old = version !== null && !atLeast(version, '2026.3.22');
  return {
    prefixes: old ? ['OPENCLAW', 'CLAWDBOT'] : ['OPENCLAW'],
    directory: '.openclaw',
    legacyDirectories: old || version === null ? ['.clawdbot', '.moltbot', '.moldbot'] : ['.clawdbot'],
    configNames: [
      'openclaw.json',
      'clawdbot.json',
      ...(old || version === null ? ['moltbot.json', 'moldbot.json'] : []),
    ],
  };
}

function firstSet(world: World, prefixes: readonly string[], suffix: string): { name: string; value: string } | null {
  for (const prefix of prefixes) {
    const name = `${prefix}_${suffix}`;
    const value = world.env[name]?.trim();
    if (value) return { name, value };
  }
  return null;
}

/**
 * `--profile work` keeps its state in `~/.openclaw-work` and tells children by both variables. OPENCLAW_PROFILE alone
 * moves nothing (run on 2026.2.17 and 2026.9.6), so the directory's name counts first.
 */
function profileOf(world: World, prefixes: readonly string[], stateDir: string): string | null {
  const named = /^\.(?:openclaw|clawdbot|moltbot)-(.+)$/.exec(basename(stateDir))?.[1];
  if (named) return named;
  const told = firstSet(world, prefixes, 'PROFILE');
  if (!told || told.value.toLowerCase() === 'default') return null;
  return firstSet(world, prefixes, 'STATE_DIR') ? told.value : null;
}

async function findConfig(
  world: World,
  rules: NameRules,
  where: { stateDir: string; home: string; stateVariable: boolean; version: string | null },
): Promise<{ path: string; because?: string }> {
  const told = firstSet(world, rules.prefixes, 'CONFIG_PATH');
  if (told) return { path: expandHome(told.value, where.home, world.cwd), because: `${told.name} is set` };
  const present = async (directory: string) => {
    for (const name of rules.configNames) {
      const path = join(directory, name);
      if ((await world.files.lstat(path)) !== null) return path;
    }
    return null;
  };
  const inState = await present(where.stateDir);
  if (inState) {
    const name = basename(inState);
    return name === rules.configNames[0] ? { path: inState } : { path: inState, because: `${name} is an older name` };
  }
  // Seen in 2026.2.17: with a state directory that has no config, it reads the default one. 2026.9.6 does not.
  if (where.stateVariable && where.version !== null && !atLeast(where.version, '2026.3.2')) {
    const elsewhere = await present(join(where.home, rules.directory));
    if (elsewhere) return { path: elsewhere, because: 'this release falls back to the default config' };
  }
  return { path: join(where.stateDir, rules.configNames[0] ?? 'openclaw.json') };
}
