import type { FirstFrame } from '../../components/first-frame.ts';
import type { ExitCode } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import type { Parsed } from './args.ts';

/** Where a command writes and what it may ask. Answers go to `out`, everything else (progress, errors) to `err`. */
export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stdinTty: boolean;
  readonly stdoutTty: boolean;
  /** Of the terminal; 80 unless said. */
  readonly columns?: number | undefined;
  /** What the entry painted before anything was loaded: `out` and `err` take it away first. */
  readonly firstFrame?: FirstFrame | null;
}

/** What every command is given. */
export interface CommandContext {
  readonly world: World;
  readonly version: string;
  readonly args: Parsed;
  readonly streams: Streams;
  /** Aborted by the first SIGINT, SIGHUP or SIGTERM. Reaches every child process, but lets a running step finish. */
  readonly signal: AbortSignal;
  /** Aborted by the second one, and by SIGTERM at once: ends the programs that a running step waits for. */
  readonly force: AbortSignal;
  /** Where the command was typed: paths of flags start here, in a sandbox too. */
  readonly cwd: string;
}

/** A command returns its exit code, or throws a `Problem` or `Cancelled`. */
export type Command = (context: CommandContext) => Promise<ExitCode>;
