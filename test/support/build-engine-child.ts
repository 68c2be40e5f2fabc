import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles engine-child.ts, or another one beside it, for this Node into a new folder; gives the path of the script. */
export async function buildEngineChild(name: 'engine-child' | 'steps-child' = 'engine-child'): Promise<string> {
  const script = join(mkdtempSync(join(tmpdir(), 'clawauth-child-')), `${name}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(`./${name}.ts`, import.meta.url))],
    outfile: script,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return script;
}
