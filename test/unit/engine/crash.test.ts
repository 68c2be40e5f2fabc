import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Around } from '../../../src/engine/disk.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { Plan } from '../../../src/engine/types.ts';
import { Problem } from '../../../src/system/problem.ts';
import { crashAt, editAction, editKinds, SimulatedCrash } from '../../support/edit-kind.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';
import { treeOf } from '../../support/tree.ts';

vi.setConfig({ testTimeout: 600_000 });

const tree = (temp: TempWorld) => treeOf(temp.home, { skip: ['.local'] });
/** Times and the order of folders aside: what a run that was resumed must have in common with one that was not. */
const bytes = (temp: TempWorld) => tree(temp).map((line) => line.replace(/ \d{13}$/, ''));

const engineOf = (temp: TempWorld, around?: Around) =>
  openEngine({ world: temp.world, kinds: editKinds, version: '1', ...(around ? { around } : {}) });

/** A home with a file to change, one to remove, one whose mode changes, and a folder to come. */
function prepare(): { temp: TempWorld; plan: Plan } {
  const temp = tempWorld({ inMemory: true });
  const a = temp.write('a.json', 'old a', 0o640);
  const b = temp.write('dir/b.json', 'old b');
  const c = temp.write('c.json', 'old c', 0o600);
  chmodSync(temp.path('dir'), 0o750);
  const plan: Plan = {
    schema: 1,
    madeFrom: {},
    actions: [
      editAction('1', [
        { op: 'write', path: a, content: 'new a' },
        { op: 'write', path: temp.path('made/deep/d.json'), content: 'd' },
      ]),
      editAction('2', [
        { op: 'remove', path: b },
        { op: 'write', path: a, content: 'newer a', mode: 0o600 },
        { op: 'chmod', path: c, mode: 0o644 },
      ]),
    ],
  };
  return { temp, plan };
}

/** Numbers of the changing calls that `work` makes, from 1; with `torn` only those that can end half done. */
async function callsOf(work: (around: Around) => Promise<unknown>, torn = false): Promise<number[]> {
  let count = 0;
  const calls: number[] = [];
  await work((call, go) => {
    count += 1;
    if (!torn || call.torn !== undefined) calls.push(count);
    return go();
  });
  return calls;
}

/** Waits for a run that crashes, unless all that was left to do was to let go of the lock. */
async function die(run: Promise<{ outcome: string }>, n: number): Promise<void> {
  const end = await run.catch((error: unknown) => error);
  if (!(end instanceof SimulatedCrash)) expect(end, `call ${n}`).toMatchObject({ outcome: 'applied' });
}

/** Temporary files of ours anywhere outside of the state directory. */
const leftBehind = (temp: TempWorld) => tree(temp).filter((line) => line.includes('.tmp '));

test.each([false, true])('a crash at any call of apply (torn: %s) is resumed or undone', async (torn) => {
  const whole = prepare();
  const calls = await callsOf((around) => engineOf(whole.temp, around).apply(whole.plan, { title: 'T' }), torn);
  const applied = bytes(whole.temp);
  whole.temp.remove();
  expect(calls.length).toBeGreaterThan(torn ? 15 : 60);

  let pending = 0;
  for (const n of calls) {
    for (const how of ['resume', 'undo'] as const) {
      const { temp, plan } = prepare();
      const before = tree(temp);
      await die(engineOf(temp, crashAt(n, torn)).apply(plan, { title: 'T' }), n);
      const left = await engineOf(temp).pending();
      if (left === null) {
        // Either nothing had begun, or everything had ended.
        expect([before, applied], `call ${n}`).toContainEqual(
          JSON.stringify(tree(temp)) === JSON.stringify(before) ? before : bytes(temp),
        );
        temp.remove();
        continue;
      }
      pending += 1;
      await expect(engineOf(temp).apply(plan, { title: 'T' })).rejects.toMatchObject({ code: 'run-unfinished' });
      const receipt = await engineOf(temp).recover(how);
      expect(leftBehind(temp)).toEqual([]);
      if (how === 'undo') {
        expect(receipt.outcome, `call ${n}`).toBe('put back');
        expect(tree(temp), `call ${n}`).toEqual(before);
      } else {
        expect(receipt.outcome, `call ${n}`).toBe('applied');
        expect(bytes(temp), `call ${n}`).toEqual(applied);
        await engineOf(temp).undo();
        expect(tree(temp), `call ${n}`).toEqual(before);
      }
      expect(await engineOf(temp).pending()).toBeNull();
      temp.remove();
    }
  }
  expect(pending).toBeGreaterThan(torn ? 10 : 40);
});

test.each([false, true])('a crash at any call of undo (torn: %s) is resumed or taken back', async (torn) => {
  const whole = prepare();
  await engineOf(whole.temp).apply(whole.plan, { title: 'T' });
  const calls = await callsOf((around) => engineOf(whole.temp, around).undo(), torn);
  whole.temp.remove();

  let pending = 0;
  for (const n of calls) {
    for (const how of ['resume', 'undo'] as const) {
      const { temp, plan } = prepare();
      const before = tree(temp);
      await engineOf(temp).apply(plan, { title: 'T' });
      const applied = tree(temp);
      await die(engineOf(temp, crashAt(n, torn)).undo(), n);
      const left = await engineOf(temp).pending();
      if (left !== null) {
        pending += 1;
        const receipt = await engineOf(temp).recover(how);
        expect(receipt.purpose).toBe('undo');
        expect(receipt.outcome, `call ${n}`).toBe(how === 'resume' ? 'applied' : 'put back');
        expect(tree(temp), `call ${n} ${how}`).toEqual(how === 'resume' ? before : applied);
        expect(leftBehind(temp)).toEqual([]);
      }
      temp.remove();
    }
  }
  expect(pending).toBeGreaterThan(torn ? 8 : 30);
});

