import { describe, expect, it } from 'vitest';
import { type Edit, EditRefused, edit, editsBetween, parse } from '../../src/json5/index.ts';
import { Secret } from '../../src/system/secret.ts';

/** Strips the indentation of a template literal and its first line break. */
function text(strings: TemplateStringsArray): string {
  const raw = (strings.raw[0] as string).replace(/^\n/, '');
  const indent = /^ */.exec(raw)?.[0].length ?? 0;
  return raw
    .split('\n')
    .map((line) => line.slice(indent))
    .join('\n')
    .replace(/\n *$/, '\n');
}

function refusal(make: () => unknown): EditRefused {
  try {
    make();
  } catch (error) {
    if (error instanceof EditRefused) return error;
    throw error;
  }
  throw new Error('was not refused');
}

const CONFIG = text`
  // OpenClaw, kitchen server
  {
    // who answers
    agents: {
      defaults: {
        model: { primary: 'proxy/opus', fallbacks: ['a/b', 'c/d'] }, // the model
        models: {
          'proxy/opus': { alias: 'opus' },
          // cheap one
          'proxy/sonnet': { alias: 'sonnet' }, // for cron
        },
      },
      list: [
        { id: 'main', default: true }, // the boss
        { id: 'lite' },
        // { id: 'old' },
      ],
    },

    // ---- gateway ----

    gateway: { port: 0x4965, /* local */ bind: "loopback" },
    ratio: .5,
    'max-age': +1e3,
    limit: Infinity
  }
`;
const DEFAULTS = ['agents', 'defaults'];

/** The lines that an edit took away and put in. */
function changes(edits: Edit[], from = CONFIG): { gone: string[]; come: string[] } {
  const after = edit(from, edits).split('\n');
  const before = from.split('\n');
  return { gone: before.filter((line) => !after.includes(line)), come: after.filter((line) => !before.includes(line)) };
}

