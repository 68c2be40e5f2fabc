import fc from 'fast-check';
import type { Edit } from '../../src/json5/index.ts';

/** Random JSON5 texts and random edits, for the property tests of the editor. */

const space = fc.constantFrom('', '', '', ' ', ' ', '  ', '\t', '\n', '\n', '\n  ', '\r\n', '\r\n\t', '\n\n', '\r');
const oddSpace = fc.constantFrom('\u2028', '\u2029', '\u00a0', '\ufeff', '\v', '\f', '\u3000', '\u2003');
const words = fc.constantFrom('x', 'a note', '// not', 'it\'s "so"', '{ a: 1, }', '', '*', '* /', '\\', 'ü\u{1f600}');
const lineComment = fc
  .tuple(words, fc.constantFrom('\n', '\n', '\r\n', '\r', '\u2028'))
  .map(([text, end]) => `//${text}${end}`);
const blockComment = fc
  .tuple(words, fc.constantFrom('', '', '\n', '\r\n * '))
  .map(([text, extra]) => `/*${text}${extra}*/`);

/** Whitespace and comments, as people and machines leave them. */
const trivia = fc.oneof(
  { weight: 6, arbitrary: space },
  { weight: 1, arbitrary: oddSpace },
  { weight: 1, arbitrary: fc.tuple(space, lineComment, space).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.tuple(space, blockComment, space).map((parts) => parts.join('')) },
  {
    weight: 1,
    arbitrary: fc.array(fc.oneof(space, lineComment, blockComment), { maxLength: 5 }).map((parts) => parts.join('')),
  },
);

const plainKeys = ['a', 'b', 'c', 'id', 'name', '$x', '_y', 'ünï', '__proto__', 'constructor', '\u{1d4b3}'];
const quotedKeys = ['', 'a b', 'x/y', '1', '10', '0x1', '-', "it's", '"', '\\', 'toString', '\u2028', '\ud800'];

const character = fc.constantFrom(
  ...['a', 'Z', ' ', '/', "\\'", '\\"', '\\\\', '\\n', '\\x41', '\\u00e9', '\\v', '\\0', '\\q', 'ü', '\u{1f600}'],
  ...['\\\n', '\\\r\n', '\\\r', '\\\u2028', '\u2028', '\u2029', '\\ud800', '\\u2028', '//', '/*', '{', ','],
);
const stringText = fc
  .tuple(fc.constantFrom('"', "'"), fc.array(character, { maxLength: 6 }))
  .map(([quote, parts]) => quote + parts.join('') + quote);
const numberTexts = fc.constantFrom(
  ...['0', '-0', '+0', '1', '-1', '10', '.5', '5.', '0.5e3', '+1e3', '1E-7', '0x1F', '-0Xff', '1e999', '-.5'],
  ...['Infinity', '-Infinity', '+Infinity', 'NaN', '-NaN', '9007199254740993', '0.1', '1e21', '5.e1', '0e0'],
);
const scalarText = fc.oneof(fc.constantFrom('null', 'true', 'false'), numberTexts, stringText);

const keyText = fc.oneof(
  fc.constantFrom(...plainKeys),
  fc
    .tuple(fc.constantFrom(...plainKeys, ...quotedKeys), fc.constantFrom('"', "'"))
    .map(([key, quote]) =>
      quote === '"'
        ? JSON.stringify(key)
        : `'${JSON.stringify(key).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`,
    ),
  fc.constantFrom('\\u0061', 'b\\u0063', "'\\x61'", '"\\u005f_proto__"'),
);

function bracketed(open: string, close: string, item: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(trivia, fc.array(fc.tuple(item, trivia, trivia), { maxLength: 5 }), fc.boolean())
    .map(([start, items, trailing]) => {
      const body = items.map(([text, before, after], i) =>
        i < items.length - 1 || trailing ? `${text}${before},${after}` : `${text}${before}`,
      );
      return open + start + body.join('') + close;
    });
}

/** A JSON5 text with anything anywhere: comments, all line ends, duplicate keys, every form of number. */
export const wildText: fc.Arbitrary<string> = fc.letrec<{ value: string; text: string }>((tie) => {
  const member = fc
    .tuple(keyText, trivia, trivia, tie('value'))
    .map(([key, before, after, value]) => `${key}${before}:${after}${value}`);
  return {
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalarText,
      bracketed('{', '}', member),
      bracketed('[', ']', tie('value')),
      bracketed('{', '}', member),
    ),
    text: fc.tuple(fc.constantFrom('', '', '', '\ufeff'), trivia, tie('value'), trivia).map((parts) => parts.join('')),
  };
}).text;

/** How a tidy text is laid out. */
export interface Layout {
  readonly eol: '\n' | '\r\n';
  readonly indent: string;
  readonly quote: '"' | "'";
  readonly quoteKeys: boolean;
  readonly trailingComma: boolean;
  readonly bom: boolean;
}

export const layout: fc.Arbitrary<Layout> = fc.record({
  eol: fc.constantFrom('\n', '\r\n'),
  indent: fc.constantFrom('  ', '    ', '\t'),
  quote: fc.constantFrom('"', "'"),
  quoteKeys: fc.boolean(),
  trailingComma: fc.boolean(),
  bom: fc.boolean(),
});

/** Values that JSON5 can say. */
export const plainValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -0, 1, -1.5, 1e21, Number.NaN, Number.POSITIVE_INFINITY, 0x10, ''),
    fc.constantFrom('a', "it's", 'say "x"', 'x/y', '//', 'two\nlines', '\u2028', '\ud800', '\\', '\u0000', 'ü', '\v'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...plainKeys, ...quotedKeys), tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** A tidy text: one item per line, or short ones on one line, with comments where people put them. */
