import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadJson, type JsonHandler, JsonScan, type RawText } from '../../../src/normalizer/json-scan.ts';

/** Builds the value again from what the scanner reports: equal to JSON.parse's or the scanner is wrong. */
class Builder implements JsonHandler {
  root: unknown;
  texts: RawText[] = [];
  private readonly stack: { value: unknown[] | Record<string, unknown>; key: string }[] = [];

  enter(kind: '{' | '['): boolean {
    const value = kind === '{' ? {} : [];
    this.put(value);
    this.stack.push({ value, key: '' });
    return true;
  }
  leave(): void {
    this.stack.pop();
  }
  key(name: string): void {
    const top = this.stack.at(-1);
    if (top !== undefined) top.key = name;
  }
  take(): 'keep' {
    return 'keep';
  }
  kept(text: RawText): void {
    this.texts.push(text);
    this.put(JSON.parse(`"${Buffer.concat(text.pieces).toString('utf8')}"`));
  }
  short(): void {
    throw new Error('nothing short was asked for');
  }
  word(text: string): void {
    this.put(JSON.parse(text));
  }
  private put(value: unknown): void {
    const top = this.stack.at(-1);
    if (top === undefined) this.root = value;
    else if (Array.isArray(top.value)) top.value.push(value);
    else Object.defineProperty(top.value, top.key, { value, enumerable: true, configurable: true, writable: true });
  }
}

function scan(bytes: Buffer, cuts: readonly number[]): Builder {
  const builder = new Builder();
  const scanner = new JsonScan(builder);
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    scanner.push(bytes.subarray(from, cut));
    from = cut;
  }
  scanner.end();
  return builder;
}

/** Positions to cut `length` bytes at, sorted. */
const cutsOf = (length: number) =>
  fc.array(fc.nat(length), { maxLength: 12 }).map((cuts) => cuts.sort((one, other) => one - other));

/** A JSON text with every way of escaping mixed in, and odd white space. */
const documents = fc
  .tuple(fc.jsonValue({ stringUnit: 'binary', maxDepth: 5 }), fc.boolean(), fc.constantFrom(undefined, '\t', '\r\n '))
  .map(([value, ascii, space]) => {
    const text = JSON.stringify(value, null, space);
    return ascii
      ? text.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : text;
  });

describe('the JSON scanner', () => {
  it('reads what JSON.parse reads, whatever the chunks', () => {
    fc.assert(
      fc.property(
        documents.chain((text) => {
          const bytes = Buffer.from(text);
          return fc.record({ bytes: fc.constant(bytes), cuts: cutsOf(bytes.length) });
        }),
        ({ bytes, cuts }) => {
          const built = scan(bytes, cuts);
          expect(built.root).toEqual(JSON.parse(bytes.toString('utf8')));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('counts the bytes of the decoded text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, ascii) => {
        const json = JSON.stringify(text);
        const written = ascii
          ? json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
          : json;
        const bytes = Buffer.from(written);
        expect(scan(bytes, [bytes.length >> 1]).texts[0]?.bytes).toBe(Buffer.byteLength(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses what JSON.parse refuses', () => {
    const broken = documents.chain((text) =>
      fc
        .record({
          at: fc.nat(Math.max(0, text.length - 1)),
          put: fc.constantFrom('', '"', '\\', '{', ']', ',', '\n', '1', 'x', ':'),
        })
        .map(({ at, put }) => text.slice(0, at) + put + text.slice(at + 1)),
    );
    fc.assert(
      fc.property(
        broken.chain((text) => {
          const bytes = Buffer.from(text);
          return fc.record({ text: fc.constant(text), bytes: fc.constant(bytes), cuts: cutsOf(bytes.length) });
        }),
        ({ bytes, cuts }) => {
          let theirs: { value: unknown } | null = null;
          try {
            theirs = { value: JSON.parse(bytes.toString('utf8')) };
          } catch {
            // Refused.
          }
          if (theirs === null) expect(() => scan(bytes, cuts)).toThrow(BadJson);
          else expect(scan(bytes, cuts).root).toEqual(theirs.value);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a line break inside a string', '"a\nb"'],
    ['a NUL byte inside a string', '"a\0b"'],
    ['an escape that is none', '"\\x41"'],
    ['a \\u escape that is cut', '"\\u00"'],
    ['a plus sign', '+1'],
    ['a leading zero', '01'],
    ['two values', '{} {}'],
    ['a trailing comma', '[1,]'],
    ['a wrong bracket', '[1}'],
    ['nothing', ''],
    ['a byte order mark', '\ufeff{}'],
    ['an endless number', '1'.repeat(200)],
    ['deep nesting', '['.repeat(5_000)],
  ])('refuses %s', (_what, text) => {
    expect(() => scan(Buffer.from(text), [])).toThrow(BadJson);
  });

  it.each([
    ['a stray continuation byte', [0x22, 0x80, 0x22]],
    ['a character that never ends', [0x22, 0xe2, 0x82, 0x22]],
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate written as UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a byte that UTF-8 does not use', [0x22, 0xff, 0x22]],
    ['an end inside a character', [0x22, 0xf0, 0x9f]],
  ])('refuses %s, cut anywhere', (_what, list) => {
    const bytes = Buffer.from(list);
    for (let cut = 0; cut <= bytes.length; cut++) expect(() => scan(bytes, [cut]), `cut at ${cut}`).toThrow(BadJson);
  });

  it('keeps characters whole in chunks of one byte', () => {
    const value = ['naïve', '日本語', '🦞 lobster', 'é'];
    const bytes = Buffer.from(JSON.stringify(value));
    expect(scan(bytes, [...bytes.keys()]).root).toEqual(value);
  });
});
