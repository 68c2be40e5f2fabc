import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Around } from '../../../src/engine/disk.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { Action } from '../../../src/engine/types.ts';
import { builds } from '../../../src/history/builds.ts';
import { editAction, editKinds } from '../../support/edit-kind.ts';
import { crashesOf } from '../../support/home-copy.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';
import { treeOf } from '../../support/tree.ts';

vi.setConfig({ testTimeout: 600_000 });

let temp: TempWorld;
beforeEach(fresh);
afterEach(() => temp.remove());

function fresh(): void {
  temp?.remove();
  temp = tempWorld({ inMemory: true });
  temp.write('config', 'zero');
}

const open = (around?: Around) =>
  openEngine({ world: temp.world, kinds: editKinds, builds, version: '1', ...(around ? { around } : {}) });
const tree = () => treeOf(temp.home, { skip: ['.local'] }).map((line) => line.replace(/ \d{13}$/, ''));
const write = (id: string, name: string, content: string) =>
  editAction(id, [{ op: 'write', path: temp.path(name), content }]);
const apply = (title: string, ...actions: Action[]) =>
  open().apply({ schema: 1, actions, madeFrom: {} }, { title, about: { method: 'm' } });

/** Two runs of one method, and what stands after each of them. */
async function two() {
  const before = tree();
  const first = await apply('First', write('key', 'data/key', 'k'), write('config', 'config', 'one'));
  const alone = tree();
  const second = await apply('Second', write('config', 'config', 'two'));
  return { first, second, before, alone, both: tree() };
}

test('an undo of an older run that is used changes no file, and is a run of its own', async () => {
  const { first, second, both } = await two();
  const undone = await open().undo(first.id);
  expect(tree()).toEqual(both);
  expect(undone).toMatchObject({ outcome: 'applied', undoes: first.id, title: 'Undo: First' });
  expect(undone.steps.map(({ outcome, waits }) => [outcome?.state, waits])).toEqual([
    ['stays', [second.id]],
    ['stays', [second.id]],
  ]);
  const listed = await open().backups();
  expect(listed.map(({ inForce, undoneBy, waitsFor }) => [inForce, undoneBy, waitsFor])).toEqual([
    [false, undefined, undefined],
    [true, undefined, undefined],
    [true, undefined, [second.id]],
  ]);
});

test('what waits is not forgotten before the run that it waits for', async () => {
  const { first, second, before } = await two();
  const undone = await open().undo(first.id);
  const { removed, needed } = await open().pruneBackups({ keep: 0 });
  expect(removed).toEqual([]);
  expect([...needed].sort()).toEqual([first.id, second.id, undone.id].sort());
  await open().undo(second.id);
  expect(tree()).toEqual(before);
  expect((await open().pruneBackups({ keep: 0 })).needed).toEqual([]);
});

test.each(['older', 'newer'] as const)('a crash at any call of the undo of the %s one loses nothing', async (which) => {
  const { first, second, before, both } = await two();
  if (which === 'newer') await open().undo(first.id);
  const { id } = which === 'older' ? first : second;
  let pending = 0;
  for (const crash of await crashesOf(temp.home, (around) => open(around).undo(id))) {
    for (const how of ['resume', 'undo'] as const) {
      crash.putBack();
      const end = `${crash.call} ${how}`;
      if ((await open().pending()) !== null) {
        pending += 1;
        const receipt = await open().recover(how);
        expect(receipt.outcome, end).toBe(how === 'resume' ? 'applied' : 'put back');
        expect(tree(), end).toEqual(which === 'newer' && how === 'resume' ? before : both);
      }
      await open()
        .undoAll({ title: 'Uninstall' })
        .catch(() => {});
      expect(tree(), end).toEqual(before);
    }
  }
  expect(pending).toBeGreaterThan(which === 'older' ? 8 : 40);
});

const applied = (title: string, about: Record<string, unknown>, ...actions: Action[]) =>
  open().apply({ schema: 1, actions, madeFrom: {} }, { title, about });
/** A way whose undo ends with `close`. */
const way = (method: string, ...actions: Action[]) =>
  applied(method, { method, answers: {} }, editAction('close', []), ...actions);
const became = async (id: string) =>
  (await open().undo(id)).steps.map(({ action, outcome, waits = [] }) => [action.id, outcome?.state, ...waits]);

test('what only adds to a way holds the very thing that it is about, and nothing before that', async () => {
  const before = tree();
  const older = await way('a', write('token', 'data/token', 't'), write('script', 'data/script', 'one'));
  const reminder = await applied('Reminder', { method: 'r' }, write('script', 'data/script', 'two'));
  expect(await became(older.id)).toEqual([
    ['script', 'stays', reminder.id],
    ['token', 'restored'],
    ['close', 'already gone'],
  ]);
  await open().undo(reminder.id);
  expect(tree()).toEqual(before);
});

test('another way holds the thing that both are about and all before it; what closes an undo goes with what goes', async () => {
  const before = tree();
  const steps = [
    write('provider', 'data/provider', 'p'),
    write('models', 'config', 'one'),
    write('cron', 'data/cron', 'c'),
  ];
  const older = await way('a', ...steps);
  const newer = await applied('b', { method: 'b', answers: {} }, write('models', 'config', 'two'));
  expect(await became(older.id)).toEqual([
    ['cron', 'restored'],
    ['models', 'stays', newer.id],
    ['provider', 'stays', newer.id],
    ['close', 'already gone'],
  ]);
  await open().undo(newer.id);
  expect(tree()).toEqual(before);
});

test('a run that keeps another method stands on it, and so does what is made on top of that run', async () => {
  const before = tree();
  const old = await applied('Old', { method: 'old' }, write('key', 'data/key', 'k'));
  const kept = await applied('New', { method: 'new', keeps: 'old' }, write('config', 'config', 'one'));
  const later = await applied('Later', { method: 'new' }, write('more', 'data/more', 'm'));
  const all = tree();
  expect(await became(kept.id)).toEqual([['config', 'stays', later.id]]);
  expect(await became(old.id)).toEqual([['key', 'stays', kept.id]]);
  expect(tree()).toEqual(all);
  const undone = await open().undo(later.id);
  expect(undone.undoesAlso).toEqual([kept.id, old.id]);
  expect(tree()).toEqual(before);
});
