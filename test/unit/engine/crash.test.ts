import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { bytes, engineOf, leftBehind, prepare, tree } from '../../support/edit-home.ts';
import { crashAt, editAction, planOf } from '../../support/edit-kind.ts';
import { crashesOf } from '../../support/home-copy.ts';
import { tempWorld } from '../../support/temp-world.ts';

vi.setConfig({ testTimeout: 600_000 });

test('a crash at any call of apply is resumed or undone', async () => {
  const { temp, plan } = prepare();
  const before = tree(temp);
  let applied: readonly string[] = [];
  const crashes = await crashesOf(temp.home, async (around) => {
    await engineOf(temp, around).apply(plan, { title: 'T' });
    applied = bytes(temp);
  });
  let pending = 0;
  for (const crash of crashes) {
    for (const how of ['resume', 'undo'] as const) {
      crash.putBack();
      if ((await engineOf(temp).pending()) === null) {
        // Either nothing had begun, or everything had ended.
        expect([before, applied], crash.call).toContainEqual(
          JSON.stringify(tree(temp)) === JSON.stringify(before) ? before : bytes(temp),
        );
        continue;
      }
      pending += 1;
      await expect(engineOf(temp).apply(plan, { title: 'T' })).rejects.toMatchObject({ code: 'run-unfinished' });
      const receipt = await engineOf(temp).recover(how);
      expect(leftBehind(temp)).toEqual([]);
      if (how === 'undo') expect(receipt.outcome, crash.call).toBe('put back');
      else {
        expect(receipt.outcome, crash.call).toBe('applied');
        expect(bytes(temp), crash.call).toEqual(applied);
        await engineOf(temp).undo();
      }
      expect(tree(temp), crash.call).toEqual(before);
      expect(await engineOf(temp).pending()).toBeNull();
    }
  }
  expect(pending).toBeGreaterThan(100);
  temp.remove();
});

test('a crash at any call of undo is resumed or taken back', async () => {
  const { temp, plan } = prepare();
  const before = tree(temp);
  await engineOf(temp).apply(plan, { title: 'T' });
  const applied = tree(temp);
  let pending = 0;
  for (const crash of await crashesOf(temp.home, (around) => engineOf(temp, around).undo())) {
    for (const how of ['resume', 'undo'] as const) {
      crash.putBack();
      if ((await engineOf(temp).pending()) === null) continue;
      pending += 1;
      const receipt = await engineOf(temp).recover(how);
      expect(receipt.purpose).toBe('undo');
      expect(receipt.outcome, crash.call).toBe(how === 'resume' ? 'applied' : 'put back');
      expect(tree(temp), `${crash.call} ${how}`).toEqual(how === 'resume' ? before : applied);
      expect(leftBehind(temp)).toEqual([]);
    }
  }
  expect(pending).toBeGreaterThan(80);
  temp.remove();
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
          const receipt = await engine.apply(planOf(...actions), { title: 'T' }).catch(() => null);
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
