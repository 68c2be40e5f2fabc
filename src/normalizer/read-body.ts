import type { IncomingMessage } from 'node:http';
import { onAbort } from './cancellation.ts';
import { Refusal, size } from './refusal.ts';

export interface BodyLimits {
  /** Bytes. */
  readonly max: number;
  /** ms that the whole body may take, however it drips. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

/**
 * The whole body of a request. Throws a `Refusal`: 413 beyond `max`, 408 where it is not complete in time. Rejects with
 * the reason of `signal`.
 */
export function readBody(request: IncomingMessage, { max, withinMs, signal }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => {
      const seconds = Math.round(withinMs / 1000);
      fail(new Refusal(408, 'body_timeout', `The body was not complete after ${seconds} s.`));
    }, withinMs);
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > max) {
        fail(new Refusal(413, 'body_too_large', `The body has more than the limit of ${size(max)}.`));
      }
    };
    const onEnd = () => {
      leave();
      resolve(Buffer.concat(chunks, bytes));
    };
    const fail = (error: unknown) => {
      leave();
      request.pause();
      reject(error);
    };
    function leave(): void {
      clearTimeout(timer);
      forget();
      request.removeListener('data', onData);
      request.removeListener('end', onEnd);
    }
    let forget = () => {};
    // A connection that breaks closes the response too, which aborts the request.
    request.on('error', () => {});
    request.on('data', onData);
    request.on('end', onEnd);
    forget = onAbort(signal, () => fail(signal.reason));
  });
}
