import type { ServerResponse } from 'node:http';
import { Refusal, size } from './refusal.ts';
import type { Reply } from './reply.ts';
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

  constructor(
    private readonly reply: Reply,
    private readonly about: AnswerHead,
  ) {
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
    if (!this.reply.response.writableEnded) this.send(': waiting for Claude Code\n\n');
  }

  end({ finish, usage }: RunEnd): void {
    let last = `${this.head}[{"index":0,"delta":{},"finish_reason":"${finish}"}]}\n\n`;
    if (this.about.includeUsage && usage !== undefined) {
      last += `${this.head}[],"usage":${JSON.stringify(usage)}}\n\n`;
    }
    this.open();
    this.reply.response.end(`${last}data: [DONE]\n\n`);
  }

  fail(refusal: Refusal): void {
    if (this.started) this.reply.response.end(`data: ${refusal.body()}\n\n`);
    else this.reply.refuse(refusal);
  }

  private send(text: string): Promise<void> | undefined {
    this.open();
    const { response } = this.reply;
    return response.write(text) ? undefined : drained(response);
  }

  private open(): void {
    if (this.started) return;
    this.started = true;
    this.reply.events();
  }
}

/** One JSON object at the end. */
export class WholeAnswer implements Answer {
  written = 0;
  private readonly pieces: string[] = [];

  /** Holds at most `max` characters. */
  constructor(
    private readonly reply: Reply,
    private readonly about: AnswerHead,
    private readonly max: number,
  ) {}

  /** Throws a `Refusal` (502) beyond the limit. */
  text(piece: string): undefined {
    this.written += piece.length;
    if (this.written > this.max) throw answerTooLarge(this.max);
    this.pieces.push(piece);
  }

  beat(): void {}

  end({ finish, usage }: RunEnd): void {
    const { id, model } = this.about;
    const head = `{"id":"${id}","object":"chat.completion","created":${seconds()},"model":${JSON.stringify(model)}`;
    const message = `{"role":"assistant","content":${JSON.stringify(this.pieces.join(''))}}`;
    const last = usage === undefined ? '' : `,"usage":${JSON.stringify(usage)}`;
    const choice = `{"index":0,"message":${message},"finish_reason":"${finish}"}`;
    this.reply.json(200, `${head},"choices":[${choice}]${last}}`);
  }

  fail(refusal: Refusal): void {
    this.reply.refuse(refusal);
  }
}

/** What an answer is refused with that is larger than anything a model says. `max` in bytes or characters. */
export function answerTooLarge(max: number): Refusal {
  return new Refusal(502, 'answer_too_large', `The answer is larger than ${size(max)}, which is not passed on.`);
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
