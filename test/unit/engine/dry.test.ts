import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { actionKinds, configEdit, forgetKey, randomKey, writeFile } from '../../../src/actions/index.ts';
import { openEngine, previewSteps } from '../../../src/engine/index.ts';

import { makePlan } from '../../../src/plan/index.ts';
import { tempEach } from '../../support/temp-each.ts';
import { treeOf } from '../../support/tree.ts';

const temp = tempEach();

const open = () => openEngine({ world: temp.world, kinds: actionKinds, version: '1' });
const words = { forward: { headline: 'Do' }, backward: { headline: 'Undo' } };
const text = (bytes: Uint8Array | null) => (bytes === null ? null : new TextDecoder().decode(bytes));
const onDisk = (path: string) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

function plan() {
  const link = temp.path('link.json');
  const made = temp.path('new/folder/mine.txt');
  const edit = (id: string, value: number) =>
    configEdit(id, { ...words, file: link, name: 'link.json', edits: [{ op: 'set', path: [id], value }] });
  return makePlan(
    [
      edit('one', 1),
      edit('two', 2),
      writeFile('file', { ...words, file: made, content: 'ours\n', mode: 0o600, mark: 'ours' }),
      randomKey('key', { ...words, file: temp.path('new/key') }),
      forgetKey('forget', { ...words, files: [temp.path('copy.json')], path: ['gone'] }),
    ],
    {},
  );
}

test('what a preview shows is what the same steps then do, forwards and back, and it changes nothing', async () => {
  temp.write('real.json', '{\n  // kept\n}\n');
  symlinkSync('real.json', temp.path('link.json'));
  temp.write('copy.json', '{ "gone": 1, "stays": 2 }');
  mkdirSync(temp.path('bystander'));
  const before = treeOf(temp.home);

  const steps = await previewSteps(plan(), { world: temp.world, kinds: actionKinds });
  expect(treeOf(temp.home)).toEqual(before);
  const would = steps.flatMap((step) => step.would);
  expect(would.filter((one) => typeof one === 'string')).toEqual([
    `a random key in ${temp.path('new/key')}, readable by you alone`,
  ]);
  // The second step starts from what the first one would leave, and no diff shows a key.
  const files = would.filter((one) => typeof one !== 'string');
  expect(files.map(({ path }) => path.slice(temp.home.length + 1))).toEqual([
    'link.json',
    'link.json',
    'new/folder/mine.txt',
    'copy.json',
  ]);
  expect(text(files[1]?.now ?? null)).toBe(text(files[0]?.then ?? null));

  const receipt = await open().apply(plan(), { title: 'test' });
  expect(receipt.outcome).toBe('applied');
  for (const { path, then } of files.slice(1)) expect(onDisk(path)).toBe(text(then));

  // Somebody writes since: both ways of taking back, whole and in part.
  temp.write('copy.json', '{ "gone": 3, "stays": 4 }');
  const applied = treeOf(temp.home);
  const undo = await open().previewUndo('all');
  expect(treeOf(temp.home)).toEqual(applied);
  expect(undo.steps.flatMap(({ changes }) => changes)).toEqual([
    { outside: `removes the key in ${temp.path('new/key')}` },
  ]);
  expect((await open().undo()).outcome).toBe('applied');
  expect(undo.files).toHaveLength(3);
  for (const { path, then } of undo.files) expect(onDisk(path)).toBe(text(then));
});
