import type { Lines } from './lines.ts';
import { keyText, renderValue } from './render.ts';
import type { Style, Styles } from './style.ts';
import { hasTrailingComma } from './style.ts';
import type { Box, Fresh, Item } from './tree.ts';
import { type Gap, gapAt, type Line } from './trivia.ts';

/** So many characters of values go into one line without a question. */
const SHORT = 60;

interface Around {
  readonly box: Box;
  readonly outer: Box | null;
}

/** Puts `text` in the place of the characters from `start` up to `end`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Source {
  readonly text: string;
  readonly lines: Lines;
  readonly styles: Styles;
}

/** The splices, from left to right, that carry out the edits noted in the tree. */
export function splicesOf(source: Source, root: Item): Splice[] {
  const splices: Splice[] = [];
  const stack: { item: Item; box: Box | null }[] = [{ item: root, box: null }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { item, box } = next;
    if (item.fresh !== null) {
      splices.push({ start: item.start, end: item.end, text: replacement(source, item, item.fresh, box) });
    } else if (item.box?.touched) {
      const kept = keptItems(item.box);
      if (item.box.live !== item.box.items) {
        for (const splice of slots(source, item.box, box)) splices.push(splice);
      }
      for (const child of kept) {
        if (child.fresh !== null || child.box?.touched) stack.push({ item: child, box: item.box });
      }
    }
  }
  return splices.sort((a, b) => a.start - b.start || a.end - b.end);
}

function keptItems(box: Box): Item[] {
  return box.live.filter((item) => !item.dead && item.index >= 0);
}

function replacement(source: Source, item: Item, fresh: Fresh, box: Box | null): string {
  const { text, lines, styles } = source;
  let style = box === null ? styles.whole : styles.of(box);
  const old = text[item.start];
  if (old === '"' || old === "'") style = { ...style, stringQuote: old };
  const lineStart = lines.startOf(item.start);
  const place = { indent: lines.indentAt(item.start), column: item.start - lineStart, inLine: false };
  return renderValue(fresh.value, style, place, styles.whole);
}

/** Rewrites what lies between kept items wherever items went or came. */
function slots(source: Source, box: Box, outer: Box | null): Splice[] {
  const splices: Splice[] = [];
  const around: Around = { box, outer };
  let left = -1;
  let added: Item[] = [];
  for (const item of box.live) {
    if (item.dead) continue;
    if (item.index < 0) {
      added.push(item);
      continue;
    }
    slot(source, around, left, added, item.index, splices);
    left = item.index;
    added = [];
  }
  slot(source, around, left, added, box.items.length, splices);
  return splices;
}

/** The slot between the kept items `left` and `right` (-1 and the number of items stand for the brackets). */
function slot(
  source: Source,
  { box, outer }: Around,
  left: number,
  added: readonly Item[],
  right: number,
  splices: Splice[],
): void {
  if (added.length === 0 && right === left + 1) return;
  const { text } = source;
  const gaps: Gap[] = [];
  for (let i = left + 1; i <= right; i++) gaps.push(gapAt(text, box, i));
  const start = left < 0 ? box.start + 1 : (box.items[left] as Item).end;
  const rightItem = box.items[right];
  const end = rightItem === undefined ? box.end - 1 : rightItem.key === null ? rightItem.start : rightItem.keyStart;
  const made = new SlotWriter(source, box, outer, left, right, gaps).write(added);
  // Only what differs is a splice.
  const old = text.slice(start, end);
  let same = 0;
  while (same < old.length && same < made.length && old[same] === made[same]) same++;
  let tail = 0;
  while (tail < old.length - same && tail < made.length - same && old.at(-1 - tail) === made.at(-1 - tail)) tail++;
  splices.push({ start: start + same, end: end - tail, text: made.slice(same, made.length - tail) });
}

class SlotWriter {
  readonly #style: Style;
  readonly #first: Gap;
  readonly #last: Gap;
  /** The next text must begin on a new line, or it becomes part of a `//` comment. */
  #open = false;
  #out = '';

  constructor(
    private readonly source: Source,
    private readonly box: Box,
    private readonly outer: Box | null,
    private readonly left: number,
    private readonly right: number,
    private readonly gaps: readonly Gap[],
  ) {
    this.#style = source.styles.of(box);
    this.#first = gaps[0] as Gap;
    this.#last = gaps.at(-1) as Gap;
  }

  write(added: readonly Item[]): string {
    const { box, left, right } = this;
    const wasEmpty = box.items.length === 0;
    const atEnd = right === box.items.length;
    const block = added.length > 0 && this.#newItemsAreBlock(atEnd, added);
    const trailing = wasEmpty ? block && this.#style.trailingComma : hasTrailingComma(box);
    this.#writeLeft(added.length > 0 || !atEnd || trailing, block);
    const free = this.#freeLines(atEnd);
    const early = left >= 0 || atEnd;
    if (early) this.#writeAdded(added, block, !atEnd || trailing);
    for (const line of free) this.#put(line.text, line.open);
    if (!early) this.#writeAdded(added, block, true);
    if (atEnd) this.#writeClose(added.length > 0, block, free.length > 0);
    else this.#writeLead(added.length > 0, block);
    return this.#out;
  }

