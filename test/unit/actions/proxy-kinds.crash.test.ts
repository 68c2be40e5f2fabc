import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { actionKinds, configEdit, copyFile, npmFolder, randomKey, writeFile } from '../../../src/actions/index.ts';
import type { Around } from '../../../src/engine/disk.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { Plan } from '../../../src/engine/types.ts';
import { makePlan } from '../../../src/plan/index.ts';
import { serviceStep } from '../../../src/services/steps.ts';
import { isCrash, SimulatedCrash } from '../../support/edit-kind.ts';
import { type FakeManager, fakeManager } from '../../support/fake-manager.ts';
import { crashesOf, killsOf } from '../../support/home-copy.ts';
import { LOCK, npmStandIn, PACKAGE } from '../../support/npm-stand-in.ts';
import { treeOf } from '../../support/tree.ts';

vi.setConfig({ testTimeout: 600_000 });

// A whole set-up of the proxy way in small, cut off at every change of the disk.

const UNIT = 'clawauth-normalizer.service';
const words = { forward: { headline: 'Do' }, backward: { headline: 'Undo' } };

function prepare(): { at: FakeManager; plan: Plan } {
  const at = fakeManager(UNIT, { inMemory: true });
  const { path, home, write } = at.temp;
  write('config.json5', "// mine\n{ model: 'x' }\n");
  const source = write('package/normalizer.mjs', 'console.log(1)\n');
  const sha256 = createHash('sha256').update('console.log(1)\n').digest('hex');
  const folder = path('data/clawauth-setup/max-api');
  const key = path('data/clawauth-setup/normalizer.key');
  const spec = {
    id: 'normalizer',
    argv: ['/opt/node', '/n.mjs'],
    env: {},
    path: ['/usr/bin'],
    wants: [],
    before: [],
    memoryMb: 512,
  } as const;
  const place = {
    manager: 'systemd-user',
    home,
    user: 'ada',
    uid: 1000,
    systemd: 252,
    configHome: `${home}/.config`,
  } as const;
  const plan = makePlan(
    [
      randomKey('key', { ...words, file: key }),
      copyFile('runtime', {
        ...words,
        from: source,
        sha256,
        file: path('data/clawauth-setup/runtime/1/normalizer.mjs'),
        mode: 0o600,
      }),
      npmFolder('npm', { ...words, folder, packageJson: PACKAGE, lock: LOCK, program: npmStandIn(at.temp, folder) }),
      serviceStep('normalizer', spec, place, { port: 3457 }),
      configEdit('config', {
        ...words,
        file: path('config.json5'),
        name: 'config.json5',
        edits: [{ op: 'set', path: ['provider'], value: { apiKey: { $secretFile: key }, api: 'x' } }],
      }),
    ],
    {},
  );
  return { at, plan };
}

const tree = (at: FakeManager) => treeOf(at.temp.home, { skip: ['.local', 'manager'] });
/** What runs that were and were not cut off have in common: each makes a key and times of its own. */
const names = (at: FakeManager) =>
  tree(at).map((line) => line.replaceAll(at.temp.home, '~').split(' ').slice(0, 3).join(' '));
const engineOf = (at: FakeManager, around?: Around) =>
  openEngine({ world: at.world, kinds: actionKinds, version: '1', ...(around ? { around } : {}) });

function expectWhole(at: FakeManager, call: string, applied: readonly string[]): void {
  expect(names(at), call).toEqual(applied);
  expect(at.running(UNIT), call).toContain('/opt/node');
  const key = readFileSync(at.temp.path('data/clawauth-setup/normalizer.key'), 'utf8').trim();
  expect(readFileSync(at.temp.path('config.json5'), 'utf8'), call).toContain(key);
}

