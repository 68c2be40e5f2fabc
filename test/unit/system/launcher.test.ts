import { describe, expect, it } from 'vitest';
import { launcherOf } from '../../../src/system/launcher.ts';

const INSIDE = '/node_modules/clawauth-setup/dist/cli.js';
const of = (folder: string, manifest: object | null = null) => launcherOf(folder + INSIDE, {}, () => manifest);
const npx = (named: string, from: string) =>
  of('/home/ada/.npm/_npx/e6dde9911163e020', {
    dependencies: { 'clawauth-setup': from },
    _npx: { packages: [named] },
  });

describe('what starts this program again', () => {
  it.each([
    ['clawauth-setup', '^1.0.0', 'npx clawauth-setup'],
    ['clawauth-setup@latest', '^1.0.0', 'npx clawauth-setup@latest'],
    ['clawauth-setup@1.0.0', '1.0.0', 'npx clawauth-setup@1.0.0'],
    [
      './clawauth-setup-1.0.0.tgz',
      'file:../../../clawauth-setup-1.0.0.tgz',
      'npx --package /home/ada/clawauth-setup-1.0.0.tgz clawauth-setup',
    ],
    ['github:ada/setup', 'github:ada/setup', 'npx --package github:ada/setup clawauth-setup'],
  ])('npm was told %s', (named, from, launcher) => {
    expect(npx(named, from)).toBe(launcher);
  });

  it.each([
    ['/home/ada/.npm/_npx/e6dde9911163e020', 'npx clawauth-setup'],
    ['/home/ada/.cache/pnpm/dlx/ytzq4qbn6ma54j75vyz2up2mli/1a228fbc229-12e0', 'pnpm dlx clawauth-setup'],
    ['/tmp/bunx-1000-clawauth-setup@latest', 'bunx clawauth-setup'],
    ['/home/ada/.bun/install/cache/.bunx-0/@/tmp/clawauth-setup-1.0.0.tgz', 'bunx clawauth-setup'],
    ['/tmp/xfs-5a1b2c3d/dlx-4711', 'yarn dlx clawauth-setup'],
    ['/usr/lib', 'clawauth-setup'],
    ['/home/ada/project', 'clawauth-setup'],
  ])('it lies in %s', (folder, launcher) => {
    expect(of(folder)).toBe(launcher);
  });

  it('is npm start in a checkout, and the name alone for whoever runs the file', () => {
    const script = '/home/ada/src/clawauth-setup/dist/cli.js';
    const started = { npm_lifecycle_event: 'start', npm_package_name: 'clawauth-setup' };
    expect(launcherOf(script, started, () => null)).toBe('npm start --');
    expect(launcherOf(script, {}, () => null)).toBe('clawauth-setup');
  });
});
