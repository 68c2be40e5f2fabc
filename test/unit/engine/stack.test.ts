import { beforeEach, expect, test, vi } from 'vitest';
import type { Around } from '../../../src/engine/disk.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { Action } from '../../../src/engine/types.ts';
import { editAction, editKinds, planOf } from '../../support/edit-kind.ts';
import { crashesOf } from '../../support/home-copy.ts';
import { tempEach } from '../../support/temp-each.ts';
import { treeOf } from '../../support/tree.ts';

vi.setConfig({ testTimeout: 600_000 });

const temp = tempEach({ inMemory: true });
beforeEach(() => {
  temp.write('config', 'zero');
});

const open = (around?: Around) =>
  openEngine({ world: temp.world, kinds: editKinds, version: '1', ...(around ? { around } : {}) });
const tree = () => treeOf(temp.home, { skip: ['.local'] }).map((line) => line.replace(/ \d{13}$/, ''));
const write = (id: string, name: string, content: string) =>
  editAction(id, [{ op: 'write', path: temp.path(name), content }]);
const apply = (title: string, ...actions: Action[]) =>
  open().apply(planOf(...actions), { title, about: { method: 'm' } });

/** Two runs of one method, and what stands after each of them. */
async function two() {
  const before = tree();
  const first = await apply('First', write('key', 'data/key', 'k'), write('config', 'config', 'one'));
  const alone = tree();
  const second = await apply('Second', write('config', 'config', 'two'));
  return { first, second, before, alone, both: tree() };
}

test('an undo of an older run takes the newer ones with it, newest first, as one run', async () => {
  const { first, second, before, both } = await two();
  const preview = await open().previewUndo(first.id);
  expect(preview.steps.map(({ run }) => run)).toEqual([second.id, first.id, first.id]);
  const undone = await open().undo(first.id);
  expect(undone).toMatchObject({ outcome: 'applied', undoesAll: [second.id, first.id] });
  expect(undone.title).toBe('Undo: First, with 1 newer run');
  expect(tree()).toEqual(before);
  const listed = await open().backups();
  expect(listed.map(({ inForce, undoneBy }) => [inForce, undoneBy])).toEqual([
    [false, undefined],
    [false, undone.id],
    [false, undone.id],
  ]);
  await open().undo(undone.id);
  expect(tree()).toEqual(both);
  // They are two runs again.
  await open().undo();
  expect((await open().inForce()).map(({ id }) => id)).toEqual([first.id]);
});

test('an undo of a run of which nothing stands leaves the newer ones alone', async () => {
  const failed = await apply('Failed', write('config', 'config', 'one'), editAction('fails', [{ op: 'fail' }]));
  expect(failed.outcome).toBe('put back');
  await apply('Second', write('config', 'config', 'two'));
  const both = tree();
  await expect(open().undo(failed.id)).rejects.toMatchObject({ code: 'nothing-to-undo' });
  expect(tree()).toEqual(both);
});

test('what a newer run had taken back comes back only where it is older still', async () => {
  const oldest = await apply('Oldest', write('config', 'config', 'one'));
  const kept = tree();
  const switched = async () => {
    const takes = (await open().standing([oldest.id])).map(({ action, take }) => ({ action, take }));
    const fresh = write('new', 'data/new', 'n');
    const actions = [...takes.map(({ action }) => action), fresh];
    const plan = { schema: 1, actions, takes: [...takes.map(({ take }) => take), null], madeFrom: {} };
    return open().apply(plan, { title: 'Switch' });
  };
  const other = await switched();
  await apply('Later', write('more', 'data/more', 'm'));
  await open().undo(other.id);
  expect(tree()).toEqual(kept);
  const before = await switched();
  await open()
    .undo(oldest.id)
    .catch(({ code }) => expect(code).toBe('already-undone'));
  await open().undoAll({ title: 'Uninstall' });
  expect(tree().filter((line) => line.includes('config'))).toEqual([expect.stringContaining('config')]);
  expect((await open().backups()).filter(({ inForce }) => inForce)).toEqual([]);
  expect(before.outcome).toBe('applied');
});

test('a crash at any call of an undo of two runs loses nothing', async () => {
  const { first, before, both } = await two();
  let pending = 0;
  for (const crash of await crashesOf(temp.home, (around) => open(around).undo(first.id))) {
    for (const how of ['resume', 'undo'] as const) {
      crash.putBack();
      const end = `${crash.call} ${how}`;
      if ((await open().pending()) !== null) {
        pending += 1;
        const receipt = await open().recover(how);
        expect(receipt.outcome, end).toBe(how === 'resume' ? 'applied' : 'put back');
        expect(tree(), end).toEqual(how === 'resume' ? before : both);
      }
      await open()
        .undoAll({ title: 'Uninstall' })
        .catch(() => {});
      expect(tree(), end).toEqual(before);
    }
  }
  expect(pending).toBeGreaterThan(40);
});
