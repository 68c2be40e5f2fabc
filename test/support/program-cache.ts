import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** ms after which an `npm` of an install is given up: the largest program takes a minute on two busy cores. */
const NPM_MS = 900_000;

/** Where the real programs of the tests are kept. A new number whenever an install has to hold something more. */
export function cacheRoot(): string {
  const told = process.env.CLAWAUTH_TEST_CACHE;
  if (told) return told;
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'clawauth-setup-test', '2');
}

/**
 * The folder `name` of the cache. `make` fills a temporary folder, which gets its name only when all of it is there: a
 * killed install leaves no half. Every user of this machine can read the result, whatever the umask: services under
 * test run as somebody else.
 */
export async function cached(name: string, make: (into: string) => Promise<void>): Promise<string> {
  const final = join(cacheRoot(), name);
  if (existsSync(final)) return final;
  const temporary = `${final}.${process.pid}.${randomBytes(4).toString('hex')}.part`;
  await mkdir(temporary, { recursive: true });
  const started = performance.now();
  try {
    await make(temporary);
    await run('chmod', ['-R', 'a+rX', temporary]);
    await rename(temporary, final);
    console.log(`Installed ${name} for the tests in ${Math.round((performance.now() - started) / 1000)} s.`);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Somebody else finished the same install first.
    if (!existsSync(final)) throw error;
  }
  return final;
}

/** Runs `npm` in a folder, with a home of its own in it; gives what it printed. */
export async function npm(cwd: string, args: readonly string[]): Promise<string> {
  const home = join(cwd, '.home');
  await mkdir(home, { recursive: true });
  const { stdout } = await run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    env: { ...process.env, HOME: home },
    maxBuffer: 64 << 20,
    timeout: NPM_MS,
  });
  return stdout;
}
