import { Refusal } from './refusal.ts';
import type { RunEnd, Usage } from './upstream.ts';

/** One line of `claude -p --output-format stream-json`, as far as it is read. Key order differs between releases. */
interface Line {
  readonly type?: string;
  readonly subtype?: string;
  readonly is_error?: boolean;
  readonly result?: string;
  readonly stop_reason?: string | null;
  readonly api_error_status?: number | null;
  readonly error?: string;
  readonly error_status?: number | null;
  readonly usage?: Tokens;
  readonly event?: {
    readonly type?: string;
    readonly delta?: { readonly type?: string; readonly text?: string; readonly stop_reason?: string | null };
  };
  readonly message?: { readonly model?: string; readonly content?: readonly { type?: string; text?: string }[] };
  readonly rate_limit_info?: { readonly status?: string; readonly resetsAt?: number };
}

interface Tokens {
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly cache_creation_input_tokens?: number;
  readonly cache_read_input_tokens?: number;
}

/** Reads the lines of one run. `line` gives the text to pass on; `end` is set by the result line. */
export class ClaudeEvents {
  private sawText = false;
  private stop: string | null = null;
  private error = '';
  private errorStatus: number | null = null;
  private resetsAt: number | null = null;
  private retryError = '';
  /** Set once the result line has been read. */
  end: RunEnd | Refusal | null = null;
  private readonly signInCommand: string;

  constructor(signInCommand: string) {
    this.signInCommand = signInCommand;
  }

  /** Lines that are not JSON (a warning of the runtime) are passed over. */
  line(text: string): string | null {
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch {
      return null;
    }
    switch (line.type) {
      case 'stream_event': {
        const delta = line.event?.delta;
        if (line.event?.type === 'message_delta') this.stop = delta?.stop_reason ?? this.stop;
        if (line.event?.type !== 'content_block_delta' || delta?.type !== 'text_delta' || !delta.text) return null;
        this.sawText = true;
        return delta.text;
      }
      case 'assistant':
        if (line.error !== undefined) this.error = line.error;
        return null;
      case 'system':
        if (line.subtype === 'api_retry') {
          this.retryError = line.error ?? '';
          this.errorStatus = line.error_status ?? null;
        }
        return null;
      case 'rate_limit_event':
        this.resetsAt = line.rate_limit_info?.resetsAt ?? this.resetsAt;
        return null;
      case 'result':
        return this.result(line);
      default:
        return null;
    }
  }

  /** What the last retry was about, for a run that had to be stopped. */
  get retrying(): string {
    return this.retryError;
  }

  private result(line: Line): string | null {
    // `subtype` says "success" for failures too; only `is_error` tells. An answer that was cut at the token limit is
    // marked as one (2.1.329), but its text has been passed on: for OpenAI's clients that is an end, not an error.
    const cut = (this.stop ?? line.stop_reason) === 'max_tokens';
    if (line.is_error === true && !(cut && this.sawText)) {
      this.end = refusalFor({
        text: line.result ?? '',
        error: this.error,
        status: line.api_error_status ?? this.errorStatus,
        resetsAt: this.resetsAt,
        signInCommand: this.signInCommand,
      });
      return null;
    }
    const usage = usageOf(line.usage);
    const finish = cut ? 'length' : 'stop';
    this.end = usage === undefined ? { finish } : { finish, usage };
    return this.sawText || !line.result ? null : line.result;
  }
}

function usageOf(tokens: Tokens | undefined): Usage | undefined {
  if (tokens?.output_tokens === undefined || tokens.input_tokens === undefined) return undefined;
  const cached = tokens.cache_read_input_tokens ?? 0;
  const prompt = tokens.input_tokens + cached + (tokens.cache_creation_input_tokens ?? 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: tokens.output_tokens,
    total_tokens: prompt + tokens.output_tokens,
    prompt_tokens_details: { cached_tokens: cached },
  };
}

/** The refusal for an answer that Claude Code marked as an error. Its own words are kept: they are never content. */
export function refusalFor(failure: {
  readonly text: string;
  readonly error: string;
  readonly status: number | null;
  /** Unix seconds. */
  readonly resetsAt: number | null;
  readonly signInCommand: string;
}): Refusal {
  const { text, error, status } = failure;
  const said = text === '' ? '' : ` Claude Code says: ${text.slice(0, 300)}`;
  if (error === 'oauth_org_not_allowed' || /organization (?:has disabled|does not have access)/i.test(text)) {
    return new Refusal(502, 'claude_refused', `This account may not use Claude Code here.${said}`);
  }
  if (
    error === 'authentication_failed' ||
    status === 401 ||
    /not logged in|please run \/login|invalid api key/i.test(text)
  ) {
    return notSignedIn(failure.signInCommand);
  }
  if (/prompt is too long|context (?:window|length)/i.test(text)) {
    return new Refusal(
      413,
      'context_length_exceeded',
      `The conversation does not fit the model's context window.${said}`,
    );
  }
  if (error === 'rate_limit' || status === 429 || /(?:hit|reached) your .*limit|usage limit/i.test(text)) {
    const wait = failure.resetsAt === null ? 60 : Math.max(1, Math.ceil(failure.resetsAt - Date.now() / 1000));
    return new Refusal(429, 'plan_limit', `The limit of the Claude plan is reached.${said}`, { retryAfter: wait });
  }
  if (status === 404 || error === 'model_not_found') {
    return new Refusal(404, 'model_not_found', `Claude Code cannot use this model.${said}`, { param: 'model' });
  }
  if (status === 529 || status === 503) {
    return new Refusal(503, 'claude_overloaded', `Claude is overloaded.${said}`, { retryAfter: 30 });
  }
  if (error === 'billing_error' || status === 403) {
    return new Refusal(502, 'claude_refused', `Anthropic refused the request.${said}`);
  }
  return new Refusal(502, 'claude_failed', `Claude Code could not answer.${said}`);
}

export function notSignedIn(command: string): Refusal {
  return new Refusal(
    502,
    'not_signed_in',
    `Claude Code is not signed in. On the machine of this service run: ${command}`,
  );
}
