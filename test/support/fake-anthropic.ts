import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the stand-in does with a `/v1/messages` request. */
export type FakeAnswer =
  | { readonly text: string | readonly string[]; readonly gapMs?: number; readonly stopReason?: string }
  | { readonly status: number; readonly type: string; readonly message: string }
  | { readonly hang: true };

/** One request as it arrived; the key headers are kept so that a test can say which credential went out. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Set when the client closed before the answer was complete. */
  aborted: boolean;
}

export interface FakeAnthropic {
  readonly url: string;
  readonly port: number;
  /** `/v1/messages` requests only. */
  readonly seen: SeenRequest[];
  answer: (request: SeenRequest) => FakeAnswer;
  close(): Promise<void>;
}

/** A stand-in for the Anthropic Messages API on loopback: enough of it for the real Claude Code CLI's print mode. */
export async function fakeAnthropic(
  answer: (request: SeenRequest) => FakeAnswer = () => ({ text: 'pong' }),
): Promise<FakeAnthropic> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const url = request.url ?? '';
    const one: SeenRequest = {
      method: request.method ?? '',
      url,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      aborted: false,
    };
    if (request.method !== 'POST' || !url.startsWith('/v1/messages') || url.includes('count_tokens')) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"type":"error"}');
      return;
    }
    seen.push(one);
    response.on('close', () => {
      one.aborted = !response.writableEnded;
    });
    const what = api.answer(one);
    if ('hang' in what) return;
    if ('status' in what) {
      response
        .writeHead(what.status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ type: 'error', error: { type: what.type, message: what.message } }));
      return;
    }
    await stream(response, modelOf(one.body), what);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = (server.address() as AddressInfo).port;
  const api: FakeAnthropic = {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    answer,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return api;
}

/** All text of the messages in a Messages API body, in order, joined by blank lines. */
export function textOf(body: string): string {
  const { messages } = JSON.parse(body) as { messages: { content: string | { type: string; text?: string }[] }[] };
  return messages
    .flatMap(({ content }) => (typeof content === 'string' ? [content] : content.map((part) => part.text ?? '')))
    .join('\n\n');
}

function modelOf(body: string): string {
  try {
    return (JSON.parse(body) as { model?: string }).model ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

async function stream(
  response: ServerResponse,
  model: string,
  what: { readonly text: string | readonly string[]; readonly gapMs?: number; readonly stopReason?: string },
): Promise<void> {
  const pieces = typeof what.text === 'string' ? [what.text] : what.text;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_fake' });
  const send = (type: string, data: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  send('message_start', {
    message: {
      id: 'msg_fake',
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 11, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 5 },
    },
  });
  send('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  for (const [at, text] of pieces.entries()) {
    if (at > 0 && what.gapMs !== undefined) await new Promise((resolve) => setTimeout(resolve, what.gapMs));
    if (response.destroyed) return;
    send('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
  }
  send('content_block_stop', { index: 0 });
  send('message_delta', {
    delta: { stop_reason: what.stopReason ?? 'end_turn', stop_sequence: null },
    usage: { output_tokens: 7 },
  });
  send('message_stop', {});
  response.end();
}
