import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { Cancelled } from './problem.ts';
import { redact, Secret } from './secret.ts';
import type { Processes, Ran, RunOptions } from './world.ts';

const DEFAULT_MAX_OUTPUT = 16 * 1024 * 1024;
/** ms between SIGTERM and SIGKILL for a group that has to end. */
const TERM_GRACE = 2_000;
/** ms without output after which an ended child's pipes are let go: a daemon it left behind may hold them open. */
const QUIET_AFTER_EXIT = 300;

/** Groups of running children: they are not ours by terminal, so they must not outlive us. */
const running = new Set<number>();
let exitHookSet = false;

/**
 * Real child processes: no shell, each in its own session, which is killed as a whole on timeout and abort unless it is
 * to be left. `base` is the environment and working directory that children start from.
 */
export function realProcesses(base: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}): Processes {
  return { run: (argv, options) => run(base, argv, options) };
}

async function run(
  base: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string },
  [file, ...args]: readonly [string, ...string[]],
  options: RunOptions,
): Promise<Ran> {
  if (options.signal?.aborted) throw new Cancelled();
  const started = performance.now();
  const secrets = options.stdin instanceof Secret ? [options.stdin] : [];
  const outcome = (ran: Omit<Ran, 'durationMs'>): Ran => ({
    ...ran,
    stdout: redact(ran.stdout, secrets),
    stderr: redact(ran.stderr, secrets),
    durationMs: performance.now() - started,
  });
  const notStarted = (error: NodeJS.ErrnoException): Ran => {
    const missing = error.code === 'ENOENT';
    const none = { exitCode: null, signal: null, stdout: '', stderr: error.message };
    return outcome({ ...none, outcome: missing ? 'not found' : 'not started' });
  };
  let child: ChildProcess;
  try {
    child = spawn(file, args, {
      cwd: options.cwd ?? base.cwd,
      env: { ...base.env, ...options.env },
      detached: true,
    });
  } catch (error) {
    // Arguments that are too long, for one.
    return notStarted(error as NodeJS.ErrnoException);
  }
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) =>
    collect(stream, options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT),
  ) as [() => string, () => string];
  const ended = new Promise<End>((resolve) => {
    child.once('error', resolve);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  // A child that ends without reading its stdin is an answer, not an error of ours. There are no pipes where no more
  // files may be opened.
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.stdin instanceof Secret ? options.stdin.reveal((value) => value) : (options.stdin ?? ''));
  const ending = watch(child, options);
  const end = await Promise.race([ended, ending.left]);
  const stopped = await ending.stopped();
  if (stopped === 'aborted') throw new Cancelled();
  if (end instanceof Error) return notStarted(end);
  return outcome({
    exitCode: stopped === null ? end.code : null,
    signal: end.signal,
    stdout: stdout(),
    stderr: stderr(),
    outcome: stopped === 'timed out' ? 'timed out' : end.code === null ? 'killed' : 'exited',
  });
}

/** How a child ended, or why it did not start; both null for one that was left. */
type End = NodeJS.ErrnoException | { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** Reads a pipe to its end (so the child never blocks on a full one) and keeps its first `max` bytes. */
function collect(stream: NodeJS.ReadableStream | null, max: number): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('error', () => {});
  stream?.on('data', (chunk: Buffer) => {
    if (size < max) chunks.push(chunk.subarray(0, max - size));
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

interface Watch {
  /** Resolves when the child is not waited for any longer; never for one that would be killed. */
  readonly left: Promise<End>;
  stopped(): Promise<'timed out' | 'aborted' | null>;
}

/** Ends or leaves the group on timeout and abort, and lets go of pipes that something outlives the child with. */
function watch(child: ChildProcess, options: RunOptions): Watch {
  const { pid } = child;
  let leave: (end: End) => void = () => {};
  const left = new Promise<End>((resolve) => {
    leave = resolve;
  });
  if (pid === undefined) return { left, stopped: async () => null };
  const stays = options.atTimeout === 'leave';
  if (!stays) {
    running.add(pid);
    setExitHook();
  }
  let why: 'timed out' | 'aborted' | null = null;
  let exited = false;
  let killing: Promise<void> | undefined;
  const stop = (reason: 'timed out' | 'aborted') => {
    if (exited) return;
    why ??= reason;
    if (stays) {
      setFree(child);
      leave({ code: null, signal: null });
    } else killing ??= killGroup(pid);
  };
  const timer = setTimeout(() => stop('timed out'), options.timeoutMs);
  const onAbort = () => stop('aborted');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  let quiet: NodeJS.Timeout | undefined;
  const letGo = () => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  child.once('exit', () => {
    exited = true;
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    quiet = setTimeout(letGo, QUIET_AFTER_EXIT);
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', () => quiet?.refresh());
  });
  return {
    left,
    async stopped() {
      clearTimeout(timer);
      clearTimeout(quiet);
      options.signal?.removeEventListener('abort', onAbort);
      await killing;
      running.delete(pid);
      return why;
    },
  };
}

/** Lets us end while the child runs on. What it still says is read and dropped for as long as we are here. */
function setFree(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.unref();
}

/** SIGTERM, then SIGKILL, to the whole group; resolves when no member is left (or is only waiting to be reaped). */
async function killGroup(pid: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  const deadline = performance.now() + TERM_GRACE;
  while (performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (!signalGroup(pid, 0)) return;
  }
  signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function setExitHook(): void {
  if (exitHookSet) return;
  exitHookSet = true;
  process.on('exit', () => {
    for (const pid of running) signalGroup(pid, 'SIGKILL');
  });
}
