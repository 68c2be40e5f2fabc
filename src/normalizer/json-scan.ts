import { KnownTexts } from './known-texts.ts';
import { skipPlain } from './skip-plain.ts';
import { Utf8Check } from './utf8-check.ts';

/** JSON that cannot be read; `at` counts bytes from 0. */
export class BadJson extends Error {
  constructor(
    readonly at: number,
    what: string,
  ) {
    super(`${what} at byte ${at}`);
  }
}

/**
 * What to do with a string value: `keep` hands over its raw bytes (still escaped, exactly as they came), `short` its
 * decoded text, `skip` nothing.
 */
export type Take = 'keep' | 'short' | 'skip';

/** A string as it stood between its quotes, in pieces of the chunks it came in. */
export interface RawText {
  /** Valid inside any other JSON string as they are. Views of the pushed chunks, not copies. */
  readonly pieces: Buffer[];
  /** Bytes of UTF-8 once decoded; a surrogate pair counts 4. */
  readonly bytes: number;
  /** First and last UTF-16 unit or UTF-8 byte; -1 when empty. Enough to tell white space and ASCII. */
  readonly first: number;
  readonly last: number;
  /** Whether it holds a NUL, which no program argument can carry. */
  readonly nul: boolean;
}

/** Receives the structure. Values below an `enter` that returned false are checked, but not reported. */
export interface JsonHandler {
  enter(kind: '{' | '['): boolean;
  leave(): void;
  key(name: string): void;
  take(): Take;
  kept(text: RawText): void;
  short(text: string): void;
  /** true, false, null or a number, as written. */
  word(text: string): void;
}

// What may come next.
const VALUE = 0;
const FIRST_ITEM = 1;
const FIRST_KEY = 2;
const KEY = 3;
const COLON = 4;
const AFTER = 5;
const TEXT = 6;
const ESCAPE = 7;
const UNICODE = 8;
const WORD = 9;
const DONE = 10;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON_MARK = 0x3a;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const LIST = 0x5b;
const LIST_END = 0x5d;
/** Longer `short` texts are cut: no name that we compare is near this. */
const SHORT_MAX = 1024;
const MAX_DEPTH = 200;

const LOWER_U = 0x75;
const NO_UNIT = 0xff;

/** The unit that a byte behind a backslash stands for. */
const UNIT = new Uint8Array(256).fill(NO_UNIT);
for (const [from, to] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t']) {
  UNIT[(from as string).charCodeAt(0)] = (to as string).charCodeAt(0);
}

const HEX = new Uint8Array(256).fill(NO_UNIT);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

const NONE = new KnownTexts([]);

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * A strict JSON reader that takes a document in chunks and never builds it: long strings come out as views of the
 * chunks, so reading a 20 MB request costs little more memory than the request. Strict matters: the raw bytes go into
 * another JSON text, where a stray line break or quote would end a line or a string of ours.
 */
export class JsonScan {
  private readonly on: JsonHandler;
  private readonly known: KnownTexts;
  private state = VALUE;
  private readonly stack: number[] = [];
  /** Depth at which reporting resumes; 0 while reporting. */
  private quiet = 0;
  private offset = 0;
  private isKey = false;
  private mode: Take = 'skip';
  private pieces: Buffer[] = [];
  private bytes = 0;
  private first = -1;
  private last = -1;
  private nul = false;
  private unicode = 0;
  private unicodeLeft = 0;
  private escapeStart = 0;
  /** Where the escape of a first half of a surrogate pair ended. */
  private highEnd = -1;
  private word = '';
  private readonly utf8 = new Utf8Check();

  /** `known`: keys and short values that are to be expected. */
  constructor(on: JsonHandler, known: KnownTexts = NONE) {
    this.on = on;
    this.known = known;
  }

