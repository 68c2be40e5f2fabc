import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Answer, StreamAnswer, WholeAnswer } from './answer.ts';
import { Bag } from './bag.ts';
import { type ChatRequest, ChatRequestReader } from './chat-request.ts';
import { type Deadline, Deadlines } from './deadlines.ts';
import { Ending } from './ending.ts';
import { bodyLength, guardOf, keyCheck, passOver } from './guard.ts';
import type { Log } from './log.ts';
import { readBody } from './read-body.ts';
import { Refusal } from './refusal.ts';
import { Reply } from './reply.ts';
import { ByteBudget, RunQueue } from './run-queue.ts';
import { fieldsOf, newTrace, type Trace } from './trace.ts';
import type { RunEnd, Upstream } from './upstream.ts';

/** Limits of the service. Times in ms, sizes in bytes. */
export interface Limits {
  /** Claude Code runs at once; each takes about 200 MB. */
  readonly runs: number;
  /** Requests in line behind them. */
  readonly waiting: number;
  readonly maxBody: number;
  /** Request bodies in memory, all together. */
  readonly bodyBudget: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** Without a byte of the body. */
  readonly bodyMs: number;
  /** In line. */
  readonly waitMs: number;
  /** A run, from its start. */
  readonly runMs: number;
  /** Until a waiting stream gets a sign of life, and between two. */
  readonly beatMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  runs: 2,
  waiting: 32,
  maxBody: 32 * 1024 * 1024,
  bodyBudget: 64 * 1024 * 1024,
  headersMs: 10_000,
  bodyMs: 30_000,
  waitMs: 300_000,
  runMs: 600_000,
  beatMs: 15_000,
};

export interface ServiceOptions {
  readonly upstream: Upstream;
  /** The key that OpenClaw sends as `Authorization: Bearer`. */
  readonly key: string;
  readonly version: string;
  readonly limits: Limits;
  readonly log: Log;
}

export interface Service {
  readonly server: Server;
  /** Takes nothing new, lets runs end for at most `graceMs`, then ends them. */
  drain(graceMs: number): Promise<void>;
}

/** ms that a run may take to go away after its last word. */
const LEAVE_MS = 10_000;

/** Thrown through a request whose client hung up: nobody is left to be told. */
const GONE = Symbol('client gone');

