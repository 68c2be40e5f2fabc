import { DOUBLE_QUOTE, isLineTerminator, isPlainIdentifier, type Quote, SINGLE_QUOTE } from './chars.ts';
import { type Box, beginOf, type Item } from './tree.ts';

export interface Style {
  /** Line terminator. */
  readonly eol: string;
  /** One level of indentation. */
  readonly unit: string;
  /** Around keys that could do without; '' for none. */
  readonly keyQuote: Quote | '';
  /** Around keys that need quotes. */
  readonly forcedKeyQuote: Quote;
  readonly stringQuote: Quote;
  /** Between key and value, `: `. */
  readonly colon: string;
  /** Between items on one line, after the comma. */
  readonly space: string;
  /** Inside the brackets of a one-line object or array. */
  readonly pad: { readonly object: string; readonly array: string };
  /** A comma after the last item of a block. */
  readonly trailingComma: boolean;
  /** Whether a new object, or list of scalars, goes on one line if it fits. */
  readonly oneLine: { readonly object: boolean; readonly array: boolean };
  /** The text has no line breaks at all: neither will what is new. */
  readonly minified: boolean;
}

type Trait =
  | 'plain'
  | "key'"
  | 'key"'
  | "needed'"
  | 'needed"'
  | "string'"
  | 'string"'
  | 'comma'
  | 'no comma'
  | 'space'
  | 'no space'
  | `${Box['kind']} ${'line' | 'block' | 'pad' | 'no pad'}`;

class Votes {
  readonly #counts = new Map<string, number>();
  readonly colons = new Map<string, number>();
  readonly units = new Map<string, number>();

  add(trait: Trait): void {
    this.#counts.set(trait, this.of(trait) + 1);
  }

  of(trait: Trait): number {
    return this.#counts.get(trait) ?? 0;
  }

  /** Which of two traits was seen more; undefined when neither was. On a tie the first. */
  prefers<T extends Trait>(one: T, other: T): boolean | undefined {
    const [a, b] = [this.of(one), this.of(other)];
    return a === 0 && b === 0 ? undefined : a >= b;
  }
}

function most(counts: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  for (const [text, count] of counts) if (best === undefined || count > (counts.get(best) as number)) best = text;
  return best;
}

/** How many siblings are asked for their style. */
const SIBLINGS = 200;
const CHILDREN = 40;

/** The style of a text: asked as a whole where the neighbours of a new item say nothing. */
export class Styles {
  readonly #whole = new Votes();
  readonly #near = new Map<Box, Style>();
  readonly #eol: string;
  readonly #minified: boolean;
  #wholeStyle: Style | undefined;

