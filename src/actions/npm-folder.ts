import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Action, ActionKind, ApplyContext, RevertContext, RevertOutcome } from '../engine/types.ts';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { Described, parseParams } from './params.ts';
import { justRun, Program } from './program.ts';

export const NPM_FOLDER = 'npm-folder';
const SCHEMA = 1;

/** Packages of npm in a folder of their own, exactly as a lock file says. */
export const NpmFolderParams = z.object({
  ...Described.shape,
  folder: z.string(),
  /** Text of its package.json and package-lock.json. */
  packageJson: z.string(),
  lock: z.string(),
  /** `npm ci`; {@link npmCi} makes one. */
  program: Program,
});
export type NpmFolderParams = z.infer<typeof NpmFolderParams>;

export function npmFolder(id: string, params: NpmFolderParams): Action<NpmFolderParams> {
  return { id, kind: NPM_FOLDER, schema: SCHEMA, params, touches: [{ path: params.folder, as: 'tree' }] };
}

/** Name of npm's cache inside the folder: what it fetched goes with it, and `~/.npm` stays as it is. */
const CACHE = '.npm';

/**
 * `npm ci` for a folder that has a lock file. No script of any package runs; everything npm writes lies in `folder`.
 * `npm` is the program; the Node that it asks for has to be on the PATH of `env`.
 */
export function npmCi(npm: string, folder: string, env: Readonly<Record<string, string>> = {}): Program {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev', '--no-progress', '--loglevel=error'];
  return {
    argv: [npm, 'ci', '--prefix', folder, '--cache', join(folder, CACHE), ...flags],
    env: {
      npm_config_update_notifier: 'false',
      npm_config_logs_max: '0',
      // Without a network npm would wait for more than a minute before it says so.
      npm_config_fetch_retry_mintimeout: '1000',
      npm_config_fetch_retry_maxtimeout: '5000',
      ...env,
    },
    timeoutMs: 10 * 60_000,
  };
}

export const npmFolderKind: ActionKind<NpmFolderParams> = {
  kind: NPM_FOLDER,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(NpmFolderParams, NPM_FOLDER, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply(params, context) {
    if (await isWhole(params, context.world)) return context.note('It is installed already.');
    await install(params, context);
  },

  async revert(params, undo, context) {
    // A step that did not come to its end may have left npm at work.
    if (undo === undefined) await endNpm(params.folder, context);
    const there = (await context.world.files.lstat(params.folder)) !== null;
    const { changedSince } = await context.original.restoreUntouched([params.folder]);
    if (there && changedSince.length === 0) context.dry?.tell(`removes  ${params.folder}`);
    if (changedSince.length === 0) return { state: 'restored', notes: [] };
    const note = `${params.folder} is not the folder that was made there; it was left.`;
    return { state: 'left in place', notes: [note] };
  },

  /** What was in the folder lies in no backup: it is fetched again. */
  async redo(params, _undo, context): Promise<RevertOutcome> {
    if (!(await isWhole(params, context.world))) await install(params, context);
    return { state: 'restored', notes: [] };
  },
};

async function install(
  params: NpmFolderParams,
  context: Pick<ApplyContext, 'world' | 'dry' | 'door' | 'backups' | 'signal'>,
): Promise<void> {
  const { folder, packageJson, lock } = params;
  if (context.dry !== undefined) {
    const packages = packagesOf(lock).size;
    return context.dry.tell(`fetches ${packages} packages from npm into  ${folder}  (no script of theirs runs)`);
  }
  const path = context.backups.of(folder);
  await context.door.makeTree(path, { 'package.json': packageJson, 'package-lock.json': lock });
  const ran = await justRun(watched(params), context);
  // 127: the shell, or npm's own first line, did not find what to run.
  if (ran.exitCode === 127) {
    throw new Problem('npm-missing', 'npm could not be started.', {
      why: ran.stderr.trim().split('\n').at(-1) || 'npm comes with Node.js.',
      next: 'npm --version',
    });
  }
  if (ran.outcome !== 'exited' || ran.exitCode !== 0) {
    throw new Problem('npm-failed', 'npm could not fetch the packages.', {
      why: npmWords(ran.stderr) || `npm ended without a word (${ran.outcome}).`,
      next: 'npm ping',
    });
  }
  if (!(await isWhole(params, context.world))) {
    throw new Problem('npm-incomplete', `npm ended well, but not everything is in ${folder}.`, {
      why: `${params.program.argv[0]} may be a wrapper that installs elsewhere.`,
      next: 'npm --version',
    });
  }
  await context.door.removeTree(path, CACHE);
}

/** What npm complains about: its first lines say it, its last ones tell of a log. */
function npmWords(stderr: string): string {
  const lines = stderr.split('\n').flatMap((line) => /^npm (?:error|ERR!) (.+)/.exec(line)?.[1] ?? []);
  return lines
    .filter((line) => !/log files? (?:was|were) not|complete log of this run/i.test(line))
    .slice(0, 4)
    .join('; ')
    .slice(0, 600);
}

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.optional(z.string()),
      integrity: z.optional(z.string()),
      optional: z.optional(z.boolean()),
      dev: z.optional(z.boolean()),
    }),
  ),
});

