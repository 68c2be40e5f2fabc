import { answerTooLarge } from './answer.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Bytes. A model's longest answer is far below, also where a line repeats all of it. */
const LINE_MAX = 8 * 1024 * 1024;

/** Cuts a byte stream into lines of text, whole characters only, whatever the chunks. */
export class Lines {
  private rest: Buffer[] = [];
  private restBytes = 0;

  /**
   * The lines that this chunk completes, without their line ends. Nothing of `chunk` is kept but copies. Throws a
   * `Refusal` (502) for a line beyond the limit.
   */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (;;) {
      const to = chunk.indexOf(NEWLINE, from);
      if (to === -1) break;
      if (this.restBytes === 0) lines.push(textOf(chunk, from, to));
      else {
        this.add(chunk.subarray(from, to));
        lines.push(this.take());
      }
      from = to + 1;
    }
    if (from < chunk.length) this.add(chunk.subarray(from));
    return lines;
  }

  /** The last line when it has no line end; null when there is none. */
  end(): string | null {
    return this.restBytes === 0 ? null : this.take();
  }

  private add(part: Buffer): void {
    this.restBytes += part.length;
    if (this.restBytes > LINE_MAX) throw answerTooLarge(LINE_MAX);
    this.rest.push(Buffer.from(part));
  }

  private take(): string {
    const bytes = Buffer.concat(this.rest);
    this.rest = [];
    this.restBytes = 0;
    return textOf(bytes, 0, bytes.length);
  }
}

function textOf(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('utf8', from, to > from && bytes[to - 1] === RETURN ? to - 1 : to);
}
