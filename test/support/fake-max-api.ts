import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

export type MaxApiMode =
  | 'ok'
  | 'empty'
  | 'error event'
  | 'status 500'
  | 'cut off'
  | 'hang'
  | 'not http'
  | 'bad event'
  | 'byte by byte'
  | 'flood'
  | 'close at once';

export interface FakeMaxApi {
  readonly port: number;
  mode: MaxApiMode;
  /** Parsed bodies, in the order they came. */
  readonly asked: { model: string; stream: boolean; messages: { role: string; content: string }[] }[];
  /** Requests that its client gave up. */
  dropped: number;
  /** Requests that were being answered at the same time, at most. */
  most: number;
  /** In place of the usual events. */
  events: readonly string[] | null;
  /** ms before each answer. */
  delayMs: number;
  /** No answer before this many were asked for at once; 0 or 1: none waits for others. */
  holdUntil: number;
  /** Connections that were opened to it so far. */
  connections: number;
  /** Closes kept connections, as a restart or a keep-alive timeout does. */
  closeIdle(): void;
  close(): Promise<void>;
}

/** A stand-in for claude-max-api-proxy: streams like it, and fails like it. */
export async function fakeMaxApi(): Promise<FakeMaxApi> {
  const chunk = (delta: object, finish: string | null = null) =>
    `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', model: 'claude-opus-4', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  let running = 0;
  const server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    response.on('close', () => {
      if (!response.writableFinished) api.dropped++;
    });
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      return;
    }
    if (request.url === '/health') {
      response.end('{"status":"ok"}');
      return;
    }
    const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as FakeMaxApi['asked'][number];
    api.asked.push(body);
    running++;
    api.most = Math.max(api.most, running);
    response.on('close', () => running--);
    while (api.most < api.holdUntil) await new Promise((resolve) => setTimeout(resolve, 5));
    if (api.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, api.delayMs));
    const say = /SAY:(.*?);/s.exec(body.messages[0]?.content ?? '')?.[1] ?? 'ok';
    if (api.mode === 'status 500') {
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"spawn E2BIG"}}');
      return;
    }
    if (api.mode === 'not http') {
      response.socket?.end('SSH-2.0-OpenSSH\r\n\r\n');
      return;
    }
    if (api.mode === 'close at once') {
      response.socket?.destroy();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(':ok\n\n');
    if (api.mode === 'hang') return;
    if (api.events !== null) {
      response.end([...api.events, 'data: [DONE]\n\n'].join(''));
      return;
    }
    if (api.mode === 'error event') {
      response.end('data: {"error":{"message":"Process exited with code 1"}}\n\ndata: [DONE]\n\n');
      return;
    }
    if (api.mode === 'bad event') {
      response.end('data: {"choices":\n\ndata: [DONE]\n\n');
      return;
    }
    const half = say.length >> 1;
    const events = [chunk({ role: 'assistant', content: say.slice(0, half) }), chunk({ content: say.slice(half) })];
    if (api.mode === 'empty') events.length = 0;
    if (api.mode === 'cut off') {
      response.write(events[0]);
      setTimeout(() => response.socket?.destroy(), 20);
      return;
    }
    if (api.mode === 'flood') {
      const some = chunk({ content: 'flood '.repeat(2_500) });
      const last = `${chunk({}, 'stop')}data: [DONE]\n\n`;
      Readable.from([...Array.from({ length: 3_500 }, () => some), last]).pipe(response);
      return;
    }
    const all = [...events, chunk({}, 'stop'), 'data: [DONE]\n\n'].join('');
    if (api.mode === 'byte by byte') {
      for (const byte of Buffer.from(all)) {
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    } else response.end(all);
  });
  server.on('connection', () => api.connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api: FakeMaxApi = {
    port: (server.address() as AddressInfo).port,
    mode: 'ok',
    asked: [],
    dropped: 0,
    most: 0,
    delayMs: 0,
    holdUntil: 0,
    events: null,
    connections: 0,
    closeIdle: () => server.closeIdleConnections(),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return api;
}
