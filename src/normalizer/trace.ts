import { randomFillSync } from 'node:crypto';

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
  const random = unguessable();
  return {
    mark: random.toString('hex', 0, 4),
    id: random.toString('hex', 4),
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

/** What the log line of a chat request says besides its outcome. */
export function chatFields(trace: Trace): Record<string, string | number | boolean> {
  const { model, stream, in: bytes, prompt, omitted, out, waited, first } = trace;
  return { model, stream, in: bytes, prompt, omitted, out, waited, ...(first === null ? {} : { first }) };
}

const pool = Buffer.alloc(4096);
let used = pool.length;

/** Ten random bytes: asking the system for each ten alone would cost more than the rest of a small request's checks. */
function unguessable(): Buffer {
  if (used + 10 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 10;
  return pool.subarray(used - 10, used);
}
