import { at, type Json, number, text } from '../system/json.ts';
import { listenerOf } from '../system/listener.ts';
import type { World } from '../system/world.ts';
import { type Container, runs } from './container.ts';
import { type GatewayUnit, startFile, unitCommand } from './gateway-units.ts';
import { judgeNode, nodeVersionOf } from './node-runtime.ts';
import { releaseVariable } from './paths.ts';
import type { GatewayFacts, StateFacts } from './records.ts';

export const DEFAULT_PORT = 18789;
/** `--dev` keeps its own directory and port. */
const DEV_PORT = 19001;
const PROBE_MS = 400;

export interface GatewayContext {
  readonly config: Json;
  readonly state: StateFacts | null;
  readonly version: string | null;
  /** `engines.node` of the release. */
  readonly wants: string | null;
  /** Its service definition, where there is one. */
  readonly unit: GatewayUnit | null;
}

/** Asks the port on loopback and reads the unit; no program is run. */
export async function findGateway(
  world: World,
  context: GatewayContext,
): Promise<{ facts: GatewayFacts; because: string }> {
  const { unit } = context;
  const container = context.state?.container;
  if (container !== undefined) return inContainer(world, container);
  const { port, because } = gatewayPort(world, context);
  const remote = remoteOf(world, context.config);
  if (remote !== null) {
    // Its own port, should something answer there, is a tunnel to the other machine.
    const facts = { running: false, port, unit: null, manager: 'none', unitFile: null, remote } as const;
    return { facts, because: 'gateway.mode is "remote"' };
  }
  const custom = text(at(context.config, 'gateway', 'bind')) === 'custom';
  const host = (custom ? text(at(context.config, 'gateway', 'customBindHost')) : null) ?? '127.0.0.1';
  const running = (await world.network?.listening(host, port, PROBE_MS)) ?? false;
  const process = running ? await listenerOf(world, port).catch(() => null) : null;
  const node = unit === null ? undefined : await unitNode(world, unit, context.wants);
  const startedBy = unit === null || unit.manager === 'launchd' ? null : startFile(unit);
  return {
    facts: {
      running,
      port,
      unit: unit?.name ?? null,
      manager: unit?.manager ?? 'none',
      unitFile: unit?.file ?? null,
      ...(process ? { process } : {}),
      node,
      ...(startedBy === null ? {} : { startedBy }),
    },
    because: world.network ? because : `${because}; the port could not be asked`,
  };
}

/** The gateway of a container: it runs when that does, and answers where its port is published. */
async function inContainer(world: World, container: Container): Promise<{ facts: GatewayFacts; because: string }> {
  const port = container.port ?? DEFAULT_PORT;
  const answers = container.port === null || ((await world.network?.listening('127.0.0.1', port, PROBE_MS)) ?? true);
  const facts = {
    running: runs(container) && answers,
    port,
    unit: null,
    manager: 'none',
    unitFile: null,
    ...(container.process === undefined ? {} : { process: container.process }),
  } as const;
  return { facts, because: `container ${container.name}, ${container.status}` };
}

/** Where the gateway is, when the configuration makes this machine a client of another one. */
function remoteOf(world: World, config: Json): GatewayFacts['remote'] | null {
  if (text(at(config, 'gateway', 'mode')) !== 'remote') return null;
  return { url: text(at(config, 'gateway', 'remote', 'url')), storeHere: world.told?.storeHere === true };
}

function gatewayPort(world: World, context: GatewayContext): { port: number; because: string } {
  const told = releaseVariable(world, context.version, 'GATEWAY_PORT');
  const fromEnv = told ? Number.parseInt(told.value, 10) : Number.NaN;
  if (told && fromEnv > 0) return { port: fromEnv, because: `${told.name} is set` };
  const configured = number(at(context.config, 'gateway', 'port'));
  if (configured !== null && configured > 0) return { port: configured, because: 'gateway.port of the config' };
  if (context.state?.profile === 'dev') return { port: DEV_PORT, because: 'the default of --dev' };
  return { port: DEFAULT_PORT, because: 'the default port' };
}

/** The Node that a unit starts, where it starts one. */
export async function unitNode(world: World, unit: GatewayUnit, wants: string | null): Promise<GatewayFacts['node']> {
  const program = unitCommand(unit)[0];
  if (!program || !/(^|[/\\])node(\.exe)?$/.test(program)) return undefined;
  if (!(await world.files.executable(program).catch(() => false))) {
    return { path: program, version: null, wants, ok: false };
  }
  return judgeNode(program, await nodeVersionOf(world, program), wants);
}

/** `active`, `failed`, `inactive` … of a systemd unit; null where the manager cannot be asked (no bus, containers). */
export async function askUnitState(world: World, facts: GatewayFacts, signal?: AbortSignal): Promise<string | null> {
  if (facts.unit === null || (facts.manager !== 'systemd-user' && facts.manager !== 'systemd-system')) return null;
  const scope = facts.manager === 'systemd-user' ? ['--user'] : [];
  const ran = await world.processes.run(
    ['systemctl', ...scope, 'show', facts.unit, '--property=ActiveState', '--value'],
    { timeoutMs: 5_000, signal },
  );
  const state = ran.stdout.trim();
  return ran.exitCode === 0 && /^[a-z-]+$/.test(state) ? state : null;
}
