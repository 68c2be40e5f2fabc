import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../system/problem.ts';
import { realWorld } from '../system/real-world.ts';
import type { World } from '../system/world.ts';
import { startGateway } from './gateway.ts';
import { fillHome, SANDBOX_RELEASE } from './home.ts';

/** A throw-away home with stand-ins for `openclaw`, `claude` and `crontab`; everything else is the real program. */
export interface Sandbox {
  /** Everything below it was made by us and nothing outside it is touched. */
  readonly root: string;
  readonly world: World;
  /** Said before anything else. */
  readonly opening: string;
  /** Said at the end: what there is and how to remove it. */
  readonly closing: string;
  /** One line for a screen that shows at all times where it is. */
  readonly badge: string;
  /** Stops the stand-in gateway. The folder stays, so that it can be looked at. */
  close(): Promise<void>;
}

/** ChangedKeys a folder as ours: another folder is never filled or used. */
const MARK = '.clawauth-sandbox.json';

/** What a terminal program may know of the outer environment; credentials and directories stay outside. */
const KEPT =
  /^(TERM|COLORTERM|TERM_PROGRAM(_VERSION)?|NO_COLOR|FORCE_COLOR|LANG|LANGUAGE|LC_\w+|CI|TZ|COLUMNS|LINES|SSH_(CONNECTION|CLIENT|TTY)|TMUX|STY|INK_SCREEN_READER)$/;

/**
 * Opens a sandbox: a new one in the temporary folder, or with `at` the one in that folder, made there when the folder
 * is absent or empty.
 */
export async function openSandbox(
  options: {
    readonly at?: string;
    /** A new one is made so that Claude does not answer in it. */
    readonly broken?: boolean;
    readonly env?: Readonly<Record<string, string | undefined>>;
  } = {},
): Promise<Sandbox> {
  const root = options.at === undefined ? await newFolder() : resolve(options.at);
  const port = await portOf(root);
  const gateway = await startGateway(port.wanted);
  if (port.isNew) {
    const { broken = false } = options;
    await fillHome(root, { assets: assetsDirectory(), node: process.execPath, port: gateway.port, broken });
    await writeFile(join(root, MARK), `${JSON.stringify({ madeBy: 'clawauth-setup', port: gateway.port })}\n`);
  }
  const home = join(root, 'home');
  const outer = options.env ?? process.env;
  const env: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(outer)) if (KEPT.test(name)) env[name] = value;
  Object.assign(env, {
    HOME: home,
    PATH: join(root, 'bin'),
    SHELL: '/bin/sh',
    TMPDIR: join(root, 'tmp'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_RUNTIME_DIR: join(root, 'run'),
  });
  const world = realWorld({ home, env, cwd: home, username: 'sandbox', hostname: 'sandbox', sandbox: root });
  return {
    root,
    world,
    badge: 'SANDBOX · nothing real is touched',
    opening: [
      `Sandbox: a throw-away home in ${root}`,
      `with OpenClaw ${SANDBOX_RELEASE} and Claude Code as stand-ins. Nothing real is touched.`,
      'When a sign-in code is asked, type  sandbox#sandbox',
    ].join('\n'),
    closing: [
      `That was the sandbox. It is kept in ${root}`,
      `  config     ${join(home, '.openclaw', 'openclaw.json')}`,
      `  backups    ${join(home, '.local', 'state', 'clawauth-setup')}`,
      `  again      ${world.launcher} --sandbox-at ${root}`,
      `  remove     rm -rf ${root}`,
    ].join('\n'),
    close: gateway.close,
  };
}

async function newFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'clawauth-sandbox-'));
  } catch (error) {
    throw new Problem('sandbox-no-folder', `No folder can be made in ${tmpdir()}.`, {
      why: 'The temporary folder is not there or cannot be written. TMPDIR names it.',
      next: 'clawauth-setup --sandbox-at ~/clawauth-sandbox',
      cause: error,
    });
  }
}

async function portOf(root: string): Promise<{ wanted: number; isNew: boolean }> {
  const mark = await readFile(join(root, MARK), 'utf8').catch(() => null);
  if (mark !== null) return { wanted: Number(JSON.parse(mark).port), isNew: false };
  await mkdir(root, { recursive: true, mode: 0o700 });
  if ((await readdir(root)).length > 0) {
    throw new Problem('sandbox-not-empty', `${root} is not empty and is not a clawauth-setup sandbox.`, {
      why: 'A sandbox is only made in an empty folder, so that nothing of yours can be overwritten.',
      next: 'clawauth-setup --sandbox',
      exitCode: 2,
    });
  }
  return { wanted: 0, isNew: true };
}

/** `assets/sandbox`, whether this runs from `src/` or from a chunk in `dist/`. */
function assetsDirectory(): string {
  for (const up of ['..', '../..', '../../..']) {
    const candidate = fileURLToPath(new URL(`${up}/assets/sandbox`, import.meta.url));
    if (existsSync(join(candidate, 'openclaw.mjs'))) return candidate;
  }
  throw new Problem('sandbox-missing', 'The files of the sandbox are not part of this installation.', {
    next: 'npm install clawauth-setup',
  });
}
