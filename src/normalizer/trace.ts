import { randomBytes } from 'node:crypto';
import type { LogFields } from './log.ts';

/** What one request came to, for its log line. Sizes in bytes or characters, times in ms. */
export interface Trace {
  readonly mark: string;
  readonly id: string;
  route: string;
  model: string;
  stream: boolean;
  in: number;
  prompt: number;
  omitted: number;
  waited: number;
  first: number | null;
  out: number;
  outcome: string;
  /** To the end of the answer; the run may take longer to go away. */
  total: number | null;
}

export function newTrace(): Trace {
  return {
    mark: randomBytes(4).toString('hex'),
    id: randomBytes(6).toString('hex'),
    route: 'other',
    model: '',
    stream: false,
    in: 0,
    prompt: 0,
    omitted: 0,
    waited: 0,
    first: null,
    out: 0,
    outcome: 'ok',
    total: null,
  };
}

/** What the log line of a request says. `status` is 499 for a client that went away. */
export function fieldsOf(trace: Trace, status: number, started: number): LogFields {
  const { id, route, outcome } = trace;
  const total = trace.total ?? Math.round(performance.now() - started);
  if (route !== 'chat') return { id, route, status, outcome, total };
  const { model, stream, in: bytes, prompt, omitted, out, waited, first } = trace;
  return {
    id,
    route,
    status,
    outcome,
    model,
    stream,
    in: bytes,
    prompt,
    omitted,
    out,
    waited,
    first: first ?? undefined,
    total,
  };
}
