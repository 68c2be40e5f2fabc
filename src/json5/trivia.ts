import { CR, isLineTerminator, LF, SLASH } from './chars.ts';
import { type Box, beginOf, commentEnd, type Item } from './tree.ts';

/**
 * The text between two neighbours (an item or the opening bracket, and the next item or the closing bracket), cut into
 * the parts that belong to the left one, to nobody, and to the right one. A comment on the line of an item, and comment
 * lines right above it, are its own; a blank line between sets them free.
 */
export interface Gap {
  /** Between the left item and its comma; empty without a comma. */
  readonly beforeComma: string;
  readonly comma: boolean;
  /** The rest of the line of the left one. */
  readonly head: string;
  /** `head` ends in a `//` comment: what follows must begin on a new line. */
  readonly headOpen: boolean;
  /** Whole lines, each beginning with its line terminator. */
  readonly free: readonly Line[];
  /** What goes with the right one: its own comment lines and the beginning of its line; for a bracket, whitespace. */
  readonly lead: string;
  /** The right one begins a line (perhaps after a block comment). */
  readonly onNewLine: boolean;
  /** The whitespace that this line begins with. */
  readonly indent: string;
}

export interface Line {
  readonly text: string;
  readonly blank: boolean;
  /** Ends in a `//` comment. */
  readonly open: boolean;
}

interface Chunk {
  readonly from: number;
  to: number;
  /** Offset of its first comment, -1 without. */
  comment: number;
  lastCommentEnd: number;
  open: boolean;
}

/** The gap in front of item `index` of `box`; `index` = number of items gives the one before the closing bracket. */
export function gapAt(text: string, box: Box, index: number): Gap {
  const left = box.items[index - 1];
  const right = box.items[index];
  const start = left === undefined ? box.start + 1 : left.end;
  const end = right === undefined ? box.end - 1 : beginOf(right);
  const comma = left !== undefined && left.comma >= 0;
  const from = comma ? left.comma + 1 : start;
  const parts = cut(text, from, end, right);
  return { ...parts, beforeComma: comma ? text.slice(start, left.comma) : '', comma };
}

function cut(text: string, from: number, to: number, right: Item | undefined): Omit<Gap, 'beforeComma' | 'comma'> {
  const chunks = chunksOf(text, from, to);
  const first = chunks[0] as Chunk;
  const last = chunks.at(-1) as Chunk;
  if (chunks.length === 1) {
    // Everything on one line: comments before an item are the item's, before a bracket they are the left one's.
    const middle = right === undefined ? Math.max(first.lastCommentEnd, from) : from;
    const head = text.slice(from, middle);
    return { head, headOpen: false, free: [], lead: text.slice(middle, to), onNewLine: false, indent: '' };
  }
  const width = last.from + terminatorLength(text, last.from);
  const indent = /^[ \t]*/.exec(text.slice(width, to))?.[0] ?? '';
  let headEnd = 1;
  if (first.open) {
    // A `//` comment that goes on below, deeper than the next item: `a: 1, // one` over `      // two`.
    const column = columnOf(text, first.comment);
    while (headEnd < chunks.length - 1 && column > indent.length) {
      const next = chunks[headEnd] as Chunk;
      if (!next.open || next.comment - next.from - terminatorLength(text, next.from) !== column) break;
      headEnd++;
    }
  }
  let leadStart = chunks.length - 1;
  let leadFrom = last.from;
  if (right !== undefined) {
    while (leadStart > headEnd && (chunks[leadStart - 1] as Chunk).comment >= 0) leadStart--;
    leadFrom = (chunks[leadStart] as Chunk).from;
  } else if (last.comment >= 0) {
    leadStart = chunks.length;
    leadFrom = last.lastCommentEnd;
    last.to = leadFrom;
  }
  return {
    head: text.slice(from, (chunks[headEnd - 1] as Chunk).to),
    headOpen: (chunks[headEnd - 1] as Chunk).open,
    free: chunks.slice(headEnd, leadStart).map((chunk) => ({
      text: text.slice(chunk.from, chunk.to),
      blank: chunk.comment < 0,
      open: chunk.open,
    })),
    lead: text.slice(leadFrom, to),
    onNewLine: leadFrom <= last.from,
    indent,
  };
}

/** Cuts trivia at its line terminators (those inside block comments do not count): each chunk but the first has its own. */
function chunksOf(text: string, from: number, to: number): Chunk[] {
  const chunks: Chunk[] = [];
  let current: Chunk = { from, to, comment: -1, lastCommentEnd: -1, open: false };
  let at = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    if (code === SLASH) {
      const end = commentEnd(text, at);
      if (current.comment < 0) current.comment = at;
      current.open = text.charCodeAt(at + 1) === SLASH;
      current.lastCommentEnd = end;
      at = end;
    } else if (isLineTerminator(code)) {
      current.to = at;
      chunks.push(current);
      current = { from: at, to, comment: -1, lastCommentEnd: -1, open: false };
      at += terminatorLength(text, at);
    } else at++;
  }
  chunks.push(current);
  return chunks;
}

function terminatorLength(text: string, at: number): number {
  return text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF ? 2 : 1;
}

function columnOf(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !isLineTerminator(text.charCodeAt(start - 1))) start--;
  return offset - start;
}
