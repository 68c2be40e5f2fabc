import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles a TypeScript file of this folder for Node, minified as what is shipped. */
export async function bundle(name, outfile) {
  await build({
    entryPoints: [join(dirname(fileURLToPath(import.meta.url)), name)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
  });
}
