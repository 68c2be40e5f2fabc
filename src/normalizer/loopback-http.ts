import { connect, type Socket } from 'node:net';

/** Takes an answer while it arrives. */
export interface AnswerReader {
  head(status: number): void;
  /** What comes next comes into the same memory: what is to be kept of a chunk has to be copied. */
  body(chunk: Buffer): void;
}

/** One request under way. */
export interface Exchange {
  /** Settles when the answer is complete; rejects with the socket's error, or {@link CutOff}. */
  readonly done: Promise<void>;
  /** Stops and starts reading the answer. */
  pause(): void;
  resume(): void;
  /** Gives up; `done` rejects. */
  destroy(): void;
}

/** The server closed the connection before its answer was complete. */
export class CutOff extends Error {}

const HEAD_MAX = 64 * 1024;
/** Bytes up to which a copy of the pieces of a body costs less than telling the system where each of them is. */
const COPY_MAX = 16 * 1024;
/** Bytes that may wait for a server that does not read on. */
const HELD_MAX = 1024 * 1024;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * POSTs to one server on this machine over kept connections. Node's own client costs more per request than everything
 * else that the normalizer does (`npm run bench`), and almost all of it is for cases that a neighbour on 127.0.0.1
 * does not have.
 */
export class LoopbackHttp {
  private readonly idle: Connection[] = [];
  private readonly port: number;
  private readonly keep: number;

  constructor(port: number, keep = 64) {
    this.port = port;
    this.keep = keep;
  }

