import { type Json, number, object, parsed, string } from '../system/json.ts';
import { Refusal } from './refusal.ts';
import type { RunEnd, Usage } from './upstream.ts';

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

  constructor(private readonly signInCommand: string) {}

  /**
   * Whether the answer has begun. `system` lines say nothing: 2.1.329 prints `init` and `requesting` before it renews its
   * login.
   */
  begun = false;
  /** Whether it has said anything at all, which Claude Code does only once it has its prompt. */
  heard = false;

  /**
   * Lines that are not JSON (a warning of the runtime) and those of unknown types are passed over. Throws a `Refusal` (502)
   * for an answer that is not text.
   */
  line(text: string): string | null {
    this.heard = true;
    const line = object(parsed(text));
    switch (line.type) {
      case 'stream_event':
        this.begun = true;
        return this.streamEvent(object(line.event));
      case 'assistant':
        this.begun = true;
        this.error = string(line.error) ?? this.error;
        return null;
      case 'system':
        if (line.subtype === 'api_retry') {
          this.retryError = string(line.error) ?? '';
          this.errorStatus = number(line.error_status);
        }
        return null;
      case 'rate_limit_event':
        this.resetsAt = number(object(line.rate_limit_info).resetsAt) ?? this.resetsAt;
        return null;
      case 'result':
        this.begun = true;
        return this.result(line);
      default:
        return null;
    }
  }

  private streamEvent(event: Json): string | null {
    const delta = object(event.delta);
    if (event.type === 'message_delta') this.stop = string(delta.stop_reason) ?? this.stop;
    if (event.type !== 'content_block_delta' || delta.type !== 'text_delta') return null;
    const text = string(delta.text);
    if (text === null) throw notText();
    if (text === '') return null;
    this.sawText = true;
    return text;
  }

  /** What the last retry was about, for a run that had to be stopped. */
  get retrying(): string {
    return this.retryError;
  }

  private result(line: Json): string | null {
    const text = string(line.result);
    // `subtype` says "success" for failures too; only `is_error` tells. An answer that was cut at the token limit is
    // marked as one (2.1.329), but its text has been passed on: for OpenAI's clients that is an end, not an error.
    const cut = (this.stop ?? line.stop_reason) === 'max_tokens';
    if (line.is_error === true && !(cut && this.sawText)) {
      this.end = refusalFor({
        text: text ?? '',
        error: this.error,
        status: number(line.api_error_status) ?? this.errorStatus,
        resetsAt: this.resetsAt,
        signInCommand: this.signInCommand,
      });
      return null;
    }
    if (text === null && !this.sawText && line.result !== undefined && line.result !== null) throw notText();
    const usage = usageOf(object(line.usage));
    const finish = cut ? 'length' : 'stop';
    this.end = usage === undefined ? { finish } : { finish, usage };
    return this.sawText || text === '' ? null : text;
  }
}

function usageOf(tokens: Json): Usage | undefined {
  const [input, output] = [number(tokens.input_tokens), number(tokens.output_tokens)];
  if (input === null || output === null) return undefined;
  const cached = number(tokens.cache_read_input_tokens) ?? 0;
  const prompt = input + cached + (number(tokens.cache_creation_input_tokens) ?? 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt + output,
    prompt_tokens_details: { cached_tokens: cached },
  };
}

function notText(): Refusal {
  return new Refusal(502, 'answer_unreadable', 'Claude Code answered with something that is not text.');
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
