import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cached, npm } from './program-cache.ts';

const run = promisify(execFile);

/** One release of every storage generation, the last one the newest: what every run tries. */
export const GENERATIONS = ['2026.1.24-3', '2026.4.29', '2026.6.1', '2026.7.1', '2026.9.6'] as const;

/** Releases that single tests name beside them. */
export const OTHER_RELEASES = ['2026.2.17', '2026.3.2', '2026.6.5', '2026.8.2'] as const;

/** Whether every release is tried, and not only those of every run (`npm run test:matrix`). */
export const wholeMatrix = process.env.CLAWAUTH_MATRIX === '1';

/** The releases of one test: `always`, and `more` in a run of the whole matrix. */
export function releases(always: readonly string[], more: readonly string[]): readonly string[] {
  return wholeMatrix ? [...always, ...more] : always;
}

/** The Node line that runs every one of them (`engines.node` of 2026.9.6 is the strictest). */
const NODE_LINE = '24';

/** A real OpenClaw, installed outside the repository and reused. */
export interface InstalledRelease {
  readonly version: string;
  readonly command: 'openclaw' | 'clawdbot';
  /** Absolute path of its executable. */
  readonly bin: string;
  /** What a child needs on PATH: the command, the Node that runs it, and the system's own programs. */
  readonly path: string;
}

/**
 * Installs one release from npm, or finds it in the cache. Works from an empty cache; takes 30 s to a few minutes and
 * 250 to 650 MB the first time.
 */
export async function installRelease(version: string): Promise<InstalledRelease> {
  const command = version.startsWith('2026.1.') ? 'clawdbot' : 'openclaw';
  const node = await installNode();
  const folder = await cached(`openclaw-${version}`, async (into) => {
    await writeManifest(into, version, command);
    await npm(into, ['install', '--ignore-scripts', '--legacy-peer-deps', '--install-links']);
    // From 2026.8.1 the first run finishes the install, in the package's own folder: whoever runs it later may not.
    const env = { PATH: [node, ...systemPath()].join(':'), HOME: join(into, '.home') };
    await run(join(into, 'node_modules', '.bin', command), ['--version'], { env, timeout: 120_000 });
  });
  const binFolder = join(folder, 'node_modules', '.bin');
  return { version, command, bin: join(binFolder, command), path: [binFolder, node, ...systemPath()].join(':') };
}

/** The folder of a `node` of a line (`20`, `24`), the one that the releases run on unless told. */
export async function installNode(line: string = NODE_LINE): Promise<string> {
  const folder = await cached(`node-${line}`, async (into) => {
    await writeFile(join(into, 'package.json'), JSON.stringify({ private: true }));
    // Its install script puts the binary of this platform in place; nothing else in it runs.
    await npm(into, ['install', `node@${line}`]);
  });
  return join(folder, 'node_modules', '.bin');
}

/** The program folders of this machine, without any that a package manager put in front for this run. */
function systemPath(): readonly string[] {
  return ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
}

const TINY = 'npm:is-number@7.0.0';

/**
 * The manifest an installation needs. Old releases need help: their WhatsApp library has a git dependency, and one
 * transitive `linkedom` needs a package that is gone. None of it is reached by the commands under test.
 */
async function writeManifest(into: string, version: string, command: string): Promise<void> {
  const old = /^2026\.[123]\./.test(version);
  const whatsappIsImported = /^2026\.1\.|^2026\.2\.1$/.test(version);
  const overrides: Record<string, string> = old
    ? { linkedom: '0.18.12', 'playwright-core': TINY, 'node-llama-cpp': TINY, '@whiskeysockets/baileys': TINY }
    : {};
  const dependencies: Record<string, string> = { [command]: version };
  if (whatsappIsImported) {
    const libsignal = await writeBaileys(into);
    overrides['@whiskeysockets/baileys'] = 'file:./baileys';
    dependencies.libsignal = libsignal;
  }
  await writeFile(join(into, 'package.json'), JSON.stringify({ private: true, dependencies, overrides }, null, 2));
}

/** A copy of baileys without its git dependency, and a stand-in for that one with the names that baileys imports. */
async function writeBaileys(into: string): Promise<string> {
  const packed = (await npm(into, ['pack', '@whiskeysockets/baileys@7.0.0-rc.9', '--silent'])).trim().split('\n').pop();
  await run('tar', ['-xzf', join(into, packed as string), '-C', into]);
  const folder = join(into, 'baileys');
  await rename(join(into, 'package'), folder);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  delete manifest.dependencies.libsignal;
  delete manifest.scripts;
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));

  const stub = join(into, 'libsignal');
  const names = await importedNames(join(folder, 'lib'), 'libsignal');
  await mkdir(join(stub, 'src'), { recursive: true });
  await writeFile(
    join(stub, 'package.json'),
    JSON.stringify({ name: 'libsignal', version: '0.0.1', main: 'index.js' }),
  );
  for (const [file, imports] of names) {
    const body = [...imports].map((name) => `exports.${name} = function () {};`).join('\n');
    const path = join(stub, file === '' ? 'index.js' : /\.js$/.test(file) ? file : `${file}.js`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${body}\n`);
  }
  return 'file:./libsignal';
}

/** Which names the modules under `folder` import from each file of `packageName`. */
async function importedNames(folder: string, packageName: string): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>([['', new Set()]]);
  const pattern = new RegExp(`import\\s+([^;]*?)\\s+from\\s+['"]${packageName}(?:/([^'"]*))?['"]`, 'g');
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.js')) continue;
    const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
    for (const [, clause = '', file = ''] of text.matchAll(pattern)) {
      const names = found.get(file) ?? new Set<string>();
      for (const name of /\{([^}]*)\}/.exec(clause)?.[1]?.split(',') ?? []) {
        const plain = name.trim().split(/\s+as\s+/)[0];
        if (plain) names.add(plain);
      }
      found.set(file, names);
    }
  }
  return found;
}
