import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../system/world.ts';

export interface PtyOptions {
  readonly argv: readonly [string, ...string[]];
  readonly columns: number;
  readonly rows: number;
  readonly cwd: string;
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** A private folder that lives at least as long as the program. */
  readonly scratch: string;
}

/** In the scratch folder: pid of the program that runs there. */
export const PID_FILE = 'pid';

/** A command that runs a program in a terminal, and ends it when we are gone, however we went. */
export interface Starter {
  readonly argv: readonly [string, ...string[]];
  /** Pid of the program, which leads its session and its process group; null before it runs. */
  pid(): Promise<number | null>;
  /** Once the program is gone. */
  release(): Promise<void>;
}

/**
 * The end of its terminal hangs a program up, but that end may not come when we are killed: node-pty's side of the
 * terminal is inherited by every other child of ours (seen in @lydell/node-pty 1.1.0), and script(1) may outlive us. So
 * a watcher in the program's process group reads from a pipe that only we hold open for writing.
 */
export async function makeStarter(world: World, options: PtyOptions): Promise<Starter> {
  const { scratch, columns, rows, argv } = options;
  const [script, pipe, pidFile] = ['start.sh', 'alive', PID_FILE].map((name) => join(scratch, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(script, SCRIPT, { mode: 0o600 });
  const made = await world.processes.run(['mkfifo', '-m', '600', pipe], { timeoutMs: 5_000, cwd: '/' });
  // Open for both directions, which never waits for the other side. Node closes it in children.
  const held = made.exitCode === 0 ? await open(pipe, 'r+') : null;
  return {
    argv: ['/bin/sh', script, pipe, pidFile, String(columns), String(rows), ...argv],
    async pid() {
      const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
      return pid > 1 ? pid : null;
    },
    release: async () => held?.close(),
  };
}

/** Sets the size of the window, which script(1) leaves at nothing; `exec` keeps the pid. */
const SCRIPT = `pipe=$1 pid_file=$2
stty cols "$3" rows "$4" 2>/dev/null
shift 4
echo $$ >"$pid_file"
if [ -p "$pipe" ]; then
  ( read -r _ <"$pipe"; kill -TERM $$; sleep 2; kill -KILL $$ ) </dev/null >/dev/null 2>&1 &
fi
exec "$@"
`;
