import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  CR,
  DOUBLE_QUOTE,
  isIdentifier,
  isLineTerminator,
  isWhitespace,
  LF,
  OPEN_BRACE,
  OPEN_BRACKET,
  SINGLE_QUOTE,
  SLASH,
  SPACE,
  STAR,
} from './chars.ts';

/** A value written over, or put beside, what the text holds. `value` is shared with the intended data. */
export interface Fresh {
  value: unknown;
}

/** A member, an element, or the root value, with its place in the text (UTF-16 offsets, end exclusive). */
export interface Item {
  /** Decoded; null for elements and the root. */
  readonly key: string | null;
  readonly keyStart: number;
  readonly keyEnd: number;
  start: number;
  end: number;
  /** Set when the value is an object or an array. */
  box: Box | null;
  /** Offset of the comma after it, -1 without. */
  comma: number;
  /** Place among the items of the text; -1 for an item that an edit added. */
  readonly index: number;
  fresh: Fresh | null;
  dead: boolean;
}

/** An object or an array of the text, and what edits made of it. */
export interface Box {
  readonly kind: 'object' | 'array';
  readonly start: number;
  end: number;
  /** As in the text. */
  readonly items: Item[];
  /** As edited: the same array until items are added or taken away. In objects dead items stay in it. */
  live: Item[];
  /** Members by key, made once an object is large. */
  byKey: Map<string, Item[]> | null;
  /** An edit went through here or changed its items. */
  touched: boolean;
}

export class ScanError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

const NUMBER =
  /[+-]?(?:Infinity|NaN|0[xX][0-9a-fA-F]+|(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)/y;
const NAME = /(?:[$_\p{ID_Start}]|\\u[0-9a-fA-F]{4})(?:[$_\p{ID_Continue}]|\u200c|\u200d|\\u[0-9a-fA-F]{4})*/uy;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|\r\n|([\s\S]))/g;
const ESCAPED: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  0: '\0',
  '\n': '',
  '\r': '',
  '\u2028': '',
  '\u2029': '',
};

function newItem(key: string | null, keyStart: number, keyEnd: number, index: number): Item {
  return { key, keyStart, keyEnd, start: keyStart, end: keyEnd, box: null, comma: -1, index, fresh: null, dead: false };
}

export function addedItem(key: string | null, value: unknown): Item {
  const item = newItem(key, -1, -1, -1);
  item.fresh = { value };
  return item;
}

/** Where the item begins: its key, or its value. */
export function beginOf(item: Item): number {
  return item.key === null ? item.start : item.keyStart;
}

/**
 * Reads a whole JSON5 text into a tree of positions. Linear, and iterative: nesting depth costs no stack.
 * Throws {@link ScanError}.
 */
export function scan(text: string): Item {
  const root = newItem(null, 0, 0, 0);
  const stack: Box[] = [];
  // The same few keys come again and again.
  const keys = new Map<string, string>();
  const keyAt = (from: number, index: number) => {
    const { key, keyStart, keyEnd } = readKey(text, from);
    const known = keys.get(key);
    if (known === undefined) keys.set(key, key);
    return newItem(known ?? key, keyStart, keyEnd, index);
  };
  let item = root;
  let at = skipTrivia(text, 0);
  for (;;) {
    // `item` wants its value at `at`.
    const code = text.charCodeAt(at);
    item.start = at;
    if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      const box: Box = {
        kind: code === OPEN_BRACE ? 'object' : 'array',
        start: at,
        end: at,
        items: [],
        live: [],
        byKey: null,
        touched: false,
      };
      box.live = box.items;
      item.box = box;
      stack.push(box);
      at = skipTrivia(text, at + 1);
    } else {
      at = item.end = scalarEnd(text, at);
      at = afterItem(text, at, item, stack.at(-1));
    }
    // Close every bracket that ends here, then begin the next item.
    for (;;) {
      const box = stack.at(-1);
      if (box === undefined) {
        if (at < text.length) throw new ScanError(`Unexpected ${shown(text, at)} after the end of the value.`, at);
        return root;
      }
      const closer = text.charCodeAt(at);
      if (closer !== (box.kind === 'object' ? CLOSE_BRACE : CLOSE_BRACKET)) {
        if (at >= text.length) throw unclosed(text, box);
        item = box.kind === 'object' ? keyAt(at, box.items.length) : newItem(null, at, at, box.items.length);
        if (box.kind === 'object') at = afterKey(text, item);
        box.items.push(item);
        break;
      }
      stack.pop();
      box.end = at + 1;
      const parent = stack.at(-1);
      const owner = parent === undefined ? root : (parent.items.at(-1) as Item);
      owner.end = at + 1;
      at = afterItem(text, at + 1, owner, parent);
    }
  }
}

