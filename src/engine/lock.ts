import { randomBytes } from 'node:crypto';
import { errnoOf } from '../system/file-problems.ts';
import { sha256 } from '../system/hash.ts';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { minute } from '../text.ts';
import type { Store } from './store.ts';

/**
 * Who holds the lock. `start` is the process' start time as the kernel counts it (ticks since boot on Linux), so that a
 * reused pid is told apart and a jump of the clock changes nothing.
 */
interface Holder {
  readonly pid: number;
  readonly start: string;
  readonly boot: string;
  readonly host: string;
  /** ISO 8601, for people only. */
  readonly since: string;
  readonly nonce: string;
}

/** Exit code of a run that came while another one had the lock. */
const BUSY = 5;

type Life = 'alive' | 'dead' | 'unknown';

/** Nonces of the locks that this process holds: one with our own pid that is not among them was left by a failed release. */
const holding = new Set<string>();

interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the state directory's lock. A lock whose process is dead is taken over; a live one is a `Problem` that says who
 * holds it and since when.
 */
async function takeLock(store: Store): Promise<Lock> {
  const me = await self(store.world);
  holding.add(me.nonce);
  try {
    await take(store, 'lock', me, 0);
  } catch (error) {
    holding.delete(me.nonce);
    throw error;
  }
  return {
    async release() {
      holding.delete(me.nonce);
      const holder = await read(store, 'lock');
      if (holder?.nonce === me.nonce) await store.disk.remove(store.path('lock'));
    },
  };
}

/** Does `work` with the lock held, in a state directory that is there and has nothing half-written in it. */
export async function withLock<T>(store: Store, work: () => Promise<T>): Promise<T> {
  await store.prepare();
  const lock = await takeLock(store);
  try {
    await store.clearTemp();
    await clearClaims(store);
    return await work();
  } finally {
    await lock.release().catch(() => {});
  }
}

/**
 * Removes what a kill left of taking a dead lock over. A claim names the holder that it was about, and that one is gone:
 * whoever still has such a claim sees that and goes back to wait for us.
 */
async function clearClaims(store: Store): Promise<void> {
  const nonce = (await read(store, 'lock'))?.nonce;
  for (const name of (await store.world.files.list(store.root)) ?? []) {
    if (/^lock\./.test(name) && !name.startsWith(`lock.${nonce}`)) await store.disk.remove(store.path(name));
  }
}

/** The live process that holds the lock; null when nobody does. Takes nothing over. */
export async function lockHolder(store: Store): Promise<{ pid: number; since: string } | null> {
  const holder = await read(store, 'lock');
  return holder === null || (await lifeOf(store.world, holder)) === 'dead' ? null : holder;
}

/**
 * `name` comes into being with its content, by link(2), or not at all. Whoever wants to replace a dead holder first takes
 * a lock named after that holder, so that of two takers only one removes it and neither removes a fresh one.
 */
async function take(store: Store, name: string, me: Holder, depth: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await linkMine(store, name, me)) return;
    const holder = await read(store, name);
    if (holder === null) continue;
    const life = await lifeOf(store.world, holder);
    if (life !== 'dead' || depth > 8) throw held(store, holder, life);
    const claim = `${name}.${holder.nonce}`;
    await take(store, claim, me, depth + 1);
    try {
      if ((await read(store, name))?.nonce !== holder.nonce) continue;
      await store.write(store.path(name), `${JSON.stringify(me)}\n`);
      return;
    } finally {
      await store.disk.remove(store.path(claim));
    }
  }
  throw new Problem('lock-held', 'Other runs of clawauth-setup keep taking turns on this home.', { exitCode: BUSY });
}

async function linkMine(store: Store, name: string, me: Holder): Promise<boolean> {
  const temp = store.temp();
  try {
    await store.write(temp, `${JSON.stringify(me)}\n`);
    return await store.disk.linkNew(temp, store.path(name));
  } catch (error) {
    // Whoever got the lock meanwhile empties `tmp/`.
    if (error instanceof Problem && errnoOf(error.more.cause) === 'ENOENT') return false;
    throw error;
  } finally {
    await store.disk.remove(temp).catch(() => {});
  }
}

