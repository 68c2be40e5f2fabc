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
