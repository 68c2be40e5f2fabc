import { randomBytes } from 'node:crypto';
import type { LogFields } from './log.ts';

/** What one request came to, for its log line. Sizes in bytes or characters, times in ms. */
export class Trace {
  readonly mark = randomBytes(4).toString('hex');
  readonly id = randomBytes(6).toString('hex');
  route = 'other';
  model = '';
  stream = false;
  in = 0;
  prompt = 0;
  omitted = 0;
  waited = 0;
  /** Whether Claude Code had been started ahead. */
  warm = false;
  first: number | null = null;
  out = 0;
  outcome = 'ok';
  /** To the end of the answer; the run may take longer to go away. */
  total: number | null = null;
}

/** What the log line of a request says. `status` is 499 for a client that went away. */
export function fieldsOf(trace: Trace, status: number, started: number): LogFields {
  const { id, route, outcome } = trace;
  const total = trace.total ?? Math.round(performance.now() - started);
  if (route !== 'chat') return { id, route, status, outcome, total };
  const { model, stream, in: bytes, prompt, omitted, out, waited, warm, first } = trace;
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
    warm: warm || undefined,
    first: first ?? undefined,
    total,
  };
}
