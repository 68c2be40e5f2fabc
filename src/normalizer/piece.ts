/** A text as bytes that are valid between the quotes of a JSON string; the rest is what `RawText` says. */
export interface Piece {
  readonly raw: readonly Buffer[];
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Text of our own, or a short one of the request, as the inside of a JSON string. */
export function plain(text: string): Piece {
  const raw = Buffer.from(JSON.stringify(text).slice(1, -1));
  return {
    raw: [raw],
    bytes: Buffer.byteLength(text),
    first: text.charCodeAt(0),
    last: text.charCodeAt(text.length - 1),
  };
}

const SPACE = plain(' ');

/**
 * Adds a content part. Parts carry no separator of their own: a seam gets a blank where two words or sentences would
 * run into each other, and nothing where there is white space already. Never a line break: that could fall inside a
 * sentence.
 */
export function join(body: Piece[], next: Piece): void {
  if (next.bytes === 0) return;
  const last = body.at(-1)?.last;
  if (last !== undefined && (isWord(last) || ENDS.has(last)) && (isWord(next.first) || next.first === 0x5b)) {
    body.push(SPACE);
  }
  body.push(next);
}

/** Units after which a word does not follow directly. */
const ENDS = new Set([...'.!?:;,)]'].map((character) => character.charCodeAt(0)));

function isWord(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a);
}
