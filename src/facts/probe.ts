import { type Fact, unknown } from '../system/fact.ts';
import { Cancelled, Problem } from '../system/problem.ts';
import { redact } from '../system/secret.ts';

/**
 * Runs one probe: gives what it found, or why it did not. Never throws but `Cancelled` when `signal` aborts. A probe
 * that takes longer than `timeoutMs` is aborted (with its children) and becomes "timed out".
 */
export async function probe<T>(
  work: (signal: AbortSignal) => Promise<Fact<T>>,
  options: { timeoutMs: number; signal?: AbortSignal },
): Promise<Fact<T>> {
  if (options.signal?.aborted) throw new Cancelled();
  const tooLong = new AbortController();
  const { signal } = tooLong;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Fact<T>>((resolve) => {
    timer = setTimeout(() => {
      tooLong.abort();
      resolve(unknown('timed out', `no answer within ${seconds(options.timeoutMs)}`));
    }, options.timeoutMs);
  });
  try {
    return await Promise.race([work(options.signal ? AbortSignal.any([options.signal, signal]) : signal), late]);
  } catch (error) {
    if (options.signal?.aborted) throw new Cancelled();
    if (error instanceof Problem)
      return unknown('unreadable', redact([error.what, error.more.why].filter(Boolean).join(' ')));
    return unknown('crashed', redact(error instanceof Error ? error.message : String(error)));
  } finally {
    clearTimeout(timer);
  }
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`;
}
