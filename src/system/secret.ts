import { inspect } from 'node:util';

/**
 * A credential in memory. Every way of turning it into text gives a mask; only {@link Secret.reveal} gives the value.
 * Travels by stdin or file descriptor, never by argv or environment.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** Hands the value to one consumer (a child's stdin, a store being written). Never to a logger. */
  reveal<T>(use: (value: string) => T): T {
    return use(this.#value);
  }

  /** Length in characters: safe to show, and what people compare after a broken paste. */
  get length(): number {
    return this.#value.length;
  }

  /** `sk-ant-oat01-…k9Qw` */
  toString(): string {
    return maskSecret(this.#value);
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return `Secret(${this.toString()})`;
  }
}

/**
 * The mask of a credential: its public prefix and its last four characters; short or unknown values keep nothing but
 * their length class.
 */
export function maskSecret(value: string): string {
  const prefix = /^sk-ant-[a-z]+\d*-/.exec(value)?.[0] ?? '';
  if (value.length < prefix.length + 24) return `${prefix}…`;
  return `${prefix}…${value.slice(-4)}`;
}

const SECRET_SHAPES = /sk-ant-[a-z]+\d*-[A-Za-z0-9_-]{8,}/g;

/** Masks every Anthropic-shaped credential in `text`, plus the exact `known` secrets. For child output and logs. */
export function redact(text: string, known: readonly Secret[] = []): string {
  let out = text;
  for (const secret of known) {
    out = secret.reveal((value) => (value.length >= 8 ? out.split(value).join(secret.toString()) : out));
  }
  return out.replace(SECRET_SHAPES, (match) => maskSecret(match));
}
