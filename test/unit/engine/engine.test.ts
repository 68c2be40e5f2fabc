import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEngine } from '../../../src/engine/index.ts';
import type { ActionKind, ActionKinds, ProveContext, RunEvent } from '../../../src/engine/types.ts';
import { Cancelled, Problem } from '../../../src/system/problem.ts';
import { Secret } from '../../../src/system/secret.ts';
import { editAction, editKinds, planOf } from '../../support/edit-kind.ts';
import { tempEach } from '../../support/temp-each.ts';
import { treeOf } from '../../support/tree.ts';

const TOKEN = `sk-ant-oat01-FAKE${'x1'.repeat(45)}`;
const temp = tempEach();

const open = (kinds = editKinds) => openEngine({ world: temp.world, kinds, version: '1.0.0' });
const tree = () => treeOf(temp.home, { skip: ['.local'] });
const text = (name: string) => readFileSync(temp.path(name), 'utf8');

test('applies, records, and takes back exactly', async () => {
  temp.write('a.json', 'old', 0o640);
  temp.write('b.json', 'gone soon');
  const before = tree();
  const engine = open();
  const events: RunEvent[] = [];
  const receipt = await engine.apply(
    planOf(
      editAction('1', [{ op: 'write', path: temp.path('a.json'), content: 'new' }]),
      editAction('2', [
        { op: 'remove', path: temp.path('b.json') },
        { op: 'write', path: temp.path('deep/er/c.json'), content: 'made' },
      ]),
    ),
    { title: 'Test', about: { method: 'x' }, onEvent: (event) => void events.push(event) },
  );
  expect(receipt).toMatchObject({ outcome: 'applied', purpose: 'apply', by: '1.0.0', title: 'Test' });
  expect(receipt.steps.map(({ state, undo }) => [state, undo])).toEqual([
    ['done', { edits: 1 }],
    ['done', { edits: 2 }],
  ]);
  expect(text('a.json')).toBe('new');
  expect(statSync(temp.path('a.json')).mode & 0o777).toBe(0o640);
  expect(statSync(temp.path('deep/er/c.json')).mode & 0o777).toBe(0o600);
  expect(existsSync(temp.path('b.json'))).toBe(false);
  expect(events.map(({ type }) => type)).toEqual(['checkpoint', 'step', 'step done', 'step', 'step done']);
  expect(events[0]).toMatchObject({ files: 2, bytes: 12 });

  const undone = await open().undo();
  expect(undone).toMatchObject({ outcome: 'applied', purpose: 'undo', undoes: receipt.id });
  expect(undone.steps.map(({ state }) => state)).toEqual(['reverted', 'reverted']);
  expect(tree()).toEqual(before);
  expect(await engine.list()).toMatchObject([{ id: undone.id }, { id: receipt.id, undoneBy: undone.id }]);
  await expect(engine.undo(receipt.id)).rejects.toMatchObject({ code: 'already-undone' });
  await expect(engine.undo()).rejects.toMatchObject({ code: 'nothing-to-undo' });
});

test('a step that is proved at the end says so while it is asked, and is put back where it was not saved', async () => {
  const edit = editKinds.get('edit') as ActionKind;
  const kinds = (saved: boolean): ActionKinds => {
    const prove = async (_params: unknown, { asking }: ProveContext) => {
      asking('Checking that it was saved');
      if (!saved) throw new Problem('not-saved', 'It was not saved.');
    };
    return new Map([['edit', { ...edit, prove }]]);
  };
  const plan = planOf(editAction('1', [{ op: 'write', path: temp.path('a.json'), content: 'new' }]));
  for (const saved of [true, false]) {
    const events: RunEvent[] = [];
    const receipt = await open(kinds(saved)).apply(plan, { title: 'T', onEvent: (event) => void events.push(event) });
    const proved = saved ? ['proved'] : ['step failed', 'reverting', 'reverted'];
    expect(events.map(({ type }) => type)).toEqual(['checkpoint', 'step', 'step done', 'proving', ...proved]);
    expect(receipt.outcome).toBe(saved ? 'applied' : 'put back');
    if (saved) await open().undo();
  }
  expect(existsSync(temp.path('a.json'))).toBe(false);
});

test('an undo can be undone, and that again', async () => {
  temp.write('a.json', 'old');
  const before = tree();
  const engine = open();
  const receipt = await engine.apply(
    planOf(
      editAction('1', [{ op: 'write', path: temp.path('a.json'), content: 'new' }]),
      editAction('2', [{ op: 'write', path: temp.path('a.json'), content: 'newer' }]),
    ),
    { title: 'T' },
  );
  const after = tree();
  const undo = await engine.undo(receipt.id);
  expect(tree()).toEqual(before);
  const redo = await engine.undo(undo.id);
  expect(redo.title).toBe('Redo: T');
  expect(tree()).toEqual(after);
  expect((await engine.receipt(receipt.id)).undoneBy).toBeUndefined();
  const again = await engine.undo(redo.id);
  expect(again.title).toBe('Undo: T');
  expect(tree()).toEqual(before);
  expect((await engine.receipt(redo.id)).undoneBy).toBe(again.id);
});

