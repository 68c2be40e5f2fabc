// Time to the first word of an answer with the real Claude Code in front of a stand-in for Anthropic's API on loopback.
// Nothing here passes or fails by the clock. Run by `npm run bench`, or alone:
//   node test/bench/normalizer/first-token.mjs
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'clawauth-bench-'));
const program = join(folder, 'first-token.mjs');
try {
  await build({
    entryPoints: [join(here, 'first-token.ts')],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  await import(pathToFileURL(program).href);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
