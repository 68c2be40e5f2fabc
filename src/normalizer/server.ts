import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { chat, type Exchange } from './chat.ts';
import { guardOf, keyCheck, passOver } from './guard.ts';
import type { Limits } from './limits.ts';
import type { Log } from './log.ts';
import { Refusal } from './refusal.ts';
import { Reply } from './reply.ts';
import { ByteBudget, RunQueue } from './run-queue.ts';
import { limitStrangers } from './strangers.ts';
import { fieldsOf, Trace } from './trace.ts';
import type { Upstream } from './upstream.ts';

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

/** Thrown through a request whose client hung up: nobody is left to be told. */
const GONE = Symbol('client gone');

/** The service without its port: OpenAI's chat completions in front of an upstream. */
export function makeService({ upstream, key, version, limits, log }: ServiceOptions): Service {
  const queue = new RunQueue(limits.runs, limits.waiting);
  const budget = new ByteBudget(limits.bodyBudget);
  const authorized = keyCheck(key);
  const shared = { upstream, queue, budget, limits };
  const open = new Set<AbortController>();
  let draining = false;
  let serving = 0;
  let emptied: (() => void) | null = null;

  /** Told whenever an answer is out or a run is gone: both have to be before the service may end. */
  function settled(): void {
    if (open.size === 0 && serving === 0) emptied?.();
  }

  let guard = guardOf(0);

  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      // The body has a limit of its own, which begins when it is read.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
      keepAliveTimeout: limits.idleMs,
    },
    serve,
  );
  server.on('listening', () => {
    const address = server.address();
    guard = guardOf(typeof address === 'object' && address !== null ? address.port : 0);
  });
  const admit = limitStrangers(server, limits.strangers);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    serving++;
    const started = performance.now();
    const trace = new Trace();
    const cancel = new AbortController();
    const reply = new Reply(response, trace.id);
    open.add(cancel);
    response.on('close', () => {
      if (!response.writableFinished) cancel.abort(GONE);
      open.delete(cancel);
      settled();
    });
    const known = authorized(request);
    if (known) admit(request.socket);
    // Who has no key keeps no connection.
    reply.last = draining || !known;
    try {
      guard(request);
      await route({ request, reply, trace, cancel, started }, known);
    } catch (error) {
      await refuse(error, { request, reply, trace });
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
  async function refuse(error: unknown, exchange: Pick<Exchange, 'request' | 'reply' | 'trace'>): Promise<void> {
    const { request, reply, trace } = exchange;
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

  function route(exchange: Exchange, known: boolean): Promise<void> | void {
    const { request, reply, trace } = exchange;
    const path = (request.url ?? '').split('?', 1)[0];
    if (path === '/health') {
      trace.route = 'health';
      return health(reply, known);
    }
    if (path === '/v1/models' || path === '/v1/chat/completions') {
      trace.route = path === '/v1/models' ? 'models' : 'chat';
      if (!known) {
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
      if (draining) {
        const what = 'The service is stopping. Ask again in a few seconds.';
        throw new Refusal(503, 'stopping', what, { retryAfter: 5 });
      }
      return chat(shared, exchange);
    }
    throw new Refusal(404, 'unknown_path', 'There are /v1/chat/completions, /v1/models and /health here.');
  }

  function models(reply: Reply): void {
    const data = [...upstream.models.keys()].map((id) => ({ id, object: 'model', created: 0, owned_by: 'anthropic' }));
    reply.json(200, JSON.stringify({ object: 'list', data }));
  }

  /** Anyone on this machine may know that it runs; how busy it is and who is signed in is for the holder of the key. */
  async function health(reply: Reply, known: boolean): Promise<void> {
    const plain = { status: draining ? 'stopping' : 'ok', service: 'clawauth-setup-normalizer' };
    if (!known) return reply.json(draining ? 503 : 200, JSON.stringify(plain));
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
          for (const cancel of open) {
            cancel.abort(
              new Refusal(503, 'stopping', 'The service was stopped before the answer was complete.', {
                retryAfter: 5,
              }),
            );
          }
        }, graceMs);
        // A client that does not read would keep its answer open for ever; runs that ignore SIGTERM take two seconds.
        let late: NodeJS.Timeout | undefined;
        const grace = new Promise((resolve) => {
          late = setTimeout(resolve, graceMs + 3_000);
        });
        await Promise.race([ended, grace]);
        clearTimeout(timer);
        clearTimeout(late);
      }
      server.closeAllConnections();
    },
  };
}
