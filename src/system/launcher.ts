import { readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { shellQuote } from '../text.ts';

/** What a command of ours begins with, where it is installed. */
const INSTALLED = 'clawauth-setup';

/** What the manifest says that a runner makes for one start of a program. */
interface RunnerManifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  /** By npm (read in 11.19): what its command line named. */
  readonly _npx?: { readonly packages?: readonly string[] };
}

/**
 * How a person starts this program again: `npx clawauth-setup` where a runner fetched it for one start, which leaves nothing
 * on PATH. `script`: the real path of the file that runs. Folders as npm 11.19, pnpm 9 and 10 and bun 1 were seen to make
 * them, and as Yarn 4 names them.
 */
export function launcherOf(
  script: string,
  env: Readonly<Record<string, string | undefined>>,
  manifestIn: (folder: string) => RunnerManifest | null,
): string {
  const [folder = '', inside] = script.split(/\/node_modules\/clawauth-setup\//, 2);
  if (inside === undefined) {
    const byNpm = env.npm_lifecycle_event === 'start' && env.npm_package_name === INSTALLED;
    return byNpm ? 'npm start --' : INSTALLED;
  }
  if (/\/_npx\/[^/]+$/.test(folder)) return byNpx(folder, manifestIn(folder));
  if (/\/pnpm\/dlx\//.test(folder)) return `pnpm dlx ${INSTALLED}`;
  if (/\/dlx-\d+$/.test(folder)) return `yarn dlx ${INSTALLED}`;
  return /\/\.?bunx-\d+/.test(folder) ? `bunx ${INSTALLED}` : INSTALLED;
}

/** A tarball or a folder is named again: npx takes a path for a command of its own. */
function byNpx(folder: string, manifest: RunnerManifest | null): string {
  const [named = INSTALLED] = manifest?._npx?.packages ?? [];
  const from = /^file:(.+)$/.exec(manifest?.dependencies?.[INSTALLED] ?? '')?.[1];
  if (from !== undefined) return `npx --package ${shellQuote(resolve(folder, from))} ${INSTALLED}`;
  return named.startsWith(INSTALLED) ? `npx ${named}` : `npx --package ${shellQuote(named)} ${INSTALLED}`;
}

/** The same of the process that runs. */
export function launcher(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return launcherOf(realpathSync(process.argv[1] ?? ''), env, (folder) => {
      return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as RunnerManifest;
    });
  } catch {
    return INSTALLED;
  }
}
