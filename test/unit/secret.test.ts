import { format, inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/system/problem.ts';
import { maskSecret, redact, redactError, Secret } from '../../src/system/secret.ts';

const HIDDEN = 'Qm4vT9zRk2LxW8pYc6NbJ1sHd7FgA3eUo5iXyCwMtKrVqPlZnBhGjDfSaE0uI-O_wT2yRk8LmXv4pQz6cNb1sJHd7Fg9A3';
const TOKEN = `sk-ant-oat01-FAKE${HIDDEN.slice(0, 87)}k9Qw`;
const secret = new Secret(TOKEN);
const MASK = 'sk-ant-oat01-…k9Qw';

/** No run of 12 or more of the token's secret characters, whatever stands in between. */
function leaks(text: string, value = TOKEN): boolean {
  const plain = text.replace(/\u001b\[[0-9;]*m/g, '').replace(/[\s│]/g, '');
  for (let at = 13; at + 12 <= value.length; at++) if (plain.includes(value.slice(at, at + 12))) return true;
  return false;
}

it('the test token is as long as a real one', () => {
  expect(TOKEN).toHaveLength(108);
  expect(leaks(TOKEN)).toBe(true);
});

describe('a secret as text', () => {
  const holder = {
    secret,
    list: [secret],
    map: new Map([['k', secret]]),
    set: new Set([secret]),
    nested: { a: { b: { c: secret } } },
  };
  const ways: [string, () => string][] = [
    ['template string', () => `${secret}`],
    ['concatenation', () => `a${secret}`],
    ['String()', () => String(secret)],
    ['join', () => [secret, secret].join()],
    ['toString', () => secret.toString()],
    ['toLocaleString', () => secret.toLocaleString()],
    ['JSON', () => JSON.stringify(secret)],
    ['JSON of what holds it', () => JSON.stringify(holder)],
    ['inspect', () => inspect(secret)],
    ['inspect with hidden things shown', () => inspect(holder, { showHidden: true, depth: null, getters: true })],
    [
      'inspect without custom functions',
      () => inspect(holder, { customInspect: false, showHidden: true, depth: null }),
    ],
    ['inspect with colours, deep', () => inspect(holder, { colors: true, depth: 0 })],
    ['format', () => format('%s %o %O %j %d', secret, secret, secret, secret, secret)],
    ['the message of an error', () => String(new Error(`refused ${secret}`))],
    ['the cause of an error', () => inspect(new Error('x', { cause: secret }))],
    [
      'the cause of a cause',
      () => inspect(new Error('x', { cause: new Problem('c', 'w', { cause: { secret } }) }), { depth: null }),
    ],
    ['a property of an error', () => inspect(Object.assign(new Error('x'), { secret }))],
    ['a copy of its properties', () => inspect({ ...secret }) + JSON.stringify(Object.entries(secret))],
    ['a structured clone', () => inspect(structuredClone(secret), { showHidden: true })],
    ['all that reflection finds', () => Reflect.ownKeys(secret).map(String).join()],
    ['base64 of its text', () => Buffer.from(String(secret)).toString('latin1')],
  ];

  it.each(ways)('%s', (_name, text) => {
    expect(text()).not.toContain('FAKE');
    expect(leaks(text())).toBe(false);
  });

  it('shows the mask', () => {
    expect(`${secret}`).toBe(MASK);
    expect(JSON.stringify({ secret })).toBe(`{"secret":"${MASK}"}`);
    expect(inspect(secret)).toBe(`Secret(${MASK})`);
    expect(secret).toHaveLength(108);
  });
});

describe('reveal', () => {
  it('hands over the value and gives back what its consumer gives', async () => {
    expect(secret.reveal((value) => value)).toBe(TOKEN);
    expect(await secret.reveal(async (value) => value.length)).toBe(108);
  });

  it('masks the value in what the consumer throws', () => {
    const thrown = (() => {
      try {
        return secret.reveal((value) => JSON.parse(`{"token": ${value}}`));
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(SyntaxError);
    expect(leaks(inspect(thrown))).toBe(false);
  });

  it('masks the value in what the consumer rejects with', async () => {
    const rejected = await secret
      .reveal(async (value) => {
        throw Object.assign(new Error(`could not use ${value}`, { cause: new AggregateError([new Error(value)]) }), {
          cmd: `x ${value}`,
        });
      })
      .catch((error: unknown) => error);
    expect(inspect(rejected, { depth: null })).toContain(`could not use ${MASK}`);
    expect(leaks(inspect(rejected, { depth: null }))).toBe(false);
    expect(() =>
      secret.reveal((value) => {
        throw `as text ${value}`;
      }),
    ).toThrow(`as text ${MASK}`);
  });
});

describe('maskSecret', () => {
  it.each([
    [TOKEN, MASK],
    ['sk-ant-api03-FAKEFAKEFAKEFAKEFAKEFAKEabcd', 'sk-ant-api03-…abcd'],
    ['sk-ant-oat01-FAKE', 'sk-ant-oat01-…'],
    ['sk-ant-correcthorsebatterystaple-and-some-more-words', '…ords'],
    ['hunter2', '…'],
    ['', '…'],
    ['correct horse battery staple, with\nend', '…'],
    ['code-of-24-characters-ab#state-of-24-characters-cd', '…s-cd'],
  ])('%j is %j', (value, mask) => {
    expect(maskSecret(value)).toBe(mask);
  });
});

describe('redact', () => {
  const wrap = (text: string, width: number, eol = '\n', left = '', right = '') =>
    (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).map((row) => left + row + right).join(eol);

  it('masks tokens that nobody told it of, and leaves the rest alone', () => {
    expect(redact(`export CLAUDE_CODE_OAUTH_TOKEN="${TOKEN}" # set\n`)).toBe(
      `export CLAUDE_CODE_OAUTH_TOKEN="${MASK}" # set\n`,
    );
    expect(redact(`a ${TOKEN} b sk-ant-api03-FAKEFAKEFAKEFAKEFAKEFAKEabcd c`)).toBe(`a ${MASK} b sk-ant-api03-…abcd c`);
    expect(redact('OPENAI_API_KEY=sk-proj-FAKEFAKEFAKEFAKEFAKE1234')).toBe('OPENAI_API_KEY=…1234');
    const innocent = 'a task-force-of-very-many-people, disk-usage-of-the-whole-machine, sk-ant-oat01-…k9Qw, sk-short';
    expect(redact(innocent)).toBe(innocent);
    expect(redact('')).toBe('');
  });

  it('is done after once', () => {
    const once = redact(`x ${wrap(TOKEN, 79)} y`, [secret]);
    expect(redact(once, [secret])).toBe(once);
  });

  it.each([40, 60, 79, 80, 100])('masks a token that a terminal wrapped at %i columns, told of it or not', (width) => {
    for (const eol of ['\n', '\r\n', '\r\r\n', ' \n', '\n  ']) {
      const text = `Your token:\n\n${wrap(TOKEN, width, eol)}\n\nStore it well.`;
      for (const known of [[], [secret]]) {
        const safe = redact(text, known);
        expect(safe).toBe(`Your token:\n\n${MASK}\n\nStore it well.`);
      }
    }
    const boxed = redact(wrap(TOKEN, width, '\n', '│ ', ' │'));
    expect(boxed).toBe(`│ ${MASK} │`);
  });

  it('does not take the line below a whole token for more of it', () => {
    expect(redact(`${TOKEN}\nDone\n`)).toBe(`${MASK}\nDone\n`);
    expect(redact('sk-ant-oat01-FAKEFAKE\nDone\n')).toBe('sk-ant-oat01-…\nDone\n');
  });

  it('masks a token with escape sequences inside', () => {
    const pieces = [
      '\u001b[0m',
      '\u001b[38;5;174m',
      '\u001b[K',
      '\u001b[1G',
      '\u001b]8;;https://x.test\u0007',
      '\u001b(B',
      '\u001b7',
    ];
    for (const at of [3, 14, 40, 79, 107]) {
      for (const piece of pieces) {
        const text = `> ${TOKEN.slice(0, at)}${piece}${TOKEN.slice(at)} <`;
        for (const known of [[], [secret]]) expect(redact(text, known)).toBe(`> ${MASK} <`);
      }
    }
    const painted = [...TOKEN].map((c) => `\u001b[33m${c}\u001b[39m`).join('');
    expect(leaks(redact(painted))).toBe(false);
  });

  it('masks a known token in JSON with line breaks, in base64 and in a link', () => {
    const basic = Buffer.from(`user:${TOKEN}`).toString('base64');
    const clipboard = `\u001b]52;c;${Buffer.from(TOKEN).toString('base64')}\u0007`;
    for (const text of [
      JSON.stringify({ t: wrap(TOKEN, 80) }),
      `Basic ${basic}`,
      clipboard,
      `https://x.test/?t=${TOKEN}&u=1`,
    ]) {
      const safe = redact(text, [secret]);
      expect(leaks(safe)).toBe(false);
      for (const base64 of safe.match(/[A-Za-z0-9+/]{12,}/g) ?? []) {
        expect(leaks(Buffer.from(base64, 'base64').toString('latin1'))).toBe(false);
      }
    }
  });

  it('masks pieces of a known token: a lone row, a cut-off line', () => {
    expect(redact(`row: ${TOKEN.slice(80)}`, [secret])).toBe(`row: ${MASK}`);
    expect(redact(`${TOKEN.slice(0, 30)}`, [secret])).toBe('sk-ant-oat01-…');
    expect(redact(`…${TOKEN.slice(50, 70)}…`, [secret])).toBe(`…${MASK}…`);
    expect(redact('sk-ant-oat01- is how it begins', [secret])).toBe('sk-ant-oat01- is how it begins');
  });

  it('masks a known secret of any form, but no short words', () => {
    expect(redact('pass gateway-secret on', [new Secret('gateway-secret')])).toBe('pass … on');
    expect(redact('code a+b/c=#d.e~f, ok', [new Secret('a+b/c=#d.e~f')])).toBe('code …, ok');
    expect(redact('main', [new Secret('main')])).toBe('main');
    expect(redact('anything', [new Secret('')])).toBe('anything');
  });

  it('never leaves twelve characters of a known token, however they are cut and coloured', () => {
    const between = fc.constantFrom('', '\n', '\r\n', '\u001b[0m', '\u001b[1;31m', '\n│ ', ' │\n│ ', '\u001b[K\n');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const token = fc
      .array(fc.constantFrom(...alphabet), { minLength: 95, maxLength: 95 })
      .map((characters) => `sk-ant-oat01-${characters.join('')}`);
    fc.assert(
      fc.property(
        token,
        fc.array(fc.tuple(fc.nat(110), between), { maxLength: 6 }),
        fc.string(),
        fc.string(),
        (value, cuts, before, after) => {
          let text = value;
          for (const [at, put] of cuts.toSorted((a, b) => b[0] - a[0])) text = text.slice(0, at) + put + text.slice(at);
          expect(leaks(redact(`${before} ${text} ${after}`, [new Secret(value)]), value)).toBe(false);
        },
      ),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 500) },
    );
  });

  it('changes no text without secrets', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(redact(text, [secret])).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});

describe('redactError', () => {
  it('keeps the error it was given, and what hangs on it', () => {
    const env = { TOKEN };
    const error = Object.assign(new TypeError(`bad ${TOKEN}`), { stderr: `said ${TOKEN}`, exitCode: 1, env });
    expect(redactError(error)).toBe(error);
    expect(error.message).toBe(`bad ${MASK}`);
    expect(error.stderr).toBe(`said ${MASK}`);
    expect(leaks(error.stack ?? '')).toBe(false);
    expect(error.exitCode).toBe(1);
    expect(env.TOKEN).toBe(TOKEN);
  });

  it('goes round a circle of causes once', () => {
    const error = new Error(TOKEN);
    error.cause = new Error(TOKEN, { cause: error });
    redactError(error);
    expect(leaks(inspect(error, { depth: null }))).toBe(false);
  });

  it('gives back what is no error', () => {
    expect(redactError(null)).toBeNull();
    expect(redactError(5)).toBe(5);
    expect(redactError(`x ${TOKEN}`)).toBe(`x ${MASK}`);
  });
});
