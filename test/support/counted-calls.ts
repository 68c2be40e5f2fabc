import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Counts each start of the real OpenClaw among the children that get `env`, whoever starts it. */
export interface CountedCalls {
  readonly env: NodeJS.ProcessEnv;
  /** The words of each call since the last time that this was asked, in the order in which they were made. */
  take(): string[];
}

/** Keeps its two files in `folder`. */
export function countedCalls(folder: string): CountedCalls {
  const [preload, log] = [join(folder, 'counted-calls.mjs'), join(folder, 'counted-calls')];
  writeFileSync(
    preload,
    `import { appendFileSync } from 'node:fs';
// 2026.1.24 starts itself again, with other flags of Node: that is the same call.
if (/\\/(openclaw|clawdbot)(\\.mjs)?$/.test(process.argv[1] ?? '') && !process.env.CLAWAUTH_COUNTED) {
  process.env.CLAWAUTH_COUNTED = '1';
  appendFileSync(${JSON.stringify(log)}, process.argv.slice(2).join(' ') + '\\n');
}
`,
  );
  return {
    env: { NODE_OPTIONS: `--import ${preload}` },
    take() {
      const calls = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
      rmSync(log, { force: true });
      return calls;
    },
  };
}
