import type { Secret } from './secret.ts';

/**
 * The only doors to the outside, as one value that is handed down: files, processes, time, environment. Tests and the
 * sandbox make their own; nothing else in the program reads `process.env`, `os.homedir()` or the clock.
 */
export interface World {
  readonly files: ReadFiles;
  readonly processes: Processes;
  readonly clock: Clock;
  /** Absent where nothing may be asked (tests in memory): then whether a port is open is not known. */
  readonly network?: Network;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. The person's home directory (the sandbox's in a sandbox). */
  readonly home: string;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Effective user id; -1 where the platform has none. */
  readonly uid: number;
  readonly username: string;
  readonly hostname: string;
  /** Version of the Node that runs us, `20.20.2`. */
  readonly nodeVersion: string;
  readonly execPath: string;
  /** What the person said on the command line, or chose, about which OpenClaw is meant. */
  readonly told?: ToldInstallation;
  /** What starts this program again, `npx clawauth-setup`; absent: `clawauth-setup`. */
  readonly launcher?: string;
  /** Set in `--sandbox`: the throw-away folder that holds everything. */
  readonly sandbox?: string;
}

export interface ToldInstallation {
  /** The state directory to work on, whatever the gateways of this machine use. */
  readonly stateDir?: string;
  /** Name of the container whose OpenClaw is meant, or `host` for the one of this machine. */
  readonly target?: string;
  /** Store things in this machine's OpenClaw although its gateway is on another one. */
  readonly storeHere?: boolean;
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  /** Permission bits only, e.g. 0o600. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
  /** Names that the file has; absent where that is not known. */
  readonly links?: number;
  /** Number of a file that has several names: they share it. */
  readonly inode?: number | undefined;
}

/** Reading never throws for an absent path: it gives null. Other failures (EACCES, EIO) throw a `Problem`. */
export interface ReadFiles {
  read(path: string): Promise<Uint8Array | null>;
  readText(path: string): Promise<string | null>;
  /**
   * {@link readText}, done when it returns: for many small files of ours, of which each costs a seventh of the processor time
   * then (measured: 1,000 receipts in 45 ms instead of 330). Absent where files are not those on disk.
   */
  readTextNow?(path: string): string | null;
  /** Of the bytes (hex), where files are not, or not only, those on disk. */
  sha256?(path: string): Promise<string | null>;
  /**
   * What a person gave by name: a file, or a pipe as a shell makes it for `<(…)`. Reads `maxBytes` and one more at most;
   * throws `Problem('pipe-silent')` when nothing comes out of a pipe for 10 s, and `Problem('not-a-file')` for anything else.
   */
  readGiven(path: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array | null>;
  /** The last `maxBytes` of a file that may be huge; absent where only whole files can be read. */
  tail?(path: string, maxBytes: number): Promise<Uint8Array | null>;
  /** Whether both names lead to one file; false where one is absent. Not where files are in memory. */
  sameFile?(a: string, b: string): Promise<boolean>;
  /** Does not follow links. */
  lstat(path: string): Promise<FileStat | null>;
  /** Follows links. */
  stat(path: string): Promise<FileStat | null>;
  realpath(path: string): Promise<string | null>;
  readlink(path: string): Promise<string | null>;
  /** Names in a directory, sorted; null when it is absent or not a directory. */
  list(directory: string): Promise<readonly string[] | null>;
  /** Whether this process may write here (the file, or its directory when absent). */
  writable(path: string): Promise<boolean>;
  executable(path: string): Promise<boolean>;
}

export interface RunOptions {
  /** Written to the child's stdin, which is then closed. Without it stdin is empty. */
  readonly stdin?: Secret | string;
  /** Milliseconds until the child's process group is killed, or left. */
  readonly timeoutMs: number;
  /**
   * What becomes of a child that takes too long, or whose run is aborted. `leave`: it is not waited for any longer and
   * runs on by itself, also when we end; for one that must never be ended in the middle. Default `kill`.
   */
  readonly atTimeout?: 'kill' | 'leave';
  readonly signal?: AbortSignal;
  /** Added to the world's environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Output beyond this many bytes per stream is dropped (default 16 MiB). */
  readonly maxOutputBytes?: number;
}

/** A finished child. Never thrown: a non-zero exit is an answer. stdout and stderr are redacted text. */
export interface Ran {
  /** null when it was killed or could not be started. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outcome: 'exited' | 'killed' | 'timed out' | 'not found' | 'not started';
  /** Milliseconds. */
  readonly durationMs: number;
}

export interface Processes {
  /** Runs `argv` without a shell, in its own process group, with the world's environment. Throws only `Cancelled`. */
  run(argv: readonly [string, ...string[]], options: RunOptions): Promise<Ran>;
}

/** What a program that was called with these words said. */
export interface Answered {
  readonly argv: readonly string[];
  readonly ran: Ran;
}

export interface Network {
  /** Whether something accepts a TCP connection there; nothing is sent. Never throws. */
  listening(host: string, port: number, timeoutMs: number): Promise<boolean>;
  /**
   * One HTTP request to a program of this machine, at 127.0.0.1. null when nothing answered in time. Never throws but
   * `Cancelled`. Absent where no request may be sent.
   */
  ask?(request: LocalRequest): Promise<LocalAnswer | null>;
  /**
   * One GET of a page on another machine: the status of the answer, whose text is not read. null when nothing answered in
   * time. Never throws but `Cancelled`. Absent where no request may be sent.
   */
  get?(request: WebRequest): Promise<{ readonly status: number } | null>;
  /**
   * One HEAD request without a credential, over TLS, to another machine: who answers, whoever signed its certificate. null
   * when nothing answered in time. Never throws but `Cancelled`. Absent where no request may be sent.
   */
  probeTls?(request: TlsRequest): Promise<TlsAnswer | null>;
}

export interface TlsRequest {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface TlsAnswer {
  /** Unix ms that the answer is dated, to the second; null without a date. */
  readonly date: number | null;
  /** Who signed its certificate. */
  readonly issuer: string | null;
  /** Why the authorities that Node brings along do not vouch for it, as Node's code; null: they do. */
  readonly distrust: string | null;
}

export interface WebRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | Secret>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface LocalRequest {
  readonly port: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as `Authorization: Bearer …`. */
  readonly key?: Secret;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface LocalAnswer {
  readonly status: number;
  /** The first 256 KiB, secrets masked. */
  readonly text: string;
}

export interface Clock {
  /** Unix ms. May jump. */
  now(): number;
  /** Monotonic ms, for durations. */
  monotonic(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