  /** `body` has to be complete JSON in pieces of `length` bytes together. */
  post(path: string, body: readonly Buffer[], length: number, reader: AnswerReader): Exchange {
    const head = Buffer.from(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${this.port}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`,
      'latin1',
    );
    const kept = this.idle.pop();
    let connection = kept ?? new Connection(this.port);
    let fresh = kept === undefined;
    let gone = false;
    const done = new Promise<void>((resolve, reject) => {
      const settle = (error: Error | null) => {
        if (error === null) {
          this.rest(connection);
          resolve();
        } else if (fresh || gone || connection.sawAnswer) reject(error);
        else {
          // The server closed a kept connection just when it was used: nothing of this request was answered, ask anew.
          fresh = true;
          connection = new Connection(this.port);
          connection.ask(head, body, length, reader, settle);
        }
      };
      connection.ask(head, body, length, reader, settle);
    });
    return {
      done,
      pause: () => connection.socket.pause(),
      resume: () => connection.socket.resume(),
      destroy: () => {
        gone = true;
        connection.socket.destroy();
      },
    };
  }

  close(): void {
    for (const connection of this.idle.splice(0)) connection.socket.destroy();
  }

  private rest(connection: Connection): void {
    // One that is paused would not read the next answer before the client of this one reads on.
    if (!connection.reusable || connection.socket.isPaused() || this.idle.length >= this.keep) {
      connection.socket.destroy();
      return;
    }
    this.idle.push(connection);
    connection.socket.unref();
    connection.onceGone = () => {
      const at = this.idle.indexOf(connection);
      if (at !== -1) this.idle.splice(at, 1);
    };
  }
}

const RETURN = 0x0d;
const NEWLINE = 0x0a;

const BY_LENGTH = 0;
const CHUNK_SIZE = 1;
const CHUNK_EXTENSION = 2;
const CHUNK_DATA = 3;
const CHUNK_END = 4;
const TRAILER = 5;
const UNTIL_CLOSE = 6;
const COMPLETE = 7;

/** What may follow the size of a chunk: the end of the line, white space, or an extension, which nobody reads. */
const ENDS_SIZE: ReadonlySet<number> = new Set([RETURN, NEWLINE, 0x20, 0x09, 0x3b]);

/** All answers are read into this, one after the other: memory of its own for each costs a small one 5 % of its time. */
const INTO = Buffer.allocUnsafeSlow(64 * 1024);

class Connection {
  readonly socket: Socket;
  /** Whether a byte of the present answer has come. */
  sawAnswer = false;
  reusable = false;
  /** Told when the socket closes while nothing is asked of it. */
  onceGone: (() => void) | null = null;
  private reader: AnswerReader | null = null;
  private settle: ((error: Error | null) => void) | null = null;
  private failure: Error | null = null;
  private head: Buffer | null = null;
  private inHead = true;
  private state = BY_LENGTH;
  private left = 0;
  /** Bytes of the present piece of framing. */
  private framed = 0;
  private emptyLine = true;

  constructor(port: number) {
    const take = (bytes: number) => {
      this.data(INTO.subarray(0, bytes));
      return true;
    };
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true, onread: { buffer: INTO, callback: take } });
    this.socket.on('error', (error) => {
      this.failure = error;
    });
    this.socket.on('close', () => this.closed());
  }

  /** Sends a request; `settle` is told once, with null when its answer is complete. */
  ask(
    head: Buffer,
    body: readonly Buffer[],
    length: number,
    reader: AnswerReader,
    settle: (error: Error | null) => void,
  ): void {
    const { socket } = this;
    this.reader = reader;
    this.settle = settle;
    this.onceGone = null;
    this.sawAnswer = false;
    this.reusable = false;
    this.inHead = true;
    this.head = null;
    socket.ref();
    if (socket.destroyed) {
      this.closed();
      return;
    }
    if (length <= COPY_MAX) {
      socket.write(Buffer.concat([head, ...body], head.length + length));
      return;
    }
    if (length > HELD_MAX) {
      socket.write(head);
      this.send(body, 0);
      return;
    }
    socket.cork();
    socket.write(head);
    for (const piece of body) socket.write(piece);
    socket.uncork();
  }

  /** Writes large bodies piece by piece, as fast as they are taken. */
  private send(body: readonly Buffer[], from: number): void {
    const { socket } = this;
    for (let at = from; at < body.length; at++) {
      if (socket.destroyed) return;
      if (!socket.write(body[at] as Buffer)) {
        socket.once('drain', () => this.send(body, at + 1));
        return;
      }
    }
  }

  private closed(): void {
    this.reusable = false;
    this.onceGone?.();
    if (!this.inHead && this.state === UNTIL_CLOSE && this.failure === null) this.end(null);
    else this.end(this.failure ?? new CutOff('The connection was closed before the answer was complete.'));
  }

  private end(error: Error | null): void {
    const { settle } = this;
    this.settle = null;
    this.reader = null;
    settle?.(error);
  }

  private data(chunk: Buffer): void {
    if (this.settle === null) {
      // An answer that nobody asked for: the connection cannot be trusted any more.
      this.socket.destroy();
      return;
    }
    this.sawAnswer = true;
    try {
      const rest = this.inHead ? this.readHead(chunk) : chunk;
      if (!this.inHead) this.readBody(rest);
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.socket.destroy();
    }
  }

  /** Reads the status line and headers; gives what follows them. */
  private readHead(chunk: Buffer): Buffer {
    const bytes = this.head === null ? chunk : Buffer.concat([this.head, chunk]);
    const end = bytes.indexOf(END_OF_HEAD);
    if (end === -1) {
      if (bytes.length > HEAD_MAX) throw new Error('Its headers do not end.');
      this.head = Buffer.from(bytes);
      return chunk.subarray(chunk.length);
    }
    this.head = null;
    const rest = bytes.subarray(end + 4);
    const text = bytes.toString('latin1', 0, end).toLowerCase();
    const status = Number(/^http\/1\.[01] (\d{3})(?: |\r|$)/.exec(text)?.[1] ?? Number.NaN);
    if (Number.isNaN(status)) throw new Error('It does not speak HTTP.');
    if (status < 200) return this.readHead(rest);
    this.inHead = false;
    this.reusable = text.startsWith('http/1.1') && !/\r\nconnection:[^\r]*\bclose\b/.test(text);
    const length = /\r\ncontent-length: *(\d+)/.exec(text)?.[1];
    if (/\r\ntransfer-encoding: *chunked/.test(text)) this.enter(CHUNK_SIZE);
    else if (status === 204 || status === 304) this.byLength(0);
    else if (length !== undefined) this.byLength(Number(length));
    else this.state = UNTIL_CLOSE;
    this.reader?.head(status);
    return rest;
  }

  private byLength(bytes: number): void {
    this.state = bytes === 0 ? COMPLETE : BY_LENGTH;
    this.left = bytes;
  }

  private readBody(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.state !== COMPLETE) {
      if (this.state === UNTIL_CLOSE) {
        this.reader?.body(at === 0 ? chunk : chunk.subarray(at));
        return;
      }
      if (this.state === BY_LENGTH || this.state === CHUNK_DATA) {
        const take = Math.min(this.left, chunk.length - at);
        this.reader?.body(chunk.subarray(at, at + take));
        this.left -= take;
        at += take;
        if (this.left === 0) this.enter(this.state === BY_LENGTH ? COMPLETE : CHUNK_END);
        continue;
      }
      this.frame(chunk[at++] as number);
    }
    if (this.state !== COMPLETE) return;
    if (at < chunk.length) this.reusable = false;
    this.end(null);
  }

  /** One byte of what stands around the chunks of an answer. */
  private frame(byte: number): void {
    if (++this.framed > HEAD_MAX) throw malformed();
    switch (this.state) {
      case CHUNK_SIZE: {
        const digit = hexDigit(byte);
        if (digit === -1) {
          if (this.framed === 1 || !ENDS_SIZE.has(byte)) throw malformed();
          this.state = CHUNK_EXTENSION;
          this.frame(byte);
          return;
        }
        if (this.framed > 8) throw malformed();
        this.left = this.left * 16 + digit;
        return;
      }
      case CHUNK_EXTENSION:
        if (byte === NEWLINE) this.enter(this.left === 0 ? TRAILER : CHUNK_DATA);
        return;
      case CHUNK_END:
        if (byte === NEWLINE) this.enter(CHUNK_SIZE);
        else if (byte !== RETURN) throw malformed();
        return;
      default:
        // The trailer ends with an empty line.
        if (byte === NEWLINE && this.emptyLine) this.enter(COMPLETE);
        else if (byte === NEWLINE) this.emptyLine = true;
        else if (byte !== RETURN) this.emptyLine = false;
    }
  }

  private enter(state: number): void {
    this.state = state;
    this.framed = 0;
    this.emptyLine = true;
    if (state === CHUNK_SIZE) this.left = 0;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function malformed(): Error {
  return new Error('Its answer is malformed.');
}