test('a failing step puts everything back', async () => {
  temp.write('a.json', 'old');
  const before = tree();
  const receipt = await open().apply(
    planOf(
      editAction('1', [{ op: 'write', path: temp.path('a.json'), content: 'new' }]),
      editAction('2', [{ op: 'write', path: temp.path('x/b.json'), content: 'b' }, { op: 'fail' }]),
      editAction('3', [{ op: 'write', path: temp.path('c.json'), content: 'c' }]),
    ),
    { title: 'T' },
  );
  expect(receipt.outcome).toBe('put back');
  expect(receipt.steps.map(({ state }) => state)).toEqual(['reverted', 'reverted', 'not started']);
  expect(receipt.steps[1]?.problem).toMatchObject({ code: 'told-to-fail', next: 'true' });
  expect(tree()).toEqual(before);
  await expect(open().undo(receipt.id)).rejects.toMatchObject({ code: 'nothing-to-undo' });
});

test('a file that changed since the plan was made stops the run before anything is written', async () => {
  const path = temp.write('a.json', 'old');
  const before = tree();
  const madeFrom = { [path]: '0'.repeat(64) };
  const action = editAction('1', [{ op: 'write', path, content: 'new' }]);
  await expect(open().apply({ ...planOf(action), madeFrom }, { title: 'T' })).rejects.toMatchObject({
    code: 'file-changed',
  });
  await expect(
    open().apply({ ...planOf(action), madeFrom: { [temp.path('none')]: '0' } }, { title: 'T' }),
  ).rejects.toMatchObject({ code: 'file-changed' });
  expect(tree()).toEqual(before);
  expect(await open().list()).toEqual([]);
});

test('a change by somebody else between two steps is noticed and kept', async () => {
  const path = temp.write('a.json', 'old');
  const receipt = await open().apply(
    planOf(
      editAction('1', [{ op: 'write', path, content: 'new' }]),
      editAction('2', [{ op: 'write', path, content: 'newer' }]),
    ),
    { title: 'T', onEvent: (event) => event.type === 'step done' && writeFileSync(path, 'theirs') },
  );
  expect(receipt.steps[1]?.problem?.code).toBe('file-changed');
  expect(text('a.json')).toBe('theirs');
  expect(receipt.outcome).toBe('partly applied');
});

test('what a program wrote may be written over by the same step, and is taken back', async () => {
  const path = temp.write('a.json', 'old');
  const before = tree();
  const engine = open();
  const receipt = await engine.apply(
    planOf(
      editAction(
        '1',
        [
          { op: 'shell', script: `echo program > '${path}'; mkdir dir; echo x > dir/added` },
          { op: 'write', path, content: 'ours' },
        ],
        [{ path: temp.path('dir'), as: 'directory' }],
      ),
      editAction('2', [{ op: 'write', path, content: 'last' }]),
    ),
    { title: 'T' },
  );
  expect(receipt.outcome).toBe('applied');
  await engine.undo();
  expect(tree()).toEqual(before);
});

test('drift: what somebody changed since stays, the rest is restored', async () => {
  const a = temp.write('a.json', 'old a');
  const b = temp.write('b.json', 'old b');
  const engine = open();
  await engine.apply(
    planOf(
      editAction('1', [
        { op: 'write', path: a, content: 'new a' },
        { op: 'write', path: b, content: 'new b' },
      ]),
    ),
    { title: 'T' },
  );
  writeFileSync(a, 'theirs');
  const undo = await engine.undo();
  expect([text('a.json'), text('b.json')]).toEqual(['theirs', 'old b']);
  expect(undo.steps[0]?.outcome).toMatchObject({ state: 'left in place' });
  expect(undo.steps[0]?.outcome?.notes[0]).toContain('a.json');
});

test('links: written through, replaced links made again', async () => {
  temp.write('dotfiles/real.json', 'old');
  symlinkSync('dotfiles/real.json', temp.path('link.json'));
  const before = tree();
  const engine = open();
  await engine.apply(planOf(editAction('1', [{ op: 'write', path: temp.path('link.json'), content: 'new' }])), {
    title: 'T',
  });
  expect(text('dotfiles/real.json')).toBe('new');
  expect(tree().filter((line) => line.includes('link '))).toEqual(before.filter((line) => line.includes('link ')));
  await engine.undo();
  expect(tree()).toEqual(before);

  const path = temp.path('link.json');
  await engine.apply(
    planOf(editAction('1', [{ op: 'shell', script: `rm '${path}'; echo x > '${path}'` }], [{ path, as: 'file' }])),
    { title: 'T' },
  );
  expect(text('link.json')).toBe('x\n');
  await engine.undo();
  expect(tree()).toEqual(before);
});

