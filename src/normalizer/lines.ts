const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Cuts a byte stream into lines of text, whole characters only, whatever the chunks. */
export class Lines {
  private rest: Buffer[] = [];
  private restBytes = 0;
  private readonly limit: number;

  /** A line longer than `limit` bytes is dropped up to its end. */
  constructor(limit = 64 * 1024 * 1024) {
    this.limit = limit;
  }

  /** The lines that this chunk completes, without their line ends. Nothing of `chunk` is kept but copies. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (;;) {
      const to = chunk.indexOf(NEWLINE, from);
      if (to === -1) break;
      if (this.restBytes === 0 && to - from <= this.limit) lines.push(textOf(chunk, from, to));
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
    if (this.restBytes <= this.limit) this.rest.push(Buffer.from(part));
  }

  private take(): string {
    const bytes = this.restBytes > this.limit ? Buffer.alloc(0) : Buffer.concat(this.rest);
    this.rest = [];
    this.restBytes = 0;
    return textOf(bytes, 0, bytes.length);
  }
}

function textOf(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('utf8', from, to > from && bytes[to - 1] === RETURN ? to - 1 : to);
}
