import { copyFileSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { actionKinds, command, configEdit, type EditData, type Program } from '../../../src/actions/index.ts';
import { exitCodeOf } from '../../../src/commands/exit-code.ts';
import { type Engine, openEngine } from '../../../src/engine/index.ts';
import type { RunEvent } from '../../../src/engine/types.ts';
import { parse } from '../../../src/json5/index.ts';
import { makePlan } from '../../../src/plan/index.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';

const TEXT = "{ model: 'bridge/opus', old: 1, list: ['a'] } // mine\n";
const words = { forward: { headline: 'Do' }, backward: { headline: 'Undo' } };
const editsWith = (key: string): EditData[] => [
  { op: 'set', path: ['model'], value: 'anthropic/opus' },
  { op: 'set', path: ['provider'], value: { key: { $secretFile: key }, api: 'x' } },
  { op: 'delete', path: ['old'] },
  { op: 'remove', path: ['list'], value: 'a' },
  { op: 'insert', path: ['list'], value: 'a', at: 0 },
];

let at: TempWorld;
let engine: Engine;
let config: string;
beforeEach(() => {
  at = tempWorld();
  config = at.write('openclaw.json', TEXT);
  copyFileSync(config, `${config}.bak`);
  engine = openEngine({ world: at.world, kinds: actionKinds, version: '0.0.0' });
});
afterEach(() => at.remove());

/** Our edit, and after it a step whose program does this to the file. */
async function run(script: string, stays = true) {
  const program: Program = { argv: [process.execPath, '-e', script, config], timeoutMs: 30_000 };
  const edits = editsWith(at.write('key', 'a-secret-key-of-the-proxy\n'));
  const steps = [
    configEdit('use', { ...words, file: config, name: 'openclaw.json', edits, ...(stays ? { stays } : {}) }),
    command(
      'late',
      { ...words, program, keepText: [], outside: [], undo: { by: 'nothing', otherwise: 'It stays.' } },
      [],
    ),
  ];
  const events: RunEvent[] = [];
  const receipt = await engine.apply(makePlan(steps, {}), { title: 'T', onEvent: (event) => events.push(event) });
  return { receipt, events };
}

const PUTS_BACK = "require('fs').copyFileSync(process.argv[1] + '.bak', process.argv[1])";

it('does not say of a step that it is done where a late program put the old file back', async () => {
  const { receipt, events } = await run(PUTS_BACK);
  expect(readFileSync(config, 'utf8')).toBe(TEXT);
  expect(receipt.steps[0]).toMatchObject({
    state: 'failed',
    problem: { what: expect.stringMatching(/: model, provider, old in openclaw\.json\.$/) },
  });
  expect(receipt.steps[1]?.state).toBe('done');
  expect(exitCodeOf(receipt)).toBe(3);
  expect(events.at(-1)).toMatchObject({ type: 'step failed', index: 0 });
  expect((await engine.undo()).outcome).toBe('applied');
  expect(readFileSync(config, 'utf8')).toBe(TEXT);
});

it.each([
  ['is gone', "require('fs').rmSync(process.argv[1])"],
  ['does not parse', "require('fs').writeFileSync(process.argv[1], '{')"],
])('nor where the file %s', async (_what, script) => {
  expect(exitCodeOf((await run(script)).receipt)).toBe(3);
});

it('says so where a program wrote beside it in a layout of its own, and of files that others go on writing', async () => {
  const rewrites =
    "const fs = require('fs'); const now = eval('(' + fs.readFileSync(process.argv[1]) + ')'); now.provider.added = 1; fs.writeFileSync(process.argv[1], JSON.stringify({ ...now, meta: 1 }))";
  expect((await run(rewrites)).receipt.outcome).toBe('applied');
  expect(parse(readFileSync(config, 'utf8'))).toMatchObject({ value: { model: 'anthropic/opus', list: ['a'] } });
  await engine.undo();
  expect((await run(PUTS_BACK, false)).receipt.outcome).toBe('applied');
});

/** Writes `auth` and a stamp of its own, as OpenClaw's `paste-token` does, after a copy of the old file. */
const STORES = `
const fs = require('fs');
const [file] = process.argv.slice(1);
fs.copyFileSync(file, file + '.bak');
const now = eval('(' + fs.readFileSync(file) + ')');
const profiles = { ...now.auth?.profiles, 'anthropic:default': { provider: 'anthropic', mode: 'token' } };
fs.writeFileSync(file, JSON.stringify({ ...now, auth: { ...now.auth, profiles }, meta: { at: Date.now() } }));`;

/** A program that stores something, and after it this one. */
async function stored(late: string) {
  const doing = (script: string): Program => ({ argv: [process.execPath, '-e', script, config], timeoutMs: 30_000 });
  const keepText = [{ file: config, name: 'openclaw.json' }];
  const touches = [config, `${config}.bak`].map((path) => ({ path, as: 'file' }) as const);
  const steps = [
    command(
      'store',
      {
        ...words,
        program: doing(STORES),
        keepText,
        outside: [],
        undo: { by: 'files', ownKeys: [['auth']], otherwise: 'It stays.' },
      },
      touches,
    ),
    command(
      'late',
      { ...words, program: doing(late), keepText: [], outside: [], undo: { by: 'nothing', otherwise: '' } },
      [],
    ),
  ];
  return engine.apply(makePlan(steps, {}), { title: 'T' });
}

it('does not say of a program that it stored what a late one took away again', async () => {
  const receipt = await stored(PUTS_BACK);
  expect(readFileSync(config, 'utf8')).toBe(TEXT);
  const profile = 'auth.profiles.anthropic:default';
  const what = `What this step wrote is no longer there: ${profile}.provider, ${profile}.mode in openclaw.json.`;
  expect(receipt.steps[0]).toMatchObject({ state: 'failed', problem: { what } });
  expect(exitCodeOf(receipt)).toBe(3);
});

it.each([
  ['wrote beside it', 'fs.writeFileSync(file, JSON.stringify({ ...now, meta: { at: 0 } }))'],
  [
    'ordered it otherwise',
    "now.auth.profiles['anthropic:default'].mode = 'oauth'; fs.writeFileSync(file, JSON.stringify(now))",
  ],
  ['took only its stamp', 'delete now.meta; fs.writeFileSync(file, JSON.stringify(now))'],
])('and says so where the late one %s', async (_what, then) => {
  const reads =
    "const fs = require('fs'); const [file] = process.argv.slice(1); const now = eval('(' + fs.readFileSync(file) + ')');";
  expect((await stored(reads + then)).outcome).toBe('applied');
});

it('nor of what was there before', async () => {
  await stored('');
  const again = await stored(PUTS_BACK);
  expect(again.outcome).toBe('applied');
});
