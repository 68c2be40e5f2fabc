import type { IncomingMessage } from 'node:http';
import type { Deadlines } from './deadlines.ts';
import type { Ending } from './ending.ts';
import { Refusal, size } from './refusal.ts';

export interface BodyLimits {
  /** Bytes. */
  readonly max: number;
  /** ms without a byte. */
  readonly idleMs: number;
  readonly deadlines: Deadlines;
  readonly ending: Ending;
}

/**
 * Hands over a request body chunk by chunk and gives its length in bytes. Throws a `Refusal`: 413 beyond `max`, 408
 * when nothing comes for `idleMs`, or whatever `take` throws. Rejects with the reason of `ending`.
 */
export function readBody(
  request: IncomingMessage,
  { max, idleMs, deadlines, ending }: BodyLimits,
  take: (chunk: Buffer) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const idle = deadlines.after(idleMs, () =>
      fail(new Refusal(408, 'body_timeout', `No byte of the body came for ${Math.round(idleMs / 1000)} s.`)),
    );
    const onData = (chunk: Buffer) => {
      idle.renew();
      bytes += chunk.length;
      try {
        if (bytes > max) throw new Refusal(413, 'body_too_large', `The body has more than the limit of ${size(max)}.`);
        take(chunk);
      } catch (error) {
        fail(error);
      }
    };
    const onEnd = () => {
      idle.cancel();
      forget();
      resolve(bytes);
    };
    function fail(error: unknown): void {
      idle.cancel();
      forget();
      request.removeListener('data', onData);
      request.removeListener('end', onEnd);
      request.pause();
      reject(error);
    }
    let forget = () => {};
    forget = ending.onEnd(() => fail(ending.reason));
    if (ending.ended) return;
    // A connection that breaks closes the response too, which ends the request.
    request.on('error', ignore);
    request.on('data', onData);
    request.on('end', onEnd);
  });
}

function ignore(): void {}
