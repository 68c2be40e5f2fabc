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

export class Reply {
  /** Whether the connection ends with this answer. */
  last = false;

  constructor(
    readonly response: ServerResponse,
    requestId: string,
  ) {
    response.setHeader('x-request-id', requestId);
  }

  /** To be called before the answer begins. */
  header(name: string, value: string): void {
    this.response.setHeader(name, value);
  }

  json(status: number, json: string): void {
    this.header('content-type', 'application/json');
    this.header('content-length', String(Buffer.byteLength(json)));
    this.begin(status);
    this.response.end(json);
  }

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
    this.response.writeHead(status);
  }
}
