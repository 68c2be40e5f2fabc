import { describe, expect, it } from 'vitest';
import { actionKinds, restartGateway } from '../../../src/actions/index.ts';
import type { ApplyContext, RevertContext } from '../../../src/engine/types.ts';
import type { Ran } from '../../../src/system/world.ts';
import { type MemoryEntry, type MemoryWorld, memoryWorld } from '../../support/memory-world.ts';

const PORT = 18789;
const INODE = 4242;

/** What `/proc` shows of a process that listens on the port. */
function listening(pid: number, started: number): Record<string, MemoryEntry> {
  const row = `   0: 0100007F:${PORT.toString(16).toUpperCase()} 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 ${INODE} 1`;
  return {
    '/proc/net/tcp': `  sl  local_address rem_address   st\n${row}\n`,
    [`/proc/${pid}/fd/19`]: { link: `socket:[${INODE}]` },
    [`/proc/${pid}/stat`]: `${pid} (openclaw-gatewa) S 1 ${'0 '.repeat(17)}${started} 0`,
  };
}

/** A machine on which `gateway restart` answers as given and does `then`. */
function machine(answer: Partial<Ran>, then: (world: MemoryWorld) => void = () => {}, files = listening(4711, 100)) {
  const world: MemoryWorld = memoryWorld({
    files,
    commands: {
      'openclaw gateway restart': () => {
        then(world);
        return answer;
      },
    },
  });
  return world;
}

const DISABLED = { stdout: 'Gateway service disabled.\nStart with: openclaw gateway install\n' };
const step = (on: 'apply' | 'revert') =>
  restartGateway('gateway-restart', {
    forward: { headline: 'Restart the gateway' },
    backward: { headline: 'Leave it' },
    on,
    program: { argv: ['/usr/bin/openclaw', 'gateway', 'restart'], timeoutMs: 1000 },
    port: PORT,
    otherwise: 'Start it again.',
  });
const kind = actionKinds.get('restart-gateway');

/** What is left for the person, by an apply; empty where the restart is believed. */
async function leftBy(world: MemoryWorld): Promise<string[]> {
  const left: string[] = [];
  const { signal } = new AbortController();
  const context = { world, signal, note: () => {}, byHand: (text: string) => void left.push(text) };
  await kind?.apply(step('apply').params, context as unknown as ApplyContext);
  return left;
}

function replace(world: MemoryWorld, pid: number, started: number): void {
  for (const path of ['/proc/4711/fd/19', '/proc/4711/stat']) world.set(path, null);
  for (const [path, entry] of Object.entries(listening(pid, started))) world.set(path, entry);
}

describe('a restart of the gateway', () => {
  it('is believed when another process listens, or the same number with another start', async () => {
    expect(await leftBy(machine({}, (world) => replace(world, 4712, 200)))).toEqual([]);
    expect(await leftBy(machine({}, (world) => replace(world, 4711, 200)))).toEqual([]);
  });

  it('is not believed by an exit code of 0: nohup, tmux, pm2', async () => {
    expect(await leftBy(machine(DISABLED))).toEqual([
      `Nothing restarted: process 4711 still answers on port ${PORT}. Start it again.`,
    ]);
  });

  it('is no failure where no service manager can be asked: 2026.2.17 ends with 1', async () => {
    expect(await leftBy(machine({ exitCode: 1, stderr: 'systemctl --user unavailable' }))).toEqual([
      expect.stringContaining('Nothing restarted'),
    ]);
  });

  it('is not believed where the process cannot be seen: a port that Docker forwards', async () => {
    const { '/proc/4711/fd/19': _, ...files } = listening(4711, 100);
    expect(await leftBy(machine({}, () => {}, files))).toEqual([expect.stringContaining('is not known')]);
  });

  it('is not believed where nothing answers afterwards', async () => {
    const gone = (world: MemoryWorld) => world.set('/proc/net/tcp', null);
    expect(await leftBy(machine({}, gone))).toEqual([expect.stringContaining('does not answer')]);
  });

  it('is told as something to do by hand after an undo as well', async () => {
    const { signal } = new AbortController();
    const revert = async (world: MemoryWorld, on: 'apply' | 'revert') =>
      kind?.revert(step(on).params, {}, { world, signal } as unknown as RevertContext);
    expect(await revert(machine(DISABLED), 'revert')).toMatchObject({ state: 'kept', byHand: true });
    expect(
      await revert(
        machine({}, (world) => replace(world, 4712, 1)),
        'revert',
      ),
    ).toMatchObject({ state: 'restored' });
    const idle = machine(DISABLED);
    expect(await revert(idle, 'apply')).toMatchObject({ state: 'restored' });
    expect(idle.ran).toEqual([]);
  });
});
