import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from '../../../src/commands/args.ts';
import type { CommandContext } from '../../../src/commands/context.ts';
import { readHanded } from '../../../src/commands/handed.ts';
import type { HandedSecret } from '../../../src/methods/handed.ts';
import { fingerprint } from '../../../src/system/secret.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';

const TOKEN = `sk-ant-oat01-${'FAKE'.repeat(23)}FAK`;

let place: TempWorld;
let told: string;
beforeEach(() => {
  place = tempWorld();
  told = '';
});
afterEach(() => place.remove());

function read(flags: readonly string[], input = '', command = 'apply'): Promise<HandedSecret | null> {
  const never = new AbortController().signal;
  const tell = (text: string) => {
    told += text;
  };
  const context: CommandContext = {
    world: place.world,
    version: '1.0.0',
    args: parse([command, ...flags]),
    streams: {
      stdin: Readable.from([Buffer.from(input)]) as unknown as NodeJS.ReadStream,
      out: tell,
      err: tell,
      stdinTty: false,
      stdoutTty: false,
    },
    signal: never,
    force: never,
    cwd: place.home,
  };
  return readHanded(context);
}

const ways: readonly [string, (text: string) => Promise<HandedSecret | null>][] = [
  ['--token-stdin', (text) => read(['--token-stdin'], text)],
  [
    '--token-file',
    (text) => {
      place.write('token.txt', text);
      return read(['--token-file', 'token.txt']);
    },
  ],
];

it.each(ways)('%s gives a setup token', async (_way, give) => {
  // Somebody is signed in, with another token.
  place.write('.claude/.credentials.json', JSON.stringify({ claudeAiOauth: { accessToken: `${TOKEN}x` } }));
  const secret = await give(`${TOKEN}\n`);
  expect(secret?.value.reveal((text) => text)).toBe(TOKEN);
  expect(told).toBe('');
});

it.each(ways)('%s refuses the short-lived token of the Claude Code login', async (_way, give) => {
  place.write('.claude/.credentials.json', JSON.stringify({ claudeAiOauth: { accessToken: TOKEN } }));
  await expect(give(TOKEN)).rejects.toMatchObject({ code: 'token-is-session', more: { exitCode: 2 } });
  expect(told).not.toContain(TOKEN);
});

it.each(ways)('%s tells of an unusual length', async (_way, give) => {
  await give(`${TOKEN}FAKE`);
  expect(told).toMatch(/^! It has 112 characters, usually there are 108/);
});

it.each(ways)('%s refuses what is no setup token', async (_way, give) => {
  await expect(give(`sk-ant-api03-${'FAKE'.repeat(23)}`)).rejects.toMatchObject({
    code: 'token-is-api-key',
    more: { exitCode: 2 },
  });
});

it('a hash stands for the secret, and anything else is refused with the command that makes one', async () => {
  const hash = createHash('sha256').update(TOKEN).digest('hex');
  const handed = await read(['--token-sha256', ` ${hash.toUpperCase()} `], '', 'plan');
  expect(handed?.value.reveal(fingerprint)).toBe(fingerprint(TOKEN));
  await expect(read(['--token-sha256', hash.slice(1)], '', 'plan')).rejects.toMatchObject({
    code: 'not-a-hash',
    more: { exitCode: 2, next: String.raw`tr -d '\n' < token.txt | sha256sum` },
  });
});
