import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import json5 from 'json5';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { actionKinds, command, configEdit } from '../../../src/actions/index.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { Action } from '../../../src/engine/types.ts';
import { edit } from '../../../src/json5/index.ts';
import { Secret } from '../../../src/system/secret.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';

const TOKEN = `sk-ant-oat01-FAKE${'r3Do'.repeat(22)}abc`;
const words = { forward: { headline: 'Do it' }, backward: { headline: 'Take it back' } };

let temp: TempWorld;
beforeEach(() => {
  temp = tempWorld();
});
afterEach(() => temp.remove());

const open = () => openEngine({ world: temp.world, kinds: actionKinds, version: '1' });
const run = (...actions: Action[]) =>
  open().apply({ schema: 1, actions, madeFrom: {} }, { title: 'T', secrets: { token: new Secret(TOKEN) } });
const read = (path: string) => readFileSync(path, 'utf8');
const stored = (file: string) =>
  configEdit('store', {
    ...words,
    file,
    name: 'store.json',
    create: '{ "version": 1 }\n',
    edits: [{ op: 'set', path: ['profiles', 'a'], value: { token: { $secret: 'token' } } }],
  });

test('an undo that removed a file with its folders is undone, secret and all, without being given it again', async () => {
  const file = temp.path('made', 'deep', 'store.json');
  await run(stored(file));
  const text = read(file);
  const undone = await open().undo();
  expect(existsSync(temp.path('made'))).toBe(false);
  expect(await open().undo(undone.id)).toMatchObject({ outcome: 'applied' });
  expect(read(file)).toBe(text);
  expect(read(file)).toContain(TOKEN);
});

test('what the step set comes back into a file that somebody wrote since, and theirs stays', async () => {
  const file = temp.write('store.json', '// mine\n{ "version": 1, "profiles": { "b": { "key": "other" } } }\n');
  await run(stored(file));
  const undone = await open().undo();
  writeFileSync(file, edit(read(file), [{ op: 'set', path: ['later'], value: 1 }]));
  const { files } = await open().previewUndo(undone.id);
  expect(await open().undo(undone.id)).toMatchObject({ outcome: 'applied' });
  expect(new TextDecoder().decode(files[0]?.then ?? undefined)).toBe(read(file));
  expect(read(file)).toContain('// mine');
  expect(json5.parse(read(file))).toEqual({
    version: 1,
    profiles: { a: { token: TOKEN }, b: { key: 'other' } },
    later: 1,
  });
  // And can be taken back again, to what is there without it.
  await open().undo();
  expect(json5.parse(read(file))).toEqual({ version: 1, profiles: { b: { key: 'other' } }, later: 1 });
  expect(readFileSync(`${open().root}/runs/${undone.id}/receipt.json`, 'utf8')).not.toContain(TOKEN);
});

test('a value that somebody chose after the undo is kept when that is undone', async () => {
  const file = temp.write('config.json', '{ "primary": "old" }\n');
  const step = configEdit('use', {
    ...words,
    file,
    name: 'config.json',
    edits: [{ op: 'set', path: ['primary'], value: 'ours' }],
  });
  await run(step);
  const undone = await open().undo();
  writeFileSync(file, '{ "primary": "theirs" }\n');
  const redone = await open().undo(undone.id);
  expect(read(file)).toBe('{ "primary": "theirs" }\n');
  expect(redone.steps[0]?.outcome?.notes).toEqual([expect.stringContaining('primary was changed since')]);
});

test('what a program did outside of files it does again', async () => {
  const log = temp.path('log');
  const say = (text: string) => ({
    argv: ['/bin/sh', '-c', `echo ${text} >> ${log}`] as [string, ...string[]],
    timeoutMs: 30_000,
  });
  const step = command(
    'job',
    {
      ...words,
      program: say('there'),
      keepText: [],
      outside: [],
      undo: { by: 'program', program: say('back'), otherwise: '' },
    },
    [],
  );
  await run(step);
  const undone = await open().undo();
  const { steps } = await open().previewUndo(undone.id);
  expect(steps[0]?.changes).toEqual([{ outside: expect.stringContaining('echo there') }]);
  await open().undo(undone.id);
  expect(read(log)).toBe('there\nback\nthere\n');
});
