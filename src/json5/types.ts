import { Problem } from '../system/problem.ts';

/** Keys and array indexes from the root. An index may be given as a number or as its decimal text. */
export type Path = readonly (string | number)[];

/**
 * One change of a JSON5 text, as plain data.
 * - `set`: puts `value` at `path`; missing objects on the way are made. Setting the index one past the end of an array
 *   appends. Where an object (array) takes the place of an object (array), only what differs is rewritten.
 * - `delete`: takes away the member (all its duplicates) or the element; no-op where there is none.
 * - `insert`: `path` names the array (made when missing), `at` the index, by default the end; beyond the end is the end.
 * - `remove`: `path` names the array; takes away its first element that equals `value`; no-op where there is none.
 *
 * `before` names the member in front of which a new member goes; ignored where there is no such member.
 */
export type Edit =
  | {
      readonly op: 'set';
      readonly path: Path;
      readonly value: unknown;
      readonly before?: string;
    }
  | { readonly op: 'delete'; readonly path: Path }
  | {
      readonly op: 'insert';
      readonly path: Path;
      readonly value: unknown;
      readonly at?: number;
    }
  | { readonly op: 'remove'; readonly path: Path; readonly value: unknown };

/**
 * Why a text did not parse. Line and column count from 1, columns in UTF-16 code units; `text` is that line as it
 * stands in the file (the caller masks secrets).
 */
export interface ParseError {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** An edit that was not made because it could not be proven right. Nothing was written; `snippet` says what to do. */
export class EditRefused extends Problem {
  constructor(
    why: string,
    /** JSON5 to merge into the file by hand, and `// remove …` lines. Credentials in it are masked. */
    readonly snippet: string,
  ) {
    super('edit-refused', 'The file was left as it is: the change could not be made without risk to its content.', {
      why,
      next: `Edit the file by hand:\n${snippet}`,
    });
  }
}

/** Why one edit cannot be carried out; becomes the `why` of an {@link EditRefused}. */
export class CannotEdit extends Error {
  override readonly name = 'CannotEdit';
}