function held(store: Store, holder: Holder, life: Life): Problem {
  if (life === 'unknown') {
    return new Problem(
      'lock-held',
      `Another clawauth-setup on ${holder.host || 'another machine'} (process ${holder.pid}) has been changing files here since ${minute(holder.since)}.`,
      {
        why: 'Whether it still runs cannot be seen from here. When you know that it does not, remove the lock.',
        next: `rm '${store.path('lock')}'`,
        exitCode: BUSY,
      },
    );
  }
  return new Problem(
    'lock-held',
    `Another clawauth-setup (process ${holder.pid}) has been changing files since ${minute(holder.since)}.`,
    {
      why: 'Two runs at once could overwrite each other. Let it finish, or end it.',
      next: `ps -p ${holder.pid} -f`,
      exitCode: BUSY,
    },
  );
}

async function read(store: Store, name: string): Promise<Holder | null> {
  const text = await store.world.files.readText(store.path(name));
  if (text === null) return null;
  try {
    const holder = JSON.parse(text) as Partial<Holder>;
    if (typeof holder.pid === 'number' && typeof holder.nonce === 'string' && /^[0-9a-f]+$/.test(holder.nonce)) {
      return { start: '', boot: '', host: '', since: '', ...holder } as Holder;
    }
  } catch {}
  // A lock is linked into place complete; one that cannot be read is what a power cut left.
  return { pid: 0, start: '', boot: '', host: '', since: '', nonce: sha256(text).slice(0, 16) };
}

async function lifeOf(world: World, holder: Holder): Promise<Life> {
  if (holder.pid <= 0) return 'dead';
  const me = await self(world);
  if (holder.host !== me.host) return 'unknown';
  if (holder.boot !== me.boot) return sameMachine(holder.boot, me.boot) ? 'unknown' : 'dead';
  if (holder.pid === process.pid && holder.start === me.start) return holding.has(holder.nonce) ? 'alive' : 'dead';
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead';
  }
  const start = await startOf(world, holder.pid);
  if (start === null) return 'dead';
  return start === holder.start ? 'alive' : 'dead';
}

/** Same boot, other process namespace (a container): its pids mean nothing here. */
function sameMachine(a: string, b: string): boolean {
  const boot = a.split(' ')[0];
  return boot !== undefined && boot !== '' && boot === b.split(' ')[0];
}

async function self(world: World): Promise<Holder> {
  return {
    pid: process.pid,
    start: (await startOf(world, process.pid)) ?? '',
    boot: await bootId(world),
    host: world.hostname,
    since: new Date(world.clock.now()).toISOString(),
    nonce: randomBytes(8).toString('hex'),
  };
}

async function bootId(world: World): Promise<string> {
  if (world.platform === 'linux') {
    const boot = await world.files.readText('/proc/sys/kernel/random/boot_id').catch(() => null);
    const namespace = await world.files.readlink('/proc/self/ns/pid').catch(() => null);
    return `${boot?.trim() ?? ''} ${namespace ?? ''}`;
  }
  if (world.platform !== 'darwin') return '';
  const ran = await world.processes.run(['/usr/sbin/sysctl', '-n', 'kern.bootsessionuuid'], { timeoutMs: 5_000 });
  return ran.exitCode === 0 ? ran.stdout.trim() : '';
}

/** The kernel's start time of a process; null when there is no such process (or only its zombie). */
async function startOf(world: World, pid: number): Promise<string | null> {
  if (world.platform === 'linux') {
    const stat = await world.files.readText(`/proc/${pid}/stat`).catch(() => null);
    if (stat === null) return null;
    // The second field is the program's name in brackets and may hold anything, brackets and blanks included.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? '');
  }
  const ran = await world.processes.run(['/bin/ps', '-o', 'lstart=', '-p', String(pid)], {
    timeoutMs: 5_000,
    env: { LC_ALL: 'C' },
  });
  return ran.exitCode === 0 ? ran.stdout.trim() : null;
}