/** Past what follows a value: trivia, and its comma. Gives the offset of the next item or closing bracket. */
function afterItem(text: string, from: number, item: Item, parent: Box | undefined): number {
  const at = skipTrivia(text, from);
  if (parent === undefined) return at;
  const code = text.charCodeAt(at);
  if (code === COMMA) {
    item.comma = at;
    return skipTrivia(text, at + 1);
  }
  if (code === (parent.kind === 'object' ? CLOSE_BRACE : CLOSE_BRACKET)) return at;
  if (at >= text.length) throw unclosed(text, parent);
  const close = parent.kind === 'object' ? '}' : ']';
  throw new ScanError(`Expected "," or "${close}" but found ${shown(text, at)}.`, at);
}

function readKey(text: string, at: number): { key: string; keyStart: number; keyEnd: number } {
  const code = text.charCodeAt(at);
  if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
    const end = stringEnd(text, at);
    return { key: unescaped(text.slice(at + 1, end - 1)), keyStart: at, keyEnd: end };
  }
  NAME.lastIndex = at;
  const raw = NAME.exec(text)?.[0];
  if (raw === undefined) throw new ScanError(`Expected a key or "}" but found ${shown(text, at)}.`, at);
  const key = raw.includes('\\') ? unescaped(raw) : raw;
  if (key !== raw && !isIdentifier(key)) throw new ScanError('This key needs quotes.', at);
  return { key, keyStart: at, keyEnd: at + raw.length };
}

function afterKey(text: string, item: Item): number {
  const at = skipTrivia(text, item.keyEnd);
  if (text.charCodeAt(at) !== COLON) {
    throw new ScanError(`Expected ":" after the key ${JSON.stringify(item.key)} but found ${shown(text, at)}.`, at);
  }
  return skipTrivia(text, at + 1);
}

function scalarEnd(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) return stringEnd(text, at);
  for (const word of ['true', 'false', 'null']) if (text.startsWith(word, at)) return at + word.length;
  NUMBER.lastIndex = at;
  const raw = NUMBER.exec(text)?.[0];
  if (raw === undefined) throw new ScanError(`Expected a value but found ${shown(text, at)}.`, at);
  return at + raw.length;
}

function stringEnd(text: string, start: number): number {
  const quote = text.charCodeAt(start);
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === BACKSLASH) at = escapeEnd(text, at) - 1;
    else if (code === LF || code === CR) throw new ScanError('This string is not closed on its line.', start);
  }
  throw new ScanError('This string is not closed.', start);
}

/** Checks the escape that begins at `at` and gives the offset after it. */
function escapeEnd(text: string, at: number): number {
  const code = text.charCodeAt(at + 1);
  const letter = text[at + 1];
  const digits = letter === 'u' ? 4 : letter === 'x' ? 2 : 0;
  if (digits > 0) {
    if (!/^[0-9a-fA-F]+$/.test(text.slice(at + 2, at + 2 + digits)) || at + 2 + digits > text.length) {
      throw new ScanError(`"\\${letter}" needs ${digits} hexadecimal digits after it.`, at);
    }
    return at + 2 + digits;
  }
  if (code >= 0x31 && code <= 0x39) throw new ScanError('A digit cannot be escaped.', at);
  if (code === 0x30 && /[0-9]/.test(text.charAt(at + 2))) throw new ScanError('Octal escapes are not allowed.', at);
  return code === CR && text.charCodeAt(at + 2) === LF ? at + 3 : at + 2;
}

function unescaped(raw: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(ESCAPE, (_all, unicode?: string, hex?: string, other?: string) => {
    const digits = unicode ?? hex;
    if (digits !== undefined) return String.fromCharCode(Number.parseInt(digits, 16));
    return other === undefined ? '' : (ESCAPED[other] ?? other);
  });
}

export function skipTrivia(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isWhitespace(code)) at++;
    else if (code === SLASH) at = commentEnd(text, at);
    else break;
  }
  return at;
}

/** Past the comment that begins at `at`: before the line terminator of a `//`, after the `*` `/` of a block. */
export function commentEnd(text: string, at: number): number {
  const second = text.charCodeAt(at + 1);
  if (second === SLASH) {
    let end = at + 2;
    while (end < text.length && !isLineTerminator(text.charCodeAt(end))) end++;
    return end;
  }
  if (second !== STAR) throw new ScanError('A single "/" does not begin a comment.', at);
  const end = text.indexOf('*/', at + 2);
  if (end < 0) throw new ScanError('This comment is not closed.', at);
  return end + 2;
}

function unclosed(text: string, box: Box): ScanError {
  const line = text.slice(0, box.start).split('\n').length;
  return new ScanError(`The file ends before the "${text[box.start]}" of line ${line} is closed.`, text.length);
}

function shown(text: string, at: number): string {
  const code = text.codePointAt(at);
  if (code === undefined) return 'the end of the file';
  if (code < SPACE) return `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const word = /^[\w$]+/.exec(text.slice(at, at + 40))?.[0];
  return JSON.stringify(word ?? String.fromCodePoint(code));
}