test('a crash at any call of apply is resumed or undone', async () => {
  const { at, plan } = prepare();
  const before = tree(at);
  let applied: readonly string[] = [];
  const crashes = await crashesOf(at.temp.home, async (around) => {
    await engineOf(at, around).apply(plan, { title: 'T' });
    applied = names(at);
    expectWhole(at, 'no crash', applied);
  });
  let pending = 0;
  for (const [n, crash] of crashes.entries()) {
    const how = n % 2 === 0 ? 'resume' : 'undo';
    crash.putBack();
    if ((await engineOf(at).pending()) === null) continue;
    pending += 1;
    const receipt = await engineOf(at).recover(how);
    if (how === 'resume') {
      expect(receipt.outcome, crash.call).toBe('applied');
      expectWhole(at, crash.call, applied);
      expect((await engineOf(at).undo()).outcome, crash.call).toBe('applied');
    } else expect(receipt.outcome, crash.call).toBe('put back');
    expect(tree(at), `${crash.call} ${how}`).toEqual(before);
    expect(at.running(UNIT), crash.call).toBeNull();
  }
  expect(pending).toBeGreaterThan(60);
  at.temp.remove();
});

test('a crash at any call of undo is resumed or taken back', async () => {
  const { at, plan } = prepare();
  const before = tree(at);
  await engineOf(at).apply(plan, { title: 'T' });
  const applied = names(at);
  const crashes = await crashesOf(at.temp.home, (around) => engineOf(at, around).undo());
  let pending = 0;
  for (const [n, crash] of crashes.entries()) {
    const how = n % 2 === 0 ? 'resume' : 'undo';
    crash.putBack();
    if ((await engineOf(at).pending()) === null) continue;
    pending += 1;
    const receipt = await engineOf(at).recover(how);
    expect(receipt.outcome, crash.call).toBe(how === 'resume' ? 'applied' : 'put back');
    if (how === 'resume') expect(tree(at), crash.call).toEqual(before);
    else expectWhole(at, crash.call, applied);
  }
  expect(pending).toBeGreaterThan(40);
  at.temp.remove();
});

test('a recovery that is killed at any call is recovered from: no folder of ours stays', async () => {
  const { at, plan: proxy } = prepare();
  const note = { file: at.temp.path('notes/deep/note.txt'), content: 'ours\n', mode: 0o600, mark: 'ours' };
  const plan = { ...proxy, actions: [...proxy.actions, writeFile('note', { ...words, ...note })] };
  const before = tree(at);
  const first = await killsOf(at.temp.home, (around) => engineOf(at, around).apply(plan, { title: 'T' }));
  let nested = 0;
  // All steps are done, and the receipt is about to be written.
  const n = first.length - 10;
  first[n]?.putBack();
  const second = await killsOf(at.temp.home, (around) => engineOf(at, around).recover('undo'));
  expect(tree(at)).toEqual(before);
  for (let m = 1; m < second.length; m += 2) {
    second[m]?.putBack();
    if ((await engineOf(at).pending()) !== null) {
      nested += 1;
      expect((await engineOf(at).recover('undo')).outcome, `kill ${m}`).toBe('put back');
    }
    expect(tree(at), `kill ${m}`).toEqual(before);
    expect(at.running(UNIT), `kill ${m}`).toBeNull();
  }
  expect(nested).toBeGreaterThan(20);
  at.temp.remove();
});

test('nothing that the engine writes down holds the key', async () => {
  const { at, plan } = prepare();
  const receipt = await engineOf(at).apply(plan, { title: 'T' });
  const key = readFileSync(at.temp.path('data/clawauth-setup/normalizer.key'), 'utf8').trim();
  expect(key).toMatch(/^[\w-]{43}$/);
  const run = `${engineOf(at).root}/runs/${receipt.id}`;
  for (const name of ['journal.jsonl', 'receipt.json']) {
    expect(readFileSync(`${run}/${name}`, 'utf8')).not.toContain(key.slice(0, 12));
  }
  at.temp.remove();
});

test('the next steps of a resume read a key that an earlier process made', async () => {
  const { at, plan } = prepare();
  let dead = false;
  const stop: Around = (call, go) => {
    dead ||= call.path.endsWith('config.json5');
    if (dead) throw new SimulatedCrash('here');
    return go();
  };
  await expect(engineOf(at, stop).apply(plan, { title: 'T' })).rejects.toSatisfy(isCrash);
  const key = readFileSync(at.temp.path('data/clawauth-setup/normalizer.key'), 'utf8').trim();
  expect(await engineOf(at).recover('resume')).toMatchObject({ outcome: 'applied' });
  expect(readFileSync(at.temp.path('config.json5'), 'utf8')).toContain(key);
  at.temp.remove();
});