test('a file marked read-only is refused, named, and left alone', async () => {
  const path = temp.write('a.json', 'old', 0o400);
  const receipt = await open().apply(planOf(editAction('1', [{ op: 'write', path, content: 'new' }])), { title: 'T' });
  expect(receipt).toMatchObject({ outcome: 'put back', steps: [{ problem: { code: 'file-read-only' } }] });
  expect(receipt.steps[0]?.problem?.what).toContain(path);
  expect(text('a.json')).toBe('old');
});

test('a step cannot write what it did not name', async () => {
  const path = temp.write('a.json', 'old');
  const receipt = await open().apply(
    planOf({ ...editAction('1', [{ op: 'write', path, content: 'new' }]), touches: [] }),
    { title: 'T' },
  );
  expect(receipt.steps[0]?.problem?.code).toBe('not-backed-up');
  expect(text('a.json')).toBe('old');
});

test('cancel: nothing begun throws, otherwise the running step ends and the answer counts', async () => {
  const path = temp.write('a.json', 'old');
  const before = tree();
  const actions = [
    editAction('1', [{ op: 'write', path, content: 'new' }]),
    editAction('2', [{ op: 'write', path, content: 'newer' }]),
  ];
  await expect(open().apply(planOf(...actions), { title: 'T', signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
    Cancelled,
  );
  for (const answer of ['revert', 'keep'] as const) {
    const abort = new AbortController();
    const receipt = await open().apply(planOf(...actions), {
      title: 'T',
      signal: abort.signal,
      onEvent: (event) => event.type === 'step' && abort.abort(),
      onCancel: async () => answer,
    });
    expect(receipt.cancelled).toBe(true);
    if (answer === 'revert') {
      expect(receipt.outcome).toBe('put back');
      expect(tree()).toEqual(before);
    } else {
      expect(receipt.outcome).toBe('partly applied');
      expect(text('a.json')).toBe('new');
      await open().undo(receipt.id);
      expect(tree()).toEqual(before);
    }
  }
});

test('a step of another release: its files are put back, and it is said', async () => {
  const path = temp.write('a.json', 'old');
  const before = tree();
  const receipt = await open().apply(planOf(editAction('1', [{ op: 'write', path, content: 'new' }])), { title: 'T' });
  const undo = await open(new Map()).undo(receipt.id);
  expect(tree()).toEqual(before);
  expect(undo.steps[0]?.notes.join()).toContain('not known to this release');
  await expect(open(new Map()).apply(planOf(editAction('1', [])), { title: 'T' })).rejects.toMatchObject({
    code: 'unknown-action',
  });
});

test('a receipt of a newer release is used as far as it is understood; a broken one falls back to the journal', async () => {
  const path = temp.write('a.json', 'old');
  const before = tree();
  const engine = open();
  const receipt = await engine.apply(planOf(editAction('1', [{ op: 'write', path, content: 'new' }])), { title: 'T' });
  const file = join(engine.root, 'runs', receipt.id, 'receipt.json');
  const stored = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(
    file,
    JSON.stringify({
      ...stored,
      schema: 9,
      surprise: true,
      steps: stored.steps.map((step: object) => ({
        ...step,
        mood: 'fine',
        action: { ...stored.steps[0].action, schema: 9 },
      })),
    }),
  );
  expect(await engine.receipt(receipt.id)).toMatchObject({ schema: 9, surprise: true });
  await engine.undo(receipt.id);
  expect(tree()).toEqual(before);

  const second = await engine.apply(planOf(editAction('1', [{ op: 'write', path, content: 'new' }])), { title: 'T' });
  writeFileSync(join(engine.root, 'runs', second.id, 'receipt.json'), '{"schema":1,');
  await engine.undo(second.id);
  expect(tree()).toEqual(before);

  const third = await engine.apply(planOf(editAction('1', [{ op: 'write', path, content: 'new' }])), { title: 'T' });
  writeFileSync(join(engine.root, 'runs', third.id, 'receipt.json'), '{"schema":99,"all":"different"}');
  unlinkSync(join(engine.root, 'runs', third.id, 'journal.jsonl'));
  await expect(engine.undo(third.id)).rejects.toMatchObject({ code: 'receipt-unreadable' });
  expect((await engine.list())[0]).toMatchObject({ id: third.id, unreadable: expect.any(String) });
});

test('no secret reaches the state directory except inside a backup, and modes are private', async () => {
  const engine = open();
  const kind = editKinds.get('edit');
  if (kind === undefined) throw new Error('no kind');
  const leaky = new Map([
    [
      'edit',
      {
        ...kind,
        apply: async (_params: unknown, context: Parameters<typeof kind.apply>[1]) => {
          context.secret('token').reveal((value) => context.note(`oops ${value}`));
          return { leaked: context.secret('token').reveal((value) => value) };
        },
      },
    ],
  ]);
  await openEngine({ world: temp.world, kinds: leaky, version: '1' }).apply(planOf(editAction('1', [])), {
    title: `T ${TOKEN}`,
    about: { TOKEN },
    secrets: { token: new Secret(TOKEN) },
  });
  let files = 0;
  const walk = (folder: string) => {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else {
        files += 1;
        expect(statSync(path).mode & 0o777).toBe(0o600);
        expect(readFileSync(path, 'utf8')).not.toContain('FAKE');
      }
    }
  };
  chmodSync(engine.root, 0o700);
  walk(engine.root);
  expect(files).toBe(2);
});

test('a missing secret is a problem of that step', async () => {
  const kind = editKinds.get('edit');
  if (kind === undefined) throw new Error('no kind');
  const needs = new Map([
    [
      'edit',
      {
        ...kind,
        apply: async (_: unknown, context: Parameters<typeof kind.apply>[1]) => context.secret('token').length,
      },
    ],
  ]);
  const receipt = await open(needs).apply(planOf(editAction('1', [])), { title: 'T' });
  expect(receipt.steps[0]?.problem?.code).toBe('secret-missing');
});

test('ids grow although the clock is set back', async () => {
  const path = temp.write('a.json', '0');
  let now = Date.UTC(2026, 10, 21, 1, 2, 3);
  const world = { ...temp.world, clock: { ...temp.world.clock, now: () => now } };
  const engine = openEngine({ world, kinds: editKinds, version: '1' });
  const ids: string[] = [];
  for (const jump of [0, 0, -86_400_000, 3_600_000, -5]) {
    now += jump;
    ids.push(
      (
        await engine.apply(planOf(editAction('1', [{ op: 'write', path, content: String(ids.length + 1) }])), {
          title: 'T',
        })
      ).id,
    );
  }
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of [...ids].reverse()) expect((await engine.undo()).undoes).toBe(id);
  expect(text('a.json')).toBe('0');
});

