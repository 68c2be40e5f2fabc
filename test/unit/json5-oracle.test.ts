import { JsonArrayNode, JsonObjectNode, JsonParser } from '@croct/json5-parser';
import fc from 'fast-check';
import JSON5 from 'json5';
import { describe, expect, it } from 'vitest';
import { edit } from '../../src/json5/index.ts';
import { deepSame } from '../support/json5-arbitrary.ts';

/**
 * Another lossless editor asked the same questions. Kept to what it is known to do right: no duplicate keys, no
 * U+2028, no escaped identifiers, no deletion (it leaves the comments), no container in place of a container.
 */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 200);

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e-f', 'g/h');
const scalar = fc.constantFrom('1', '0x1F', '.5', 'true', 'null', "'s'", '"d"', '-2');
const note = fc.constantFrom('', '', '', ' // note', ' /* note */');
const indent = fc.constantFrom('  ', '    ', '\t');

const members = fc.uniqueArray(fc.tuple(key, scalar, note), { selector: ([name]) => name, minLength: 1, maxLength: 5 });
const block = fc
  .tuple(members, indent, fc.constantFrom("'", '"'), fc.boolean())
  .map(([list, unit, quote, trailing]) => {
    const lines = list.map(([name, value, comment], i) => {
      const comma = i < list.length - 1 || trailing ? ',' : '';
      return `${unit}${/^\w+$/.test(name) ? name : quote + name + quote}: ${value}${comma}${comment}\n`;
    });
    return `{\n${lines.join('')}}\n`;
  });

describe('next to another editor', () => {
  it('sets a scalar to the very same text', () => {
    fc.assert(
      fc.property(block, fc.nat(9), fc.constantFrom<unknown>(7, true, null, -1.5), (text, pick, value) => {
        const names = Object.keys(JSON5.parse(text));
        const name = names[pick % names.length] as string;
        const other = JsonParser.parse(text, JsonObjectNode);
        if (Object.is(JSON5.parse(text)[name], value)) return;
        other.set(name, value as number);
        expect(edit(text, [{ op: 'set', path: [name], value }])).toBe(other.toString());
      }),
      { numRuns },
    );
  });

  it('adds a member with the same outcome, and keeps at least the lines that it keeps', () => {
    fc.assert(
      fc.property(block, fc.constantFrom<unknown>('x', 7, ['y'], { z: 1 }), (text, value) => {
        const other = JsonParser.parse(text, JsonObjectNode);
        other.set('added', value as string);
        const ours = edit(text, [{ op: 'set', path: ['added'], value }]);
        expect(deepSame(JSON5.parse(ours), JSON5.parse(other.toString()))).toBe(true);
        const kept = (result: string) => text.split('\n').filter((line) => result.split('\n').includes(line)).length;
        expect(kept(ours)).toBeGreaterThanOrEqual(kept(other.toString()));
      }),
      { numRuns },
    );
  });

  it('appends to a list with the same outcome', () => {
    fc.assert(
      fc.property(
        fc.array(scalar, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        fc.boolean(),
        (items, lines, trailing) => {
          // After a trailing comma on one line it forgets the space.
          const end = trailing && lines ? ',' : '';
          const text = lines ? `[\n  ${items.join(',\n  ')}${end}\n]` : `[${items.join(', ')}${end}]`;
          const other = JsonParser.parse(text, JsonArrayNode);
          other.push(7);
          expect(edit(text, [{ op: 'insert', path: [], value: 7 }])).toBe(other.toString());
        },
      ),
      { numRuns },
    );
  });
});
