import { isUtf8 } from 'node:buffer';

const NOTHING = Buffer.alloc(0);

/** Checks natively, chunk by chunk, that a byte stream is UTF-8; a character that a chunk cuts is carried over. */
export class Utf8Check {
  private tail: Buffer = NOTHING;

  /** Whether the stream does not end within a character. */
  get complete(): boolean {
    return this.tail.length === 0;
  }

  /** False once something is not UTF-8. */
  push(chunk: Buffer): boolean {
    let head = 0;
    if (this.tail.length > 0) {
      while (head < chunk.length && head < 3 && ((chunk[head] as number) & 0xc0) === 0x80) head++;
      const joined = Buffer.concat([this.tail, chunk.subarray(0, head)]);
      if (missingBytes(joined) > 0 && head === chunk.length) {
        this.tail = joined;
        return true;
      }
      if (!isUtf8(joined)) return false;
      this.tail = NOTHING;
    }
    const cut = missingBytes(chunk) > 0 ? startOfLast(chunk) : chunk.length;
    if (cut < chunk.length) this.tail = Buffer.from(chunk.subarray(Math.max(cut, head)));
    return isUtf8(head === 0 && cut === chunk.length ? chunk : chunk.subarray(head, Math.max(cut, head)));
  }
}

/** Where the last character's first byte stands, looking back at most three bytes. */
function startOfLast(bytes: Buffer): number {
  let at = bytes.length - 1;
  while (at > 0 && at > bytes.length - 4 && ((bytes[at] as number) & 0xc0) === 0x80) at--;
  return at;
}

/** How many bytes the last character still lacks; 0 also for bytes that are no UTF-8 at all. */
function missingBytes(bytes: Buffer): number {
  const { length } = bytes;
  if (length === 0) return 0;
  const at = startOfLast(bytes);
  const lead = bytes[at] as number;
  const wants = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return Math.max(0, wants - (length - at));
}
