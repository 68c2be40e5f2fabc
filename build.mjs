// Bundles the program into dist/ and writes the licences of what is bundled. Code splitting keeps React, zod and conf out
// of the commands that do not need them. Everything is bundled: the published package has no dependency but the optional
// pseudo-terminal.
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const manifest = JSON.parse(await readFile('package.json', 'utf8'));

/** Ink asks for React's developer tools by name; they are for developing and would double the bundle. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(build) {
    build.onResolve({ filter: /^react-devtools-core$/ }, (found) => ({ path: found.path, namespace: 'stub' }));
    build.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'export default {};' }));
  },
};

/** Yoga carries its WebAssembly in its own text; asking fetch() to decode that would first load Node's HTTP client. */
const withoutFetch = {
  name: 'without-fetch',
  setup(build) {
    build.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replaceAll('"function"!=typeof fetch', 'true');
      if (contents === text) throw new Error(`${path} no longer asks for fetch: this plugin can go`);
      return { contents };
    });
  },
};

/**
 * The entry stays apart from the rest: it must parse on a Node that cannot read the other files. It is CommonJS, so that
 * `--help` never starts the loader of ES modules.
 */
const entryApart = {
  name: 'entry-apart',
  setup(build) {
    build.onResolve({ filter: /\/commands\/main\.ts$/ }, () => ({ path: './main.mjs', external: true }));
    build.onResolve({ filter: /\/components\/mount\.tsx$/ }, () => ({ path: './mount.mjs', external: true }));
  },
};

await rm('dist', { recursive: true, force: true });
const shared = {
  bundle: true,
  platform: 'node',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"', CLAWAUTH_VERSION: JSON.stringify(manifest.version) },
};
const [, main] = await Promise.all([
  build({
    ...shared,
    entryPoints: { cli: 'src/cli.ts' },
    outdir: 'dist',
    format: 'cjs',
    target: 'node12.20',
    plugins: [entryApart],
  }),
  build({
    ...shared,
    entryPoints: { main: 'src/commands/main.ts', mount: 'components/mount.tsx' },
    outdir: 'dist',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    splitting: true,
    target: 'node20.12',
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
    external: Object.keys(manifest.optionalDependencies),
    plugins: [withoutDevtools, withoutFetch],
    // Some bundled CommonJS packages ask for Node's own modules by require().
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  }),
  // What services run: files that can be copied out of the package, with nothing of the wizard in them.
  build({
    ...shared,
    entryPoints: { normalizer: 'src/normalizer/entry.ts', 'claude-sync': 'src/claude-sync/entry.ts' },
    outdir: 'dist',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    target: 'node20.12',
  }),
]);
await chmod('dist/cli.js', 0o755);
await writeFile('dist/package.json', '{ "type": "commonjs" }\n');
await writeFile('THIRD_PARTY_LICENSES.txt', await licences(Object.keys(main.metafile.inputs)));
if (process.argv.includes('--metafile')) await writeFile('dist/meta.json', JSON.stringify(main.metafile));

/** One block per bundled package: name, version, licence, and the text that came with it. */
async function licences(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    if (!input.includes('node_modules/')) continue;
    let folder = dirname(resolve(input));
    while (!(existsSync(join(folder, 'package.json')) && (await named(folder)))) folder = dirname(folder);
    folders.add(folder);
  }
  const blocks = [];
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? `Licence: ${license}` : (await readFile(join(folder, file), 'utf8')).trim();
    blocks.push(`${name} ${version} (${license})\n\n${text}`);
  }
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `clawauth-setup contains these packages.${rule}${blocks.join(rule)}\n`;
}

/** Packages may hold further package.json files that only set a module type. */
async function named(folder) {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).name !== undefined;
}
