import { readFileSync } from 'node:fs';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Around } from '../../../src/engine/disk.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { Action, Plan, Receipt, Take } from '../../../src/engine/types.ts';
import { crashAt, editAction, editKinds, planOf } from '../../support/edit-kind.ts';
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
const exactly = () => treeOf(temp.home, { skip: ['.local'] });
/** Without times: what was brought back by its content has another one. */
const tree = () => exactly().map((line) => line.replace(/ \d{13}$/, ''));
const text = (name: string) => readFileSync(temp.path(name), 'utf8');
const write = (id: string, name: string, content: string) =>
  editAction(id, [{ op: 'write', path: temp.path(name), content }]);
/** Changes no file. */
const restart = editAction('restart', []);

/** The old way: a credential, the config, a restart; later a renewal. */
async function oldWay(): Promise<[Receipt, Receipt]> {
  const first = await open().apply(
    planOf(write('token', 'store', 'token 1'), write('config', 'config', 'old way'), restart),
    { title: 'Old way' },
  );
  return [first, await open().apply(planOf(write('token', 'store', 'token 2')), { title: 'Renewal' })];
}

/** New steps, and by their id the steps of the standing runs that are taken back, `~` for one that is only counted. */
async function mixed(order: readonly (Action | string)[], runs: readonly Receipt[]): Promise<Plan> {
  const standing = [...(await open().standing(runs.map(({ id }) => id)))];
  const actions: Action[] = [];
  const takes: (Take | null)[] = [];
  for (const one of order) {
    if (typeof one !== 'string') {
      actions.push(one);
      takes.push(null);
      continue;
    }
    const at = standing.findIndex(({ action }) => action.id === one.replace('~', ''));
    const [found] = standing.splice(at, 1);
    if (found === undefined) throw new Error(`no ${one}`);
    actions.push(found.action);
    takes.push(one.startsWith('~') ? { ...found.take, quiet: true } : found.take);
  }
  return { schema: 1, actions, takes, madeFrom: {} };
}

/** A service first, the config handed over, the old credential away, one restart. */
const newSteps = () => ({
  service: write('service', 'unit', 'service'),
  config: write('config', 'config', 'new way'),
});
async function switchPlan(runs: readonly Receipt[]): Promise<Plan> {
  const { service, config } = newSteps();
  return mixed([service, 'config', config, 'token', 'token', restart, '~restart'], runs);
}
const ORDER = ['service', 'config', 'config', 'token', 'token', 'restart'];

test('takes the old way back and brings the new one in one run, in the order that was given', async () => {
  const before = exactly();
  const runs = await oldWay();
  const old = tree();
  const seen: string[] = [];
  const receipt = await open().apply(await switchPlan(runs), {
    title: 'New way',
    about: { method: 'new' },
    onEvent: (event) => {
      if (event.type === 'step') seen.push(event.action.id);
      if (event.type === 'reverting') seen.push('unexpected');
    },
  });
  expect(receipt).toMatchObject({ outcome: 'applied', purpose: 'apply', undoesAll: [runs[1].id, runs[0].id] });
  expect(seen).toEqual(ORDER);
  expect([text('config'), text('unit')]).toEqual(['new way', 'service']);
  expect(tree().some((line) => line.includes('store'))).toBe(false);

  // Only the new run stands; the old ones say which took them back.
  const listed = await open().backups();
  expect(listed.filter(({ inForce }) => inForce).map(({ id }) => id)).toEqual([receipt.id]);
  expect(listed.map(({ undoneBy }) => undoneBy)).toEqual([undefined, receipt.id, receipt.id]);
  await expect(open().undo(runs[0].id)).rejects.toMatchObject({ code: 'already-undone' });

  // An undo brings the old way back, an undo of that the new one.
  const undone = await open().undo();
  expect(undone).toMatchObject({ outcome: 'applied', title: 'Undo: New way', undoes: receipt.id });
  expect(tree()).toEqual(old);
  expect((await open().backups()).filter(({ inForce }) => inForce).map(({ id }) => id)).toEqual([
    runs[1].id,
    runs[0].id,
  ]);
  const redone = await open().undo(undone.id);
  expect(redone).toMatchObject({ outcome: 'applied', title: 'Redo: New way' });
  expect([text('config'), text('unit')]).toEqual(['new way', 'service']);

  // Everything away: the new steps are taken back, the old way does not come again.
  await open().undoAll({ title: 'Uninstall' });
  expect(exactly()).toEqual(before);
  await expect(open().undoAll({ title: 'Again' })).rejects.toMatchObject({ code: 'nothing-to-undo' });
  await expect(open().undo(receipt.id)).rejects.toMatchObject({ code: 'already-undone' });
});

