import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Around } from '../../../src/engine/disk.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { Action } from '../../../src/engine/types.ts';
import { crashAt, editAction, editKinds, planOf } from '../../support/edit-kind.ts';
import { tempEach } from '../../support/temp-each.ts';
import { treeOf } from '../../support/tree.ts';

const temp = tempEach({ inMemory: true });

const open = (around?: Around) =>
  openEngine({ world: temp.world, kinds: editKinds, version: '1.1.0', ...(around ? { around } : {}) });
const tree = () => treeOf(temp.home, { skip: ['.local'] });
const text = (name: string) => readFileSync(temp.path(name), 'utf8');
const write = (id: string, name: string, content: string) =>
  editAction(id, [{ op: 'write', path: temp.path(name), content }]);
const run = (title: string, ...actions: Action[]) => open().apply(planOf(...actions), { title });

/** A run that died after its first step; gives the tree from before it. */
async function halfDone(): Promise<string[]> {
  for (let n = 1; ; n++) {
    temp.renew();
    temp.write('a', 'zero');
    const before = tree();
    const dying = open(crashAt(n, false));
    await dying.apply(planOf(write('1', 'a', 'one'), write('2', 'a', 'two')), { title: 'T' }).catch(() => {});
    if ((await open().pending())?.done === 1) return before;
  }
}

test('takes every run back at once, and brings all of them back', async () => {
  temp.write('a', 'zero');
  const before = tree();
  const first = await run('First', write('1', 'a', 'one'), write('2', 'new', 'n'));
  const taken = await run('Second', write('1', 'b', 'b'));
  await open().undo(taken.id);
  const third = await run('Third', write('1', 'a', 'two'));
  const after = tree();

  const all = await open().undoAll({ title: 'Uninstall' });
  expect(all).toMatchObject({ outcome: 'applied', title: 'Uninstall', undoesAll: [third.id, first.id] });
  expect(all.steps.map(({ takes }) => takes)).toEqual([
    { run: third.id, step: 0 },
    { run: first.id, step: 1 },
    { run: first.id, step: 0 },
  ]);
  expect(tree()).toEqual(before);
  await expect(open().undoAll({ title: 'Again' })).rejects.toMatchObject({ code: 'nothing-to-undo' });
  await expect(open().undo()).rejects.toMatchObject({ code: 'nothing-to-undo' });

  await open().undo(all.id);
  expect(tree().map((line) => line.replace(/ \d{13}$/, ''))).toEqual(after.map((line) => line.replace(/ \d{13}$/, '')));
  const standing = (await open().backups()).filter(({ inForce }) => inForce).map(({ id }) => id);
  expect(standing).toEqual([third.id, first.id]);
  await open().undoAll({ title: 'Uninstall' });
  expect(tree()).toEqual(before);
});

test('an undo of an undo gives everything back, or nothing', async () => {
  temp.write('a', 'zero');
  temp.write('b', 'zero');
  await run('First', write('1', 'a', 'one'), write('2', 'b', 'one'));
  const undone = await open().undo();
  writeFileSync(temp.path('b'), 'by hand');
  await expect(open().undo(undone.id)).rejects.toMatchObject({ code: 'changed-since' });
  expect([text('a'), text('b')]).toEqual(['zero', 'by hand']);
  writeFileSync(temp.path('b'), 'zero');
  await open().undo(undone.id);
  expect([text('a'), text('b')]).toEqual(['one', 'one']);
});

test('a crash in the middle of taking everything back can be resumed or put back', async () => {
  for (const how of ['resume', 'undo'] as const) {
    for (const n of [12, 20, 30]) {
      temp.renew();
      temp.write('a', 'zero');
      const before = tree();
      await run('First', write('1', 'a', 'one'));
      await run('Second', write('1', 'a', 'two'), write('2', 'c', 'c'));
      const after = tree();
      await open(crashAt(n, false))
        .undoAll({ title: 'Uninstall' })
        .catch(() => {});
      if ((await open().pending()) === null) continue;
      await open().recover(how);
      expect(tree().map((line) => line.replace(/ \d{13}$/, ''))).toEqual(
        (how === 'resume' ? before : after).map((line) => line.replace(/ \d{13}$/, '')),
      );
    }
  }
});

test('an interrupted run tells what it did, and can be left as it is and taken back later', async () => {
  const before = await halfDone();
  const left = await open().pending();
  expect(left?.steps.map(({ state }) => state)).toEqual(['done', expect.stringMatching(/cut off|not started/)]);
  const receipt = await open().recover('leave');
  expect(receipt.outcome).toBe('partly applied');
  expect(await open().pending()).toBeNull();
  await open().undo(receipt.id);
  expect(tree()).toEqual(before);
});