/** Path in the folder → what has to lie there. */
function packagesOf(lock: string): Map<string, { readonly integrity: string | undefined }> {
  const { packages } = Lock.parse(JSON.parse(lock));
  const wanted = Object.entries(packages).filter(([path, { optional, dev }]) => path !== '' && !optional && !dev);
  return new Map(wanted.map(([path, { integrity }]) => [path, { integrity }]));
}

/** Everything that the lock asks for is there, by what npm itself wrote down of the folder at the end of its work. */
async function isWhole({ folder, lock }: NpmFolderParams, { files }: World): Promise<boolean> {
  if ((await files.readText(join(folder, 'package-lock.json'))) !== lock) return false;
  const written = await files.readText(join(folder, 'node_modules', '.package-lock.json'));
  if (written === null) return false;
  try {
    const there = packagesOf(written);
    for (const [path, { integrity }] of packagesOf(lock)) {
      if (there.get(path)?.integrity !== integrity) return false;
      if ((await files.stat(join(folder, path, 'package.json'))) === null) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * npm goes by the bare title `npm ci` (11.19), so a shell that waits for it carries the folder: by that a later process
 * knows it again.
 */
function watched({ program, folder }: NpmFolderParams): Program {
  return { ...program, argv: ['/bin/sh', '-c', '"$@"; exit $?', titleOf(folder), ...program.argv] };
}

const titleOf = (folder: string) => `clawauth-setup:${folder}`;

/** ms that a cut off npm gets to come to its end. */
const PATIENCE = 30_000;

/**
 * Ends what an interrupted step of ours left at work in the folder, which would write on while it is removed. Throws
 * `Problem('npm-still-runs')`. Where there is no `ps`, nobody can tell, and it goes on.
 */
async function endNpm(folder: string, { world, signal }: RevertContext): Promise<void> {
  const end = world.clock.monotonic() + PATIENCE;
  const run = (...argv: [string, ...string[]]) => world.processes.run(argv, { timeoutMs: 10_000 });
  // The shell leads a process group of its own: npm, and what npm started, are in it.
  let group: string | undefined;
  for (;;) {
    const { stdout } = await run('ps', '-A', '-ww', '-o', 'pgid=,pid=,args=');
    // One that ended and that nobody waited for writes nothing any more.
    const processes = stdout.split('\n').flatMap((line) => (line.endsWith('<defunct>') ? [] : line.trim()));
    const shell = processes.find((line) => line.includes(` ${titleOf(folder)} `));
    const left = shell ?? processes.find((line) => group !== undefined && line.startsWith(`${group} `));
    if (left === undefined) return;
    const [leader = '', pid = ''] = left.split(/\s+/);
    if (group === undefined && leader === pid) {
      group = leader;
      await run('/bin/kill', '-TERM', '--', `-${leader}`);
    }
    if (world.clock.monotonic() > end) {
      throw new Problem('npm-still-runs', `npm is still at work in ${folder} (process ${pid}).`, {
        next: `kill ${pid}`,
      });
    }
    await world.clock.sleep(100, signal);
  }
}