  #put(text: string, open: boolean): void {
    this.#out += text;
    this.#open = open;
  }

  /** What follows the left one on its line, with a comma or without. */
  #writeLeft(wantsComma: boolean, block: boolean): void {
    const { beforeComma, comma, head, headOpen } = this.#first;
    if (this.left < 0) this.#put(head, headOpen);
    else if (comma && wantsComma) this.#put(`${beforeComma},${head}`, headOpen);
    else if (comma) this.#put((beforeComma.trim() === '' ? '' : beforeComma) + head, headOpen);
    else if (!wantsComma) this.#put(head, headOpen);
    else if (block || headOpen) this.#put(`,${head}`, headOpen);
    else this.#put(`${head},`, false);
  }

  /** Comments that belonged to nobody stay; a blank line on either side of what went becomes one. */
  #freeLines(atEnd: boolean): Line[] {
    const free: Line[] = [];
    const removed = this.gaps.length > 1;
    for (const [i, gap] of this.gaps.entries()) {
      const lines = [...gap.free];
      const afterBlank = free.length > 0 ? free.at(-1)?.blank === true : this.left < 0;
      if (removed && i > 0 && afterBlank) while (lines[0]?.blank) lines.shift();
      for (const line of lines) free.push(line);
    }
    if (this.box.items.length === 0 && free.every((line) => line.blank)) return [];
    if (removed && atEnd) while (free.at(-1)?.blank) free.pop();
    return free;
  }

  /** The neighbour that shows how items are placed here: the next kept one, the previous one, or one that went. */
  #model(atEnd: boolean): Gap | undefined {
    if (!atEnd) return this.#last;
    if (this.left >= 0) return gapAt(this.source.text, this.box, this.left);
    return this.box.items.length > 0 ? this.#first : undefined;
  }

  #newItemsAreBlock(atEnd: boolean, added: readonly Item[]): boolean {
    if (this.#first.headOpen) return true;
    const model = this.#model(atEnd);
    if (model !== undefined) return model.onNewLine;
    // Empty so far: a block if the brackets are on two lines, or if there is no example of the other way.
    if (this.#last.onNewLine || this.#last.free.length > 0) return true;
    const { minified, oneLine } = this.#style;
    if (minified) return false;
    return this.box.kind === 'array' ? !oneLine.array : !this.#fitsBetweenLines(added);
  }

  /** Whether the object that was empty so far stands among objects of one line each, and goes on with one. */
  #fitsBetweenLines(added: readonly Item[]): boolean {
    if (this.outer === null || !this.source.styles.of(this.outer).oneLine.object) return false;
    const values = added.map(({ fresh }) => (fresh as Fresh).value);
    return values.every((value) => typeof value !== 'object') && JSON.stringify(values).length <= SHORT;
  }

  #indent(): string {
    const model = this.#model(this.right === this.box.items.length);
    if (model?.onNewLine) return model.indent;
    return this.source.lines.indentAt(this.box.start) + this.#style.unit;
  }

  #writeAdded(added: readonly Item[], block: boolean, commaAfterLast: boolean): void {
    const { eol, space, pad } = this.#style;
    const indent = this.#indent();
    for (const [i, item] of added.entries()) {
      const isFirst = i === 0 && this.left < 0;
      const opening = this.box.items.length > 0 ? inlinePad(this.#first.lead) : pad[this.box.kind];
      this.#put(block ? eol + indent : isFirst ? opening : space, false);
      this.#put(this.#itemText(item, block, indent), false);
      if (i < added.length - 1 || commaAfterLast) this.#put(',', false);
    }
  }

  #itemText(item: Item, block: boolean, indent: string): string {
    const fresh = item.fresh as Fresh;
    const key = item.key === null ? '' : keyText(item.key, this.#style) + this.#style.colon;
    const { lines, styles } = this.source;
    const place = block
      ? { indent, column: indent.length + key.length, inLine: false }
      : {
          indent: lines.indentAt(this.box.start),
          column: this.box.start - lines.startOf(this.box.start) + this.#out.length + key.length,
          inLine: true,
        };
    return key + renderValue(fresh.value, this.#style, place, styles.whole);
  }

  /** What stands before the next kept item. */
  #writeLead(hasAdded: boolean, block: boolean): void {
    const { lead, onNewLine } = this.#last;
    const removed = this.gaps.length > 1;
    if (onNewLine) this.#put(lead, false);
    else if (removed && this.#first.onNewLine && !hasAdded) this.#put(this.#breakBefore(lead), false);
    else if (this.#open) this.#put(this.#breakBefore(lead), false);
    else if (this.left < 0 && hasAdded && !block) this.#put(this.#style.space + lead.trimStart(), false);
    else if (this.left < 0 && removed && !hasAdded) this.#put(inlinePad(this.#first.lead) + lead.trimStart(), false);
    else this.#put(lead, false);
  }

  #breakBefore(lead: string): string {
    const indent = this.#first.onNewLine ? this.#first.indent : this.#indent();
    return this.#style.eol + indent + lead.trimStart();
  }

  #writeClose(hasAdded: boolean, block: boolean, hasFree: boolean): void {
    const { lead, onNewLine } = this.#last;
    const isEmpty = this.left < 0 && !hasAdded;
    const { eol, pad } = this.#style;
    const outer = this.source.lines.indentAt(this.box.start);
    if (isEmpty && !hasFree && this.#out.trim() === '') this.#out = '';
    else if (onNewLine) this.#put(lead, false);
    else if (this.#open) this.#put(eol + outer, false);
    else if (this.box.items.length === 0 && hasAdded) this.#put(block ? eol + outer : pad[this.box.kind], false);
    else this.#put(lead, false);
  }
}

/** The whitespace that a one-line lead begins with. */
function inlinePad(lead: string): string {
  return /^[ \t]*/.exec(lead)?.[0] ?? '';
}