/** The service without its port: OpenAI's chat completions in front of an upstream. */
export function makeService({ upstream, key, version, limits, log }: ServiceOptions): Service {
  const queue = new RunQueue(limits.runs, limits.waiting);
  const budget = new ByteBudget(limits.bodyBudget);
  const authorized = keyCheck(key);
  const open = new Bag<Ending>();
  let draining = false;
  let serving = 0;
  let emptied: (() => void) | null = null;

  /** Told whenever an answer is out or a run is gone: both have to be before the service may end. */
  function settled(): void {
    if (open.size === 0 && serving === 0) emptied?.();
  }

  const deadlines = new Deadlines(tickOf(limits));
  let guard = guardOf(0);

  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
    },
    serve,
  );
  server.maxConnections = 1024;
  server.on('listening', () => {
    const address = server.address();
    guard = guardOf(typeof address === 'object' && address !== null ? address.port : 0);
  });
  // An idle connection is its client's to close: closed from here, it could be while the next request is on its way.
  server.keepAliveTimeout = 0;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    serving++;
    const started = performance.now();
    const trace = newTrace();
    const ending = new Ending();
    const reply = new Reply(response, trace.id);
    open.add(ending);
    response.on('close', () => {
      if (!response.writableFinished) ending.end(GONE);
      open.delete(ending);
      settled();
    });
    reply.last = draining;
    try {
      guard(request);
      await route(request, reply, trace, ending, started);
    } catch (error) {
      await refuse(error, request, reply, trace);
    } finally {
      const status = trace.outcome === 'client_gone' ? 499 : response.statusCode;
      const bad = status >= 500 || status === 401 || status === 403;
      const level = bad ? 'warn' : trace.route === 'chat' ? 'info' : 'debug';
      log(level, 'request', fieldsOf(trace, status, started));
      serving--;
      settled();
    }
  }

  /** Answers with what went wrong, where somebody is left to be told. */
  async function refuse(error: unknown, request: IncomingMessage, reply: Reply, trace: Trace): Promise<void> {
    if (error === GONE) {
      trace.outcome = 'client_gone';
      return;
    }
    try {
      const refusal = error instanceof Refusal ? error : bug(error);
      trace.outcome = refusal.code;
      await passOver(request, reply);
      reply.refuse(refusal);
    } catch (cause) {
      bug(cause);
      reply.response.destroy();
    }
  }

  function bug(error: unknown): Refusal {
    log('error', 'bug', { message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    return new Refusal(500, 'internal', 'The normalizer failed. Its log says where.');
  }

  function route(
    request: IncomingMessage,
    reply: Reply,
    trace: Trace,
    ending: Ending,
    started: number,
  ): Promise<void> | void {
    const path = (request.url ?? '').split('?', 1)[0];
    if (path === '/health') {
      trace.route = 'health';
      return health(request, reply);
    }
    if (path === '/v1/models' || path === '/v1/chat/completions') {
      trace.route = path === '/v1/models' ? 'models' : 'chat';
      if (!authorized(request)) {
        throw new Refusal(
          401,
          'bad_key',
          'The key is missing or wrong. It is the apiKey of this provider in openclaw.json.',
        );
      }
      const method = trace.route === 'models' ? 'GET' : 'POST';
      if (request.method !== method) {
        reply.header('allow', method);
        throw new Refusal(405, 'bad_method', `${path} takes ${method}.`);
      }
      if (trace.route === 'models') return models(reply);
      return chat(request, reply, trace, ending, started);
    }
    throw new Refusal(404, 'unknown_path', 'There are /v1/chat/completions, /v1/models and /health here.');
  }

  async function chat(
    request: IncomingMessage,
    reply: Reply,
    trace: Trace,
    ending: Ending,
    started: number,
  ): Promise<void> {
    if (draining)
      throw new Refusal(503, 'stopping', 'The service is stopping. Ask again in a few seconds.', { retryAfter: 5 });
    const declared = bodyLength(request, limits.maxBody);
    const bytes = declared ?? limits.maxBody;
    const giveBack = budget.takeNow(bytes) ?? (await budget.take(bytes, ending));
    try {
      const reader = new ChatRequestReader(trace.mark);
      const body = { max: limits.maxBody, idleMs: limits.bodyMs, deadlines, ending };
      trace.in = await readBody(request, body, (chunk) => reader.push(chunk));
      const asked = reader.finish();
      const model = modelFor(asked, trace);
      upstream.accept(asked);
      if (asked.omitted > 0) reply.header('x-omitted-parts', String(asked.omitted));
      const about = { id: `chatcmpl-${trace.id}`, model: asked.model ?? '', includeUsage: asked.includeUsage };
      const answer = asked.stream ? new StreamAnswer(reply, about) : new WholeAnswer(reply, about);
      const beat = deadlines.after(limits.beatMs, () => {
        answer.beat();
        beat.renew();
      });
      try {
        await inTurn(asked, model, answer, trace, ending, started);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        trace.outcome = error.code;
        answer.fail(error);
      } finally {
        beat.cancel();
        trace.out = answer.written;
      }
    } finally {
      giveBack();
    }
  }

  async function inTurn(
    asked: ChatRequest,
    model: string,
    answer: Answer,
    trace: Trace,
    ending: Ending,
    started: number,
  ): Promise<void> {
    let patience: Deadline | undefined;
    let leave: (() => void) | undefined;
    let complete = false;
    const finish = (end: RunEnd) => {
      complete = true;
      answer.end(end);
      trace.total = Math.round(performance.now() - started);
    };
    const onEnd = (end: RunEnd) => {
      if (complete) return;
      finish(end);
      patience?.cancel();
      patience = within(ending, LEAVE_MS, 'run_lingered', 'for a run to go away');
    };
    try {
      leave = queue.enterNow() ?? undefined;
      if (leave === undefined) {
        const queued = performance.now();
        patience = within(ending, limits.waitMs, 'queue_timeout', 'in line');
        leave = await queue.enter(ending);
        patience.cancel();
        trace.waited = Math.round(performance.now() - queued);
      }
      patience = within(ending, limits.runMs, 'run_timeout', 'for an answer of Claude Code');
      const end = await upstream.run({
        request: asked,
        model,
        ending,
        onText(text) {
          trace.first ??= Math.round(performance.now() - started);
          return answer.text(text);
        },
        onEnd,
      });
      if (!complete) finish(end);
    } catch (error) {
      // A run that ends badly after its last word has nothing to tell any more.
      if (!complete) throw error;
    } finally {
      patience?.cancel();
      leave?.();
    }
  }

  /** Ends a request with a 504 after `ms`. */
  function within(ending: Ending, ms: number, code: string, waitingFor: string): Deadline {
    return deadlines.after(ms, () => {
      ending.end(new Refusal(504, code, `Waited ${Math.round(ms / 1000)} s ${waitingFor}.`));
    });
  }

  function modelFor(asked: ChatRequest, trace: Trace): string {
    trace.stream = asked.stream;
    trace.prompt = asked.promptBytes;
    trace.omitted = asked.omitted;
    trace.model = asked.model ?? '';
    const found = upstream.models.get(asked.model ?? '');
    if (found !== undefined) return found;
    const known = [...upstream.models.keys()].join(', ');
    const what =
      asked.model === undefined
        ? '"model" is missing.'
        : `There is no model ${JSON.stringify(asked.model.slice(0, 80))}.`;
    throw new Refusal(404, 'model_not_found', `${what} There are: ${known}.`, { param: 'model' });
  }

  function models(reply: Reply): void {
    const data = [...upstream.models.keys()].map((id) => ({ id, object: 'model', created: 0, owned_by: 'anthropic' }));
    reply.json(200, JSON.stringify({ object: 'list', data }));
  }

  /** Anyone on this machine may know that it runs; how busy it is and who is signed in is for the holder of the key. */
  async function health(request: IncomingMessage, reply: Reply): Promise<void> {
    const plain = { status: draining ? 'stopping' : 'ok', service: 'clawauth-setup-normalizer' };
    if (!authorized(request)) return reply.json(draining ? 503 : 200, JSON.stringify(plain));
    const state = await upstream.state();
    const status = draining ? 'stopping' : state.ok ? 'ok' : 'not ready';
    const more = { version, upstream: upstream.name, says: state.says, ...queue.state };
    reply.json(status === 'ok' ? 200 : 503, JSON.stringify({ ...plain, status, ...more }));
  }

  return {
    server,
    async drain(graceMs) {
      draining = true;
      queue.close();
      server.close();
      server.closeIdleConnections();
      if (open.size > 0 || serving > 0) {
        const ended = new Promise<void>((resolve) => {
          emptied = resolve;
        });
        const timer = setTimeout(() => {
          for (const ending of open.all()) {
            ending.end(
              new Refusal(503, 'stopping', 'The service was stopped before the answer was complete.', {
                retryAfter: 5,
              }),
            );
          }
        }, graceMs);
        // A client that does not read would keep its answer open for ever; runs that ignore SIGTERM take two seconds.
        let late: NodeJS.Timeout | undefined;
        const patience = new Promise((resolve) => {
          late = setTimeout(resolve, graceMs + 3_000);
        });
        await Promise.race([ended, patience]);
        clearTimeout(timer);
        clearTimeout(late);
      }
      server.closeAllConnections();
    },
  };
}

/** ms between two looks at the clock: no limit is overdrawn by more than a tenth, or by a second. */
function tickOf({ bodyMs, waitMs, runMs, beatMs }: Limits): number {
  return Math.min(1_000, Math.ceil(Math.min(bodyMs, waitMs, runMs, beatMs) / 10));
}
