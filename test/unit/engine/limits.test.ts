import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, closeSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { type Around, Disk } from '../../../src/engine/disk.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { ApplyContext, Plan, RunEvent } from '../../../src/engine/types.ts';
import { editAction, editKinds, planOf } from '../../support/edit-kind.ts';
import { tempEach } from '../../support/temp-each.ts';
import { treeOf } from '../../support/tree.ts';

vi.setConfig({ testTimeout: 300_000 });

const temp = tempEach({ inMemory: true });

const open = (around?: Around) =>
  openEngine({
    world: temp.world,
    kinds: editKinds,
    version: '1',
    freesDatabases: 'stop it',
    ...(around ? { around } : {}),
  });
const tree = () => treeOf(temp.home, { skip: ['.local'] });

test('a write without a backup does not compile', () => {
  const attempts = [
    // @ts-expect-error a plain path is not backed up
    ({ door }: ApplyContext) => door.replace('/etc/hosts', 'x'),
    // @ts-expect-error a plain path is not backed up
    ({ door }: ApplyContext) => door.remove('/etc/hosts'),
    // @ts-expect-error a plain path is not backed up
    ({ door }: ApplyContext) => door.chmod('/etc/hosts', 0o600),
    // @ts-expect-error nor does the disk take one
    () => new Disk().replace('/etc/hosts', new Uint8Array(), { mode: 0o600 }, '/etc/.hosts.tmp'),
    // @ts-expect-error nor does the disk take one
    () => new Disk().remove('/etc/hosts'),
    ({ door, backups }: ApplyContext) => door.replace(backups.of('/etc/hosts'), 'x'),
  ];
  expect(attempts.length).toBe(6);
});

test('only the checkpoint makes a Backed path', () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'src', 'components'], {
    encoding: 'utf8',
  });
  const makers = files
    .split('\n')
    .filter(
      (file) =>
        /\.tsx?$/.test(file) && /\b(as|<)\s*(unknown as )?(Backed|Writable|Own)\b/.test(readFileSync(file, 'utf8')),
    )
    .sort();
  expect(makers).toEqual(['src/engine/checkpoint.ts', 'src/engine/disk.ts', 'src/engine/store.ts']);
});

test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  'a full disk (a small tmpfs; needs root): named, put back, nothing left behind',
  async (context) => {
    const small = temp.path('small');
    mkdirSync(small);
    const { run } = temp.world.processes;
    const mounted = await run(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small], { timeoutMs: 60_000 });
    if (mounted.exitCode !== 0) return context.skip('this machine does not let us mount a tmpfs');
    try {
      const path = temp.write('small/a.json', 'old');
      const before = tree();
      const receipt = await open().apply(
        planOf(
          editAction('1', [{ op: 'write', path: temp.path('b.json'), content: 'b' }]),
          editAction('2', [{ op: 'write', path, content: 'x'.repeat(200_000) }]),
        ),
        { title: 'T' },
      );
      expect(receipt.outcome).toBe('put back');
      expect(receipt.steps[1]?.problem).toMatchObject({ code: 'disk-full', next: `df -h ${small}` });
      expect(receipt.steps[1]?.problem?.what).toContain(path);
      expect(tree()).toEqual(before);
    } finally {
      await run(['umount', small], { timeoutMs: 60_000 });
    }
  },
);

test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  'a file of another user keeps its owner when root writes it, and new files get the owner of their folder',
  async () => {
    execFileSync('chown', ['1234:1234', temp.write('dir/a.json', 'old'), temp.path('dir')]);
    await open().apply(
      planOf(
        editAction('1', [
          { op: 'write', path: temp.path('dir/a.json'), content: 'new' },
          { op: 'write', path: temp.path('dir/sub/b.json'), content: 'b' },
        ]),
      ),
      { title: 'T' },
    );
    for (const name of ['dir/a.json', 'dir/sub', 'dir/sub/b.json']) {
      expect([statSync(temp.path(name)).uid, statSync(temp.path(name)).gid], name).toEqual([1234, 1234]);
    }
  },
);

test("somebody else's file is refused when we are not root", async () => {
  const path = temp.write('a.json', 'old');
  const world = { ...temp.world, uid: statSync(path).uid + 1 };
  const receipt = await openEngine({ world, kinds: editKinds, version: '1' }).apply(
    planOf(editAction('1', [{ op: 'write', path, content: 'new' }])),
    { title: 'T' },
  );
  expect(receipt.steps[0]?.problem).toMatchObject({ code: 'owner-would-change' });
});

