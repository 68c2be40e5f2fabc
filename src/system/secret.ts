import { createHash, createHmac, randomBytes } from 'node:crypto';
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

  /**
   * Hands the value to one consumer (a child's stdin, a store being written). Never to a logger. An error that the
   * consumer throws, at once or through a promise, comes out with the value masked: parsers like to quote their input.
   */
  reveal<T>(use: (value: string) => T): T {
    try {
      const result = use(this.#value);
      if (!(result instanceof Promise)) return result;
      return result.catch((error: unknown) => {
        throw redactError(error, [this]);
      }) as T;
    } catch (error) {
      throw redactError(error, [this]);
    }
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

/** A variable in the place of a secret, as OpenClaw writes one (2026.3.2 and later). */
const REFERENCE = /^\$\{([A-Z][A-Z0-9_]{0,127})\}$/;

/** The name of the variable that stands in the place of a secret; null where the secret itself does. */
export function variableIn(value: string): string | null {
  return REFERENCE.exec(value)?.[1] ?? null;
}

/** The absolute path of the file that stands in the place of a secret, handed over as `file:/…`; else null. */
export function fileIn(value: string): string | null {
  return /^file:(\/.*)$/.exec(value)?.[1] ?? null;
}

/** The hash that stands in the place of a secret which is only to be compared, as `sha256:` and 64 hex digits; else null. */
export function digestIn(value: string): string | null {
  return /^sha256:([0-9a-f]{64})$/.exec(value)?.[1] ?? null;
}

/** What stands in the place of a secret says nothing of it. */
const isReference = (value: string) => variableIn(value) !== null || fileIn(value) !== null || digestIn(value) !== null;

/** Of this process alone: a fingerprint says nothing to anybody who reads it elsewhere. */
const FINGERPRINT_KEY = randomBytes(32);

/**
 * Tells whether two credentials are the same one, without keeping either. Differs from process to process. The hash of a
 * credential ({@link digestIn}) has the fingerprint of the credential.
 */
export function fingerprint(value: string): string {
  const digest = digestIn(value) ?? createHash('sha256').update(value).digest('hex');
  return createHmac('sha256', FINGERPRINT_KEY).update(digest).digest('base64url');
}

/** For a child that makes fingerprints in our place (base64), so that the secrets stay with it. */
export const fingerprintKey = (): string => FINGERPRINT_KEY.toString('base64');

/**
 * The mask of a credential: its public prefix and its last four characters; short or unknown values keep nothing but
 * their length class. The name of a variable is no secret, nor is the path of a file.
 */
export function maskSecret(value: string): string {
  if (isReference(value)) return value;
  const prefix = /^sk-ant-[a-z]{2,8}\d{0,2}-/.exec(value)?.[0] ?? '';
  const tail = value.slice(-4);
  if (value.length < prefix.length + 24 || !/^[A-Za-z0-9_-]{4}$/.test(tail)) return `${prefix}…`;
  return `${prefix}…${tail}`;
}

/** Anthropic's credentials by their prefix, and the `sk-` keys of others once they are long enough to be one. */
const SECRET_SHAPES = /(?<![A-Za-z0-9])sk-(?:ant-[a-z]+\d*-[A-Za-z0-9_-]{8,4096}|[A-Za-z0-9_-]{20,4096})/g;

/** Known secrets shorter than this are words: masking them would blacken innocent text. */
const SHORTEST_KNOWN = 8;
/** A piece of a known secret of this length is masked wherever it stands: a row of a wrapped token, a cut-off log line. */
const PIECE = 12;
/** Length of a setup token (Claude Code 2.0 to 2.1). A shorter one may go on in the next row. */
const TOKEN_LENGTH = 108;
/** A row of a wrapped token is at least this long: no terminal in use is narrower. */
const SHORTEST_ROW = 30;

/**
 * Masks every credential in `text` that looks like one, and the `known` secrets in whatever shape they come: with
 * escape sequences or line breaks inside (a terminal wraps a token at its width), in pieces, in base64. For the output
 * of children, and for logs. Takes a whole text: hand it complete output, not chunks.
 */
export function redact(text: string, known: readonly Secret[] = []): string {
  if (text === '') return text;
  const masks: Mask[] = [];
  for (const secret of known) {
    secret.reveal((value) => {
      if (value.length < SHORTEST_KNOWN || isReference(value)) return;
      const mask = secret.toString();
      findAll(text, value, mask, masks);
      for (const form of base64Forms(value)) findAll(text, form, mask, masks);
      findScattered(text, value, mask, masks);
      findPieces(text, value, mask, masks);
    });
  }
  for (const match of text.matchAll(SECRET_SHAPES)) {
    masks.push({ start: match.index, end: match.index + match[0].length, text: maskSecret(match[0]) });
  }
  findWrapped(text, masks);
  return applyMasks(text, masks);
}

/**
 * Masks the `known` secrets, and all that looks like one, in an error: in its message, its stack and whatever text it
 * carries (`cmd`, `stderr`), and in the errors that caused it. Changes the error in place and gives it back, so that it
 * stays the error it was; other objects that hang on it are left alone, they may belong to somebody.
 */
export function redactError<E>(error: E, known: readonly Secret[] = []): E {
  if (typeof error === 'string') return redact(error, known) as E;
  const seen = new Set<unknown>();
  const queue: unknown[] = [error];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (!(next instanceof Error) || seen.has(next)) continue;
    seen.add(next);
    queue.push(next.cause);
    if (next instanceof AggregateError) for (const each of next.errors) queue.push(each);
    for (const [key, { value, enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(next))) {
      if (typeof value !== 'string') continue;
      const safe = redact(value, known);
      if (safe === value) continue;
      Object.defineProperty(next, key, {
        value: safe,
        enumerable: enumerable ?? false,
        configurable: true,
        writable: true,
      });
    }
  }
  return error;
}

// ── finding ──────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Mask {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Overlapping finds are one secret: the longest speaks for it. */
function applyMasks(text: string, masks: Mask[]): string {
  if (masks.length === 0) return text;
  masks.sort((a, b) => a.start - b.start || b.end - a.end);
  const parts: string[] = [];
  let at = 0;
  for (let i = 0; i < masks.length; ) {
    const first = masks[i] as Mask;
    let best = first;
    let end = first.end;
    for (i++; i < masks.length && (masks[i] as Mask).start < end; i++) {
      const next = masks[i] as Mask;
      if (next.end - next.start > best.end - best.start) best = next;
      end = Math.max(end, next.end);
    }
    parts.push(text.slice(at, first.start), best.text);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

function findAll(text: string, needle: string, mask: string, masks: Mask[]): void {
  if (needle.length < SHORTEST_KNOWN) return;
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) {
    masks.push({ start: at, end: at + needle.length, text: mask });
  }
}

/** How the value looks inside a base64 text, at each of the three alignments, both alphabets (OSC 52, Basic auth). */
function base64Forms(value: string): string[] {
  const forms = new Set<string>();
  for (const shift of [0, 1, 2]) {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)]);
    const sure = Math.floor(bytes.length / 3) * 4;
    for (const encoding of ['base64', 'base64url'] as const) {
      forms.add(bytes.toString(encoding).slice(shift === 0 ? 0 : 4, sure));
    }
  }
  return [...forms];
}

