import { describe, expect, it } from 'vitest';
import { findInstalls, findOffPath } from '../../../src/openclaw/install.ts';
import { type MemoryEntry, memoryWorld } from '../../support/memory-world.ts';

const program = (content: string): MemoryEntry => ({ content, mode: 0o755 });
const script = program('#!/usr/bin/env node\nimport("./dist/entry.js");\n');
const manifest = (version: string, name = 'openclaw', node = '>=24.16.0 <25 || >=26.1.0') =>
  JSON.stringify({ name, version, engines: { node } });
const header = (version: string) => {
  const [major, minor, patch] = version.split('.');
  return `#define NODE_MAJOR_VERSION ${major}\n#define NODE_MINOR_VERSION ${minor}\n#define NODE_PATCH_VERSION ${patch}\n`;
};

function find(files: Record<string, MemoryEntry>, path: string, env: Record<string, string> = {}) {
  return findInstalls(memoryWorld({ files, overrides: { env: { HOME: '/home/ana', PATH: path, ...env } } }));
}

describe('installations', () => {
  it('reads npm -g: a link into lib/node_modules, with the Node beside it', async () => {
    const found = await find(
      {
        '/opt/n/bin/openclaw': { link: '../lib/node_modules/openclaw/openclaw.mjs' },
        '/opt/n/lib/node_modules/openclaw/openclaw.mjs': script,
        '/opt/n/lib/node_modules/openclaw/package.json': manifest('2026.9.6'),
        '/opt/n/bin/node': program('\u007fELF\0'),
        '/opt/n/include/node/node_version.h': header('24.21.0'),
      },
      '/opt/n/bin:/usr/bin',
    );
    expect(found).toEqual([
      {
        path: '/opt/n/bin/openclaw',
        realPath: '/opt/n/lib/node_modules/openclaw/openclaw.mjs',
        command: 'openclaw',
        version: '2026.9.6',
        packageRoot: '/opt/n/lib/node_modules/openclaw',
        wins: true,
        via: 'npm -g',
        node: { path: '/opt/n/bin/node', version: '24.21.0', wants: '>=24.16.0 <25 || >=26.1.0', ok: true },
      },
    ]);
  });

  it.each([
    [0, 'sudo /opt/n/bin/node /opt/n/lib/node_modules/openclaw/openclaw.mjs --version'],
    [501, "sudo -u '#501' /opt/n/bin/node /opt/n/lib/node_modules/openclaw/openclaw.mjs --version"],
  ])('has the command that finishes an install of uid %i whose scripts were skipped', async (uid, finishWith) => {
    const root = '/opt/n/lib/node_modules/openclaw';
    const world = memoryWorld({
      files: {
        '/opt/n/bin/openclaw': { link: '../lib/node_modules/openclaw/openclaw.mjs' },
        [`${root}/openclaw.mjs`]: script,
        [`${root}/package.json`]: manifest('2026.9.6'),
        [`${root}/.openclaw-lifecycle-pending`]: 'pending',
        '/opt/n/bin/node': program(''),
      },
      overrides: { env: { PATH: '/opt/n/bin' } },
    });
    const there = await world.files.stat(root);
    const owned = (writable: boolean) => ({
      ...world,
      files: {
        ...world.files,
        stat: async (path: string) => (path === root && there ? { ...there, uid } : world.files.stat(path)),
        writable: async () => writable,
      },
    });
    expect((await findInstalls(owned(false)))[0]?.finishWith).toBe(finishWith);
    expect((await findInstalls(owned(true)))[0]?.finishWith).toBeUndefined();
    world.set(`${root}/.openclaw-lifecycle-pending`, null);
    expect((await findInstalls(owned(false)))[0]?.finishWith).toBeUndefined();
  });

  it('takes the first on PATH, openclaw before clawdbot, and tells a Node that is too old', async () => {
    const nvm = '/home/ana/.nvm/versions/node/v22.12.0';
    const found = await find(
      {
        [`${nvm}/bin/clawdbot`]: { link: '../lib/node_modules/clawdbot/dist/entry.js' },
        [`${nvm}/lib/node_modules/clawdbot/dist/entry.js`]: script,
        [`${nvm}/lib/node_modules/clawdbot/package.json`]: manifest('2026.1.24-3', 'clawdbot', '>=22.12.0'),
        [`${nvm}/bin/node`]: program(''),
        '/usr/bin/openclaw': { link: '/usr/lib/node_modules/openclaw/openclaw.mjs' },
        '/usr/lib/node_modules/openclaw/openclaw.mjs': script,
        '/usr/lib/node_modules/openclaw/package.json': manifest('2026.9.6'),
      },
      `${nvm}/bin:/usr/bin`,
    );
    expect(found.map(({ command, version, wins, node }) => [command, version, wins, node.version, node.ok])).toEqual([
      ['clawdbot', '2026.1.24-3', false, '22.12.0', true],
      ['openclaw', '2026.9.6', true, '22.12.0', false],
    ]);
  });

  it('follows a pnpm shim to the package and the Node it names', async () => {
    const pnpm = '/home/ana/.local/share/pnpm';
    const real = `${pnpm}/global/5/node_modules/openclaw`;
    const found = await find(
      {
        [`${pnpm}/openclaw`]: program(
          [
            '#!/bin/sh',
            'basedir=$(dirname "$(echo "$0" | sed -e \'s,\\\\,/,g\')")',
            'if [ -x "$basedir/node" ]; then',
            '  exec "$basedir/node"  "$basedir/global/5/node_modules/openclaw/openclaw.mjs" "$@"',
            'else',
            '  exec node  "$basedir/global/5/node_modules/openclaw/openclaw.mjs" "$@"',
            'fi',
          ].join('\n'),
        ),
        [`${real}/openclaw.mjs`]: script,
        [`${real}/package.json`]: manifest('2026.7.1', 'openclaw', '>=22.22.3 <23 || >=24.15 <25 || >=25.9'),
        '/usr/bin/node': program(''),
      },
      `${pnpm}:/usr/bin`,
    );
    // memoryWorld's own Node is /usr/bin/node, 22.14.0.
    expect(found[0]).toMatchObject({
      version: '2026.7.1',
      packageRoot: real,
      via: 'pnpm',
      node: { path: '/usr/bin/node', version: '22.14.0', ok: false },
    });
  });

  it('follows an installer wrapper to a source checkout and its own Node', async () => {
    const found = await find(
      {
        '/home/ana/.local/bin/openclaw': program(
          '#!/usr/bin/env bash\nset -euo pipefail\nexec "/opt/node-24.20.0/bin/node" "$HOME/openclaw/dist/entry.js" "$@"\n',
        ),
        '/home/ana/openclaw/dist/entry.js': 'x',
        '/home/ana/openclaw/package.json': manifest('2026.9.6'),
        '/opt/node-24.20.0/bin/node': program(''),
        '/opt/node-24.20.0/include/node/node_version.h': header('24.20.0'),
      },
      '/home/ana/.local/bin',
    );
    expect(found[0]).toMatchObject({
      version: '2026.9.6',
      via: 'wrapper',
      node: { path: '/opt/node-24.20.0/bin/node', version: '24.20.0', ok: true },
    });
  });

  it('looks behind a volta shim, and says so when nothing tells the version', async () => {
    const volta = '/home/ana/.volta';
    const image = `${volta}/tools/image/packages/openclaw/lib/node_modules/openclaw`;
    const files = { [`${volta}/bin/openclaw`]: program('\u007fELF\0binary') };
    const known = await find({ ...files, [`${image}/package.json`]: manifest('2026.6.1') }, `${volta}/bin`);
    expect(known[0]).toMatchObject({ version: '2026.6.1', via: 'volta', packageRoot: image });
    const blind = await find(files, `${volta}/bin`);
    expect(blind[0]).toMatchObject({ version: null, packageRoot: null, wins: true });
  });

  it('ignores files that are not executable, and hints at a folder that is not on PATH', async () => {
    expect(await find({ '/usr/bin/openclaw': 'text' }, '/usr/bin')).toEqual([]);
    const world = memoryWorld({ files: { '/home/ana/.npm-global/bin/openclaw': script } });
    expect(await findOffPath(world)).toBe('/home/ana/.npm-global/bin/openclaw');
  });
});
