import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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

test('an undo is not undone over what somebody wrote since: nothing changes, and the file is named', async () => {
  const file = temp.write('store.json', '// mine\n{ "version": 1, "profiles": { "b": { "key": "other" } } }\n');
  const other = temp.write('other.json', '{}\n');
  await run(stored(file), stored(other));
  const undone = await open().undo();
  writeFileSync(file, edit(read(file), [{ op: 'set', path: ['later'], value: 1 }]));
  const [now, runs] = [read(file), (await open().list()).length];
  const refused = { code: 'changed-since', what: expect.stringContaining('store.json was changed since') };
  await expect(open().previewUndo(undone.id)).rejects.toMatchObject(refused);
  await expect(open().undo(undone.id)).rejects.toMatchObject(refused);
  expect([read(file), read(other), (await open().list()).length]).toEqual([now, '{}\n', runs]);
  expect(readFileSync(`${open().root}/runs/${undone.id}/receipt.json`, 'utf8')).not.toContain(TOKEN);
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