describe('set', () => {
  it('replaces one scalar and nothing else', () => {
    expect(edit(CONFIG, [{ op: 'set', path: [...DEFAULTS, 'model', 'primary'], value: 'anthropic/opus' }])).toBe(
      CONFIG.replace("'proxy/opus', f", "'anthropic/opus', f"),
    );
  });

  it('keeps the quotes of the string that it replaces', () => {
    expect(
      edit(`{a: "x", b: 'y'}`, [
        { op: 'set', path: ['a'], value: 'n' },
        { op: 'set', path: ['b'], value: 'm' },
      ]),
    ).toBe(`{a: "n", b: 'm'}`);
  });

  it('leaves a value alone that is already equal, however it is written', () => {
    const same: Edit[] = [
      { op: 'set', path: ['gateway', 'port'], value: 18789 },
      { op: 'set', path: ['ratio'], value: 0.5 },
      { op: 'set', path: ['max-age'], value: 1000 },
      { op: 'set', path: ['limit'], value: Number.POSITIVE_INFINITY },
      { op: 'set', path: ['gateway'], value: { bind: 'loopback', port: 18789 } },
    ];
    expect(edit(CONFIG, same)).toBe(CONFIG);
  });

  it('tells 0 from -0', () => {
    expect(
      edit('{a: -0, b: 0}', [
        { op: 'set', path: ['a'], value: 0 },
        { op: 'set', path: ['b'], value: -0 },
      ]),
    ).toBe('{a: 0, b: -0}');
  });

  it('writes what strict JSON cannot say', () => {
    expect(edit('{}', [{ op: 'set', path: ['x'], value: [Number.NaN, Number.NEGATIVE_INFINITY] }])).toBe(
      '{\n  "x": [\n    NaN,\n    -Infinity\n  ]\n}',
    );
  });

  it('adds a member at the end, in the style of its siblings', () => {
    const model = { op: 'set', path: [...DEFAULTS, 'models', 'anthropic/opus'], value: { alias: "it's" } } as const;
    expect(changes([model])).toEqual({ gone: [], come: [`        'anthropic/opus': { alias: "it's" },`] });
    expect(changes([{ op: 'set', path: [...DEFAULTS, 'thinking'], value: 'high' }]).come).toEqual([
      "      thinking: 'high',",
    ]);
  });

  it('adds the comma that a last member lacks, in front of its comment', () => {
    expect(edit('{\n  a: 1 // one\n}', [{ op: 'set', path: ['b'], value: 2 }])).toBe('{\n  a: 1, // one\n  b: 2\n}');
    expect(edit('{ a: 1 /* one */ }', [{ op: 'set', path: ['b'], value: 2 }])).toBe('{ a: 1 /* one */, b: 2 }');
  });

  it('makes the objects on the way', () => {
    expect(edit('{\n  a: 1,\n}\n', [{ op: 'set', path: ['auth', 'order', 'anthropic'], value: ['x:y'] }])).toBe(
      text`
        {
          a: 1,
          auth: {
            order: {
              anthropic: ["x:y"],
            },
          },
        }
      `,
    );
  });

  it('fills an empty object among objects of one line on that line, and others as a block', () => {
    const lines = '{\n  a: { x: 1 },\n  b: {},\n}\n';
    expect(edit(lines, [{ op: 'set', path: ['b', 'x'], value: 2 }])).toBe('{\n  a: { x: 1 },\n  b: { x: 2 },\n}\n');
    const long = 'x'.repeat(80);
    expect(edit(lines, [{ op: 'set', path: ['b', 'x'], value: long }])).toContain(`b: {\n    x: `);
    const block = '{\n  a: {\n    x: 1,\n  },\n  b: {},\n}\n';
    expect(edit(block, [{ op: 'set', path: ['b', 'x'], value: 2 }])).toContain('b: {\n    x: 2,\n  },');
  });

  it('does not put a large object on one line because its siblings are small', () => {
    const big = {
      provider: 'anthropic',
      models: Array.from({ length: 3 }, (_, i) => ({ id: `m${i}`, cost: { input: 0 } })),
    };
    const { come } = changes([{ op: 'set', path: [...DEFAULTS, 'models', 'x/y'], value: big }]);
    expect(come[0]).toBe("        'x/y': {");
    expect(come.at(-1)).toBe('        },');
  });

  it('appends to an array by the index after its last', () => {
    expect(edit('[1, 2]', [{ op: 'set', path: [2], value: 3 }])).toBe('[1, 2, 3]');
  });

  it('replaces an object by an object member by member, comments kept', () => {
    const value = { port: 18789, bind: 'lan', auth: { mode: 'token' } };
    expect(changes([{ op: 'set', path: ['gateway'], value }]).come).toEqual([
      '  gateway: { port: 0x4965, /* local */ bind: "lan", auth: { mode: "token" } },',
    ]);
  });

  it('replaces an array by an array element by element, comments kept', () => {
    const value = [{ id: 'main', default: true, model: 'x' }, { id: 'new' }, { id: 'lite' }];
    expect(changes([{ op: 'set', path: ['agents', 'list'], value }])).toEqual({
      gone: ["      { id: 'main', default: true }, // the boss"],
      come: ["      { id: 'main', default: true, model: 'x' }, // the boss", "      { id: 'new' },"],
    });
  });

  it('edits the last of duplicate keys, the one that is read', () => {
    expect(edit("{ a: 1, b: 0, 'a': 2 }", [{ op: 'set', path: ['a'], value: 3 }])).toBe("{ a: 1, b: 0, 'a': 3 }");
  });

  it('finds keys however they are written', () => {
    expect(
      edit('{ "\\u0061b": 1, c\\u0064: 2 }', [
        { op: 'set', path: ['ab'], value: 3 },
        { op: 'set', path: ['cd'], value: 4 },
      ]),
    ).toBe('{ "\\u0061b": 3, c\\u0064: 4 }');
  });

  it('treats __proto__ as a key like any other', () => {
    const result = edit('{"a": {}}', [{ op: 'set', path: ['a', '__proto__', 'x'], value: 1 }]);
    expect(JSON.parse(result)).toEqual(JSON.parse('{"a": {"__proto__": {"x": 1}}}'));
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe('style', () => {
  const add = (from: string, value: unknown = 1) => edit(from, [{ op: 'set', path: ['new'], value }]);

  it.each([
    ['two spaces, JSON', '{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "new": 1\n}\n'],
    ['four spaces', '{\n    a: 1,\n}', '{\n    a: 1,\n    new: 1,\n}'],
    ['tabs', '{\n\ta: 1\n}', '{\n\ta: 1,\n\tnew: 1\n}'],
    ['CRLF', '{\r\n  a: 1,\r\n}\r\n', '{\r\n  a: 1,\r\n  new: 1,\r\n}\r\n'],
    ['a byte order mark', '\ufeff{a: 1}', '\ufeff{a: 1, new: 1}'],
    ['one line', '{ a: 1 }', '{ a: 1, new: 1 }'],
    ['one line without spaces', '{a: 1}', '{a: 1, new: 1}'],
    ['one line with a trailing comma', '{ a: 1, }', '{ a: 1, new: 1, }'],
    ['minified', '{"a":1,"b":[1]}', '{"a":1,"b":[1],"new":1}'],
    ['quoted keys', "{\n  'a': 1\n}", "{\n  'a': 1,\n  'new': 1\n}"],
    ['no space before the value', '{\n  a:1\n}', '{\n  a:1,\n  new:1\n}'],
    ['a hanging bracket', '{ a: 1,\n  b: 2 }', '{ a: 1,\n  b: 2,\n  new: 1 }'],
    ['nothing yet', '{}', '{\n  "new": 1\n}'],
    ['only a comment', '{\n  // later\n}', '{\n  "new": 1\n  // later\n}'],
    ['a comment behind the bracket', '{ // top\n  a: 1\n}', '{ // top\n  a: 1,\n  new: 1\n}'],
    ['a comment at the end', '{\n  a: 1\n  // more to come\n}', '{\n  a: 1,\n  new: 1\n  // more to come\n}'],
  ])('follows %s', (_name, from, to) => {
    expect(add(from)).toBe(to);
    expect(edit(to, [{ op: 'delete', path: ['new'] }])).toBe(from);
  });

  it('uses the lines that empty brackets stand on', () => {
    expect(add('{\n}')).toBe('{\n  "new": 1\n}');
    expect(add('{\n    \n}')).toBe('{\n  "new": 1\n}');
  });

  it('keeps strict JSON strict', () => {
    const from = JSON.stringify({ a: { b: 'x' }, list: ['y'] }, null, 2);
    const value = { s: 'it\'s "so"\u2028\ud800', deep: { list: ['z', {}] } };
    const result = edit(from, [
      { op: 'set', path: ['new'], value },
      { op: 'insert', path: ['list'], value: 'w' },
      { op: 'set', path: ['a', 'c'], value: null },
    ]);
    expect(JSON.parse(result)).toEqual({ a: { b: 'x', c: null }, list: ['y', 'w'], new: value });
    expect(result).toBe(JSON.stringify(JSON.parse(result), null, 2).replace('\u2028', '\\u2028'));
  });

  it('writes a first list as the kind of file does', () => {
    const list: Edit[] = [{ op: 'set', path: ['new'], value: ['x', 'y'] }];
    expect(edit('{\n  "a": 1\n}', list)).toBe('{\n  "a": 1,\n  "new": [\n    "x",\n    "y"\n  ]\n}');
    expect(edit('{\n  a: 1,\n}', list)).toBe('{\n  a: 1,\n  new: ["x", "y"],\n}');
  });

  it('stays minified', () => {
    expect(add('{"a":1,"b":2}', { x: ['y', { z: 1 }] })).toBe('{"a":1,"b":2,"new":{"x":["y",{"z":1}]}}');
  });

  it('escapes what does not survive a file or makes readers warn', () => {
    expect(edit("{a: 'x'}", [{ op: 'set', path: ['a'], value: '\ud800\u2028\u0000' }])).toBe(
      "{a: '\\ud800\\u2028\\u0000'}",
    );
  });
});

describe('delete', () => {
  it('takes the comments of a member with it, and no others', () => {
    expect(changes([{ op: 'delete', path: [...DEFAULTS, 'models', 'proxy/sonnet'] }])).toEqual({
      gone: ['        // cheap one', "        'proxy/sonnet': { alias: 'sonnet' }, // for cron"],
      come: [],
    });
    expect(changes([{ op: 'delete', path: ['gateway'] }]).gone).toEqual([
      '  gateway: { port: 0x4965, /* local */ bind: "loopback" },',
    ]);
  });

  it('takes the comma of the one before when the last goes', () => {
    expect(changes([{ op: 'delete', path: ['limit'] }])).toEqual({
      gone: ["  'max-age': +1e3,", '  limit: Infinity'],
      come: ["  'max-age': +1e3"],
    });
    expect(edit('[1, 2,]', [{ op: 'delete', path: [1] }])).toBe('[1,]');
  });

  it.each([
    ['{ a: 1, b: 2, c: 3 }', ['a'], '{ b: 2, c: 3 }'],
    ['{ a: 1, b: 2, c: 3 }', ['b'], '{ a: 1, c: 3 }'],
    ['{ a: 1, b: 2, c: 3 }', ['c'], '{ a: 1, b: 2 }'],
    ['{a:1,b:2}', ['a'], '{b:2}'],
    ['{ a: 1 }', ['a'], '{}'],
    ['{\n  a: 1,\n}', ['a'], '{}'],
    ['{\n  a: 1, // one\n  // free\n\n  b: 2,\n}', ['b'], '{\n  a: 1, // one\n  // free\n}'],
    ['{\n  a: 1,\n\n  b: 2,\n\n  c: 3\n}', ['b'], '{\n  a: 1,\n\n  c: 3\n}'],
    ['{\n\n  a: 1,\n\n  b: 2\n}', ['a'], '{\n\n  b: 2\n}'],
    ['{ a: 1, // one\n  b: 2, c: 3 }', ['b'], '{ a: 1, // one\n  c: 3 }'],
    ['{ a: 1, // one\n  b: 2 }', ['b'], '{ a: 1 // one\n}'],
    ['{\n  a: 1, // one\n        // and more\n  b: 2,\n}', ['a'], '{\n  b: 2,\n}'],
    ['{\n  a: 1\n  , b: 2\n  , c: 3\n}', ['c'], '{\n  a: 1\n  , b: 2\n}'],
  ])('%j without %j is %j', (from, path, to) => {
    expect(edit(from, [{ op: 'delete', path }])).toBe(to);
  });

  it('takes every duplicate, so that no older value comes back', () => {
    expect(edit('{ a: 1, b: 0, a: 2 }', [{ op: 'delete', path: ['a'] }])).toBe('{ b: 0 }');
  });

  it('does nothing where there is nothing', () => {
    expect(edit(CONFIG, [{ op: 'delete', path: ['no', 'such'] }])).toBe(CONFIG);
  });
});

describe('insert and remove', () => {
  const fallbacks = [...DEFAULTS, 'model', 'fallbacks'];

  it.each([
    [undefined, "['a/b', 'c/d', 'e/f']"],
    [0, "['e/f', 'a/b', 'c/d']"],
    [1, "['a/b', 'e/f', 'c/d']"],
    [99, "['a/b', 'c/d', 'e/f']"],
  ])('inserts at %s', (at, list) => {
    const one: Edit =
      at === undefined
        ? { op: 'insert', path: fallbacks, value: 'e/f' }
        : { op: 'insert', path: fallbacks, value: 'e/f', at };
    expect(edit(CONFIG, [one])).toBe(CONFIG.replace("['a/b', 'c/d']", list));
  });

  it('inserts lines into a list of lines, ahead of what is commented out', () => {
    const result = edit(CONFIG, [{ op: 'insert', path: ['agents', 'list'], value: { id: 'new' } }]);
    expect(result).toBe(CONFIG.replace("{ id: 'lite' },\n", "{ id: 'lite' },\n      { id: 'new' },\n"));
  });

  it('makes the array', () => {
    expect(edit('{ a: 1 }', [{ op: 'insert', path: ['b', 'c'], value: 'x' }])).toBe('{ a: 1, b: { c: ["x"] } }');
  });

  it('removes the first equal element, with its comment', () => {
    expect(edit("[\n  'a', // one\n  'b',\n  'a',\n]", [{ op: 'remove', path: [], value: 'a' }])).toBe(
      "[\n  'b',\n  'a',\n]",
    );
    expect(changes([{ op: 'remove', path: ['agents', 'list'], value: { default: true, id: 'main' } }]).gone).toEqual([
      "      { id: 'main', default: true }, // the boss",
    ]);
  });

  it('removes nothing when none is equal', () => {
    expect(
      edit(CONFIG, [
        { op: 'remove', path: fallbacks, value: 'no' },
        { op: 'remove', path: ['no'], value: 1 },
      ]),
    ).toBe(CONFIG);
  });
});

describe('many edits', () => {
  it('sees each edit as made after the ones before it', () => {
    expect(
      edit('{ list: [1, 2, 3] }', [
        { op: 'delete', path: ['list', 0] },
        { op: 'set', path: ['list', 0], value: 'two' },
        { op: 'insert', path: ['list'], value: 0, at: 0 },
        { op: 'set', path: ['a', 'b'], value: 1 },
        { op: 'set', path: ['a', 'c'], value: 2 },
        { op: 'delete', path: ['a', 'b'] },
      ]),
    ).toBe('{ list: [0, "two", 3], a: { c: 2 } }');
  });

  it('puts the changes of a program that dropped the comments into the commented text', () => {
    const before = parse(CONFIG);
    if (!before.ok) throw new Error('unreachable');
    const rewritten = JSON.parse(JSON.stringify({ meta: { by: '2026.9.6' }, ...(before.value as object), limit: 5 }));
    rewritten.agents.defaults.model.primary = 'anthropic/opus';
    const result = edit(CONFIG, editsBetween(before.value, rewritten));
    expect(parse(result)).toEqual({ ok: true, value: rewritten });
    for (const comment of CONFIG.match(/\/\/ .*|\/\*.*?\*\//g) ?? []) expect(result).toContain(comment);
    expect(result).toContain('port: 0x4965');
    expect(result.indexOf('meta')).toBeLessThan(result.indexOf('who answers'));
  });

  it('carries out ten thousand edits of a large file', () => {
    const jobs = Array.from({ length: 10_000 }, (_, i) => ({
      id: `job-${i}`,
      payload: { kind: 'agentTurn', model: 'a/b' },
    }));
    const from = JSON.stringify({ version: 1, jobs }, null, 2);
    const edits = jobs.map((_, i): Edit => ({ op: 'set', path: ['jobs', i, 'payload', 'model'], value: 'c/d' }));
    const result = edit(from, edits);
    expect(result).toBe(from.replaceAll('a/b', 'c/d'));
    const dropped = jobs.slice(1).map((): Edit => ({ op: 'delete', path: ['jobs', 1] }));
    expect(JSON.parse(edit(from, dropped))).toEqual({ version: 1, jobs: jobs.slice(0, 1) });
  });

  it('goes through nesting of any depth', () => {
    const depth = 20_000;
    const deep = `${'{a:'.repeat(depth)}1${'}'.repeat(depth)}`;
    const path = Array.from({ length: depth }, () => 'a');
    const edits: Edit[] = [{ op: 'set', path, value: 2 }];
    const result = edit(deep, edits);
    expect(result).toBe(deep.replace('1', '2'));
    const [from, to] = [parse(deep), parse(result)];
    if (!from.ok || !to.ok) throw new Error('unreachable');
    expect(editsBetween(from.value, to.value)).toEqual(edits);
    expect(parse('['.repeat(depth)).ok).toBe(false);
  });
});

describe('refusing', () => {
  it.each<[string, string, Edit]>([
    ['through a scalar', '{ a: 1 }', { op: 'set', path: ['a', 'b'], value: 1 }],
    ['past the end of an array', '[1]', { op: 'set', path: [2], value: 1 }],
    ['into something that is no array', '{ a: {} }', { op: 'insert', path: ['a'], value: 1 }],
    ['from something that is no array', '{ a: {} }', { op: 'remove', path: ['a'], value: 1 }],
    ['deleting everything', '{}', { op: 'delete', path: [] }],
    ['a named element of an array', '{ a: [] }', { op: 'set', path: ['a', 'x'], value: 1 }],
    ['a function', '{}', { op: 'set', path: ['a'], value: () => 1 }],
    ['a class instance', '{}', { op: 'set', path: ['a'], value: new Secret('sk-ant-oat01-FAKE') }],
    ['no value', '{}', { op: 'set', path: ['a'], value: undefined }],
    ['a text that does not parse', '{ a: 1', { op: 'set', path: ['a'], value: 1 }],
  ])('%s', (_name, from, one) => {
    const problem = refusal(() => edit(from, [one]));
    expect(problem.code).toBe('edit-refused');
    expect(problem.more.why).toMatch(/\.$/);
  });

  it('says what to do by hand, without the credential', () => {
    const token = `sk-ant-oat01-FAKE${'x'.repeat(90)}`;
    const problem = refusal(() =>
      edit('{ auth: 1, list: 2 }', [
        { op: 'set', path: ['auth', 'profiles', 'anthropic:default'], value: { type: 'token', token } },
        { op: 'delete', path: ['models', 'old/one'] },
        { op: 'insert', path: ['list'], value: 'x' },
      ]),
    );
    expect(problem.snippet).toBe(text`
      // remove models["old/one"]
      // add to list: "x"
      {
        auth: {
          profiles: {
            "anthropic:default": {
              type: "token",
              token: "sk-ant-oat01-…",
            },
          },
        },
      }`);
    expect(problem.more.next).toContain(problem.snippet);
  });

  it('refuses a value that contains itself', () => {
    const value: Record<string, unknown> = {};
    value.self = value;
    expect(refusal(() => edit('{}', [{ op: 'set', path: ['a'], value }])).more.why).toBe('The value contains itself.');
  });
});
