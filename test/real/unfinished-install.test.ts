import { execFile } from 'node:child_process';
import { chmodSync, lchownSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { installNode, installRelease } from '../support/releases.ts';
import { removeTree } from '../support/tree.ts';

// A machine whose root installed OpenClaw with a package manager that skips install scripts, used by somebody else.

const run = promisify(execFile);
const VERSION = '2026.9.6';
const USER = 4321;

describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  `OpenClaw ${VERSION} without its install scripts, run by another user (skipped without root)`,
  () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'clawauth-unfinished-')));
    const home = join(root, 'home');
    const packed = inject('packed');
    let status: () => Promise<{ health: { remarks: { code: string; says: string; next?: string }[] } }>;

    beforeAll(async () => {
      for (let folder = dirname(packed.cli); folder !== tmpdir(); folder = dirname(folder)) chmodSync(folder, 0o755);
      chmodSync(root, 0o755);
      mkdirSync(home);
      lchownSync(home, USER, USER);
      // Copies by links, where the other user can reach them.
      const modules = dirname(dirname((await installRelease(VERSION)).bin));
      await run('cp', ['-al', modules, join(root, 'node_modules')]);
      await run('cp', ['-aL', join(await installNode(), 'node'), join(root, 'node')]);
      writeFileSync(join(root, 'node_modules', 'openclaw', '.openclaw-lifecycle-pending'), 'pending\n');
      const path = [join(root, 'node_modules', '.bin'), root, '/usr/bin', '/bin'].join(':');
      const as = ['--reuid', String(USER), '--regid', String(USER), '--clear-groups', 'env', '-i'];
      const words = [`HOME=${home}`, `PATH=${path}`, join(root, 'node'), packed.cli, 'status', '--json'];
      status = async () =>
        JSON.parse((await run('setpriv', [...as, '-C', home, ...words]).catch((failed) => failed)).stdout);
    });
    afterAll(() => {
      removeTree(root);
    });

    it('is told with the command that ends it, and is ended by that', async () => {
      const { remarks } = (await status()).health;
      const told = remarks.find(({ code }) => code === 'install-unfinished');
      expect(told?.says).toContain('its install scripts were skipped');
      expect(remarks.map(({ code }) => code)).not.toContain('openclaw-fails');
      expect(told?.next).toBe(
        `sudo ${join(root, 'node')} ${join(root, 'node_modules/openclaw/openclaw.mjs')} --version`,
      );
      const [, ...command] = told?.next?.split(' ') ?? [];
      expect((await run(command[0] as string, command.slice(1))).stdout).toContain(VERSION);
      const after = (await status()).health.remarks.map(({ code }) => code);
      expect(after).not.toContain('install-unfinished');
      expect(after).not.toContain('openclaw-fails');
    });
  },
);
