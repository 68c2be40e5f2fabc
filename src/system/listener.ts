import type { World } from './world.ts';

/** A process, told from a later one of the same number by its start. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As the system tells it (clock ticks since boot on Linux, a date on macOS): to compare, not to show. */
  readonly started: string;
}

/** null when there is no such process. */
export async function identityOf(world: World, pid: number): Promise<ProcessIdentity | null> {
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
    if ((await openedBy(world, pid)).some((target) => sockets.has(target))) return identityOf(world, Number(pid));
  }
  return null;
}

/** Whether a process listens on any TCP port (Linux). */
export async function listens(world: World, pid: number): Promise<boolean> {
  const sockets = await listeningSockets(world, null);
  return (await openedBy(world, pid)).some((target) => sockets.has(target));
}

/** What a process has open (Linux): paths, `socket:[4711]`; nothing where this user may not know. */
export async function openedBy(world: World, pid: number | string): Promise<string[]> {
  const fds = (await world.files.list(`/proc/${pid}/fd`).catch(() => null)) ?? [];
  const links = await Promise.all(fds.map((fd) => world.files.readlink(`/proc/${pid}/fd/${fd}`).catch(() => null)));
  return links.filter((link) => link !== null);
}

/** `socket:[4711]` of everything that listens there. Rows of `/proc/net/tcp`: address, state `0A`, inode in the 10th field. */
async function listeningSockets(world: World, port: number | null): Promise<ReadonlySet<string>> {
  const end = port === null ? '' : `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
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
