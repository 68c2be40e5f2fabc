/** Character classes of JSON5 and the writing of scalars. */

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const DOUBLE_QUOTE = 0x22;
export const SINGLE_QUOTE = 0x27;
export const STAR = 0x2a;
export const COMMA = 0x2c;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;

/** What ends a `//` comment. */
export function isLineTerminator(code: number): boolean {
  return code === LF || code === CR || code === 0x2028 || code === 0x2029;
}

export function isWhitespace(code: number): boolean {
  if (code <= SPACE) return code === SPACE || (code >= TAB && code <= CR);
  if (code < 0xa0) return false;
  return (
    code === 0xa0 ||
    code === 0xfeff ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

const IDENTIFIER = /^[$_\p{ID_Start}](?:[$_\p{ID_Continue}]|\u200c|\u200d)*$/u;
const ASCII_IDENTIFIER = /^[$_A-Za-z][$_A-Za-z0-9]*$/;

/** Whether `name` is an identifier at all, in any script. */
export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}

/** Whether `name` may be written without quotes so that every reader agrees (their Unicode tables differ in age). */
export function isPlainIdentifier(name: string): boolean {
  return ASCII_IDENTIFIER.test(name);
}

export type Quote = '"' | "'";

/**
 * A string literal. With double quotes it is also valid JSON. Lone surrogates and U+2028/9 are escaped: the first do
 * not survive UTF-8, the second make readers warn.
 */
export function quoteString(value: string, quote: Quote): string {
  const json = JSON.stringify(value).replace(/[\u2028\u2029]/g, (c) => (c === '\u2028' ? '\\u2028' : '\\u2029'));
  if (quote === '"') return json;
  return `'${json.slice(1, -1).replace(/\\.|'/g, (part) => (part === '\\"' ? '"' : part === "'" ? "\\'" : part))}'`;
}

/** `quote`, unless it is a single quote that would have to be escaped and a double quote would not. */
export function betterQuote(value: string, quote: Quote): Quote {
  return quote === "'" && value.includes("'") && !value.includes('"') ? '"' : quote;
}

export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
