import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openEngine } from '../../../src/engine/index.ts';
import type { Plan } from '../../../src/engine/types.ts';
import { buildEngineChild } from '../../support/build-engine-child.ts';
import { editAction, editKinds, planOf } from '../../support/edit-kind.ts';
import { until } from '../../support/processes.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';
import { treeOf } from '../../support/tree.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let script: string;
let temp: TempWorld;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  script = await buildEngineChild();
});
afterAll(() => rmSync(dirname(script), { recursive: true, force: true }));
beforeEach(() => {
  temp = tempWorld({ inMemory: true });
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  temp.remove();
});

const engine = () => openEngine({ world: temp.world, kinds: editKinds, version: '1.0.0' });
const lock = () => join(engine().root, 'lock');
const tree = () => treeOf(temp.home, { skip: ['.local'] });
const write = (name: string, content: string): Plan =>
  planOf(editAction('1', [{ op: 'write', path: temp.path(name), content }]));

interface Ended {
  readonly ok?: boolean;
  readonly code?: string;
  readonly calls?: number;
  readonly signal: string | null;
}

function start(what: string, ...more: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [script, temp.home, what, ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  let out = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (_code, signal) => resolve({ ...(out === '' ? {} : JSON.parse(out)), signal }));
  });
  return { child, ended };
}

test('two at once: the second is told who holds the lock and since when, and changes nothing', async () => {
  const first = start('hold');
  await until(() => existsSync(temp.path('started')));
  const before = tree();
  const refused = await engine()
    .apply(write('a', 'x'), { title: 'T' })
    .catch((error) => error);
  expect(refused).toMatchObject({ code: 'lock-held', more: { next: `ps -p ${first.child.pid} -f`, exitCode: 5 } });
  expect(refused.what).toMatch(/process \d+\) has been changing files since \d{4}-\d\d-\d\d \d\d:\d\d\./);
  expect(await engine().pending()).toBeNull();
  expect((await start('undo').ended).code).toBe('lock-held');
  expect(tree()).toEqual(before);
  writeFileSync(temp.path('go'), '');
  expect((await first.ended).ok).toBe(true);
  expect((await engine().apply(write('a', 'x'), { title: 'T' })).outcome).toBe('applied');
});

test('many at once on a dead lock: they take turns, and every change arrives', async () => {
  mkdirSync(engine().root, { recursive: true });
  writeFileSync(lock(), JSON.stringify({ pid: 2 ** 22 + 1, start: '1', boot: '', host: hostname(), nonce: 'abc1' }));
  writeFileSync(temp.path('edits.json'), JSON.stringify([{ op: 'shell', script: 'echo x >> count' }]));
  const ended = await Promise.all(Array.from({ length: 6 }, () => start('apply').ended));
  const won = ended.filter(({ ok }) => ok).length;
  expect(won).toBeGreaterThan(0);
  expect(ended.filter(({ ok, code }) => !ok && code !== 'lock-held')).toEqual([]);
  expect(readFileSync(temp.path('count'), 'utf8')).toBe('x\n'.repeat(won));
  expect((await engine().list()).length).toBe(won);
  expect(readdirSync(engine().root).sort()).toEqual(['blobs', 'runs', 'tmp']);
});

test.runIf(process.platform === 'linux')('a lock whose pid was given to somebody else is taken over', async () => {
  const other = start('hold');
  await until(() => existsSync(temp.path('started')));
  const held = JSON.parse(readFileSync(lock(), 'utf8'));
  expect(held.pid).toBe(other.child.pid);
  writeFileSync(lock(), JSON.stringify({ ...held, start: '1', nonce: 'fe' }));
  // It lives, but it is not the process that took this lock; the clock of the wall plays no part.
  const world = { ...temp.world, clock: { ...temp.world.clock, now: () => 0 } };
  const receipt = await openEngine({ world, kinds: editKinds, version: '1' })
    .apply(write('a', 'x'), { title: 'T' })
    .catch((error) => error.code);
  // The other run is unfinished, which is what stops us now: the lock was ours.
  expect(receipt).toBe('run-unfinished');
});

test('a lock of another machine is never taken over, but it is said how to remove it', async () => {
  mkdirSync(engine().root, { recursive: true });
  writeFileSync(lock(), JSON.stringify({ pid: 1, start: '1', boot: 'x', host: 'elsewhere', since: 's', nonce: 'ab' }));
  await expect(engine().apply(write('a', 'x'), { title: 'T' })).rejects.toMatchObject({
    code: 'lock-held',
    more: { next: `rm '${lock()}'` },
  });
});

test('a lock that a power cut emptied is taken over', async () => {
  mkdirSync(engine().root, { recursive: true });
  writeFileSync(lock(), '');
  expect((await engine().apply(write('a', 'x'), { title: 'T' })).outcome).toBe('applied');
});

test('kill -9 during apply, during undo and during recovery', async () => {
  const edits = [
    { op: 'write', path: temp.path('a.json'), content: 'new' },
    { op: 'remove', path: temp.path('b.json') },
    { op: 'write', path: temp.path('made/c.json'), content: 'c' },
  ];
  temp.write('edits.json', JSON.stringify(edits));
  temp.write('a.json', 'old', 0o640);
  temp.write('b.json', 'b');
  const before = tree();
  // The first round makes the folders and the copies that the rounds after it find.
  await start('apply').ended;
  await start('undo').ended;
  const { calls = 0 } = await start('apply').ended;
  const undone = await start('undo').ended;
  expect(tree()).toEqual(before);
  expect(calls).toBeGreaterThan(30);

  let recovered = 0;
  for (const part of [0.4, 0.55, 0.7, 0.85]) {
    const killed = await start('apply', String(Math.floor(calls * part))).ended;
    expect(killed.signal).toBe('SIGKILL');
    if ((await engine().pending()) !== null) {
      recovered += 1;
      expect((await start('recover', '25').ended).signal).toBe('SIGKILL');
      if ((await engine().pending()) !== null) await engine().recover('undo');
    }
    expect(tree()).toEqual(before);
  }
  expect(recovered).toBeGreaterThan(1);

  for (const part of [0.6, 0.8]) {
    await start('apply').ended;
    expect((await start('undo', String(Math.floor((undone.calls ?? 0) * part))).ended).signal).toBe('SIGKILL');
    if ((await engine().pending()) !== null) await engine().recover('resume');
    else await engine().undo();
    expect(tree()).toEqual(before);
  }
});
