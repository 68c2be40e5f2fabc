import { join } from 'node:path';
import type { World } from '../system/world.ts';
import { judgeNode, nodeVersionOf } from './node-runtime.ts';
import { isClawdbot, releaseVariable } from './paths.ts';
import type { GatewayFacts, StateFacts } from './records.ts';
import { at, type Json, number, text } from './shape.ts';

const DEFAULT_PORT = 18789;
/** `--dev` keeps its own directory and port. */
const DEV_PORT = 19001;
const PROBE_MS = 400;

/** A service definition of the gateway on disk. */
export interface GatewayUnit {
  readonly manager: 'systemd-user' | 'systemd-system' | 'launchd';
  /** `openclaw-gateway.service`, or the launchd label. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

export interface GatewayContext {
  readonly config: Json;
  readonly state: StateFacts | null;
  readonly version: string | null;
  /** `engines.node` of the release. */
  readonly wants: string | null;
}

/** Asks the port on loopback and reads the unit; no program is run. */
export async function findGateway(
  world: World,
  context: GatewayContext,
): Promise<{ facts: GatewayFacts; because: string }> {
  const { port, because } = gatewayPort(world, context);
  const custom = text(at(context.config, 'gateway', 'bind')) === 'custom';
  const host = (custom ? text(at(context.config, 'gateway', 'customBindHost')) : null) ?? '127.0.0.1';
  const [running, unit] = await Promise.all([
    world.network?.listening(host, port, PROBE_MS) ?? Promise.resolve(false),
    findUnit(world, context),
  ]);
  const node = unit === null ? undefined : await unitNode(world, unit, context.wants);
  return {
    facts: {
      running,
      port,
      unit: unit?.name ?? null,
      manager: unit?.manager ?? 'none',
      unitFile: unit?.file ?? null,
      ...(node ? { node } : {}),
    },
    because: world.network ? because : `${because}; the port could not be asked`,
  };
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

/** The gateway's unit or launch agent, by the names that releases give it (with the profile, where there is one). */
export async function findUnit(world: World, context: GatewayContext): Promise<GatewayUnit | null> {
  const profile = context.state?.profile ?? null;
  const suffix = profile ? `-${profile}` : '';
  const old = context.version !== null && isClawdbot(context.version);
  const bases = old ? ['clawdbot-gateway', 'openclaw-gateway'] : ['openclaw-gateway', 'clawdbot-gateway'];
  if (world.platform === 'darwin') {
    const dotted = profile ? `.${profile}` : '';
    const labels = [`ai.openclaw.${profile ?? 'gateway'}`, `ai.openclaw.gateway${dotted}`, 'com.clawdbot.gateway'];
    for (const label of labels) {
      const file = join(world.home, 'Library/LaunchAgents', `${label}.plist`);
      const source = await world.files.readText(file).catch(() => null);
      if (source !== null) return { manager: 'launchd', name: label, file, text: source };
    }
    return null;
  }
  if (world.platform !== 'linux') return null;
  const places = [
    { folder: userUnits(world), manager: 'systemd-user' },
    { folder: '/etc/systemd/system', manager: 'systemd-system' },
  ] as const;
  for (const { folder, manager } of places) {
    for (const base of bases) {
      const name = `${base}${suffix}.service`;
      const source = await world.files.readText(join(folder, name)).catch(() => null);
      if (source !== null) return { manager, name, file: join(folder, name), text: source };
    }
  }
  return null;
}

export function userUnits(world: World): string {
  return join(world.env.XDG_CONFIG_HOME || join(world.home, '.config'), 'systemd/user');
}

/** The program and arguments that a unit or launch agent starts. */
export function unitCommand(unit: Pick<GatewayUnit, 'manager' | 'text'>): string[] {
  if (unit.manager === 'launchd') {
    const list = /<key>ProgramArguments<\/key>\s*<array>([\s\S]*?)<\/array>/.exec(unit.text)?.[1] ?? '';
    return [...list.matchAll(/<string>([\s\S]*?)<\/string>/g)].map((match) => unescapeXml(match[1] ?? ''));
  }
  const line = /^ExecStart\s*=\s*[-@:+!]*(.+)$/m.exec(unit.text.replace(/\\\r?\n/g, ' '))?.[1] ?? '';
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    (match) => match[1]?.replace(/\\(.)/g, '$1') ?? match[2] ?? match[3] ?? '',
  );
}

/** `Environment=` (or launchd's EnvironmentVariables) of a unit, with the line each stands in (from 1). */
export function unitEnvironment(
  unit: Pick<GatewayUnit, 'manager' | 'text'>,
): { name: string; value: string; line: number }[] {
  const lineOf = (index: number) => unit.text.slice(0, index).split('\n').length;
  if (unit.manager === 'launchd') {
    const block = /<key>EnvironmentVariables<\/key>\s*<dict>([\s\S]*?)<\/dict>/.exec(unit.text);
    const start = block ? block.index + block[0].indexOf(block[1] ?? '') : 0;
    const pairs = (block?.[1] ?? '').matchAll(/<key>([^<]*)<\/key>\s*<string>([\s\S]*?)<\/string>/g);
    return [...pairs].map((pair) => ({
      name: unescapeXml(pair[1] ?? ''),
      value: unescapeXml(pair[2] ?? ''),
      line: lineOf(start + pair.index),
    }));
  }
  return [...unit.text.matchAll(/^Environment\s*=\s*(.+)$/gm)].flatMap((match) =>
    [...(match[1] ?? '').matchAll(/"([\w]+)=((?:[^"\\]|\\.)*)"|'(\w+)=([^']*)'|(\w+)=(\S*)/g)].map((pair) => ({
      name: pair[1] ?? pair[3] ?? pair[5] ?? '',
      value: pair[2] ?? pair[4] ?? pair[6] ?? '',
      line: lineOf(match.index),
    })),
  );
}

async function unitNode(world: World, unit: GatewayUnit, wants: string | null): Promise<GatewayFacts['node']> {
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
    { timeoutMs: 5_000, ...(signal ? { signal } : {}) },
  );
  const state = ran.stdout.trim();
  return ran.exitCode === 0 && /^[a-z-]+$/.test(state) ? state : null;
}

function unescapeXml(value: string): string {
  return value
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&apos;/g, "'")
    .replace(/&amp;/g, '&');
}
