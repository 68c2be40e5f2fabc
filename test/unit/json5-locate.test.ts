import { describe, expect, it } from 'vitest';
import { locate, parse } from '../../src/json5/index.ts';

describe('parse', () => {
  it.each([
    ['a comma is missing', '{\n  a: 1\n  b: 2\n}', 3, 3, '  b: 2', 'Expected "," or "}" but found "b".'],
    ['the wrong bracket', '{ a: [1, 2} }', 1, 11, '{ a: [1, 2} }', 'Expected "," or "]" but found "}".'],
    ['a misspelled word', '{"a": ture}', 1, 7, '{"a": ture}', 'Expected a value but found "ture".'],
    [
      'a string that is not closed',
      '{\n  a: "x,\n  b: 1 }',
      2,
      6,
      '  a: "x,',
      'This string is not closed on its line.',
    ],
    ['a comment that is not closed', '{ a: 1 /* }', 1, 8, '{ a: 1 /* }', 'This comment is not closed.'],
    ['no end', '{\r\n  a: {\r\n', 3, 1, '', 'The file ends before the "{" of line 2 is closed.'],
    ['nothing', '', 1, 1, '', 'Expected a value but found the end of the file.'],
    ['more than one value', '{} {}', 1, 4, '{} {}', 'Unexpected "{" after the end of the value.'],
    ['no colon', '{ a 1 }', 1, 5, '{ a 1 }', 'Expected ":" after the key "a" but found "1".'],
    ['a key that needs quotes', '{ a-b: 1 }', 1, 4, '{ a-b: 1 }', 'Expected ":" after the key "a" but found "-".'],
    ['a leading zero', '[01]', 1, 3, '[01]', 'Expected "," or "]" but found "1".'],
    ['two commas', '[1,,2]', 1, 4, '[1,,2]', 'Expected a value but found ",".'],
    ['a bad escape', '["\\u12"]', 1, 3, '["\\u12"]', '"\\u" needs 4 hexadecimal digits after it.'],
    ['a control character', '[\u0001]', 1, 2, '[\u0001]', 'Expected a value but found the character U+0001.'],
    ['a byte order mark before it', '\ufeff{a}', 1, 3, '{a}', 'Expected ":" after the key "a" but found "}".'],
  ])('says where and what: %s', (_name, text, line, column, shown, message) => {
    expect(parse(text)).toEqual({ ok: false, error: { message, line, column, text: shown } });
  });

  it('tells nobody about U+2028', () => {
    expect(parse("{a: '\u2028'}")).toEqual({ ok: true, value: { a: '\u2028' } });
  });
});

describe('locate', () => {
  const text = '\ufeff// top\r\n{\r\n  a: 1,\r\n\t"b": [10,\r\n    { c: 2 }],\r\n  a: 3 }';

  it.each([
    [[], { line: 2, column: 1 }],
    [['b'], { line: 4, column: 2 }],
    [['b', 0], { line: 4, column: 8 }],
    [['b', 1, 'c'], { line: 5, column: 7 }],
    [['a'], { line: 6, column: 3 }],
    [['b', 2], null],
    [['a', 'x'], null],
    [['toString'], null],
  ])('finds %j at %j', (path, place) => {
    expect(locate(text, path)).toEqual(place);
  });

  it('finds nothing in a text that does not parse', () => {
    expect(locate('{ a: ', ['a'])).toBeNull();
  });
});
