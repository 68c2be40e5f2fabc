/** Kinds of error in OpenAI's shape. */
export type ErrorType = 'invalid_request_error' | 'authentication_error' | 'rate_limit_error' | 'server_error';

/**
 * An answer that says why there is no answer. `code` is stable and can be searched for; `message` names the next thing
 * to do and never holds what was said in the conversation, nor a key.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: {
      readonly type?: ErrorType;
      /** Seconds, for `Retry-After`. */
      readonly retryAfter?: number;
      /** The field of the request that is wrong. */
      readonly param?: string;
    } = {},
  ) {
    super(message);
  }

  get type(): ErrorType {
    if (this.more.type !== undefined) return this.more.type;
    if (this.status === 401 || this.status === 403) return 'authentication_error';
    if (this.status === 429) return 'rate_limit_error';
    return this.status < 500 ? 'invalid_request_error' : 'server_error';
  }

  /** `{"error":{message,type,param,code}}` */
  body(): string {
    const { message, type, code } = this;
    return JSON.stringify({ error: { message, type, param: this.more.param ?? null, code } });
  }
}

/** `20.0 MB`, `131,071 bytes`: sizes in messages, decimal. */
export function size(bytes: number): string {
  return bytes >= 1_000_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${bytes.toLocaleString('en-US')} bytes`;
}
