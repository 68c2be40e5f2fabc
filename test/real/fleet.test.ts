import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fleet, hasAnsible } from '../support/ansible.ts';
import { type BridgeHome, makeBridgeHome } from '../support/bridge-home.ts';
import { MANY_PROGRAMS } from '../support/processes.ts';
import { installRelease, releases } from '../support/releases.ts';
import { snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

// The role of assets/ansible with the real ansible-core, against homes of real releases. What the role itself does, a
// test with sandboxes shows in every run; this one is for the whole matrix.

const RELEASES = releases([], ['2026.2.17', '2026.6.1', '2026.9.6']);
const TOKEN = (letter: string) => `sk-ant-oat01-FAKE${letter.repeat(91)}`;
const packed = inject('packed');

describe.skipIf(!hasAnsible || RELEASES.length === 0)('real releases by Ansible', MANY_PROGRAMS, () => {
  let folder: string;
  let play: ReturnType<typeof fleet>;
  const machines = new Map<string, BridgeHome>();
  const before = new Map<string, Readonly<Record<string, string>>>();
  const each = <T>(value: T) => Object.fromEntries([...machines.keys()].map((name) => [name, value]));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clawauth-fleet-'));
    for (const version of RELEASES) {
      const at = await makeBridgeHome(await installRelease(version));
      const name = `release_${version.replaceAll('.', '_')}`;
      machines.set(name, at);
      before.set(name, snapshot(at.stateDir));
    }
    const hosts = Object.fromEntries(
      [...machines].map(([name, { env }]) => [name, { clawauth_setup_environment: env }]),
    );
    play = fleet(folder, hosts, { clawauth_setup_command: [process.execPath, packed.cli] });
  });
  afterAll(() => {
    for (const { home } of machines.values()) removeTree(home);
    removeTree(folder);
  });

  const token = (letter: string) => ['-e', `clawauth_setup_secret=${TOKEN(letter)}`];
  const hash = (letter: string) => {
    const hex = createHash('sha256').update(TOKEN(letter)).digest('hex');
    return ['--check', '-e', `clawauth_setup_secret_sha256=${hex}`];
  };
  const changed = () => [...machines].flatMap(([name, at]) => at.changedSince(before.get(name) ?? {}));

  it('a check with the hash alone shows the change, and writes nothing', async () => {
    const { said, counts } = await play('site', ...hash('A'));
    expect(counts, said).toEqual(each([1, 0]));
    expect(changed()).toEqual([]);
  });

  it('every release uses the token afterwards, a second run and a check with its hash change nothing', async () => {
    const applied = await play('site', ...token('A'));
    expect(applied.counts, applied.said).toEqual(each([1, 0]));
    expect(applied.said).not.toContain('FAKE');
    for (const at of machines.values()) {
      const told = await at.status();
      expect(told.auth.missingProvidersInUse).toEqual([]);
      expect(told.resolvedDefault).toMatch(/^anthropic\/claude-/);
    }
    for (const flags of [token('A'), hash('A')]) {
      const again = await play('site', ...flags);
      expect(again.counts, again.said).toEqual(each([0, 0]));
    }
  });

  it('a rotated token is a change, in a check with its hash too; an undo of both gives back what was there', async () => {
    for (const flags of [hash('B'), token('B')]) {
      const rotated = await play('site', ...flags);
      expect(rotated.counts, rotated.said).toEqual(each([1, 0]));
    }
    for (let n = 0; n < 2; n += 1) {
      const undone = await play('undo');
      expect(undone.counts, undone.said).toEqual(each([1, 0]));
    }
    expect(changed()).toEqual([]);
  });
});