  constructor(
    private readonly text: string,
    root: Item,
  ) {
    const newline = /\r\n|\n|\r/.exec(text);
    this.#eol = newline?.[0] ?? '\n';
    const stack: Item[] = [root];
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      count(text, item, this.#whole);
      for (const child of item.box?.items ?? []) stack.push(child);
    }
    countUnits(text, root, this.#whole);
    this.#minified =
      root.box !== null &&
      root.box.items.length > 0 &&
      !/[\n\r]/.test(text.slice(root.start, root.end)) &&
      (most(this.#whole.colons) ?? ':') === ':' &&
      this.#whole.of('space') === 0;
  }

  get whole(): Style {
    this.#wholeStyle ??= this.#style([this.#whole], this.#whole);
    return this.#wholeStyle;
  }

  /** The style for what is added to `box`: its items decide, then what is in them, then the whole text. */
  of(box: Box): Style {
    const known = this.#near.get(box);
    if (known !== undefined) return known;
    const own = new Votes();
    const nested = new Votes();
    const siblings = box.items.slice(-SIBLINGS);
    // Members of one kind (a list, a map of objects) show how the next one looks inside; a mixed bag does not.
    const alike = box.kind === 'array' || (siblings.length > 1 && siblings.every((item) => item.box !== null));
    for (const item of siblings) {
      count(this.text, item, own);
      if (item.box === null || !alike) continue;
      for (const child of item.box.items.slice(-CHILDREN)) count(this.text, child, nested);
    }
    if (box.items.length > 0 && isBlock(this.text, box)) nested.add(hasTrailingComma(box) ? 'comma' : 'no comma');
    const style = this.#style([own, nested, this.#whole], own);
    this.#near.set(box, style);
    return style;
  }

  #style(votes: readonly Votes[], forObjects: Votes): Style {
    const first = <T>(ask: (votes: Votes) => T | undefined): T | undefined => {
      for (const one of votes) {
        const answer = ask(one);
        if (answer !== undefined) return answer;
      }
      return undefined;
    };
    const quote =
      (single: Trait, double: Trait) =>
      (one: Votes): Quote | undefined => {
        const prefersDouble = one.prefers(double, single);
        return prefersDouble === undefined ? undefined : prefersDouble ? '"' : "'";
      };
    const anyQuote =
      first(quote("string'", 'string"')) ?? first(quote("key'", 'key"')) ?? first(quote("needed'", 'needed"')) ?? '"';
    const keyQuote = first((one): Quote | '' | undefined => {
      const quoted = one.of("key'") + one.of('key"');
      if (one.of('plain') > 0 && one.of('plain') >= quoted) return '';
      return quote("key'", 'key"')(one);
    });
    const forced = first(quote("needed'", 'needed"')) ?? first(quote("key'", 'key"')) ?? anyQuote;
    const pad = (kind: Box['kind']) => first((one) => one.prefers(`${kind} pad`, `${kind} no pad`));
    const colon = first((one) => most(one.colons)) ?? ': ';
    const spaced = first((one) => one.prefers('space', 'no space'));
    const quoteOfKeys = keyQuote ?? first(quote("needed'", 'needed"')) ?? '"';
    return {
      eol: this.#eol,
      unit: most(this.#whole.units) ?? '  ',
      keyQuote: quoteOfKeys,
      forcedKeyQuote: forced,
      stringQuote: anyQuote,
      colon,
      space: (spaced ?? !this.#minified) ? ' ' : '',
      pad: { object: (pad('object') ?? !this.#minified) ? ' ' : '', array: pad('array') === true ? ' ' : '' },
      trailingComma: first((one) => one.prefers('comma', 'no comma')) ?? false,
      oneLine: {
        object: forObjects.prefers('object block', 'object line') === false,
        // Programs that write strict JSON give every element its line.
        array: first((one) => one.prefers('array line', 'array block')) ?? quoteOfKeys !== '"',
      },
      minified: this.#minified,
    };
  }
}

/** Notes how one item, and the brackets of its value, are written. */
function count(text: string, item: Item, votes: Votes): void {
  if (item.key !== null) {
    const code = text.charCodeAt(item.keyStart);
    const quote = code === DOUBLE_QUOTE ? '"' : code === SINGLE_QUOTE ? "'" : '';
    if (quote === '') votes.add('plain');
    else votes.add(isPlainIdentifier(item.key) ? `key${quote}` : `needed${quote}`);
    const between = item.start - item.keyEnd > 4 ? '' : text.slice(item.keyEnd, item.start);
    if (/^ *: *$/.test(between)) votes.colons.set(between, (votes.colons.get(between) ?? 0) + 1);
  }
  const { box } = item;
  if (box === null) {
    const code = text.charCodeAt(item.start);
    if (code === DOUBLE_QUOTE) votes.add('string"');
    else if (code === SINGLE_QUOTE) votes.add("string'");
    return;
  }
  const first = box.items[0];
  const last = box.items.at(-1);
  if (first === undefined || last === undefined) return;
  // Lists of objects are blocks nearly everywhere: they say nothing about a list of names.
  const isExample = box.kind === 'object' || first.box === null;
  if (isBlock(text, box)) {
    if (isExample) votes.add(`${box.kind} block`);
    votes.add(hasTrailingComma(box) ? 'comma' : 'no comma');
    return;
  }
  if (isExample) votes.add(`${box.kind} line`);
  votes.add(text.charCodeAt(box.start + 1) === 0x20 ? `${box.kind} pad` : `${box.kind} no pad`);
  if (first.comma >= 0 && first !== last) votes.add(text.charCodeAt(first.comma + 1) === 0x20 ? 'space' : 'no space');
}

export function hasTrailingComma(box: Box): boolean {
  return (box.items.at(-1)?.comma ?? -1) >= 0;
}

/** Whether the first item of a non-empty object or array begins a line of its own. */
function isBlock(text: string, box: Box): boolean {
  const end = beginOf(box.items[0] as Item);
  for (let at = box.start + 1; at < end; at++) if (isLineTerminator(text.charCodeAt(at))) return true;
  return false;
}

/** Notes by how much blocks are indented against the line of their bracket. */
function countUnits(text: string, root: Item, votes: Votes): void {
  const stack: { item: Item; indent: string }[] = [{ item: root, indent: '' }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { box } = next.item;
    const first = box?.items[0];
    if (box === null || first === undefined) continue;
    let inner = next.indent;
    if (isBlock(text, box)) {
      const own = indentBefore(text, beginOf(first));
      if (own !== undefined) {
        if (own.length > inner.length && own.startsWith(inner)) {
          const unit = own.slice(inner.length);
          votes.units.set(unit, (votes.units.get(unit) ?? 0) + 1);
        }
        inner = own;
      }
    }
    for (const item of box.items) if (item.box !== null) stack.push({ item, indent: inner });
  }
}

/** The whitespace before `offset` when there is nothing else before it on its line. */
function indentBefore(text: string, offset: number): string | undefined {
  let at = offset;
  while (at > 0 && (text.charCodeAt(at - 1) === 0x20 || text.charCodeAt(at - 1) === 0x09)) at--;
  return at > 0 && isLineTerminator(text.charCodeAt(at - 1)) ? text.slice(at, offset) : undefined;
}
