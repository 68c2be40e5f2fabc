import { join } from 'node:path';
import { judgeLogin } from '../claude/login.ts';
import { claudeConfigDir } from '../claude/token.ts';
import { locate } from '../json5/locate.ts';
import { parse } from '../json5/read.ts';
import { readDotEnv } from '../openclaw/dot-env.ts';
import type { GatewayContext } from '../openclaw/gateway.ts';
import { type UnitVariable, unitSettings } from '../openclaw/gateway-units.ts';
import { expandHome } from '../openclaw/paths.ts';
import { shapeOf } from '../openclaw/secret-shape.ts';
import { type Fact, known } from '../system/fact.ts';
import { array, at, object, text } from '../system/json.ts';
import type { World } from '../system/world.ts';
import { readShellProfile, SHELL_PROFILES } from './shell-profiles.ts';
import type { ShadowVariable } from './types.ts';

type Reader = ShadowVariable['readers'][number];
type Place = Pick<ShadowVariable, 'kind' | 'where' | 'line' | 'at' | 'editable'>;

/** Who reads each variable: turns of five releases from 2026.2.17 to 2026.9.6 with it set, and Claude Code 2.1.329. */
const READERS: Readonly<Record<string, readonly Reader[]>> = {
  ANTHROPIC_API_KEY: ['OpenClaw', 'Claude Code'],
  ANTHROPIC_OAUTH_TOKEN: ['OpenClaw'],
  ANTHROPIC_AUTH_TOKEN: ['Claude Code'],
  ANTHROPIC_BASE_URL: ['Claude Code'],
  CLAUDE_CODE_OAUTH_TOKEN: ['Claude Code'],
};

/** In the places of OpenClaw this one stands for a credential that it does not read (2026.2.17 and 2026.9.6). */
const WRONG_NAME = 'CLAUDE_CODE_OAUTH_TOKEN';
/** Credentials that OpenClaw reads from the environment. */
const CREDENTIALS = ['ANTHROPIC_API_KEY', 'ANTHROPIC_OAUTH_TOKEN'];

/**
 * Variables that a program really reads where they stand: our environment (both), OpenClaw's `.env`, its config's `env` and
 * the gateway's unit (OpenClaw), Claude Code's settings (Claude Code). Beside them what a next shell will set, and what only
 * looks as if it were read: `.env` files of workspaces, a token under Claude Code's name for OpenClaw.
 */
export async function findShadows(
  world: World,
  context: GatewayContext & {
    readonly configPath: string | null;
    /** What the gateway is started with. */
    readonly variables: readonly UnitVariable[];
  },
): Promise<Fact<ShadowVariable[]>> {
  const found: ShadowVariable[] = [];
  const login = await ownLogin(world);
  const add = (who: readonly Reader[], place: Place, name: string, value: unknown) => {
    const all = Object.hasOwn(READERS, name) ? (READERS[name] ?? []) : [];
    const readers = who.filter((reader) => all.includes(reader));
    const set = text(value);
    if (set === null || (readers.length === 0 && name !== WRONG_NAME)) return;
    const hides = name === WRONG_NAME && readers.includes('Claude Code') && login !== null;
    found.push({ name, shape: shapeOf(set), readers, ...place, ...(hides ? { over: login } : {}) });
  };
  // A container does not see this shell.
  const inside = context.state?.container !== undefined;
  const here: readonly Reader[] = inside ? ['Claude Code'] : ['OpenClaw', 'Claude Code'];
  for (const name of Object.keys(READERS))
    add(here, { kind: 'environment', where: 'environment' }, name, world.env[name]);
  if (world.env.CLAUDECODE) {
    found.push({
      name: 'CLAUDECODE',
      where: 'environment',
      kind: 'environment',
      shape: 'other',
      readers: ['Claude Code'],
    });
  }

  const elsewhere = new Set<string>();
  if (context.state) {
    const file = join(context.state.stateDir, '.env');
    const editable = await isOurs(world, file);
    for (const { name, value, line } of await lastOfEach(world, file)) {
      elsewhere.add(name);
      add(['OpenClaw'], { kind: 'state-env', where: file, line, editable }, name, value);
    }
  }
  await configVariables(world, context, (place, name, value) => {
    elsewhere.add(name);
    add(['OpenClaw'], place, name, value);
  });
  const ofUnit = context.unit === null ? [] : (await unitSettings(world, context.unit)).variables;
  for (const { name, value, file, line } of ofUnit) {
    elsewhere.add(name);
    const definition = file === context.unit?.file || context.unit?.dropIns.some((one) => one.file === file);
    const editable = !definition && (await isOurs(world, file));
    add(['OpenClaw'], { kind: definition ? 'unit' : 'env-file', where: file, line, editable }, name, value);
  }
  // A process tells what it was started with, wherever that came from: only what nothing else here explains.
  for (const { name, value, file, line } of context.variables) {
    if ((file.startsWith('/proc/') || file.startsWith('container ')) && !elsewhere.has(name))
      add(['OpenClaw'], { kind: 'process', where: file }, name, value);
    else if (inside && !elsewhere.has(name))
      add(['OpenClaw'], { kind: 'env-file', where: file, line, editable: await isOurs(world, file) }, name, value);
  }
  await claudeSettings(world, (place, name, value) => add(['Claude Code'], place, name, value));
  await shellProfiles(world, (place, name, value) => {
    const all = READERS[name] ?? [];
    const hides = name === WRONG_NAME && login !== null ? { over: login } : {};
    if (all.length > 0) found.push({ name, shape: shapeOf(value), readers: [], ...place, ...hides });
  });
  await workspaces(world, context, (place, name, value) => {
    if (CREDENTIALS.includes(name)) found.push({ name, shape: shapeOf(value), readers: [], ...place });
  });
  return known(found, 'the environment, .env, the config, the gateway unit, Claude Code settings and shell profiles');
}

