import { join } from 'node:path';
import { claudeConfigDir } from '../claude/token.ts';
import { parse } from '../json5/read.ts';
import { DEFAULT_PORT, unitNode } from '../openclaw/gateway.ts';
import { type GatewayOrigin, placesOf, scriptOf, unitOrigins, worldOf } from '../openclaw/gateway-origins.ts';
import type { UnitVariable } from '../openclaw/gateway-units.ts';
import { packageRoot } from '../openclaw/install.ts';
import { findState } from '../openclaw/paths.ts';
import type { GatewayFacts, StateFacts } from '../openclaw/records.ts';
import { runtimeEnv } from '../services/manager.ts';
import { askService } from '../services/state.ts';
import { type Fact, known } from '../system/fact.ts';
import { at, type Json, number } from '../system/json.ts';
import type { World } from '../system/world.ts';
import type { GatewayUnitFacts, GatewayUnits } from './types.ts';

interface Given {
  readonly config: Json;
  readonly state: StateFacts | null;
  readonly version: string | null;
  readonly gateway: GatewayFacts | undefined;
}

const LINGER = '/var/lib/systemd/linger';

/** Every service definition that starts a gateway on the OpenClaw that is meant, or on its port; no program is run. */
export async function findUnits(world: World, given: Given): Promise<Fact<GatewayUnits>> {
  const origins = await unitOrigins(world);
  const units = await Promise.all(origins.map((origin) => unitOf(world, origin, given)));
  const value: GatewayUnits = {
    units: units.filter((unit) => unit !== null),
    linger: await lingerOnDisk(world),
    claudeDir: claudeConfigDir(world),
  };
  return known(value, 'units and launch agents on disk');
}

async function unitOf(world: World, origin: GatewayOrigin, given: Given): Promise<GatewayUnitFacts | null> {
  const { unit, account, variables, inContainer } = origin;
  if (unit === undefined || variables === null || inContainer) return null;
  const release = /clawdbot/.test(origin.argv.join(' ')) ? '2026.1.24' : given.version;
  const found = await findState(worldOf(world, origin), release).catch(() => null);
  const same = found !== null && found.state.realStateDir === given.state?.realStateDir;
  const port = await portOf(world, origin, { given, same, configPath: found?.state.configPath });
  if (found === null || (!same && (port === null || port !== given.gateway?.port))) return null;
  const script = scriptOf(origin);
  const [root, node] = await Promise.all([
    script === null ? null : packageRoot(world, script),
    unitNode(world, unit, null),
  ]);
  const judged = root === null || node === undefined ? node : await unitNode(world, unit, root.engines);
  const claude = variables.find(({ name, value }) => name === 'CLAUDE_CONFIG_DIR' && value !== '');
  const searchPath = variables.find(({ name }) => name === 'PATH')?.value;
  return {
    name: unit.name,
    manager: unit.manager,
    file: unit.file,
    user: account.name,
    enabled: origin.live,
    active: null,
    restarts: null,
    stateDir: found.state.stateDir,
    port,
    ...(judged === undefined ? {} : { node: judged }),
    script,
    version: root?.version ?? null,
    variables: variables.map(({ name }) => name),
    ...(searchPath === undefined ? {} : { searchPath }),
    ...(claude === undefined ? {} : { claudeDir: await claudeDirOf(world, claude) }),
  };
}

async function claudeDirOf(world: World, { value: path, file, line }: UnitVariable) {
  // A Mac keeps the login in its keychain; where the folder cannot be read, nothing is known.
  const login = await world.files.stat(join(path, '.credentials.json')).catch(() => undefined);
  return { path, file, line, empty: login === null && world.platform === 'linux' };
}

/** Where it listens: its own word, else its configuration's; null where that cannot be read. */
async function portOf(
  world: World,
  origin: GatewayOrigin,
  { given, same, configPath }: { given: Given; same: boolean; configPath: string | undefined },
): Promise<number | null> {
  const places = placesOf(origin);
  const told = Number.parseInt(places.OPENCLAW_GATEWAY_PORT ?? places.CLAWDBOT_GATEWAY_PORT ?? '', 10);
  if (told > 0) return told;
  if (same) return given.gateway?.port ?? null;
  const source = configPath === undefined ? null : await world.files.readText(configPath).catch(() => null);
  const parsed = source === null ? null : parse(source);
  return parsed?.ok ? (number(at(parsed.value, 'gateway', 'port')) ?? DEFAULT_PORT) : null;
}

/** systemd keeps an empty file for each user whose services go on; without systemd nothing is known. */
async function lingerOnDisk(world: World): Promise<boolean | null> {
  if (world.platform !== 'linux') return null;
  const has = (path: string) => world.files.stat(path).catch(() => null);
  if ((await has(`${LINGER}/${world.username}`)) !== null) return true;
  return (await has('/run/systemd/system')) === null ? null : false;
}

/** The same with what `systemctl`, `launchctl` and `loginctl` say now. */
export async function askAboutUnits(world: World, facts: GatewayUnits, signal: AbortSignal): Promise<GatewayUnits> {
  const units = await Promise.all(facts.units.map((unit) => askAbout(world, unit, signal)));
  const user = facts.units.some(({ manager }) => manager === 'systemd-user');
  return { ...facts, units, linger: user ? ((await askLinger(world, signal)) ?? facts.linger) : facts.linger };
}

async function askAbout(world: World, unit: GatewayUnitFacts, signal: AbortSignal): Promise<GatewayUnitFacts> {
  const { manager, name } = unit;
  if (manager === 'launchd') {
    const asked = await askService(world, { unit: name }, { manager, uid: world.uid }, { signal });
    if (!asked.known) return unit;
    const { active, restarts } = asked.state;
    return { ...unit, active: active ? 'active' : 'inactive', restarts };
  }
  const env = (await runtimeEnv(world))?.env ?? {};
  const scope = manager === 'systemd-user' ? ['--user'] : [];
  const property = async (key: string) => {
    const argv = ['systemctl', ...scope, 'show', name, `--property=${key}`, '--value'] as const;
    const ran = await world.processes.run(argv, { timeoutMs: 5_000, env, signal });
    return ran.exitCode === 0 ? ran.stdout.trim() : '';
  };
  const [active, restarts] = await Promise.all([property('ActiveState'), property('NRestarts')]);
  return {
    ...unit,
    active: /^[a-z-]+$/.test(active) ? active : null,
    restarts: /^\d+$/.test(restarts) ? Number(restarts) : null,
  };
}

async function askLinger(world: World, signal: AbortSignal): Promise<boolean | null> {
  const argv = ['loginctl', 'show-user', world.username, '--property=Linger'] as const;
  const ran = await world.processes.run(argv, { timeoutMs: 5_000, signal });
  const told = ran.exitCode === 0 ? /^Linger=(yes|no)$/m.exec(ran.stdout)?.[1] : undefined;
  return told === undefined ? null : told === 'yes';
}
