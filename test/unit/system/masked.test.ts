import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileChange } from '../../../src/actions/index.ts';
import { masked } from '../../../src/system/masked.ts';

const NAMES = [
  ...['OPENCLAW_GATEWAY_TOKEN', 'ANTHROPIC_API_KEY', 'SECRET', 'DB_PASS', 'PGPASSWORD', 'SMTP_PASSWD'],
  ...['MY_CREDENTIAL', 'AWS_CREDENTIALS', 'gateway_token', 'botToken', 'signingKey', 'OPENAI_APIKEY'],
];

/** How a file of this kind writes a variable down; `with` has the characters that need no quoting there. */
const FORMS: Record<string, (name: string, value: string) => string> = {
  'a unit': (name, value) => `[Service]\nEnvironment=${name}=${word(value)} B=c\nExecStart=/usr/bin/node`,
  'a unit, in quotes': (name, value) => `[Service]\nEnvironment=A=1 "${name}=${inDouble(value)}" B=c`,
  'an EnvironmentFile': (name, value) => `A=1\n${name}=${value}\nB=2`,
  'a .env file': (name, value) => `A=1\n${name} = "${inDouble(value)}" # ours\nB=2`,
  'a .env file over lines': (name, value) => `${name}="begin\n${inDouble(value)}\nend"\nB=2`,
  'a .env file, in single quotes': (name, value) => `${name}='${value.replaceAll("'", '')}'\nB=2`,
  'a profile of bash': (name, value) => `export ${name}=${inSingle(value)}\nalias a=b`,
  'a profile of fish': (name, value) => `set -gx ${name} ${inSingle(value)}\nalias a=b`,
  'a crontab': (name, value) => `0 4 * * * ${name}=${word(value)} claude -p hi`,
  'the top of a crontab': (name, value) => `${name}=${value}\n0 4 * * * claude -p hi`,
  'a command in quotes': (name, value) => `ExecStart=/bin/sh -c "${name}=${inDouble(value)} exec node"`,
  'an option': (name, value) => `ExecStart=/usr/bin/node --${name} ${word(value)} --port 1`,
  'an option with =': (name, value) => `ExecStart=/usr/bin/node --${name}=${word(value)} --port 1`,
  'a property list': (name, value) => `<dict>\n<key>${name}</key>\n<string>${inXml(value)}</string>\n</dict>`,
  'arguments in one': (name, value) => `<string>--${name}</string>\n<string>${inXml(value)}</string>`,
  JSON: (name, value) => `{\n  "${name}": ${JSON.stringify(value)},\n  "a": 1\n}`,
  'JSON5 that broke': (name, value) => `{\n  ${name}: ${JSON.stringify(value).slice(0, -1)}\n}`,
};
const word = (value: string) => value.replace(/[\s"'\\$`;&|<>()]/g, '\\$&');
const inDouble = (value: string) => value.replace(/["\\$`]/g, '\\$&');
const inSingle = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;
const inXml = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What starts with `$` is a reference. Every eight characters of it count as the secret: a tail would be too much. */
const SECRET = fc
  .tuple(fc.constantFrom('', '#', '(', '=', '"', "'"), fc.stringMatching(/^[!-~][ -~]{6,40}[!-~]$/))
  .map((parts) => parts.join(''))
  .filter((value) => !/^["']?\$|^\(the |sk-ant-|["']$/.test(value));

/** The longest pieces that every spelling keeps. */
const piecesOf = (value: string) => value.split(/[^\w]+/).filter((piece) => piece.length >= 4);

function patchOf(before: string | null, after: string): string {
  const change = fileChange('/f', before, after);
  return 'patch' in change ? change.patch : '';
}

describe.each(Object.entries(FORMS))('a secret in %s', (_, form) => {
  it('never gets into a preview, as what goes, what comes or what stands beside it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), SECRET, SECRET, (name, value, other) => {
        const [text, change] = [form(name, value), form(name, other)];
        const shown = [
          masked(text),
          ...[[text, change] as const, [`${text}\nx`, `${text}\ny`] as const, [null, text] as const].map(
            ([before, after]) => patchOf(before, after),
          ),
        ].join('\n');
        for (const piece of [...piecesOf(value), ...piecesOf(other)]) {
          if (!form(name, '').includes(piece)) expect(shown).not.toContain(piece);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('that becomes another one is a changed line', () => {
    const patch = patchOf(form('MY_TOKEN', 'first-one'), form('MY_TOKEN', 'other-one'));
    expect(patch.match(/^[+-].*…/gm)).toHaveLength(2);
    expect(patch).not.toMatch(/first|other|\0/);
  });
});

it.each([
  ['curl -H "Authorization: Bearer abc.def" http://h', 'curl -H "Authorization: Bearer …" http://h'],
  ["curl -H 'x-api-key: abc def' http://h", "curl -H 'x-api-key: …' http://h"],
  ['{ "Authorization": "Basic YTpi" }', '{ "Authorization": "Basic …" }'],
  ['HTTPS_PROXY=http://ana:p%40ss@proxy:8080', 'HTTPS_PROXY=http://…@proxy:8080'],
  ['Environment="TOKEN=a b" B=c', 'Environment="TOKEN=…" B=c'],
  ['* * * * * TOKEN=a claude -p', '* * * * * TOKEN=… claude -p'],
  ['TOKEN=abc  \r\nB=c\r\n', 'TOKEN=…  \r\nB=c\r\n'],
])('%s is shown as %s', (text, shown) => expect(masked(text)).toBe(shown));

it.each([
  'monkey=banana BYPASS=1 compass=north COMPASS=north',
  'export ANTHROPIC_API_KEY="$KEY"',
  'TOKEN=$(pass show claude)',
  'Environment=TOKEN=\u0024{OTHER} B=c',
  'curl -H "Authorization: Bearer $TOKEN" https://$HOST/x',
  'TOKEN=\nB=c',
  '{ "maxTokens": "200000", "keyboard": "qwerty-uk" }',
  '"apiKey": "\u0024{ANTHROPIC_API_KEY}", "token": "(the setup token, kept out of this view)"',
  '"token": "sk-ant-oat01-…k9Qw"',
  'TOKEN=sk-ant-oat01-…k9Qw',
  '<key>KeepAlive</key>\n<true/>\n<key>Label</key>\n<string>ai.openclaw.gateway</string>',
  'npm i git+https://github.com/a/b.git pkg@1.2.3 https://cdn/x@1.0',
])('%s stays as it is', (text) => expect(masked(text)).toBe(text));
