import type { ServerResponse } from 'node:http';
import type { Refusal } from './refusal.ts';

/** Codes after which a person has to act. */
const FINAL: ReadonlySet<string> = new Set([
  'not_signed_in',
  'claude_refused',
  'claude_missing',
  'claude_too_old',
  'claude_unknown',
]);

/**
 * What goes back to one client. Headers are gathered and handed to node in one list: set one by one, node checks and
 * sorts them once more, which costs a small request 5 % of its time.
 */
export class Reply {
  readonly response: ServerResponse;
  /** Whether the connection ends with this answer. */
  last = false;
  private readonly headers: string[];

  constructor(response: ServerResponse, requestId: string) {
    this.response = response;
    this.headers = ['x-request-id', requestId];
  }

  /** To be called before the answer begins; each name once. */
  header(name: string, value: string): void {
    this.headers.push(name, value);
  }

  json(status: number, json: string): void {
    this.header('content-type', 'application/json');
    this.header('content-length', String(Buffer.byteLength(json)));
    this.begin(status);
    // Head and body leave together in one write; `end(json)` would hold them back for an empty last piece.
    this.response.write(json);
    this.response.socket?.uncork();
    this.response.end();
  }

  /** Begins a stream of server-sent events. */
  events(): void {
    this.header('content-type', 'text/event-stream; charset=utf-8');
    this.header('cache-control', 'no-cache');
    this.begin(200);
  }

  /** An answer that has begun cannot become another one: it is cut off. */
  refuse(refusal: Refusal): void {
    if (this.response.headersSent) {
      this.response.destroy();
      return;
    }
    if (refusal.more.retryAfter !== undefined) this.header('retry-after', String(refusal.more.retryAfter));
    // OpenAI's clients ask again after every 5xx unless they are told not to.
    if (FINAL.has(refusal.code)) this.header('x-should-retry', 'false');
    if (refusal.status === 401) this.header('www-authenticate', 'Bearer');
    this.json(refusal.status, refusal.body());
  }

  private begin(status: number): void {
    if (this.last) this.header('connection', 'close');
    this.response.writeHead(status, this.headers);
  }
}
