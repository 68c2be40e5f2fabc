import type { ServerResponse } from 'node:http';
import type { Refusal } from './refusal.ts';
import type { RunEnd } from './upstream.ts';

/** What the client asked for, as it is echoed. */
export interface AnswerHead {
  /** `chatcmpl-…` */
  readonly id: string;
  /** As the client named it. */
  readonly model: string;
  readonly includeUsage: boolean;
}

/** Writes one answer in the way the client asked for. */
export interface Answer {
  /** The promise is open while the client does not read. */
  text(piece: string): Promise<void> | undefined;
  /** Tells a waiting client that we are alive. Decides the status: 200. */
  beat(): void;
  end(end: RunEnd): void;
  /** After `beat` or the first text the status is spent: then the error is an event, and the stream ends without [DONE]. */
  fail(refusal: Refusal): void;
  /** Characters of text passed on. */
  readonly written: number;
}

/** Server-sent events, one chunk per piece of text. */
export class StreamAnswer implements Answer {
  written = 0;
  private started = false;
  private readonly head: string;
  private readonly response: ServerResponse;
  private readonly about: AnswerHead;

  constructor(response: ServerResponse, about: AnswerHead) {
    this.response = response;
    this.about = about;
    const { id, model } = about;
    const fields = JSON.stringify({ id, object: 'chat.completion.chunk', created: seconds(), model });
    this.head = `data: ${fields.slice(0, -1)},"choices":`;
  }

  text(piece: string): Promise<void> | undefined {
    const role = this.written === 0 ? '"role":"assistant",' : '';
    this.written += piece.length;
    return this.send(
      `${this.head}[{"index":0,"delta":{${role}"content":${JSON.stringify(piece)}},"finish_reason":null}]}\n\n`,
    );
  }

  beat(): void {
    if (!this.response.writableEnded) this.send(': waiting for Claude Code\n\n');
  }

  end({ finish, usage }: RunEnd): void {
    let last = `${this.head}[{"index":0,"delta":{},"finish_reason":"${finish}"}]}\n\n`;
    if (this.about.includeUsage && usage !== undefined) {
      last += `${this.head}[],"usage":${JSON.stringify(usage)}}\n\n`;
    }
    this.open();
    this.response.end(`${last}data: [DONE]\n\n`);
  }

  fail(refusal: Refusal): void {
    if (this.started) this.response.end(`data: ${refusal.body()}\n\n`);
    else refuse(this.response, refusal);
  }

  private send(text: string): Promise<void> | undefined {
    this.open();
    return this.response.write(text) ? undefined : drained(this.response);
  }

  private open(): void {
    if (this.started) return;
    this.started = true;
    this.response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  }
}

/** One JSON object at the end. */
export class WholeAnswer implements Answer {
  written = 0;
  private readonly pieces: string[] = [];
  private readonly response: ServerResponse;
  private readonly about: AnswerHead;

  constructor(response: ServerResponse, about: AnswerHead) {
    this.response = response;
    this.about = about;
  }

  text(piece: string): undefined {
    this.written += piece.length;
    this.pieces.push(piece);
  }

  beat(): void {}

  end({ finish, usage }: RunEnd): void {
    const { id, model } = this.about;
    const head = `{"id":"${id}","object":"chat.completion","created":${seconds()},"model":${JSON.stringify(model)}`;
    const message = `{"role":"assistant","content":${JSON.stringify(this.pieces.join(''))}}`;
    const last = usage === undefined ? '' : `,"usage":${JSON.stringify(usage)}`;
    const choice = `{"index":0,"message":${message},"finish_reason":"${finish}"}`;
    sendJson(this.response, 200, `${head},"choices":[${choice}]${last}}`);
  }

  fail(refusal: Refusal): void {
    refuse(this.response, refusal);
  }
}

export function refuse(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (refusal.more.retryAfter !== undefined) response.setHeader('retry-after', String(refusal.more.retryAfter));
  // OpenAI's clients ask again after every 5xx unless they are told not to: a person has to act first.
  if (FINAL.has(refusal.code)) response.setHeader('x-should-retry', 'false');
  if (refusal.status === 401) response.setHeader('www-authenticate', 'Bearer');
  sendJson(response, refusal.status, refusal.body());
}

const FINAL: ReadonlySet<string> = new Set([
  'not_signed_in',
  'claude_refused',
  'claude_missing',
  'claude_too_old',
  'claude_unknown',
]);

export function sendJson(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) });
  response.end(json);
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.removeListener('drain', done);
      response.removeListener('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
