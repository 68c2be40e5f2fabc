import { basename, isAbsolute, join } from 'node:path';
import type { World } from '../system/world.ts';
import { type Account, homeWasChosen } from './accounts.ts';
import { findGatewayProcesses, type GatewayProcess } from './gateway-processes.ts';
import { findGatewayUnits, type GatewayUnit, isEnabled, type UnitVariable, unitSettings } from './gateway-units.ts';

/** One gateway of this machine: a service definition, or a process that runs. */
export interface GatewayOrigin {
  /** `openclaw-gateway.service`, or `process 4711`. */
  readonly name: string;
  readonly account: Account;
  /** Everything that it is started with; null when that cannot be read. May hold secrets: never a fact. */
  readonly variables: readonly UnitVariable[] | null;
  readonly argv: readonly string[];
  /** It runs, or starts by itself. */
  readonly live: boolean;
  /** It runs in a container: its files are not ours. */
  readonly inContainer: boolean;
  readonly unit?: GatewayUnit;
  readonly process?: GatewayProcess;
}

/** Variables that decide which installation OpenClaw works on, and where its gateway listens. */
const PLACES = ['STATE_DIR', 'CONFIG_PATH', 'HOME', 'PROFILE', 'GATEWAY_PORT', 'AGENT_DIR'];
const PREFIXES = ['OPENCLAW', 'CLAWDBOT'];
export const PLACE_VARIABLES: readonly string[] = PREFIXES.flatMap((prefix) =>
  PLACES.map((name) => `${prefix}_${name}`),
);

/**
 * Every gateway that this machine knows. In another home than the user's own only what belongs to that home counts: a
 * process that works in it, a unit whose settings lead there.
 */
export async function findOrigins(world: World): Promise<GatewayOrigin[]> {
  return originsWith(world, findGatewayProcesses);
}

/** The service definitions among {@link findOrigins}. */
export async function unitOrigins(world: World): Promise<GatewayOrigin[]> {
  return originsWith(world, async () => []);
}

async function originsWith(world: World, findProcesses: typeof findGatewayProcesses): Promise<GatewayOrigin[]> {
  if (world.sandbox !== undefined) return [];
  const [units, processes, chosen] = await Promise.all([
    findGatewayUnits(world),
    findProcesses(world),
    homeWasChosen(world),
  ]);
  const origins = [...(await Promise.all(units.map((unit) => ofUnit(world, unit)))), ...processes.map(ofProcess)];
  return chosen ? origins.filter((origin) => belongsTo(world.home, origin)) : origins;
}

async function ofUnit(world: World, unit: GatewayUnit): Promise<GatewayOrigin> {
  const [{ argv, variables, account }, live] = await Promise.all([unitSettings(world, unit), isEnabled(world, unit)]);
  const inContainer = /^(docker|podman|nerdctl)$/.test(basename(argv[0] ?? ''));
  return { name: unit.name, account, variables, argv, live, inContainer, unit };
}

function ofProcess(process: GatewayProcess): GatewayOrigin {
  const { pid, env, argv, account, inContainer } = process;
  const file = `/proc/${pid}/environ`;
  const variables = env === null ? null : Object.entries(env).map(([name, value]) => ({ name, value, file, line: 1 }));
  return { name: `process ${pid}`, account, variables, argv, live: true, inContainer, process };
}

function belongsTo(home: string, origin: GatewayOrigin): boolean {
  if (origin.unit !== undefined && origin.unit.manager !== 'systemd-system' && origin.unit.file.startsWith(`${home}/`))
    return true;
  const own = origin.variables?.find(({ name }) => name === 'HOME')?.value ?? origin.account.home;
  return origin.process === undefined ? origin.account.home === home : own === home;
}

/** What of an origin decides where it works, by name: its variables, and what its command line says over them. */
export function placesOf({ variables, argv, unit }: GatewayOrigin): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, value } of variables ?? [])
    if (PLACE_VARIABLES.includes(name) && value !== '') found[name] = value;
  const port = flagOf(argv, 'port');
  if (port !== null) found.OPENCLAW_GATEWAY_PORT = port;
  const named = /^(?:openclaw|clawdbot|moltbot)-gateway-(.+)\.service$/.exec(unit?.name ?? '')?.[1];
  const profile = flagOf(argv, 'profile') ?? (argv.includes('--dev') ? 'dev' : null) ?? named ?? null;
  if (profile !== null && !PREFIXES.some((prefix) => `${prefix}_STATE_DIR` in found)) found.OPENCLAW_PROFILE = profile;
  return found;
}

/** The home of an origin: its `HOME`, else its user's. */
export function homeOf(origin: GatewayOrigin): string | null {
  return origin.variables?.find(({ name }) => name === 'HOME')?.value || origin.account.home;
}

/** The script that a gateway's command line starts, absolute; null where a title stands in its place. */
export function scriptOf({ argv }: GatewayOrigin): string | null {
  const upTo = argv.indexOf('gateway');
  const before = (upTo < 0 ? argv : argv.slice(0, upTo)).filter((word) => isAbsolute(word) && !/\/node$/.test(word));
  return before.find((word) => /\.[mc]?js$/.test(word) || /\/(openclaw|clawdbot)$/.test(word)) ?? null;
}

function flagOf(argv: readonly string[], name: string): string | null {
  const at = argv.indexOf(`--${name}`);
  if (at >= 0) return argv[at + 1] ?? null;
  return argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? null;
}

/** The world as this gateway sees it, for looking where it works. */
export function worldOf(world: World, origin: GatewayOrigin): World {
  const env: Record<string, string | undefined> = { ...world.env };
  for (const name of PLACE_VARIABLES) delete env[name];
  const places = placesOf(origin);
  const home = homeOf(origin) ?? world.home;
  const profile = places.OPENCLAW_PROFILE;
  if (profile !== undefined && profile !== 'default' && places.OPENCLAW_STATE_DIR === undefined) {
    // `--profile work` tells itself where its state is (see `profileOf` in paths.ts).
    places.OPENCLAW_STATE_DIR = join(home, `.openclaw-${profile}`);
  }
  return { ...world, home, cwd: home, env: { ...env, ...places, HOME: home } };
}