test('the undo of an uninstall brings the new way back, and an undo of that run still the old one', async () => {
  const runs = await oldWay();
  const old = tree();
  const receipt = await open().apply(await switchPlan(runs), { title: 'New way' });
  const fresh = tree();
  const gone = await open().undoAll({ title: 'Uninstall' });
  await open().undo(gone.id);
  expect(tree()).toEqual(fresh);
  await open().undo(receipt.id);
  expect(tree()).toEqual(old);
});

test('there and back leaves what the old way alone left, and an uninstall nothing', async () => {
  const before = exactly();
  const runs = await oldWay();
  const old = tree();
  const there = await open().apply(await switchPlan(runs), { title: 'New way' });
  const back = await open().apply(
    await mixed(
      [
        write('token', 'store', 'token 2'),
        'config',
        write('config', 'config', 'old way'),
        'service',
        restart,
        '~restart',
      ],
      [there],
    ),
    { title: 'Old way again' },
  );
  expect(back.outcome).toBe('applied');
  expect(tree()).toEqual(old);
  expect((await open().backups()).filter(({ inForce }) => inForce).map(({ id }) => id)).toEqual([back.id]);
  const gone = await open().undoAll({ title: 'Uninstall' });
  expect(gone.undoesAll).toEqual([back.id]);
  expect(exactly()).toEqual(before);
  await open().undo(gone.id);
  await open().undo(back.id);
  expect(text('config')).toBe('new way');
  await open().undo(there.id);
  expect(tree()).toEqual(old);
});

test('a run of which a switch takes only some steps goes on standing', async () => {
  const before = exactly();
  const { service, config } = newSteps();
  const old = await oldWay();
  const middle = await open().apply(planOf(service, config), { title: 'New way, kept' });
  const kept = tree();
  const alone = write('config', 'config', 'new way alone');
  const made = await mixed(['config', 'config', alone, 'token', 'token', '~restart'], [...old, middle]);
  const receipt = await open().apply(made, { title: 'New way' });
  const stands = async () =>
    (await open().backups())
      .filter(({ inForce }) => inForce)
      .map(({ title, undoneBy }) => [title, undoneBy === undefined]);
  expect(receipt.outcome).toBe('applied');
  expect([text('config'), text('unit')]).toEqual(['new way alone', 'service']);
  expect(await stands()).toEqual([
    ['New way', true],
    ['New way, kept', true],
  ]);
  for (const { id } of old) expect((await open().receipt(id)).undoneBy).toBe(receipt.id);

  await open().undo(receipt.id);
  expect(tree()).toEqual(kept);
  await open().undo((await open().list())[0]?.id);
  const gone = await open().undoAll({ title: 'Uninstall' });
  expect(exactly()).toEqual(before);
  expect((await open().receipt(middle.id)).undoneBy).toBe(gone.id);
  expect((await open().receipt(receipt.id)).undoneBy).toBe(gone.id);
});

test('a step that fails puts the old way back', async () => {
  const runs = await oldWay();
  const old = exactly();
  const { service, config } = newSteps();
  const failing = editAction('fails', [{ op: 'fail' }]);
  const receipt = await open().apply(await mixed([service, 'config', config, 'token', failing, '~restart'], runs), {
    title: 'New way',
  });
  expect(receipt).toMatchObject({ outcome: 'put back' });
  expect(exactly()).toEqual(old);
  const standing = (await open().backups()).filter(({ inForce }) => inForce);
  expect(standing.map(({ id }) => id)).toEqual([runs[1].id, runs[0].id]);
  await open().undoAll({ title: 'Uninstall' });
  expect(text('config')).toBe('zero');
});

test('a plan whose runs were taken back meanwhile changes nothing', async () => {
  const runs = await oldWay();
  const made = await switchPlan(runs);
  await open().undo();
  const now = exactly();
  await expect(open().apply(made, { title: 'New way' })).rejects.toMatchObject({ code: 'plan-outdated' });
  expect(exactly()).toEqual(now);
});

