import type { IncomingMessage } from 'node:http';
import { type Answer, StreamAnswer, WholeAnswer } from './answer.ts';
import { type ChatRequest, readChatRequest } from './chat-request.ts';
import { bodyLength } from './guard.ts';
import type { Limits } from './limits.ts';
import { readBody } from './read-body.ts';
import { Refusal } from './refusal.ts';
import type { Reply } from './reply.ts';
import type { ByteBudget, RunQueue } from './run-queue.ts';
import type { Trace } from './trace.ts';
import type { RunEnd, Upstream } from './upstream.ts';

/** ms that a run may take to go away after its last word. */
const LEAVE_MS = 10_000;

export interface Exchange {
  readonly request: IncomingMessage;
  readonly reply: Reply;
  readonly trace: Trace;
  /** Aborted, with the reason, where it has to end early: the client went away, its time is up, the service stops. */
  readonly cancel: AbortController;
  /** `performance.now()` */
  readonly started: number;
}

export interface Shared {
  readonly upstream: Upstream;
  readonly queue: RunQueue;
  readonly budget: ByteBudget;
  readonly limits: Limits;
}

/** Answers `POST /v1/chat/completions`. Throws a `Refusal`, or the reason of the exchange's cancellation. */
export async function chat(shared: Shared, exchange: Exchange): Promise<void> {
  const { upstream, budget, limits } = shared;
  const { request, reply, trace, cancel } = exchange;
  const { signal } = cancel;
  const bytes = bodyLength(request, limits.maxBody) ?? limits.maxBody;
  const turn = within(cancel, limits.waitMs, 'queue_timeout', 'for memory to read the request');
  const giveBack = await budget.take(bytes, signal).finally(() => clearTimeout(turn));
  try {
    const asked = await readRequest(shared, exchange);
    giveBack(asked.prompt.length);
    const model = modelFor(upstream, asked, trace);
    upstream.accept(asked);
    if (asked.omitted > 0) reply.header('x-omitted-parts', String(asked.omitted));
    const about = { id: `chatcmpl-${trace.id}`, model: asked.model ?? '', includeUsage: asked.includeUsage };
    const answer = asked.stream ? new StreamAnswer(reply, about) : new WholeAnswer(reply, about, limits.maxAnswer);
    const beat = setInterval(() => answer.beat(), limits.beatMs);
    try {
      await inTurn(shared, exchange, asked, model, answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      trace.outcome = error.code;
      answer.fail(error);
    } finally {
      clearInterval(beat);
      trace.out = answer.written;
    }
  } finally {
    giveBack();
  }
}

/** The request of an exchange. Of its body nothing is held beyond this call. */
async function readRequest({ limits }: Shared, { request, trace, cancel }: Exchange): Promise<ChatRequest> {
  const { signal } = cancel;
  const body = await readBody(request, { max: limits.maxBody, withinMs: limits.bodyMs, signal });
  trace.in = body.length;
  return readChatRequest(body, trace.mark);
}

async function inTurn(
  { upstream, queue, limits }: Shared,
  { trace, cancel, started }: Exchange,
  asked: ChatRequest,
  model: string,
  answer: Answer,
): Promise<void> {
  let leave: (() => void) | undefined;
  let complete = false;
  const finish = (end: RunEnd) => {
    complete = true;
    answer.end(end);
    trace.total = Math.round(performance.now() - started);
  };
  let timeout = within(cancel, limits.waitMs, 'queue_timeout', 'in line');
  try {
    const queued = performance.now();
    leave = await queue.enter(cancel.signal);
    clearTimeout(timeout);
    trace.waited = Math.round(performance.now() - queued);
    timeout = within(cancel, limits.runMs, 'run_timeout', 'for an answer of Claude Code');
    const end = await upstream.run({
      request: asked,
      model,
      signal: cancel.signal,
      onStart(warm) {
        trace.warm = warm;
      },
      onText(text) {
        trace.first ??= Math.round(performance.now() - started);
        return answer.text(text);
      },
      onEnd(end) {
        if (complete) return;
        finish(end);
        clearTimeout(timeout);
        timeout = within(cancel, LEAVE_MS, 'run_lingered', 'for a run to go away');
      },
    });
    if (!complete) finish(end);
  } catch (error) {
    // A run that ends badly after its last word has nothing to tell any more.
    if (!complete) throw error;
  } finally {
    clearTimeout(timeout);
    leave?.();
  }
}

/** Ends a request with a 504 after `ms`. */
function within(cancel: AbortController, ms: number, code: string, waitingFor: string): NodeJS.Timeout {
  return setTimeout(() => {
    cancel.abort(new Refusal(504, code, `Waited ${Math.round(ms / 1000)} s ${waitingFor}.`));
  }, ms);
}

function modelFor(upstream: Upstream, asked: ChatRequest, trace: Trace): string {
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