test('a database: copied whole when free, refused when in use, restored with its -wal', async () => {
  const db = temp.write('state/openclaw.sqlite', 'database');
  temp.write('state/openclaw.sqlite-wal', 'log');
  temp.write('state/note.txt', 'note');
  const before = tree();
  const script = `printf new > ${db}; rm ${db}-wal; printf i > ${db}-shm; printf x > ${temp.path('state/extra.json')}`;
  const plan: Plan = planOf(
    editAction('1', [{ op: 'shell', script }], [{ path: temp.path('state'), as: 'directory' }]),
  );
  const said: string[] = [];
  const onEvent = (event: RunEvent) => void (event.type === 'note' && said.push(event.text));
  const receipt = await open().apply(plan, { title: 'T', onEvent });
  expect(receipt.outcome).toBe('applied');
  expect(receipt.steps[0]?.notes.join()).toContain('while nobody had it open');
  expect(said).toEqual(['Backed up the credential database.']);
  await open().undo();
  expect(tree()).toEqual(before);

  if (process.platform !== 'linux') return;
  await open().apply(plan, { title: 'T' });
  // Another process has the database open: neither a copy nor putting it back would be safe.
  const { spawn } = await import('node:child_process');
  const fd = openSync(db, 'r');
  const child = spawn('sleep', ['600'], { stdio: [fd, 'ignore', 'ignore'] });
  closeSync(fd);
  try {
    const busy = await open().undo();
    expect(busy.outcome).toBe('partly applied');
    expect(busy.steps[0]?.problem).toMatchObject({ code: 'database-busy', next: 'stop it' });
    expect(busy.steps[0]?.problem?.what).toMatch(/sleep \(process \d+\)/);
    const refused = await open().apply(plan, { title: 'T' });
    expect(refused).toMatchObject({ outcome: 'put back', steps: [{ problem: { code: 'database-busy' } }] });
  } finally {
    const gone = new Promise((resolve) => child.on('close', resolve));
    child.kill('SIGKILL');
    await gone;
  }
  await open().undo();
  expect(tree()).toEqual(before);
});

test('the work grows with the number of steps, not with its square', async () => {
  const calls: number[] = [];
  for (const size of [100, 1_000]) {
    const actions = Array.from({ length: size }, (_, index) => {
      const path = temp.path(`${size}/agents/${index}/auth.json`);
      return editAction(String(index), [{ op: 'write', path: path, content: `new ${index}` }]);
    });
    for (let index = 0; index < size; index++) temp.write(`${size}/agents/${index}/auth.json`, `old ${index}`);
    const before = tree();
    let count = 0;
    const engine = open((_call, go) => {
      count += 1;
      return go();
    });
    const receipt = await engine.apply(planOf(...actions), { title: 'T' });
    expect(receipt.outcome).toBe('applied');
    await engine.undo();
    expect(tree()).toEqual(before);
    calls.push(count);
  }
  expect((calls[1] as number) / (calls[0] as number)).toBeLessThan(10.5);
});

test('a large file is streamed, and restored', async () => {
  const path = temp.path('large.bin');
  const bytes = Buffer.alloc(9 << 20, 'large ');
  writeFileSync(path, bytes);
  await open().apply(planOf(editAction('1', [{ op: 'write', path, content: 'small' }])), { title: 'T' });
  expect(statSync(path).size).toBe(5);
  await open().undo();
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test.skipIf(process.getuid?.() !== 0)(
  'root leaves the state of somebody else alone: refused, and nothing is changed',
  async () => {
    const root = temp.path('.local/state/clawauth-setup');
    mkdirSync(root, { recursive: true });
    chmodSync(root, 0o755);
    for (const name of ['.local', '.local/state', '.local/state/clawauth-setup'])
      chownSync(temp.path(name), 12345, 12345);
    const file = temp.write('a', 'old');
    const before = treeOf(temp.home);
    const plan = planOf(editAction('1', [{ op: 'write', path: file, content: 'new' }]));
    const engine = open();
    await expect(engine.apply(plan, { title: 'T' })).rejects.toMatchObject({
      code: 'state-other-user',
      more: { next: "sudo -u '#12345' -H clawauth-setup" },
    });
    await expect(engine.undo()).rejects.toMatchObject({ code: 'state-other-user' });
    expect(treeOf(temp.home)).toEqual(before);
  },
);
