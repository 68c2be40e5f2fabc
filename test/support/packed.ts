import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { removeTree } from './tree.ts';

const run = promisify(execFile);

/** The package as a person gets it: packed, then installed into an empty folder. */
export interface PackedProgram {
  /** Absolute path of the installed `dist/cli.js`. */
  readonly cli: string;
  /** The folder it is installed in. */
  readonly folder: string;
  readonly tarball: string;
  /** Size of the tarball. */
  readonly bytes: number;
}

/** Packs this repository (which builds it) and installs the tarball. Takes some seconds; call once per test run. */
export async function installPacked(): Promise<PackedProgram & { remove(): void }> {
  const root = resolve(import.meta.dirname, '../..');
  const folder = await mkdtemp(join(tmpdir(), 'clawauth-packed-'));
  const home = join(folder, 'home');
  await mkdir(home);
  const env = { ...process.env, HOME: home, npm_config_cache: process.env.npm_config_cache ?? join(folder, 'cache') };
  // Somebody else may be building: pack what is there, after a build of our own.
  await run(process.execPath, ['build.mjs'], { cwd: root });
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root, env, maxBuffer: 16 << 20 });
  const name = (await readdir(folder)).find((entry) => entry.endsWith('.tgz'));
  if (name === undefined) throw new Error('npm pack made no tarball.');
  const tarball = join(folder, name);
  const place = join(folder, 'install');
  await mkdir(place);
  await writeFile(join(place, 'package.json'), '{"private":true}');
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', tarball], { cwd: place, env });
  return {
    cli: join(place, 'node_modules', 'clawauth-setup', 'dist', 'cli.js'),
    folder: place,
    tarball,
    bytes: (await stat(tarball)).size,
    remove: () => removeTree(folder),
  };
}