/** The file with Claude Code's own login, where it holds one. On macOS that lies in the Keychain, which is not looked at. */
async function ownLogin(world: World): Promise<string | null> {
  const file = join(claudeConfigDir(world), '.credentials.json');
  const login = judgeLogin(await world.files.readText(file).catch(() => null), world.clock.now());
  return login === 'lasting' || login === 'due' ? file : null;
}

async function isOurs(world: World, file: string): Promise<boolean> {
  return file.startsWith(`${world.home}/`) && (await world.files.writable(file).catch(() => false));
}

/** Of several assignments of a name the last one, which counts. */
async function lastOfEach(world: World, file: string): Promise<ReturnType<typeof readDotEnv>> {
  const source = await world.files.readText(file).catch(() => null);
  return [...new Map(readDotEnv(source ?? '').map((one) => [one.name, one])).values()];
}

type Add = (place: Place, name: string, value: string) => void;

async function configVariables(
  world: World,
  { config, configPath }: Pick<GatewayContext, 'config'> & { readonly configPath: string | null },
  add: (place: Place, name: string, value: unknown) => void,
): Promise<void> {
  const block = object(at(config, 'env'));
  const all = [
    ...Object.entries(object(block.vars)).map(([name, value]) => ({ name, value, path: ['env', 'vars', name] })),
    ...Object.entries(block).map(([name, value]) => ({ name, value, path: ['env', name] })),
  ];
  if (all.length === 0) return;
  const source = configPath === null ? null : await world.files.readText(configPath).catch(() => null);
  for (const { name, value, path } of all) {
    // One of an included file stands nowhere in this one.
    const line = source === null ? undefined : locate(source, path)?.line;
    const place = { kind: 'config', where: configPath ?? 'the config', line, at: path } as const;
    add({ ...place, editable: line !== undefined }, name, value);
  }
}

/** `apiKeyHelper` is a program whose output Claude Code takes for `ANTHROPIC_API_KEY`. */
async function claudeSettings(world: World, add: (place: Place, name: string, value: unknown) => void): Promise<void> {
  const file = join(claudeConfigDir(world), 'settings.json');
  const source = await world.files.readText(file).catch(() => null);
  const parsed = source === null ? null : parse(source);
  if (source === null || !parsed?.ok) return;
  const editable = await isOurs(world, file);
  const place = (path: string[]): Place => {
    return { kind: 'claude-settings', where: file, line: locate(source, path)?.line, at: path, editable };
  };
  const settings = object(parsed.value);
  for (const [name, value] of Object.entries(object(settings.env))) add(place(['env', name]), name, value);
  if (text(settings.apiKeyHelper)) add(place(['apiKeyHelper']), 'ANTHROPIC_API_KEY', 'the output of a program');
}

async function shellProfiles(world: World, add: Add): Promise<void> {
  for (const name of SHELL_PROFILES) {
    const file = join(world.home, name);
    const source = await world.files.readText(file).catch(() => null);
    if (source === null) continue;
    const writable = await isOurs(world, file);
    for (const { name, value, line, alone } of readShellProfile(source, Object.keys(READERS))) {
      add({ kind: 'shell-profile', where: file, line, editable: alone && writable }, name, value);
    }
  }
}

/** `.env` files in the folders that agents work in. */
async function workspaces(world: World, { config, state }: GatewayContext, add: Add): Promise<void> {
  const agents = object(at(config, 'agents'));
  const entries = [agents.defaults, ...array(agents.list), ...Object.values(object(agents.entries))];
  const told = entries.flatMap((entry) => text(object(entry).workspace) ?? []);
  const folders = new Set(told.map((path) => expandHome(path, world.home, world.home)));
  if (state) folders.add(join(state.stateDir, 'workspace'));
  for (const folder of folders) {
    const file = join(folder, '.env');
    // One workspace may be the state directory itself, or HOME: what is read there is told apart.
    if (state && file === join(state.stateDir, '.env')) continue;
    const editable = await isOurs(world, file);
    for (const { name, value, line } of await lastOfEach(world, file)) {
      if (text(value)) add({ kind: 'workspace', where: file, line, editable }, name, value);
    }
  }
}
