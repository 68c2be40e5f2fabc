import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Up to here one copy is cheaper than many small writes; above it the pieces go out as they are, one after another. */
const COPY_MAX = 1024 * 1024;

/** Writes the pieces and ends the stream. Errors are the stream's own `error` event; this never throws. */
export async function writeAll(stream: Writable, pieces: readonly Buffer[]): Promise<void> {
  let bytes = 0;
  for (const piece of pieces) bytes += piece.length;
  if (bytes <= COPY_MAX) {
    stream.end(Buffer.concat(pieces, bytes));
    return;
  }
  for (const piece of pieces) {
    if (stream.destroyed) return;
    if (stream.write(piece)) continue;
    const closed = new AbortController();
    const stop = () => closed.abort();
    stream.once('close', stop);
    try {
      await once(stream, 'drain', { signal: closed.signal });
    } catch {
      return;
    } finally {
      stream.removeListener('close', stop);
    }
  }
  stream.end();
}