test('a stop in the middle puts everything back when asked to', async () => {
  const runs = await oldWay();
  const old = exactly();
  const stop = new AbortController();
  const receipt = await open().apply(await switchPlan(runs), {
    title: 'New way',
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'step' && event.index === 3) stop.abort();
    },
    onCancel: async () => 'revert',
  });
  expect(receipt).toMatchObject({ outcome: 'put back', cancelled: true });
  expect(exactly()).toEqual(old);
});

test('pruning keeps what an undo of the switch needs', async () => {
  const runs = await oldWay();
  const old = tree();
  await open().apply(await switchPlan(runs), { title: 'New way' });
  expect(await open().pruneBackups({ keep: 1 })).toMatchObject({ removed: [] });
  await open().undo();
  expect(tree()).toEqual(old);
});

test('previews the switch step by step, and its undo', async () => {
  const runs = await oldWay();
  const receipt = await open().apply(await switchPlan(runs), { title: 'New way' });
  const { files, steps } = await open().previewUndo(receipt.id);
  const then = new Map(files.map(({ path, then }) => [path, then === null ? null : new TextDecoder().decode(then)]));
  expect(then.get(temp.path('config'))).toBe('old way');
  expect(then.get(temp.path('store'))).toBe('token 2');
  expect(then.get(temp.path('unit'))).toBeNull();
  expect(steps).toHaveLength(ORDER.length);
  const all = await open().previewUndo('all');
  expect(all.files.find(({ path }) => path === temp.path('config'))?.then).toEqual(new TextEncoder().encode('zero'));
});

async function fresh(): Promise<[Receipt, Receipt]> {
  temp.renew();
  temp.write('config', 'zero');
  return oldWay();
}

test('a crash at any call of a switch is resumed or put back', async () => {
  const plan = await switchPlan(await fresh());
  const old = tree();
  let applied: readonly string[] = [];
  const crashes = await crashesOf(temp.home, async (around) => {
    await open(around).apply(plan, { title: 'New way' });
    applied = tree();
  });
  let pending = 0;
  for (const crash of crashes) {
    for (const how of ['resume', 'undo'] as const) {
      crash.putBack();
      if ((await open().pending()) === null) {
        expect([old, applied], crash.call).toContainEqual(tree());
        continue;
      }
      pending += 1;
      const receipt = await open().recover(how);
      expect(receipt.outcome, crash.call).toBe(how === 'resume' ? 'applied' : 'put back');
      expect(tree(), `${crash.call} ${how}`).toEqual(how === 'resume' ? applied : old);
      if (how === 'resume') await open().undo();
      expect(tree(), `${crash.call} ${how}`).toEqual(old);
      await open().undoAll({ title: 'Uninstall' });
      expect(text('config')).toBe('zero');
    }
  }
  expect(pending).toBeGreaterThan(100);
});

test('a crash at any call of the undo of a switch is resumed or put back', async () => {
  const runs = await fresh();
  const old = tree();
  await open().apply(await switchPlan(runs), { title: 'New way' });
  const applied = tree();
  const crashes = await crashesOf(temp.home, (around) => open(around).undo());
  let pending = 0;
  for (const crash of crashes) {
    for (const how of ['resume', 'undo'] as const) {
      crash.putBack();
      if ((await open().pending()) === null) continue;
      pending += 1;
      const receipt = await open().recover(how);
      expect(receipt.outcome, crash.call).toBe(how === 'resume' ? 'applied' : 'put back');
      expect(tree(), `${crash.call} ${how}`).toEqual(how === 'resume' ? old : applied);
    }
  }
  expect(pending).toBeGreaterThan(100);
});

test('an interrupted switch that is left as it is can be taken back later, old way and all', async () => {
  for (let n = 40; ; n += 3) {
    expect(n).toBeLessThan(1000);
    const plan = await switchPlan(await fresh());
    const old = tree();
    await open(crashAt(n, false))
      .apply(plan, { title: 'New way' })
      .catch(() => {});
    if (((await open().pending())?.done ?? 0) < 4) continue;
    const left = await open().recover('leave');
    expect(left.outcome).toBe('partly applied');
    await open().undo(left.id);
    expect(tree()).toEqual(old);
    return;
  }
});
