// Bundles the program into dist/ and writes the licences of what is bundled. Code splitting keeps React, zod and conf out
// of the commands that do not need them. Everything is bundled: the published package has no dependency but the optional
// pseudo-terminal.
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { quickWidths } from './quick-widths.mjs';

const manifest = JSON.parse(await readFile('package.json', 'utf8'));

/** Ink's client of React's developer tools is for developing, and would double the bundle. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(build) {
    build.onLoad({ filter: /\/ink\/build\/devtools\.js$/ }, () => ({ contents: '' }));
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

/** Conf brings a validator for those who give it a schema. Ours is a handful of preferences, each looked at when it is read. */
const withoutValidator = {
  name: 'without-validator',
  setup(build) {
    build.onResolve({ filter: /^ajv(?:-formats|\/)/ }, ({ path }) => ({ path, namespace: 'without-validator' }));
    build.onLoad({ filter: /./, namespace: 'without-validator' }, () => ({
      contents: 'export class Ajv2020 {}\nexport default {};',
    }));
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

/** Of packages under the MIT licence that come without its text, as their repositories have it. */
const COPYRIGHT = {
  '@xterm/headless': [
    'Copyright (c) 2017-2019, The xterm.js authors (https://github.com/xtermjs/xterm.js)',
    'Copyright (c) 2014-2016, SourceLair Private Company (https://www.sourcelair.com)',
    'Copyright (c) 2012-2013, Christopher Jeffrey (https://github.com/chjj/)',
  ],
  'yoga-layout': ['Copyright (c) Meta Platforms, Inc. and affiliates.'],
};

await rm('dist', { recursive: true, force: true });
const shared = {
  bundle: true,
  platform: 'node',
  minify: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"', CLAWAUTH_VERSION: JSON.stringify(manifest.version) },
};
const bundles = await Promise.all([
  build({
    ...shared,
    entryPoints: { cli: 'src/cli.ts' },
    outdir: 'dist',
    format: 'cjs',
    target: 'node12.20',
    plugins: [entryApart, quickWidths],
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
    external: Object.keys(manifest.optionalDependencies),
    plugins: [withoutDevtools, withoutFetch, withoutValidator, quickWidths],
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
const packages = await packagesOf(bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs)));
await writeFile('THIRD_PARTY_LICENSES.txt', await licences(packages));
if (process.argv.includes('--sbom')) await writeFile('sbom.cdx.json', `${JSON.stringify(sbom(packages), null, 2)}\n`);
if (process.argv.includes('--metafile')) await writeFile('dist/meta.json', JSON.stringify(bundles[1].metafile));

/** The packages that these files are of: their manifests, with their folders. */
async function packagesOf(inputs) {
  const found = new Map();
  for (const input of inputs) {
    if (!input.includes('node_modules/')) continue;
    let folder = dirname(resolve(input));
    while (!(existsSync(join(folder, 'package.json')) && (await named(folder)))) folder = dirname(folder);
    if (!found.has(folder)) found.set(folder, JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  }
  return [...found].map(([folder, one]) => ({ ...one, folder })).sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** One block per bundled package: name, version, licence, and the text that came with it. Throws for one without. */
async function licences(packages) {
  const blocks = [];
  for (const { folder, name, version, license } of packages) {
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? await mitOf(name, license) : await readFile(join(folder, file), 'utf8');
    blocks.push(`${name} ${version} (${license})\n\n${text.trim()}`);
  }
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `clawauth-setup contains these packages.${rule}${blocks.join(rule)}\n`;
}

/** What is bundled, as CycloneDX 1.5 has it. */
function sbom(packages) {
  const component = (type, { name, version, license }) => {
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
    return { type, 'bom-ref': purl, name, version, purl, licenses: [{ license: { id: license } }] };
  };
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: component('application', manifest) },
    components: packages.map((one) => component('library', one)),
  };
}

/** The permission is the same in every MIT licence, ours included. */
async function mitOf(name, license) {
  if (license !== 'MIT' || COPYRIGHT[name] === undefined) throw new Error(`${name} comes without its licence`);
  const own = await readFile('LICENSE', 'utf8');
  return [...COPYRIGHT[name], '', own.slice(own.indexOf('Permission is hereby granted'))].join('\n');
}

/** Packages may hold further package.json files that only set a module type. */
async function named(folder) {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).name !== undefined;
}
