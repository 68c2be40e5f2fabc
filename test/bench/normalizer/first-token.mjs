// Time to the first word of an answer with the real Claude Code in front of a stand-in for Anthropic's API on loopback.
// Nothing here passes or fails by the clock. Run by `npm run bench`, or alone:
//   node test/bench/normalizer/first-token.mjs
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

const folder = mkdtempSync(join(tmpdir(), 'clawauth-bench-'));
const program = join(folder, 'first-token.mjs');
try {
  await bundle('first-token.ts', program);
  await import(pathToFileURL(program).href);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
