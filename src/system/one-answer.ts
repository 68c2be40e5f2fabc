import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Cancelled } from './problem.ts';

interface Limits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Ends a request when its time is over, or when the person stops it. */
export function limit({ timeoutMs, signal }: Limits): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]);
}

/**
 * Sends a request that {@link limit} ends, and gives what `read` makes of its answer; null where none came. Throws only
 * `Cancelled`, when `signal` was aborted.
 */
export async function oneAnswer<T>(
  sent: ClientRequest,
  { signal, body }: { readonly signal: AbortSignal | undefined; readonly body?: string | undefined },
  read: (answer: IncomingMessage) => T | Promise<T>,
): Promise<T | null> {
  // An error that comes with the answer is read there.
  sent.on('error', () => {});
  try {
    const answers = once(sent, 'response');
    sent.end(body);
    const [answer] = await answers;
    return await read(answer);
  } catch {
    if (signal?.aborted) throw new Cancelled();
    return null;
  } finally {
    sent.destroy();
  }
}
