import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { World } from '../system/world.ts';
import { shellQuote } from '../text.ts';
import { makeStarter, type PtyOptions } from './starter.ts';

/** A program in a terminal of its own. Its process group is its own too. */
export interface Pty {
  write(text: string): void;
  /** One listener; bytes as they come. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Resolves once the program is gone and its last bytes were delivered. Never rejects. */
  readonly exited: Promise<PtyExit>;
  /** To the whole process group. Does nothing when it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface PtyExit {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface PtyHost {
  readonly name: 'node-pty' | 'script';
  open(options: PtyOptions): Promise<Pty>;
}

/** The best way to make a terminal here, or why there is none. */
export async function findPtyHost(world: World): Promise<PtyHost | { readonly unavailable: string }> {
  const native = await nativeHost(world);
  if ('open' in native) return native;
  const script = await scriptHost(world);
  if ('open' in script) return script;
  return { unavailable: `${native.unavailable}; ${script.unavailable}` };
}

/** Milliseconds between two SIGTERM: in its first moments a program can miss a signal. */
const TERM_EVERY = 250;
/** Milliseconds that a killed program may take to be gone, on a busy machine. */
const KILLED_WITHIN = 10_000;

/** SIGTERM to the whole group, SIGKILL after `graceMs`; null when even that did not end it. */
export async function endGroup(pty: Pty, graceMs: number): Promise<PtyExit | null> {
  let exit: PtyExit | null = null;
  const gone = pty.exited.then((how) => {
    exit = how;
  });
  const wait = (ms: number) => Promise.race([gone, new Promise((resolve) => void setTimeout(resolve, ms).unref())]);
  for (let waited = 0; exit === null && waited < graceMs; waited += TERM_EVERY) {
    await pty.kill('SIGTERM');
    await wait(TERM_EVERY);
  }
  // Also when the leader is gone: a child that ignored the signal shares its group. The browser does not.
  await pty.kill('SIGKILL');
  if (exit === null) await wait(KILLED_WITHIN);
  return exit;
}

/** `@lydell/node-pty`, an optional dependency: absent after `--omit=optional`, without a build for musl. */
export async function nativeHost(world: World): Promise<PtyHost | { readonly unavailable: string }> {
  let pty: typeof import('@lydell/node-pty');
  try {
    pty = await import('@lydell/node-pty');
  } catch {
    return { unavailable: '@lydell/node-pty is not installed for this platform' };
  }
  return {
    name: 'node-pty',
    open: async (options) => {
      const { columns, rows, cwd, env } = options;
      const starter = await makeStarter(world, options);
      const [file, ...args] = starter.argv;
      const child = pty.spawn(file, args, {
        name: env.TERM ?? 'xterm-256color',
        cols: columns,
        rows,
        cwd,
        env,
        encoding: null,
      });
      let gone = false;
      const exited = new Promise<PtyExit>((resolve) => {
        // A killed child is reported with exit code 0 and the signal's number.
        child.onExit(({ exitCode, signal }) => {
          gone = true;
          resolve(signal ? { code: null, signal: signalName(signal) } : { code: exitCode, signal: null });
          void starter.release();
        });
      });
      return {
        write: (text) => {
          try {
            child.write(text);
          } catch {
            // Its terminal is gone already; `exited` tells.
          }
        },
        // With `encoding: null` these are bytes, whatever the type says.
        onData: (listener) => void child.onData((data) => listener(data as unknown as Uint8Array)),
        exited,
        kill: async (signal) => {
          killGroup(child.pid, signal, gone);
        },
      };
    },
  };
}

/** script(1), from util-linux or BSD, which differ in how they take a command. */
export async function scriptHost(world: World): Promise<PtyHost | { readonly unavailable: string }> {
  const probe = await world.processes.run(['script', '--version'], { timeoutMs: 5_000 });
  if (probe.outcome === 'not found' || probe.outcome === 'not started')
    return { unavailable: 'script(1) is not installed' };
  const linux = /util-linux/.test(probe.stdout);
  if (!linux && world.platform === 'linux') return { unavailable: 'script(1) is not the one of util-linux' };
  return {
    name: 'script',
    open: async (options) => {
      const starter = await makeStarter(world, options);
      const args = linux
        ? ['--quiet', '--return', '--flush', '--command', `exec ${starter.argv.map(shellQuote).join(' ')}`, '/dev/null']
        : ['-q', '/dev/null', ...starter.argv];
      const child = spawn('script', args, {
        cwd: options.cwd,
        // util-linux hands the command to $SHELL, which may be one that reads it differently.
        env: { ...options.env, SHELL: '/bin/sh' },
        stdio: ['pipe', 'pipe', 'ignore'],
        detached: true,
      });
      const { stdin, stdout } = child;
      stdin?.on('error', () => {});
      let gone = false;
      const exited = new Promise<PtyExit>((resolve) => {
        const end = (exit: PtyExit) => {
          gone = true;
          resolve(exit);
          void starter.release();
        };
        child.once('error', () => end({ code: 127, signal: null }));
        child.once('close', (code, signal) => end(fromShell(code, signal)));
      });
      return {
        write: (text) => void stdin?.write(text),
        onData: (listener) => void stdout?.on('data', listener),
        exited,
        kill: async (signal) => {
          const inside = await starter.pid();
          if (inside !== null) killGroup(inside, signal, gone);
          if ((inside === null || signal === 'SIGKILL') && child.pid !== undefined) killGroup(child.pid, signal, gone);
        },
      };
    },
  };
}

/** In its first moments a child has no group of its own yet; once it is `gone`, its number may be someone else's. */
function killGroup(leader: number, signal: NodeJS.Signals, gone: boolean): void {
  for (const target of gone ? [-leader] : [-leader, leader]) {
    try {
      process.kill(target, signal);
      return;
    } catch {
      // No such group, or no such process: it is gone.
    }
  }
}

/** script tells a killed program as 137. Other codes above 128 stay codes: Claude Code itself exits with 143 on SIGTERM. */
function fromShell(code: number | null, signal: NodeJS.Signals | null): PtyExit {
  return code === 137 ? { code: null, signal: 'SIGKILL' } : { code, signal };
}

function signalName(number: number): NodeJS.Signals | null {
  const found = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return (found as NodeJS.Signals | undefined) ?? null;
}
