import { type IncomingMessage, request } from 'node:http';
import { array, type Json, object, parsed, string } from '../system/json.ts';
import { onAbort } from './cancellation.ts';
import type { ChatRequest } from './chat-request.ts';
import { CLOSING } from './claude-cli.ts';
import { notSignedIn } from './claude-events.ts';
import { Lines } from './lines.ts';
import type { NormalizerOptions } from './options.ts';
import { Refusal, size } from './refusal.ts';
import type { Run, RunEnd, Upstream } from './upstream.ts';

/**
 * claude-max-api-proxy 1.0.0 hands the prompt to Claude Code as one program argument, which Linux limits to this many
 * bytes of UTF-8. One byte more and its stream stays open for ever without an answer.
 */
export const ARGUMENT_MAX = 131_071;

export interface ClaudeMaxApiOptions extends Pick<NormalizerOptions, 'models' | 'statusCommand'> {
  readonly port: number;
  readonly signInCommand: string;
}

/** The proxy knows three model ids and takes everything else for opus. */
const ITS_MODELS: ReadonlySet<string> = new Set(['opus', 'sonnet', 'haiku']);

/** Asks a claude-max-api-proxy on this machine, always as a stream: a failing request that is not one ends it. */
export function claudeMaxApiUpstream(options: ClaudeMaxApiOptions): Upstream {
  const end = Buffer.from(`${JSON.stringify(CLOSING).slice(1, -1)}"}]}`);
  const extra = Buffer.byteLength(CLOSING);
  const models = new Map([...options.models].filter(([, name]) => ITS_MODELS.has(name)));

  function accept(asked: ChatRequest): void {
    const bytes = asked.promptBytes + extra;
    if (bytes > ARGUMENT_MAX) {
      throw new Refusal(
        413,
        'prompt_too_long',
        `The conversation has ${size(bytes)} of text; claude-max-api-proxy takes ${size(ARGUMENT_MAX)}. Set the proxy up again with the upstream "direct", which has no such limit.`,
        { param: 'messages' },
      );
    }
    if (asked.nul) {
      throw new Refusal(
        400,
        'nul_in_text',
        'A message holds a NUL character, which claude-max-api-proxy cannot take.',
        {
          param: 'messages',
        },
      );
    }
  }

  function run(run: Run): Promise<RunEnd> {
    const head = Buffer.from(`{"model":"claude-${run.model}-4","stream":true,"messages":[{"role":"user","content":"`);
    const body = Buffer.concat([head, run.request.prompt, end]);
    return new Promise((resolve, reject) => {
      run.signal.throwIfAborted();
      const call = request({
        host: '127.0.0.1',
        port: options.port,
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { 'content-type': 'application/json', 'content-length': body.length },
        // Each answer takes seconds: a connection of its own costs nothing, and none can be closed under a request.
        agent: false,
      });
      const forget = onAbort(run.signal, () => call.destroy(new Error('cancelled')));
      const settle = (finish: () => void) => {
        forget();
        try {
          if (run.signal.aborted) reject(run.signal.reason);
          else finish();
        } catch (error) {
          reject(error);
        }
      };
      call.on('error', (error) => settle(() => reject(down(options, error))));
      call.on('response', (response) => {
        const reader = new StreamReader(run, response);
        response.on('data', (chunk: Buffer) => {
          try {
            reader.push(chunk);
          } catch (error) {
            settle(() => reject(error));
            call.destroy();
          }
        });
        response.on('error', () => {});
        response.on('close', () => settle(() => resolve(reader.end(options, response.complete))));
      });
      call.end(body);
    });
  }

  return {
    name: 'claude-max-api',
    models,
    accept,
    run,
    state: () =>
      new Promise((resolve) => {
        const call = request({ host: '127.0.0.1', port: options.port, path: '/health', agent: false, timeout: 5_000 });
        call.on('timeout', () => call.destroy(new Error('no answer within 5 s')));
        call.on('error', (error) => resolve({ ok: false, says: down(options, error).message }));
        call.on('response', (response) => {
          response.resume();
          // Its /health says nothing about the sign-in, and asking would cost a request.
          resolve({ ok: response.statusCode === 200, says: `claude-max-api-proxy answers on port ${options.port}` });
        });
        call.end();
      }),
    close: async () => {},
  };
}

/** Reads the stream. An answer without any text is how this proxy says that Claude Code failed. */
class StreamReader {
  private done = false;
  private text = false;
  private failure = '';
  private plain = '';
  private readonly lines = new Lines();

  constructor(
    private readonly run: Run,
    private readonly response: IncomingMessage,
  ) {}

  push(chunk: Buffer): void {
    for (const line of this.lines.push(chunk)) this.line(line);
  }

  /** `complete`: whether the proxy ended its answer itself. Throws a `Refusal`. */
  end(options: ClaudeMaxApiOptions, complete: boolean): RunEnd {
    const last = this.lines.end();
    if (last !== null) this.line(last);
    if (!complete && !this.done) throw failed(options, 'It closed the connection in the middle of the answer.');
    if (this.response.statusCode !== 200) {
      throw failed(options, `It answered ${this.response.statusCode}. ${messageIn(object(parsed(this.plain)))}`);
    }
    if (this.failure !== '') throw failed(options, this.failure);
    if (!this.done) throw failed(options, 'It ended its answer in the middle.');
    if (!this.text) throw empty(options);
    return { finish: 'stop' };
  }

  private line(line: string): void {
    if (this.response.statusCode !== 200) {
      this.plain = (this.plain + line).slice(0, 2_000);
      return;
    }
    if (!line.startsWith('data:')) return;
    const data = line.slice(5).trim();
    if (data === '[DONE]') {
      this.done = true;
      return;
    }
    const value = parsed(data);
    if (value === undefined) {
      this.failure = 'It sent an event that is not JSON.';
      return;
    }
    const chunk = object(value);
    if (chunk.error !== undefined) this.failure = messageIn(chunk) || 'It reported an error without a message.';
    this.piece(object(object(array(chunk.choices)[0]).delta).content);
  }

  private piece(content: unknown): void {
    if (content === undefined || content === null || content === '') return;
    const text = string(content);
    if (text === null) {
      this.failure = 'It answered with something that is not text.';
      return;
    }
    this.text = true;
    const wait = this.run.onText(text);
    if (wait === undefined) return;
    this.response.pause();
    wait.then(() => this.response.resume());
  }
}

function messageIn(body: Json): string {
  return string(object(body.error).message) ?? '';
}

function empty(options: ClaudeMaxApiOptions): Refusal {
  const told = notSignedIn(options.signInCommand);
  return new Refusal(
    told.status,
    told.code,
    `${told.message} (claude-max-api-proxy gave an empty answer, which is all it does when Claude Code is not signed in or was refused.)`,
  );
}

function failed(options: ClaudeMaxApiOptions, what: string): Refusal {
  return new Refusal(
    502,
    'upstream_failed',
    `claude-max-api-proxy failed: ${what.trim().slice(0, 300)} See: ${options.statusCommand}`,
  );
}

function down(options: ClaudeMaxApiOptions, error: NodeJS.ErrnoException): Refusal {
  return new Refusal(
    502,
    'upstream_down',
    `claude-max-api-proxy does not answer on port ${options.port} (${error.code ?? error.message}). See: ${options.statusCommand}`,
  );
}
