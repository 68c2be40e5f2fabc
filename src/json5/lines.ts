import { CR, LF } from './chars.ts';

/** Offsets to lines of a text, by binary search. Lines end at LF, CRLF or CR, as editors count them. */
export class Lines {
  readonly #starts: number[] = [0];

  constructor(readonly text: string) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) this.#starts.push(at + 1);
    }
  }

  /** Index of the line, from 0. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Offset at which the line of this index (from 0) begins. */
  offsetOf(line: number): number {
    return this.#starts[line] ?? this.text.length;
  }

  /** Offset of the first character of the line that holds `offset`, after a byte order mark. */
  startOf(offset: number): number {
    const start = this.#starts[this.lineOf(offset)] as number;
    return start === 0 && this.text.charCodeAt(0) === 0xfeff && offset > 0 ? 1 : start;
  }

  /** The whitespace that the line of `offset` begins with. */
  indentAt(offset: number): string {
    const start = this.startOf(offset);
    let end = start;
    while (end < offset && (this.text.charCodeAt(end) === 0x20 || this.text.charCodeAt(end) === 0x09)) end++;
    return this.text.slice(start, end);
  }

  /** Line and column as a person counts them, from 1; a byte order mark is not counted. */
  placeOf(offset: number): { line: number; column: number } {
    return { line: this.lineOf(offset) + 1, column: Math.max(offset - this.startOf(offset), 0) + 1 };
  }

  /** The text of the line that holds `offset`, without its terminator and without a byte order mark. */
  textAt(offset: number): string {
    const next = this.#starts[this.lineOf(offset) + 1] ?? this.text.length + 1;
    const line = this.text.slice(this.startOf(offset), next);
    return line.replace(/[\r\n]+$/, '');
  }
}
