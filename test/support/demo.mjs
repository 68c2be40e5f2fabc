// Bundles and runs demo.tsx, for looking at the screens by hand.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Ink asks for React's developer tools by name; nothing here uses them. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(bundler) {
    bundler.onResolve({ filter: /^react-devtools-core$/ }, (found) => ({ path: found.path, namespace: 'stub' }));
    bundler.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'export default {};' }));
  },
};

const folder = await mkdtemp(path.join(tmpdir(), 'clawauth-demo-'));
await build({
  entryPoints: [fileURLToPath(new URL('./demo.tsx', import.meta.url))],
  outfile: path.join(folder, 'demo.mjs'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [withoutDevtools],
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});
const run = spawnSync(process.execPath, [path.join(folder, 'demo.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
await rm(folder, { recursive: true, force: true });
process.exitCode = run.status ?? 1;