const ESCAPE_SEQUENCE =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]+[0-~]|[0-~])|\u009b[0-?]*[ -/]*[@-~]/g;

/** The characters of a text that matter for finding something scattered, with their offsets. */
function distil(text: string, drop: RegExp): { readonly text: string; readonly offsets: Uint32Array } {
  const offsets = new Uint32Array(text.length);
  const parts: string[] = [];
  let length = 0;
  let at = 0;
  const keep = (end: number) => {
    parts.push(text.slice(at, end));
    for (let i = at; i < end; i++) offsets[length++] = i;
  };
  for (const match of text.matchAll(drop)) {
    keep(match.index);
    at = match.index + match[0].length;
  }
  keep(text.length);
  return { text: parts.join(''), offsets };
}

/** What terminals, boxes and JSON put between the characters of one word. */
const BETWEEN = new RegExp(
  `${ESCAPE_SEQUENCE.source}|\\\\[nrt]|[^A-Za-z0-9_\\-\\\\\\u001b\\u009b]+|[\\\\\\u001b\\u009b]`,
  'g',
);

/** Known values with anything but characters of a token in between. */
function findScattered(text: string, value: string, mask: string, masks: Mask[]): void {
  const needle = value.replace(/[^A-Za-z0-9_-]+/g, '');
  if (needle.length < PIECE) return;
  if (!text.replace(BETWEEN, '').includes(needle)) return;
  const dense = distil(text, BETWEEN);
  for (let at = dense.text.indexOf(needle); at >= 0; at = dense.text.indexOf(needle, at + needle.length)) {
    masks.push({
      start: dense.offsets[at] as number,
      end: (dense.offsets[at + needle.length - 1] as number) + 1,
      text: mask,
    });
  }
}

