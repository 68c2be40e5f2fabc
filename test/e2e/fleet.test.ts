import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fleet, hasAnsible, type Played } from '../support/ansible.ts';
import { runPacked, snapshot } from '../support/run-packed.ts';
import { removeTree } from '../support/tree.ts';

// The role of assets/ansible with the real ansible-core, against several machines: sandboxes of the packed program.

const packed = inject('packed');
const [node] = Object.values(inject('nodes')).slice(-1) as [string];
const token = (letter: string) => `sk-ant-oat01-FAKE${letter.repeat(91)}`;

describe.skipIf(!hasAnsible)('many machines by Ansible (skipped where it is not installed)', () => {
  let folder: string;
  let onAll: ReturnType<typeof fleet>;
  const MACHINES = ['first', 'second', 'broken'] as const;
  const home = (machine: string) => join(folder, machine, 'home');
  const config = (machine: string) => join(home(machine), '.openclaw', 'openclaw.json');
  /** What OpenClaw has: databases and its own stamps apart. */
  const state = (machine: string) =>
    Object.fromEntries(Object.entries(snapshot(home(machine))).filter(([path]) => !/sqlite|\/logs|gateway/.test(path)));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clawauth-fleet-'));
    const hosts = Object.fromEntries(MACHINES.map((machine) => [machine, {}]));
    onAll = fleet(folder, hosts, {
      clawauth_setup_command: [node, packed.cli],
      clawauth_setup_secret: '{{ token }}',
      clawauth_setup_flags: ['--sandbox-at', `${folder}/{{ inventory_hostname }}`],
    });
    await Promise.all(
      MACHINES.map((machine) =>
        runPacked(node, packed.cli, ['backups', '--sandbox-at', join(folder, machine)], { home: folder }),
      ),
    );
    writeFileSync(config('broken'), '{ nothing: of, it: [');
  });
  afterAll(() => removeTree(folder));

  const play = async (...args: Parameters<typeof onAll>): Promise<Played> => {
    const played = await onAll(...args);
    expect(played.said).not.toContain('FAKE');
    return played;
  };
  const withToken = (letter: string) => ['-e', `token=${token(letter)}`];

  it('a check shows what would change, writes nothing, and a broken machine fails alone', async () => {
    const before = MACHINES.map(state);
    const { said, counts } = await play('site', '--check', '--diff', ...withToken('A'));
    expect(counts, said).toEqual({ first: [1, 0], second: [1, 0], broken: [0, 1] });
    expect(said).toContain('Store the token in OpenClaw for every agent');
    expect(said).toMatch(/\+ +primary: 'anthropic\//);
    expect(said).toMatch(/openclaw\.json.*(line|parse)/i);
    expect(MACHINES.map(state)).toEqual(before);
  });

  it('is applied, and a second run changes nothing', async () => {
    const applied = await play('site', ...withToken('A'));
    expect(applied.counts, applied.said).toEqual({ first: [1, 0], second: [1, 0], broken: [0, 1] });
    expect(readFileSync(config('second'), 'utf8')).toContain("primary: 'anthropic/");
    const again = await play('site', ...withToken('A'));
    expect(again.counts, again.said).toEqual({ first: [0, 0], second: [0, 0], broken: [0, 1] });
  });

  it('a token that was rotated is a change, and the undo of both runs gives back what was there', async () => {
    const rotated = await play('site', '--limit', 'first,second', ...withToken('B'));
    expect(rotated.counts, rotated.said).toEqual({ first: [1, 0], second: [1, 0] });
    for (let n = 0; n < 2; n += 1) {
      const undone = await play('undo', '--limit', 'first,second');
      expect(undone.counts, undone.said).toEqual({ first: [1, 0], second: [1, 0] });
    }
    const nothing = await play('undo', '--limit', 'first,second');
    expect(nothing.counts, nothing.said).toEqual({ first: [0, 0], second: [0, 0] });
    expect(readFileSync(config('first'), 'utf8')).toContain("primary: 'claude-max-proxy/claude-opus-4', // my bridge");
  });
});