  /** Throws {@link BadJson}. The chunk must not be changed afterwards. */
  push(chunk: Buffer): void {
    if (!this.utf8.push(chunk)) throw this.bad(0, 'Text that is not UTF-8');
    const { length } = chunk;
    const words = new DataView(chunk.buffer, chunk.byteOffset, length);
    let at = 0;
    while (at < length) {
      if (this.state === TEXT || this.state === ESCAPE || this.state === UNICODE) {
        at = this.text(chunk, words, at);
        continue;
      }
      const byte = chunk[at] as number;
      if (this.state === WORD) {
        if (!isWordByte(byte)) {
          this.endWord(at);
          continue;
        }
        if (this.word.length > 64) throw this.bad(at, 'A number or word that is too long');
        this.word += String.fromCharCode(byte);
      } else if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
        this.structure(byte, at);
      }
      at++;
    }
    this.offset += length;
  }

  /** Throws {@link BadJson} when the document is not complete. */
  end(): void {
    if (!this.utf8.complete) throw this.bad(0, 'Text that is not UTF-8');
    if (this.state === WORD) this.endWord(0);
    if (this.state !== DONE) throw this.bad(0, 'Unexpected end');
  }

  /**
   * Reads on inside a string; gives the position after what it used. This loop sees nearly every byte of a request, so
   * it keeps to local variables and tables; what a chunk cuts in two goes through {@link cutEscape}.
   */
  private text(chunk: Buffer, words: DataView, start: number): number {
    const { length } = chunk;
    let at = start;
    while (at < length && this.state !== TEXT) this.cutEscape(chunk[at] as number, at++);
    let { first } = this;
    // Bytes by which the raw text is longer than the decoded one.
    let saved = 0;
    let escapeEnd = -1;
    let escaped = 0;
    const plainStart = at;
    for (;;) {
      at = skipPlain(chunk, words, at);
      if (at === length || chunk[at] !== BACKSLASH) break;
      const next = at + 1 < length ? (chunk[at + 1] as number) : 0;
      const unit = UNIT[next] as number;
      if (unit !== NO_UNIT) {
        at += 2;
        saved++;
        escaped = unit;
      } else if (next === LOWER_U && at + 6 <= length) {
        escaped = this.unicodeAt(chunk, at + 2);
        saved += 6 - this.bytesOf(escaped, at);
        at += 6;
      } else break;
      escapeEnd = at;
      if (first === -1 && at - plainStart <= 6 && chunk[plainStart] === BACKSLASH) first = escaped;
    }
    if (at > plainStart) {
      if (first === -1) first = chunk[plainStart] as number;
      this.last = escapeEnd === at ? escaped : (chunk[at - 1] as number);
      this.bytes += at - plainStart - saved;
    }
    this.first = first;
    const byte = at < length ? (chunk[at] as number) : -1;
    if (byte === BACKSLASH) {
      // Cut by the end of the chunk, or no escape at all.
      this.state = ESCAPE;
      this.escapeStart = this.offset + at;
      at++;
      while (at < length && this.state !== TEXT) this.cutEscape(chunk[at] as number, at++);
    }
    if (byte === QUOTE && this.mode === 'short' && this.pieces.length === 0) {
      this.endShort(
        this.known.find(chunk, start, at) ?? (this.bytes > SHORT_MAX ? '' : chunk.toString('utf8', start, at)),
      );
      return at + 1;
    }
    if (this.mode !== 'skip' && at > start) this.pieces.push(chunk.subarray(start, at));
    if (byte === QUOTE) {
      this.endText();
      return at + 1;
    }
    if (byte >= 0 && byte !== BACKSLASH) throw this.bad(at, 'A control character inside a string');
    return at;
  }

  /** One byte of an escape that lies in two chunks, or that is wrong. */
  private cutEscape(byte: number, at: number): void {
    let unit: number;
    if (this.state === ESCAPE) {
      unit = UNIT[byte] as number;
      if (byte === LOWER_U) {
        this.state = UNICODE;
        this.unicode = 0;
        this.unicodeLeft = 4;
        return;
      }
      if (unit === NO_UNIT) throw this.bad(at, 'An escape that JSON does not have');
      this.bytes++;
    } else {
      this.unicode = this.unicode * 16 + this.hexAt(byte, at);
      if (--this.unicodeLeft > 0) return;
      unit = this.unicode;
      this.bytes += this.bytesOf(unit, this.escapeStart - this.offset);
    }
    if (this.first === -1) this.first = unit;
    this.last = unit;
    this.state = TEXT;
  }

  private unicodeAt(chunk: Buffer, at: number): number {
    let unit = 0;
    for (let digit = at; digit < at + 4; digit++) unit = unit * 16 + this.hexAt(chunk[digit] as number, digit);
    return unit;
  }

  private hexAt(byte: number, at: number): number {
    const digit = HEX[byte] as number;
    if (digit === NO_UNIT) throw this.bad(at, 'A \\u escape without four digits');
    return digit;
  }

  /** UTF-8 bytes that a UTF-16 unit adds. `at` is where its escape begins. */
  private bytesOf(unit: number, at: number): number {
    if (unit === 0) this.nul = true;
    if (unit < 0x80) return 1;
    if (unit < 0x800) return 2;
    // A half of a pair alone becomes U+FFFD, three bytes; the second half right behind the first makes them four.
    if (unit >= 0xdc00 && unit <= 0xdfff && this.highEnd === this.offset + at) return 1;
    if (unit >= 0xd800 && unit <= 0xdbff) this.highEnd = this.offset + at + 6;
    return 3;
  }

  private structure(byte: number, at: number): void {
    const { state } = this;
    const value = state === VALUE || state === FIRST_ITEM;
    if (byte === QUOTE && (value || state === FIRST_KEY || state === KEY)) this.startText(!value);
    else if (byte === COMMA && state === AFTER) this.state = this.stack.at(-1) === OBJECT_END ? KEY : VALUE;
    else if (byte === COLON_MARK && state === COLON) this.state = VALUE;
    else if ((byte === OBJECT || byte === LIST) && value) this.enter(byte, at);
    else if (this.closes(byte)) this.leave();
    else if (value && isWordByte(byte)) {
      this.state = WORD;
      this.word = String.fromCharCode(byte);
    } else throw this.bad(at, state === DONE ? 'Something after the end' : 'An unexpected character');
  }

  private closes(byte: number): boolean {
    if (byte !== this.stack.at(-1)) return false;
    return this.state === AFTER || this.state === (byte === OBJECT_END ? FIRST_KEY : FIRST_ITEM);
  }

  private enter(byte: number, at: number): void {
    if (this.stack.length === MAX_DEPTH) throw this.bad(at, 'Nesting that is too deep');
    const object = byte === OBJECT;
    this.stack.push(object ? OBJECT_END : LIST_END);
    if (this.quiet === 0 && !this.on.enter(object ? '{' : '[')) this.quiet = this.stack.length;
    this.state = object ? FIRST_KEY : FIRST_ITEM;
  }

  private leave(): void {
    const depth = this.stack.length;
    this.stack.pop();
    if (this.quiet === 0) this.on.leave();
    else if (this.quiet === depth) this.quiet = 0;
    this.afterValue();
  }

  private afterValue(): void {
    this.state = this.stack.length === 0 ? DONE : AFTER;
  }

  private startText(isKey: boolean): void {
    this.isKey = isKey;
    this.mode = this.quiet > 0 ? 'skip' : isKey ? 'short' : this.on.take();
    this.state = TEXT;
    this.pieces = [];
    this.bytes = 0;
    this.first = -1;
    this.last = -1;
    this.nul = false;
    this.highEnd = -1;
  }

  private endText(): void {
    const { mode, pieces } = this;
    if (mode === 'short') {
      this.endShort(this.bytes > SHORT_MAX ? '' : Buffer.concat(pieces).toString('utf8'));
      return;
    }
    if (this.isKey) this.state = COLON;
    else this.afterValue();
    if (mode === 'skip') return;
    this.pieces = [];
    this.on.kept({ pieces, bytes: this.bytes, first: this.first, last: this.last, nul: this.nul });
  }

  private endShort(raw: string): void {
    const text = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
    if (this.isKey) {
      this.state = COLON;
      this.on.key(text);
    } else {
      this.afterValue();
      this.on.short(text);
    }
  }

  private endWord(at: number): void {
    const { word } = this;
    if (word !== 'true' && word !== 'false' && word !== 'null' && !NUMBER.test(word)) {
      throw this.bad(at, 'Something that is not a value');
    }
    this.afterValue();
    if (this.quiet === 0) this.on.word(word);
  }

  private bad(at: number, what: string): BadJson {
    return new BadJson(this.offset + at, what);
  }
}

function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e
  );
}
