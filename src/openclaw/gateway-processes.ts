import { identityOf, listens, type ProcessIdentity } from '../system/listener.ts';
import type { World } from '../system/world.ts';
import { type Account, accountOf } from './accounts.ts';

export interface GatewayProcess extends ProcessIdentity {
  /** Its command line; releases put their name over it (`openclaw-gateway`, or `openclaw` alone). */
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
  if (!isGateway(argv) && !(isTitleOnly(argv) && (await listens(world, pid)))) return null;
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

/** 2026.4.29 and 2026.6.1 call every process of theirs `openclaw`; of those only a gateway listens. */
const isTitleOnly = (argv: readonly string[]) =>
  argv.length === 1 && /^(openclaw|clawdbot|moltbot)$/.test(argv[0] ?? '');

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