test('a crash in the middle of a recovery is recovered from', async () => {
  const first = prepare();
  const calls = await callsOf((around) => engineOf(first.temp, around).apply(first.plan, { title: 'T' }));
  first.temp.remove();
  for (const how of ['resume', 'undo'] as const) {
    for (let n = Math.floor(calls.length * 0.7); n < Math.floor(calls.length * 0.7) + 3; n++) {
      for (let m = 1; ; m += 4) {
        const { temp, plan } = prepare();
        const before = tree(temp);
        await engineOf(temp, crashAt(n, false))
          .apply(plan, { title: 'T' })
          .catch(() => {});
        const crashed = await engineOf(temp, crashAt(m, true))
          .recover(how)
          .then(
            () => false,
            () => true,
          );
        if ((await engineOf(temp).pending()) !== null) await engineOf(temp).recover('undo');
        else if (how === 'resume' && crashed)
          await engineOf(temp)
            .undo()
            .catch(() => {});
        if (crashed) expect(tree(temp), `${how} ${n} ${m}`).toEqual(before);
        temp.remove();
        if (!crashed) break;
      }
    }
  }
});

test('any single failing call ends applied, or put back exactly, or stopped with a way to go on', async () => {
  const whole = prepare();
  const calls = await callsOf((around) => engineOf(whole.temp, around).apply(whole.plan, { title: 'T' }));
  whole.temp.remove();
  for (const n of calls) {
    const { temp, plan } = prepare();
    const before = tree(temp);
    let count = 0;
    const around: Around = (_call, go) => {
      count += 1;
      if (count === n) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      return go();
    };
    const engine = engineOf(temp, around);
    const receipt = await engine.apply(plan, { title: 'T' }).catch((error: unknown) => {
      expect(error, `call ${n}`).toBeInstanceOf(Problem);
      expect(error).toMatchObject({ code: 'disk-full', more: { next: expect.stringContaining('df -h') } });
      return null;
    });
    if ((await engine.pending()) !== null) await engine.undo();
    else if (
      receipt?.outcome === 'applied' ||
      (receipt === null && (await engine.list()).some((run) => run.outcome === 'applied'))
    )
      await engine.undo();
    expect(tree(temp), `call ${n}`).toEqual(before);
    expect(leftBehind(temp)).toEqual([]);
    temp.remove();
  }
});

// ── any tree, any edits ──────────────────────────────────────────────────────────────────────────────────────────────

const NAMES = ['a', 'b', 'dir/c', 'dir/sub/d', 'other/e'] as const;
const name = fc.constantFrom(...NAMES);
const mode = fc.constantFrom(0o600, 0o644, 0o640, 0o700);
const anyEdit = fc.oneof(
  fc.record({
    op: fc.constant('write' as const),
    name,
    content: fc.string(),
    mode: fc.option(mode, { nil: undefined }),
  }),
  fc.record({ op: fc.constant('remove' as const), name }),
  fc.record({ op: fc.constant('chmod' as const), name, mode }),
  fc.record({ op: fc.constant('script' as const), name, content: fc.constantFrom('x', 'y y', '') }),
  fc.constant({ op: 'fail' as const }),
);
const anyTree = fc.dictionary(name, fc.record({ content: fc.uint8Array({ maxLength: 40 }), mode }));

test('apply, whatever its end, and undo give the tree back: bytes, modes, names, times', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyTree,
      fc.array(fc.array(anyEdit, { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat({ max: 200 }), { nil: undefined }),
      async (files, steps, crash) => {
        const temp = tempWorld({ inMemory: true });
        try {
          for (const [file, { content, mode }] of Object.entries(files)) {
            temp.write(file, content);
            chmodSync(temp.path(file), mode);
          }
          const before = tree(temp);
          const actions = steps.map((edits, index) =>
            editAction(
              String(index),
              edits.map((each) => {
                if (each.op === 'fail') return each;
                const path = temp.path(each.name);
                if (each.op !== 'script') return { ...each, path } as never;
                const script = `mkdir -p "$(dirname '${path}')" && printf 'script %s' '${each.content}' > '${path}'`;
                return { op: 'shell' as const, script };
              }),
              NAMES.map((each) => ({ path: temp.path(each), as: 'file' as const })),
            ),
          );
          const engine = engineOf(temp, crash === undefined ? undefined : crashAt(crash + 1, crash % 2 === 0));
          const receipt = await engine.apply({ schema: 1, actions, madeFrom: {} }, { title: 'T' }).catch(() => null);
          if (receipt === null) {
            if ((await engineOf(temp).pending()) !== null) await engineOf(temp).recover('undo');
          }
          const runs = await engineOf(temp).list();
          if (runs[0]?.outcome === 'applied') await engineOf(temp).undo();
          expect(tree(temp)).toEqual(before);
        } finally {
          temp.remove();
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('the state directory holds no leftovers of crashes after the next run', async () => {
  const { temp, plan } = prepare();
  await engineOf(temp, crashAt(30, true))
    .apply(plan, { title: 'T' })
    .catch(() => {});
  if ((await engineOf(temp).pending()) !== null) await engineOf(temp).recover('undo');
  await engineOf(temp).apply(plan, { title: 'T' });
  expect(readdirSync(join(engineOf(temp).root, 'tmp'))).toEqual([]);
  expect(readdirSync(engineOf(temp).root).sort()).toEqual(['blobs', 'runs', 'tmp']);
  temp.remove();
});
