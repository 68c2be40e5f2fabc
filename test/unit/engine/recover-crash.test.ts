import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { bytes, engineOf, leftBehind, prepare, tree } from '../../support/edit-home.ts';
import { editAction } from '../../support/edit-kind.ts';
import { killsOf } from '../../support/home-copy.ts';

vi.setConfig({ testTimeout: 600_000 });

/** The plan of `prepare` with a step whose program makes files and folders of its own. */
function prepareWithProgram() {
  const made = prepare();
  const { temp, plan } = made;
  const deep = temp.path('program/made/e.json');
  const script = `mkdir -p program/made && echo e > program/made/e.json`;
  const step = editAction(
    '3',
    [
      { op: 'shell', script },
      { op: 'write', path: temp.path('other/f.json'), content: 'f' },
    ],
    [{ path: deep, as: 'file' }],
  );
  return { temp, plan: { ...plan, actions: [...plan.actions, step] } };
}

test.each(['undo', 'resume'] as const)('a recovery (%s) that is killed at any call is recovered from', async (how) => {
  const { temp, plan } = prepareWithProgram();
  const before = tree(temp);
  const first = await killsOf(temp.home, (around) => engineOf(temp, around).apply(plan, { title: 'T' }));
  const applied = bytes(temp);
  let nested = 0;
  for (const [n, kill] of first.entries()) {
    if (n % (how === 'undo' ? 6 : 12) !== 3) continue;
    kill.putBack();
    if ((await engineOf(temp).pending()) === null) continue;
    const second = await killsOf(temp.home, (around) => engineOf(temp, around).recover(how));
    if (how === 'undo') expect(tree(temp), `kill ${n}`).toEqual(before);
    for (const [m, again] of second.entries()) {
      if ((m + n) % 3 !== 0) continue;
      const call = `kills ${n} ${m}`;
      again.putBack();
      if ((await engineOf(temp).pending()) === null) {
        if (how === 'undo') expect(tree(temp), call).toEqual(before);
        else expect([before, applied], call).toContainEqual(applied[0] === bytes(temp)[0] ? bytes(temp) : tree(temp));
        continue;
      }
      nested += 1;
      const end = m % 2 === 0 ? 'undo' : how;
      const receipt = await engineOf(temp).recover(end);
      if (receipt.outcome === 'put back') expect(tree(temp), call).toEqual(before);
      else expect(bytes(temp), call).toEqual(applied);
      expect(receipt.outcome, call).toBe(end === 'resume' && !receipt.cancelled ? receipt.outcome : 'put back');
      expect(leftBehind(temp), call).toEqual([]);
      expect(await engineOf(temp).pending(), call).toBeNull();
      expect(readdirSync(engineOf(temp).root).sort(), call).toEqual(['blobs', 'runs', 'tmp']);
      expect(readdirSync(join(engineOf(temp).root, 'tmp')), call).toEqual([]);
    }
  }
  expect(nested).toBeGreaterThan(20);
  temp.remove();
});

test('what a kill left where no run is half done goes with a look at it: the lock, temporary files, copies', async () => {
  const { temp, plan } = prepare();
  const kills = await killsOf(temp.home, (around) => engineOf(temp, around).apply(plan, { title: 'T' }));
  let early = 0;
  let late = 0;
  for (const [n, kill] of kills.entries()) {
    kill.putBack();
    const engine = engineOf(temp);
    if ((await engine.pending()) !== null) continue;
    if (!existsSync(engine.root)) continue;
    const runs = (await engine.list()).length;
    const left = readdirSync(engine.root);
    await engine.tidy();
    if (!left.includes('tmp')) continue;
    expect(readdirSync(engine.root).sort(), `kill ${n}`).toEqual(['blobs', 'runs', 'tmp']);
    expect(readdirSync(join(engine.root, 'tmp')), `kill ${n}`).toEqual([]);
    expect(readdirSync(join(engine.root, 'runs')), `kill ${n}`).toHaveLength(runs);
    if (runs === 0) expect(readdirSync(join(engine.root, 'blobs')), `kill ${n}`).toEqual([]);
    expect(await engine.tidy(), `kill ${n}`).toBe(false);
    if (runs === 0) early += 1;
    else late += 1;
  }
  expect(early).toBeGreaterThan(20);
  expect(late).toBeGreaterThan(2);
  temp.remove();
});
