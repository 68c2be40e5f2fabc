import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Command lines of running processes that belong to the folder `place`: it stands in their command line, their
 * environment or their working directory. Linux reads /proc; elsewhere `ps` with environments.
 */
export async function processesWith(place: string): Promise<string[]> {
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-axEww', '-o', 'pid=,command=']);
    return stdout.split('\n').filter((line) => line.includes(place) && !line.trimStart().startsWith(`${process.pid} `));
  }
  const found: string[] = [];
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    try {
      // A zombie has no command line any more: it runs nothing.
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      if (command === '') continue;
      if ((command + environment + readlinkSync(`/proc/${pid}/cwd`)).includes(place)) found.push(`${pid} ${command}`);
    } catch {
      // It ended meanwhile, or belongs to someone else.
    }
  }
  return found;
}

/** Waits until nothing of `place` runs. A killed process needs a moment to go; one that stays fails by the hook's time. */
export async function nothingRuns(place: string): Promise<void> {
  await until(async () => (await processesWith(place)).length === 0);
}

/** ms that a test waits for one thing at the most. Far more than it takes: only a flaw gets there. */
export const WAIT_MS = 300_000;

/** Of a test that runs many real programs one after another: each of them ends after {@link WAIT_MS}. */
export const MANY_PROGRAMS = { timeout: 1_200_000 };

/**
 * Waits for a condition; gives what it gave. After five minutes it fails and says what it waited for: the source of
 * the condition, and what `seen` tells about the state.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  seen?: () => unknown,
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const value = await condition();
    if (value) return value as Exclude<T, false | null | undefined | 0 | ''>;
    if (performance.now() > deadline) {
      const state = seen ? `; seen: ${JSON.stringify(await seen())}` : '';
      throw new Error(`Waited ${WAIT_MS / 1000} s for ${String(condition)}${state}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
