import type { ChatRequest } from './chat-request.ts';

/** Tokens as OpenAI counts them. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: { readonly cached_tokens: number };
}

/** How an answer ended. Everything else is thrown as a `Refusal`. */
export interface RunEnd {
  readonly finish: 'stop' | 'length';
  readonly usage?: Usage;
}

export interface Run {
  readonly request: ChatRequest;
  /** The upstream's own name of the model. */
  readonly model: string;
  readonly signal: AbortSignal;
  /** It has begun; whether with a Claude Code that was started ahead. */
  onStart(warm: boolean): void;
  /** A piece of the answer. While the promise it gives is open, the upstream is not read: the client is slow. */
  onText(text: string): Promise<void> | undefined;
  /** The answer is complete; what is left is for the run to go away, which its client need not wait for. */
  onEnd(end: RunEnd): void;
}

/** Whether an upstream could answer now, asked without spending a request. */
export interface UpstreamState {
  readonly ok: boolean;
  readonly says: string;
}

/** What really answers. Two kinds: `direct` (we start Claude Code) and `claude-max-api` (a program that does). */
export interface Upstream {
  readonly name: 'direct' | 'claude-max-api';
  /** Model ids offered to OpenClaw → the upstream's own names. */
  readonly models: ReadonlyMap<string, string>;
  /** Asked before a place in the queue is taken. Throws a `Refusal` for a request that this upstream can never take. */
  accept(request: ChatRequest): void;
  /**
   * Answers one request. When the promise settles nothing of the run is left: no child, no connection. Throws a
   * `Refusal`; rejects with the reason of `signal`.
   */
  run(run: Run): Promise<RunEnd>;
  state(): Promise<UpstreamState>;
  /** Ends what is left of its runs. */
  close(): Promise<void>;
}

/** Offered by default: the ids that every guide uses, and Claude Code's own short names for the newest of each. */
export const DEFAULT_MODELS: ReadonlyMap<string, string> = new Map([
  ['claude-opus-4', 'opus'],
  ['claude-sonnet-4', 'sonnet'],
  ['claude-haiku-4', 'haiku'],
  ['opus', 'opus'],
  ['sonnet', 'sonnet'],
  ['haiku', 'haiku'],
]);