test('the state directory follows XDG and macOS', async () => {
  const root = (overrides: object, env: Record<string, string> = {}) =>
    openEngine({ world: { ...temp.world, ...overrides, env }, kinds: editKinds, version: '1' }).root;
  expect(root({})).toBe(temp.path('.local/state/clawauth-setup'));
  expect(root({}, { XDG_STATE_HOME: '/s' })).toBe('/s/clawauth-setup');
  expect(root({}, { XDG_STATE_HOME: 'relative' })).toBe(temp.path('.local/state/clawauth-setup'));
  expect(root({ platform: 'darwin' })).toBe(temp.path('Library/Application Support/clawauth-setup'));
});

test('an empty plan is a success that leaves nothing behind', async () => {
  expect(await open().apply(planOf(), { title: 'T' })).toMatchObject({ outcome: 'applied', steps: [] });
  expect(await open().list()).toEqual([]);
});

test('a forced stop ends the running program, and what was done is put back', async () => {
  temp.write('a.json', 'old');
  const before = tree();
  const stop = new AbortController();
  const receipt = await open().apply(
    planOf(
      editAction('1', [{ op: 'write', path: temp.path('a.json'), content: 'new' }]),
      editAction(
        '2',
        [{ op: 'shell', script: `echo x > b.json; sleep 600` }],
        [{ path: temp.path('b.json'), as: 'file' }],
      ),
    ),
    {
      title: 'T',
      signal: stop.signal,
      force: stop.signal,
      onEvent: (event) => {
        if (event.type !== 'step' || event.index !== 1) return;
        const poll = setInterval(() => {
          if (!existsSync(temp.path('b.json'))) return;
          clearInterval(poll);
          stop.abort();
        }, 20);
      },
    },
  );
  expect(receipt).toMatchObject({ outcome: 'put back', cancelled: true });
  expect(receipt.steps[1]?.problem?.code).toBe('cancelled');
  expect(tree()).toEqual(before);
});

test('what an undo had to leave can be undone later', async () => {
  const a = temp.write('a.json', 'old');
  const engine = open();
  const receipt = await engine.apply(planOf(editAction('1', [{ op: 'write', path: a, content: 'new' }])), {
    title: 'T',
  });
  writeFileSync(a, 'theirs');
  expect((await engine.undo()).outcome).toBe('partly applied');
  expect((await engine.receipt(receipt.id)).undoneBy).toBeUndefined();
  writeFileSync(a, 'new');
  expect((await engine.undo()).outcome).toBe('applied');
  expect(text('a.json')).toBe('old');
});
