import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Finished, runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

const packed = inject('packed');
/** One Node is enough: nothing of it depends on that. */
const node = Object.values(inject('nodes')).at(-1) as string;
const token = `sk-ant-oat01-FAKE${'A'.repeat(91)}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawauth-doctor-'));
});
afterEach(() => removeTree(folder));

describe('the doctor of the packed program', () => {
  const sandbox = () => join(folder, 'sandbox');
  const doctor = (...args: string[]): Promise<Finished> =>
    runPacked(node, packed.cli, ['doctor', '--sandbox-at', sandbox(), ...args], { home: folder });
  const idsOf = (ran: Finished): string[] => {
    const { findings } = JSON.parse(ran.out) as { findings: { id: string; level: string }[] };
    return findings.filter(({ level }) => level !== 'info').map(({ id }) => id);
  };

  it('finds what is wrong in a broken sandbox, fixes it in one run, and takes it back', async () => {
    const first = await doctor('--broken', '--json');
    expect(first.code).toBe(1);
    expect(idsOf(first)).toEqual(
      expect.arrayContaining(['token.expired', 'sync.refresher', 'model.agent-on-bridge', 'files.readable']),
    );
    const before = snapshot(join(sandbox(), 'home'));
    const file = join(folder, 'token.txt');
    writeFileSync(file, token, { mode: 0o600 });
    const fixed = await doctor('--fix', '--yes', '--json', '--token-file', file);
    const { fix } = JSON.parse(fixed.out) as { fix: { left: string[]; new: string[]; fixed: string[] } };
    expect([fix.left, fix.new]).toEqual([[], []]);
    expect(fix.fixed).toEqual(
      expect.arrayContaining(['token.expired', 'sync.refresher', 'model.agent-on-bridge', 'files.readable']),
    );
    expect(statSync(join(sandbox(), 'home/.openclaw/openclaw.json')).mode & 0o777).toBe(0o600);
    expect(`${fixed.out}${fixed.err}`).not.toContain('FAKEAAAA');
    const undone = await runPacked(node, packed.cli, ['undo', '--yes', '--sandbox-at', sandbox()], { home: folder });
    expect(undone.code).toBe(0);
    const after = snapshot(join(sandbox(), 'home'));
    const files = (all: Record<string, string>) =>
      Object.entries(all).filter(([path]) => !/\.sqlite|\.local|\.cache/.test(path));
    expect(files(after)).toEqual(files(before));
  });
});

describe('a broken sandbox', () => {
  it('is made in no real home', async () => {
    const ran = await runPacked(node, packed.cli, ['doctor', '--broken'], { home: folder });
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('Next: clawauth-setup doctor --sandbox --broken');
  });
});
