import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Finished, type PackedOptions, runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

/** The disk itself fails under the packed program. One Node is enough: none of it depends on it. */
const packed = inject('packed');
const node = Object.values(inject('nodes'))[0] as string;
const token = `sk-ant-oat01-FAKE${'Q'.repeat(91)}`;
const APPLY = ['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--no-live-check'];

let folder: string;
let mounted: string | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-disk-'));
});
afterEach(() => {
  if (mounted !== null) execFileSync('umount', [mounted]);
  mounted = null;
  removeTree(folder);
});

const sandbox = () => join(folder, 'sandbox');
const home = () => join(sandbox(), 'home');
const state = () => join(home(), '.openclaw');
const own = () => join(home(), '.local', 'state', 'clawauth-setup');

const run = (
  args: readonly string[],
  options: Partial<PackedOptions> & { readonly by?: string } = {},
): Promise<Finished> =>
  runPacked(options.by ?? node, packed.cli, [...args, '--sandbox-at', sandbox()], {
    home: folder,
    input: `${token}\n`,
    ...options,
  });
const open = () => run(['undo', '--list']);

/** Everything of OpenClaw but its database, which its own commands write. */
const files = () =>
  Object.fromEntries(Object.entries(snapshot(state())).filter(([path]) => !/\.sqlite(-wal|-shm)?$/.test(path)));

/** Puts JavaScript in front of the stand-in for OpenClaw, for when it stores the token. */
function whileStoring(code: string): void {
  const openclaw = join(sandbox(), 'lib', 'node_modules', 'openclaw', 'openclaw.mjs');
  const [first = '', ...rest] = readFileSync(openclaw, 'utf8').split('\n');
  writeFileSync(openclaw, [first, `if (process.argv.includes('paste-token')) { ${code} }`, ...rest].join('\n'));
}

/** A run that stopped in its middle says so, and `recover` brings the state before back. */
async function expectStopped(stopped: Finished, before: ReturnType<typeof files>, fix: () => void): Promise<void> {
  expect(stopped.code, stopped.err).toBe(3);
  expect(stopped.err).toMatch(/✘ ".+" stopped before its end: /);
  expect(stopped.err).toMatch(/: (done|cut off)\n/);
  expect(stopped.err).toMatch(/Next: clawauth-setup recover --sandbox-at /);
  expect(stopped.out + stopped.err).not.toContain('everything was put back');
  expect(stopped.out + stopped.err).not.toContain('FAKEQQQQ');
  fix();
  expect((await run(['recover'])).code).toBe(4);
  const undone = await run(['recover', '--undo']);
  expect(undone.code, undone.err).toBe(0);
  expect(files()).toEqual(before);
  expect(readdirSync(own()).sort()).toEqual(['blobs', 'runs', 'tmp']);
  expect(readdirSync(join(own(), 'tmp'))).toEqual([]);
}

const mayMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

function tryMount(): boolean {
  const at = mkdtempSync(join(tmpdir(), 'clawauth-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at], { stdio: 'ignore' });
    execFileSync('umount', [at]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
}

describe('a disk', () => {
  it.skipIf(!mayMount)('that is full in the middle of an apply, and of an undo', async () => {
    await open();
    mkdirSync(own(), { recursive: true, mode: 0o700 });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'tmpfs', own()]);
    mounted = own();
    const filler = join(own(), 'filler');
    whileStoring(`
      const { openSync, writeSync, existsSync, unlinkSync } = await import('node:fs');
      if (existsSync(${JSON.stringify(join(folder, 'fill'))})) {
        const file = openSync(${JSON.stringify(filler)}, 'w');
        try { for (;;) writeSync(file, Buffer.alloc(4096)); } catch {}
      }
    `);
    const before = files();
    writeFileSync(join(folder, 'fill'), '');
    const stopped = await run(APPLY);
    await expectStopped(stopped, before, () => {
      rmSync(join(folder, 'fill'));
      rmSync(filler);
    });
    expect(stopped.err).toContain('the disk is full');

    const done = await run(APPLY);
    expect(done.code, done.err).toBe(0);
    const applied = files();
    // Full before it begins: nothing is changed, and that is what is said.
    execFileSync('sh', ['-c', `cat /dev/zero > '${filler}' || true`], { stdio: 'ignore' });
    const undone = await run(['undo']);
    expect(undone.code, undone.err).toBe(1);
    expect(undone.err).toContain('df -h');
    expect(files()).toEqual(applied);
    rmSync(filler);
    expect((await run(['undo'])).code).toBe(0);
    expect(files()).toEqual(before);
  });

  it('that takes no more into one file (ulimit -f)', async () => {
    await open();
    const before = files();
    const limited = join(folder, 'limited');
    // Less than the database of OpenClaw, which has to be copied before the first step.
    writeFileSync(limited, `#!/bin/sh\nulimit -f 16\nexec '${node}' "$@"\n`);
    chmodSync(limited, 0o755);
    const failed = await run(APPLY, { by: limited });
    expect(failed.signal).toBeNull();
    expect(failed.code, failed.err).toBe(1);
    expect(failed.err).toContain('larger than this shell allows');
    expect(failed.err).toContain('Next: ulimit -f unlimited');
    expect(files()).toEqual(before);
    expect((await run(['recover'])).code).toBe(0);
    expect(readdirSync(own()).sort()).toEqual(['blobs', 'runs', 'tmp']);
    const done = await run(APPLY);
    expect(done.code, done.err).toBe(0);
  });
});
