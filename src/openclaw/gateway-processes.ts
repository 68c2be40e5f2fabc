import type { World } from '../system/world.ts';
import { type Account, accountOf } from './accounts.ts';

/** A process, told from a later one of the same number by its start. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As the system tells it (clock ticks since boot on Linux, a date on macOS): to compare, not to show. */
  readonly started: string;
}

/** A gateway that runs. */
export interface GatewayProcess extends ProcessIdentity {
  /** Its command line; releases put their name over it (`openclaw-gateway`: run on 2026.1.24 to 2026.9.6). */
  readonly argv: readonly string[];
  /** What it was started with; null when this user may not read it. */
  readonly env: Readonly<Record<string, string>> | null;
  readonly account: Account;
  /** It sees other files than we do. */
  readonly inContainer: boolean;
}

const TITLE = /^(openclaw|clawdbot|moltbot)-gateway\b/;

/** The gateways that run on this machine, as far as `/proc` shows them; none where there is no `/proc`. */
export async function findGatewayProcesses(world: World): Promise<GatewayProcess[]> {
  if (world.platform !== 'linux') return [];
  const pids = ((await world.files.list('/proc').catch(() => null)) ?? []).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => gatewayAt(world, Number(pid)).catch(() => null)));
  return found.filter((one) => one !== null);
}

async function gatewayAt(world: World, pid: number): Promise<GatewayProcess | null> {
  const folder = `/proc/${pid}`;
  const argv = fieldsOf(await world.files.readText(`${folder}/cmdline`));
  if (!isGateway(argv)) return null;
  const [identity, stat, environ, inContainer] = await Promise.all([
    identityOf(world, pid),
    world.files.stat(`${folder}/stat`),
    world.files.readText(`${folder}/environ`).catch(() => null),
    seesOtherFiles(world, pid),
  ]);
  if (identity === null || stat === null) return null;
  const env = environ === null || environ === '' ? null : Object.fromEntries(fieldsOf(environ).map(pairOf));
  return { ...identity, argv, env, account: await accountOf(world, stat.uid), inContainer };
}

/** `openclaw gateway` or `openclaw gateway run`, not `openclaw gateway status`. */
function isGateway(argv: readonly string[]): boolean {
  if (TITLE.test(argv[0] ?? '')) return true;
  const at = argv.indexOf('gateway');
  if (at < 1 || !argv.slice(0, at).some((word) => /openclaw|clawdbot|moltbot/.test(word))) return false;
  const next = argv[at + 1];
  return next === undefined || next === 'run' || next.startsWith('-');
}

const fieldsOf = (text: string | null) => (text ?? '').split('\0').filter((field) => field !== '');
const pairOf = (field: string): [string, string] => {
  const at = field.indexOf('=');
  return at < 0 ? [field, ''] : [field.slice(0, at), field.slice(at + 1)];
};

async function seesOtherFiles(world: World, pid: number): Promise<boolean> {
  const link = (who: number | 'self') => world.files.readlink(`/proc/${who}/ns/mnt`).catch(() => null);
  const groups = (who: number | 'self') => world.files.readText(`/proc/${who}/cgroup`).catch(() => null);
  const [theirs, ours] = await Promise.all([link(pid), link('self')]);
  if (theirs !== null && ours !== null && theirs === ours) return false;
  // A unit may have a view of its own of the same files (PrivateTmp=): only a container's group tells.
  const [group, own] = await Promise.all([groups(pid), groups('self')]);
  return group !== null && group !== own && /docker|libpod|containerd|kubepods|lxc|crio/.test(group);
}

async function identityOf(world: World, pid: number): Promise<ProcessIdentity | null> {
  // `4711 (a name) S …`: the start is the 22nd field, and the name may hold anything.
  const stat = await world.files.readText(`/proc/${pid}/stat`).catch(() => null);
  const started = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return started === undefined ? null : { pid, started };
}

/** Who listens on a TCP port of this machine; null when nobody does, or this user may not know. */
export async function listenerOf(world: World, port: number): Promise<ProcessIdentity | null> {
  if (world.platform === 'darwin') return listenerOnMac(world, port);
  if (world.platform !== 'linux') return null;
  const sockets = await listeningSockets(world, port);
  if (sockets.size === 0) return null;
  for (const pid of (await world.files.list('/proc').catch(() => null)) ?? []) {
    if (!/^\d+$/.test(pid)) continue;
    for (const fd of (await world.files.list(`/proc/${pid}/fd`).catch(() => null)) ?? []) {
      const target = await world.files.readlink(`/proc/${pid}/fd/${fd}`).catch(() => null);
      if (target !== null && sockets.has(target)) return identityOf(world, Number(pid));
    }
  }
  return null;
}

/** `socket:[4711]` of everything that listens there. Rows of `/proc/net/tcp`: address, state `0A`, inode in the 10th field. */
async function listeningSockets(world: World, port: number): Promise<ReadonlySet<string>> {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => world.files.readText(path).catch(() => null)),
  );
  const rows = tables.flatMap((table) => (table ?? '').split('\n').map((row) => row.trim().split(/\s+/)));
  const listening = rows.filter(([, local = '', , state]) => local.endsWith(end) && state === '0A');
  return new Set(listening.map((fields) => `socket:[${fields[9]}]`));
}

async function listenerOnMac(world: World, port: number): Promise<ProcessIdentity | null> {
  const options = { timeoutMs: 5_000 };
  const asked = await world.processes.run(['lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], options);
  const pid = Number(asked.stdout.trim().split('\n')[0]);
  if (!(pid > 0)) return null;
  const told = await world.processes.run(['ps', '-o', 'lstart=', '-p', String(pid)], options);
  const started = told.stdout.trim();
  return started === '' ? null : { pid, started };
}