/**
 * Pieces of a known value, without its public prefix. Every piece of {@link PIECE} characters covers one of the probes
 * that are taken from the text at every half of that, so large outputs cost little.
 */
function findPieces(text: string, value: string, mask: string, masks: Mask[]): void {
  const prefix = /^sk-ant-[a-z]{2,8}\d{0,2}-/.exec(value)?.[0].length ?? 0;
  const half = PIECE / 2;
  const places = new Map<string, number[]>();
  for (let at = prefix; at + half <= value.length; at++) {
    const probe = value.slice(at, at + half);
    places.set(probe, [...(places.get(probe) ?? []), at]);
  }
  for (let at = 0; at + half <= text.length; at += half) {
    let end = at;
    for (const place of places.get(text.slice(at, at + half)) ?? []) {
      let before = 0;
      while (place - before > prefix && at - before > 0 && text[at - before - 1] === value[place - before - 1])
        before++;
      let after = half;
      while (place + after < value.length && at + after < text.length && text[at + after] === value[place + after])
        after++;
      if (before + after < PIECE) continue;
      masks.push({ start: at - before, end: at + after, text: mask });
      end = Math.max(end, at + after);
    }
    // What is masked need not be looked at again.
    at = Math.max(at, end - half);
  }
}

/**
 * Tokens that nobody told us of, with escape sequences inside, or wrapped into rows: a long row that ends in one, and
 * below it a row of nothing but characters of a token.
 */
function findWrapped(text: string, masks: Mask[]): void {
  if (!text.replace(ESCAPE_SEQUENCE, '').includes('sk-')) return;
  const seen = distil(text, ESCAPE_SEQUENCE);
  for (const match of seen.text.matchAll(SECRET_SHAPES)) {
    let end = match.index + match[0].length;
    let value = match[0];
    let row = value.length;
    while (value.length < TOKEN_LENGTH && row >= SHORTEST_ROW) {
      ROW_BELOW.lastIndex = end;
      const below = ROW_BELOW.exec(seen.text);
      const more = below?.[1];
      if (below === null || more === undefined || more.length > row) break;
      end = below.index + below[0].length;
      value += more;
      row = more.length;
    }
    masks.push({
      start: seen.offsets[match.index] as number,
      end: (seen.offsets[end - 1] as number) + 1,
      text: maskSecret(value),
    });
  }
}

/** The end of a row, perhaps with the border of a box, and a row of nothing but characters of a token. */
const ROW_BELOW = /[ \t│┃|║]*\r*\n[ \t│┃|║]*([A-Za-z0-9_-]+)(?=[ \t│┃|║]*\r*(?:\n|$))/y;
