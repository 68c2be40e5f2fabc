const NEWLINE = 0x0a;

/** Cuts a byte stream into lines of text, whole characters only, whatever the chunks. */
export class Lines {
  private rest: Buffer[] = [];
  private restBytes = 0;
  private readonly limit: number;

  /** A line longer than `limit` bytes is dropped up to its end. */
  constructor(limit = 64 * 1024 * 1024) {
    this.limit = limit;
  }

  /** The lines that this chunk completes, without their line ends. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (;;) {
      const to = chunk.indexOf(NEWLINE, from);
      if (to === -1) break;
      this.add(chunk.subarray(from, to));
      lines.push(this.take());
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
    if (this.restBytes <= this.limit) this.rest.push(part);
  }

  private take(): string {
    const text =
      this.restBytes > this.limit
        ? ''
        : (this.rest.length === 1 ? (this.rest[0] as Buffer) : Buffer.concat(this.rest)).toString('utf8');
    this.rest = [];
    this.restBytes = 0;
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }
}
