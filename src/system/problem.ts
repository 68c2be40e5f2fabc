/** A place in a text file. Lines and columns count from 1; columns count UTF-16 code units. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The text of that line, secrets masked, for the caret under it. */
  readonly text?: string;
}

/** A {@link Problem} as plain data, for receipts, JSON and screens. */
export interface ProblemData {
  readonly code: string;
  readonly what: string;
  readonly why?: string;
  readonly next?: string;
  readonly at?: SourcePlace;
}

/**
 * An expected failure: what a person reads instead of a stack. `code` is stable across releases and can be searched
 * for; `next` is one command to type, ready to paste.
 */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    /** Stable, kebab-case: `config-unparseable`, `file-changed`, `lock-held`. */
    readonly code: string,
    /** What happened, one plain sentence. */
    readonly what: string,
    readonly more: {
      readonly why?: string;
      readonly next?: string;
      readonly at?: SourcePlace;
      readonly cause?: unknown;
      /** Exit code of a command that ends with this problem; 1 unless told. */
      readonly exitCode?: ExitCode;
    } = {},
  ) {
    super(what, { cause: more.cause });
  }
}

/** The person stopped the run (Ctrl-C, SIGTERM, "no"). Thrown, never returned: nobody can forget to check it. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor(message = 'Cancelled.') {
    super(message);
  }
}

/**
 * Exit codes of every command: 0 done or nothing to do, 1 failed and put back, 2 usage, 3 failed and partly applied,
 * 4 an answer is missing, 130 cancelled, 143 ended by SIGTERM in the middle of something that did not end in time.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130 | 143;