test('tells for each run what it changed, what it keeps, and what others changed since', async () => {
  temp.write('a', 'zero');
  temp.write('b', 'zero!');
  const first = await run('First', write('1', 'a', 'one'), write('2', 'b', 'one'));
  const second = await run('Second', write('1', 'a', 'two'));
  // Our own later run is nobody else's change.
  expect((await open().backups()).map(({ id, changedSince }) => [id, changedSince])).toEqual([
    [second.id, []],
    [first.id, []],
  ]);
  writeFileSync(temp.path('b'), 'by hand');
  expect(await open().backups()).toMatchObject([
    { id: second.id, inForce: true, files: [temp.path('a')], changedSince: [], bytes: 3, changed: ['Make 1 edits'] },
    { id: first.id, inForce: true, files: [temp.path('a'), temp.path('b')], changedSince: [temp.path('b')], bytes: 9 },
  ]);
  writeFileSync(temp.path('a'), 'by hand');
  const since = (await open().backups()).map(({ changedSince }) => changedSince);
  expect(since).toEqual([[temp.path('a')], [temp.path('a'), temp.path('b')]]);
});

test('shows what an undo would change, and changes nothing', async () => {
  temp.write('a', 'zero');
  const first = await run('First', write('1', 'a', 'one'));
  await run('Second', write('1', 'a', 'two'), write('2', 'new', 'n'));
  const before = tree();
  const told = await open().previewUndo('all');
  const shown = told.files.map(({ path, now, then }) => [
    path,
    ...[now, then].map((b) => b && Buffer.from(b).toString()),
  ]);
  expect(shown).toEqual([
    [temp.path('new'), 'n', null],
    [temp.path('a'), 'two', 'zero'],
  ]);
  expect(told.steps.map(({ run: id }) => id === first.id)).toEqual([false, false, true]);
  expect(tree()).toEqual(before);
  const one = await open().previewUndo(first.id);
  // The newer one goes with it.
  expect(one).toEqual(told);
});

test('finds copies that are gone, damaged, or open to others', async () => {
  temp.write('a', 'zero');
  const receipt = await run('First', write('1', 'a', 'one'));
  expect(await open().verifyBackups()).toMatchObject({ runs: 1, copies: 1, bytes: 4, bad: [], open: [] });
  const blobs = join(open().root, 'blobs');
  const folder = join(blobs, readdirSync(blobs)[0] as string);
  const copy = join(folder, readdirSync(folder)[0] as string);
  writeFileSync(copy, 'zerO');
  chmodSync(copy, 0o644);
  expect(await open().verifyBackups()).toMatchObject({
    bad: [{ run: receipt.id, path: temp.path('a'), copy, wrong: 'damaged' }],
    open: [copy],
  });
  rmSync(copy);
  expect((await open().verifyBackups()).bad).toMatchObject([{ wrong: 'missing' }]);
});

test('forgets old runs, never what an undo of the present needs unless told', async () => {
  temp.write('a', 'zero');
  await run('Old', write('1', 'a', 'one'));
  const undone = await open().undo();
  const standing = await run('Standing', write('1', 'a', 'two'));
  const size = () => readdirSync(join(open().root, 'blobs')).length;
  const would = await open().pruneBackups({ keep: 0, dryRun: true });
  expect(would.removed).toHaveLength(2);
  expect(would.needed).toEqual([standing.id]);
  expect((await open().backups()).length).toBe(3);

  expect(await open().pruneBackups({ keep: 2 })).toMatchObject({ removed: [], needed: [] });
  // The undo is new and what it took back is old: they go together or not at all.
  expect(await open().pruneBackups({ before: Date.parse(undone.startedAt) })).toMatchObject({ removed: [] });
  const gone = await open().pruneBackups({ keep: 0 });
  expect(gone).toMatchObject({ needed: [standing.id], copies: 1 });
  expect((await open().verifyBackups()).bad).toEqual([]);
  expect(size()).toBe(1);
  await open().undo();
  expect(text('a')).toBe('zero');

  await run('Again', write('1', 'a', 'three'));
  expect((await open().pruneBackups({ keep: 0, alsoInForce: true })).needed).toEqual([]);
  await expect(open().undo()).rejects.toMatchObject({ code: 'nothing-to-undo' });
  expect(size()).toBe(0);
});

test('forgetting that is cut off anywhere leaves runs that can still be undone', async () => {
  for (let n = 1; n < 40; n++) {
    temp.renew();
    temp.write('a', 'zero');
    await run('Old', write('1', 'a', 'one'));
    await open().undo();
    await run('Standing', write('1', 'a', 'two'));
    const ended = await open(crashAt(n, false))
      .pruneBackups({ keep: 0 })
      .then(
        () => true,
        () => false,
      );
    expect(await open().pending()).toBeNull();
    expect((await open().verifyBackups()).bad).toEqual([]);
    await open().pruneBackups({ keep: 0 });
    expect((await open().backups()).map(({ title }) => title)).toEqual(['Standing']);
    await open().undo();
    expect(text('a')).toBe('zero');
    if (ended) break;
  }
});

test('forgets nothing while a run is half done, and removes everything when told', async () => {
  await halfDone();
  await expect(open().pruneBackups({ keep: 0 })).rejects.toMatchObject({ code: 'run-unfinished' });
  await expect(open().purge()).rejects.toMatchObject({ code: 'run-unfinished' });
  await open().recover('undo');
  const { root } = open();
  expect(statSync(root).mode & 0o777).toBe(0o700);
  await open().purge();
  expect(existsSync(root)).toBe(false);
  await open().purge();
  expect(existsSync(root)).toBe(false);
  expect(await open().backups()).toEqual([]);
});
