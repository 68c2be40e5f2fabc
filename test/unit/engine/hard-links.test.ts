import { existsSync, linkSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openEngine } from '../../../src/engine/index.ts';
import type { ActionKind } from '../../../src/engine/types.ts';
import { bytes, callsOf, engineOf, leftBehind, prepare, tree } from '../../support/edit-home.ts';
import { crashAt, editAction, editKinds, isCrash, planOf } from '../../support/edit-kind.ts';
import type { TempWorld } from '../../support/temp-world.ts';

vi.setConfig({ testTimeout: 600_000 });

/** The home of `prepare`, where the file that is written twice and the one that is removed have another name each. */
function joined() {
  const { temp, plan } = prepare();
  linkSync(temp.path('a.json'), temp.path('also-a.json'));
  linkSync(temp.path('dir/b.json'), temp.path('also-b.json'));
  return { temp, plan };
}

const links = (temp: TempWorld) => join(engineOf(temp).root, 'links');

/** Whether both files are what they were: one file with two names, and no third. */
function expectJoined(temp: TempWorld, call = ''): void {
  for (const [one, other] of [
    ['a.json', 'also-a.json'],
    ['dir/b.json', 'also-b.json'],
  ] as const) {
    expect(statSync(temp.path(one)).ino, `${one} ${call}`).toBe(statSync(temp.path(other)).ino);
    expect(statSync(temp.path(one)).nlink, `${one} ${call}`).toBe(2);
  }
  expect(existsSync(links(temp)), call).toBe(false);
}

test('an undo joins a hard link again, and an undo of that cuts it again', async () => {
  const { temp, plan } = joined();
  const before = tree(temp);
  const engine = engineOf(temp);
  await engine.apply(plan, { title: 'T' });
  const applied = bytes(temp);
  expect(readFileSync(temp.path('also-a.json'), 'utf8')).toBe('old a');
  for (const _ of [1, 2]) {
    const undone = await engine.undo();
    expect(undone.steps.flatMap(({ outcome }) => outcome?.notes ?? [])).toEqual([]);
    expect(tree(temp)).toEqual(before);
    expectJoined(temp);
    await engine.undo(undone.id);
    expect(bytes(temp)).toEqual(applied);
  }
  await engine.purge();
  expect(existsSync(engine.root)).toBe(false);
  expect(statSync(temp.path('also-a.json')).nlink).toBe(1);
  temp.remove();
});

test('forgetting a run forgets what it kept of a hard link', async () => {
  const { temp, plan } = joined();
  const engine = engineOf(temp);
  await engine.apply(plan, { title: 'T' });
  expect(readdirSync(links(temp))).toHaveLength(2);
  expect((await engine.verifyBackups()).open).toEqual([]);
  await engine.pruneBackups({ keep: 0, alsoInForce: true });
  expect(existsSync(links(temp))).toBe(false);
  temp.remove();
});

test('a file that a step makes by itself what it was is joined again too', async () => {
  const { temp } = joined();
  const a = temp.path('a.json');
  const [kind, edit] = [editKinds.get('edit') as ActionKind, editAction('1', [{ op: 'write', path: a, content: 'x' }])];
  const rewrites: ActionKind = {
    ...kind,
    async revert(_params, _undo, { door, backups }) {
      await door.replace(backups.of(a), 'old a');
      return { state: 'ours removed', notes: [] };
    },
  };
  const engine = openEngine({ world: temp.world, kinds: new Map([['edit', rewrites]]), version: '1' });
  const before = tree(temp);
  await engine.apply(planOf(edit), { title: 'T' });
  await engine.undo();
  expect(tree(temp)).toEqual(before);
  expectJoined(temp);
  temp.remove();
});

test('a file that was changed under its other name is copied back, and it is said that the names are not joined', async () => {
  const { temp, plan } = joined();
  const engine = engineOf(temp);
  await engine.apply(plan, { title: 'T' });
  writeFileSync(temp.path('also-a.json'), 'somebody else');
  const undone = await engine.undo();
  expect(readFileSync(temp.path('a.json'), 'utf8')).toBe('old a');
  expect(readFileSync(temp.path('also-a.json'), 'utf8')).toBe('somebody else');
  expect(undone.steps.flatMap(({ notes }) => notes)).toEqual([
    expect.stringMatching(/a\.json is now a separate file: it is no longer linked to its other names/),
  ]);
  temp.remove();
});

test('where no link can be kept, the step says that an undo will not join it', async () => {
  const { temp, plan } = joined();
  const engine = engineOf(temp, async (call, go) => {
    if (call.name !== 'link' || !call.path.includes('/links/')) return go();
    throw Object.assign(new Error('EXDEV: cross-device link not permitted'), { code: 'EXDEV' });
  });
  const told = await engine.apply(plan, { title: 'T' });
  expect(told.outcome).toBe('applied');
  expect(told.steps.flatMap(({ notes }) => notes)).toContainEqual(
    expect.stringMatching(/a\.json .*an undo cannot restore that link/),
  );
  const undone = await engine.undo();
  expect(readFileSync(temp.path('a.json'), 'utf8')).toBe('old a');
  expect(undone.steps.flatMap(({ notes }) => notes)).toContainEqual(expect.stringMatching(/is now a separate file/));
  temp.remove();
});

test('a hard link behind a symlink, and two names of one file in one step, are joined again', async () => {
  const { temp } = joined();
  symlinkSync('a.json', temp.path('link.json'));
  const edits = ['link.json', 'also-a.json'].map((name) => ({
    op: 'write' as const,
    path: temp.path(name),
    content: 'x',
  }));
  const before = tree(temp);
  await engineOf(temp).apply(planOf(editAction('1', edits)), { title: 'T' });
  expect(statSync(temp.path('a.json')).ino).not.toBe(statSync(temp.path('also-a.json')).ino);
  await engineOf(temp).undo();
  expect(tree(temp)).toEqual(before);
  expectJoined(temp);
  temp.remove();
});

test.each(['apply', 'undo'] as const)(
  'a kill at any call of %s leaves a hard link that can be joined',
  async (which) => {
    const whole = joined();
    if (which === 'undo') await engineOf(whole.temp).apply(whole.plan, { title: 'T' });
    const calls = await callsOf((around) => {
      const engine = engineOf(whole.temp, around);
      return which === 'apply' ? engine.apply(whole.plan, { title: 'T' }) : engine.undo();
    });
    whole.temp.remove();
    let pending = 0;
    for (const n of calls) {
      const how = n % 2 === 0 ? 'resume' : 'undo';
      const { temp, plan } = joined();
      const call = `call ${n} ${how}`;
      const before = tree(temp);
      if (which === 'undo') await engineOf(temp).apply(plan, { title: 'T' });
      const engine = engineOf(temp, crashAt(n, false));
      const end = await (which === 'apply' ? engine.apply(plan, { title: 'T' }) : engine.undo()).catch((e) => e);
      if (!isCrash(end)) expect(end, call).toMatchObject({ outcome: 'applied' });
      if ((await engineOf(temp).pending()) !== null) {
        pending += 1;
        await engineOf(temp).recover(how);
      }
      expect(leftBehind(temp), call).toEqual([]);
      if (JSON.stringify(tree(temp)) !== JSON.stringify(before)) await engineOf(temp).undo();
      expect(tree(temp), call).toEqual(before);
      expectJoined(temp, call);
      temp.remove();
    }
    expect(pending).toBeGreaterThan(40);
  },
);