export const tidyText: fc.Arbitrary<string> = fc
  .tuple(
    layout,
    plainValue,
    fc.array(fc.constantFrom('', '', '', '', 'above', 'behind', 'free', 'line'), { minLength: 1 }),
  )
  .map(([style, value, notes]) => {
    let turn = 0;
    const note = () => notes[turn++ % notes.length];
    const scalar = (v: unknown) =>
      typeof v === 'string'
        ? style.quote === '"'
          ? JSON.stringify(v)
          : `'${JSON.stringify(v).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`
        : Object.is(v, -0)
          ? '-0'
          : String(v);
    const keyOf = (key: string) => (!style.quoteKeys && /^[a-z$_]\w*$/.test(key) ? key : scalar(key));
    const write = (v: unknown, indent: string): string => {
      if (typeof v !== 'object' || v === null) return scalar(v);
      const isArray = Array.isArray(v);
      const [open, close] = isArray ? '[]' : '{}';
      const keys = Object.keys(v);
      if (keys.length === 0) return `${open}${close}`;
      const inner = indent + style.indent;
      const texts = keys.map((key) => {
        const child = write((v as Record<string, unknown>)[key], inner);
        return isArray ? child : `${keyOf(key)}: ${child}`;
      });
      if (note() === 'line' && !texts.join().includes('\n')) {
        return isArray ? `[${texts.join(', ')}]` : `{ ${texts.join(', ')} }`;
      }
      const lines = texts.map((text, i) => {
        const where = note();
        const comma = i < texts.length - 1 || style.trailingComma ? ',' : '';
        const above = where === 'above' ? `${inner}// on ${turn}${style.eol}` : '';
        const free = where === 'free' ? `${inner}// free ${turn}${style.eol}${style.eol}` : '';
        return `${free}${above}${inner}${text}${comma}${where === 'behind' ? ` // behind ${turn}` : ''}${style.eol}`;
      });
      return `${open}${style.eol}${lines.join('')}${indent}${close}`;
    };
    return (style.bom ? '\ufeff' : '') + write(value, '') + style.eol;
  });

/** A wish for an edit, to be fitted to a value by {@link fitEdits}. */
export interface Wish {
  readonly op: Edit['op'];
  readonly steps: readonly number[];
  readonly key: string;
  readonly value: unknown;
  readonly at: number;
  readonly kind: 'old' | 'new';
}

export const wish: fc.Arbitrary<Wish> = fc.record({
  op: fc.constantFrom('set', 'set', 'delete', 'insert', 'remove'),
  steps: fc.array(fc.nat(20), { maxLength: 4 }),
  key: fc.constantFrom(...plainKeys, ...quotedKeys, 'fresh', 'new key'),
  value: plainValue,
  at: fc.nat(6),
  kind: fc.constantFrom('old', 'new'),
});

const isContainer = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null;

/**
 * Turns wishes into edits that can be carried out, and works out the intended value on the way, in the plainest way
 * possible: a model that shares no code with the editor.
 */
export function fitEdits(start: unknown, wishes: readonly Wish[]): { edits: Edit[]; intended: unknown } {
  const edits: Edit[] = [];
  let root = start;
  for (const { op, steps, key, value, at, kind } of wishes) {
    const path: (string | number)[] = [];
    let holder: unknown;
    let here = root;
    for (const step of steps) {
      if (!isContainer(here)) break;
      const keys = Object.keys(here);
      if (keys.length === 0) break;
      const name = keys[step % keys.length] as string;
      holder = here;
      path.push(Array.isArray(here) ? Number(name) : name);
      here = here[name];
    }
    const write = (target: unknown, name: string | number, v: unknown) =>
      Object.defineProperty(target, name, { value: v, writable: true, enumerable: true, configurable: true });
    const copy = structuredCloneOf(value);
    if (op === 'insert' || op === 'remove') {
      if (!Array.isArray(here)) continue;
      if (op === 'insert') {
        edits.push(kind === 'new' ? { op, path, value, at } : { op, path, value });
        here.splice(kind === 'new' ? Math.min(at, here.length) : here.length, 0, copy);
      } else if (here.length > 0) {
        const wanted = structuredCloneOf(here[at % here.length]);
        edits.push({ op, path, value: wanted });
        here.splice(
          here.findIndex((element) => deepSame(element, wanted)),
          1,
        );
      }
    } else if (op === 'delete') {
      if (holder === undefined) continue;
      const last = path.at(-1) as string | number;
      edits.push({ op, path });
      if (Array.isArray(holder)) holder.splice(Number(last), 1);
      else delete (holder as Record<string, unknown>)[last];
    } else if (kind === 'new' && isContainer(here)) {
      if (Array.isArray(here)) {
        edits.push({ op, path: [...path, here.length], value });
        here.push(copy);
      } else {
        edits.push({ op, path: [...path, key], value });
        write(here, key, copy);
      }
    } else {
      edits.push({ op, path, value });
      if (holder === undefined) root = copy;
      else write(holder, path.at(-1) as string | number, copy);
    }
  }
  return { edits, intended: root };
}

/** A deep copy that keeps `__proto__` members and -0. */
export function structuredCloneOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCloneOf);
  if (!isContainer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, structuredCloneOf(child)]));
}

/** Equality by Object.is, the order of keys apart. */
export function deepSame(a: unknown, b: unknown): boolean {
  if (!isContainer(a) || !isContainer(b)) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && deepSame(a[key], b[key]))
  );
}
