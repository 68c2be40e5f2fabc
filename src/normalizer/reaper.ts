import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads one line after the other, each with all process groups that run now as `DELAY:GROUP` (s). When its standard input
 * ends, which it does however we end, SIGKILL included, it kills the last ones that it was told. (dash takes no `--` after
 * `-KILL`, and no group after `-s KILL`; `-9` it takes.)
 */
const SCRIPT = `trap '' HUP INT TERM
while read -r line; do groups=$line; done
for entry in $groups; do
  { sleep "\${entry%:*}"; kill -9 "-\${entry#*:}"; } 2>/dev/null &
done
wait`;

/** A shell beside us that ends the process groups which we leave behind. */
export class Reaper {
  readonly #groups = new Map<number, number>();
  #shell: ChildProcess | null = null;

  /** Ready before a group is made, so that there is no moment in which nobody looks after it. */
  start(): void {
    if (this.#shell !== null) return;
    const shell = spawn('/bin/sh', ['-c', SCRIPT], {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const gone = () => {
      if (this.#shell === shell) this.#shell = null;
    };
    shell.on('error', gone);
    shell.on('exit', gone);
    shell.stdin.on('error', gone);
    shell.unref();
    (shell.stdin as unknown as { unref?(): void }).unref?.();
    this.#shell = shell;
    if (this.#groups.size > 0) this.#tell();
  }

  /** `afterSeconds`: what the group is given to end by itself. */
  watch(group: number, afterSeconds: number): void {
    this.#groups.set(group, afterSeconds);
    this.#tell();
  }

  forget(group: number): void {
    this.#groups.delete(group);
    this.#tell();
  }

  /** The shell ends, and ends what it watches. */
  close(): void {
    this.#shell?.stdin?.end();
    this.#shell = null;
  }

  #tell(): void {
    this.#shell?.stdin?.write(`${[...this.#groups].map(([group, after]) => `${after}:${group}`).join(' ')}\n`);
  }
}
