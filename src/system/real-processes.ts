import type { Socket } from 'node:net';
import type { ResultPromise } from 'execa';
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
  argv: readonly [string, ...string[]],
  options: RunOptions,
): Promise<Ran> {
  if (options.signal?.aborted) throw new Cancelled();
  // Half of all commands start no child at all; those that do can wait the few ms.
  const { execa } = await import('execa');
  if (options.signal?.aborted) throw new Cancelled();
  const started = performance.now();
  const env = { ...base.env, ...options.env };
  const [file, ...args] = argv;
  const input = options.stdin instanceof Secret ? options.stdin.reveal((value) => value) : (options.stdin ?? '');
  const child = execa(file, args, {
    cwd: options.cwd ?? base.cwd,
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    encoding: 'buffer',
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    verbose: 'none',
  });
  const output = collect(child, options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT);
  // A child that ends without reading its stdin is an answer, not an error of ours.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const ending = watch(child, options);
  const result = await Promise.race([child, ending.left]);
  const stopped = await ending.stopped();
  const secrets = options.stdin instanceof Secret ? [options.stdin] : [];
  if (stopped === 'aborted') throw new Cancelled();

  const notStarted = child.pid === undefined;
  const missing = notStarted && 'code' in result && result.code === 'ENOENT';
  return {
    exitCode: notStarted || stopped !== null ? null : (result.exitCode ?? null),
    signal: result.signal ?? null,
    stdout: redact(output.stdout(), secrets),
    stderr: redact(
      output.stderr() || (notStarted && 'shortMessage' in result ? String(result.shortMessage) : ''),
      secrets,
    ),
    outcome: missing
      ? 'not found'
      : notStarted
        ? 'not started'
        : stopped === 'timed out'
          ? 'timed out'
          : result.exitCode === undefined
            ? 'killed'
            : 'exited',
    durationMs: performance.now() - started,
  };
}

type Child = ResultPromise<{ encoding: 'buffer'; buffer: false; reject: false }>;

/** Reads both pipes to their end (so the child never blocks on a full one) and keeps the first `max` bytes of each. */
function collect(child: Child, max: number): { stdout(): string; stderr(): string } {
  const keep = (stream: NodeJS.ReadableStream | null) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream?.on('error', () => {});
    stream?.on('data', (chunk: Buffer) => {
      if (size < max) chunks.push(chunk.subarray(0, max - size));
      size += chunk.length;
    });
    return () => Buffer.concat(chunks).toString('utf8');
  };
  return { stdout: keep(child.stdout), stderr: keep(child.stderr) };
}

/** How a child that was left looks from here. */
type Left = { readonly exitCode?: undefined; readonly signal?: undefined };

interface Watch {
  /** Resolves when the child is not waited for any longer; never for one that would be killed. */
  readonly left: Promise<Left>;
  stopped(): Promise<'timed out' | 'aborted' | null>;
}

/** Ends or leaves the group on timeout and abort, and lets go of pipes that something outlives the child with. */
function watch(child: Child, options: RunOptions): Watch {
  const pid = child.pid;
  const { promise: left, resolve: leave } = withResolver<Left>();
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
      leave({});
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
function setFree(child: Child): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.unref?.();
}

function withResolver<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
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
