import { expect, test, vi } from 'vitest';
import type { Around } from '../../../src/engine/disk.ts';
import type { Engine } from '../../../src/engine/index.ts';
import type { Receipt } from '../../../src/engine/types.ts';
import { Problem } from '../../../src/system/problem.ts';
import { bytes, callsOf, engineOf, leftBehind, prepare, tree } from '../../support/edit-home.ts';
import { copyOf } from '../../support/home-copy.ts';
import type { TempWorld } from '../../support/temp-world.ts';

vi.setConfig({ testTimeout: 600_000 });

/** The n-th changing call fails; `forGood` also every later one. */
function failAt(n: number, forGood: boolean): Around {
  let count = 0;
  return async (call, go) => {
    count += 1;
    if (count !== n && !(forGood && count > n)) return go();
    // A disk that runs full takes a part of what it is given.
    if (forGood && count === n) await call.torn?.();
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  };
}

const commands = {
  apply: {
    begin: async () => {},
    run: (engine: Engine, plan: ReturnType<typeof prepare>['plan']) => engine.apply(plan, { title: 'T' }),
  },
  undo: {
    begin: (engine: Engine, plan: ReturnType<typeof prepare>['plan']) => engine.apply(plan, { title: 'T' }),
    run: (engine: Engine) => engine.undo(),
  },
  uninstall: {
    begin: (engine: Engine, plan: ReturnType<typeof prepare>['plan']) => engine.apply(plan, { title: 'T' }),
    run: (engine: Engine) => engine.undoAll({ title: 'Uninstall' }),
  },
} as const;

/** What is said of a run, held against what is there. */
async function expectTrue(
  said: Receipt | Problem,
  temp: TempWorld,
  states: { readonly before: readonly string[]; readonly after: readonly string[] },
  call: string,
): Promise<'done' | 'put back' | 'partly' | 'stopped'> {
  const left = await engineOf(temp).pending();
  const words = said instanceof Problem ? `${said.what}\n${said.more.why ?? ''}` : JSON.stringify(said.steps);
  for (const line of leftBehind(temp)) expect(words, `${call}: ${line}`).toContain(line.split(' ')[0]);
  if (said instanceof Problem && said.more.exitCode === 3) {
    expect(said.code, call).toBe('run-stopped');
    expect(said.more.next, call).toBe('clawauth-setup recover');
    expect(said.more.why, call).toMatch(/: (done|cut off|failed|put back)\n/);
    expect(left, call).not.toBeNull();
    return 'stopped';
  }
  expect(left, call).toBeNull();
  if (said instanceof Problem) {
    expect(said.code, call).toBe('disk-full');
    expect(said.more.next, call).toContain('df -h');
    expect(tree(temp), call).toEqual(states.before);
    return 'put back';
  }
  if (said.outcome === 'partly applied') return 'partly';
  if (said.outcome === 'put back') expect(tree(temp), call).toEqual(states.before);
  else expect(bytes(temp), call).toEqual(states.after);
  return said.outcome === 'applied' ? 'done' : 'put back';
}

test.each([
  ['apply', 'once'],
  ['apply', 'for good'],
  ['undo', 'once'],
  ['undo', 'for good'],
  ['uninstall', 'once'],
  ['uninstall', 'for good'],
] as const)('%s tells the truth when the n-th write fails %s', async (name, how) => {
  const { begin, run } = commands[name];
  const { temp, plan } = prepare();
  const untouched = tree(temp);
  await begin(engineOf(temp), plan);
  const [start, before] = [copyOf(temp.home), tree(temp)];
  const calls = await callsOf((around) => run(engineOf(temp, around), plan));
  const after = bytes(temp);
  const ends = new Map<string, number>();
  // An undo and an uninstall are one code: each takes every other call.
  for (const n of name === 'apply' ? calls : calls.filter((n) => (n % 2 === 0) === (name === 'undo'))) {
    start.putBack();
    const call = `${name}, call ${n}`;
    const said: Receipt | Problem = await run(engineOf(temp, failAt(n, how === 'for good')), plan).catch(
      (error: unknown) => {
        expect(error, call).toBeInstanceOf(Problem);
        return error as Problem;
      },
    );
    const end = await expectTrue(said, temp, { before, after }, call);
    ends.set(end, (ends.get(end) ?? 0) + 1);
    // The disk is whole again, and nothing is lost.
    if (end === 'stopped') {
      expect((await engineOf(temp).recover('undo')).outcome, call).toBe('put back');
      expect(tree(temp), call).toEqual(before);
    }
    if (end === 'partly' && name === 'apply') await engineOf(temp).undo();
    if (end === 'partly')
      await engineOf(temp)
        .undoAll({ title: 'All' })
        .catch(() => {});
    if (end === 'partly') expect(tree(temp), call).toEqual(untouched);
    expect(leftBehind(temp), call).toEqual([]);
  }
  temp.remove();
  expect(ends.get('stopped') ?? 0).toBeGreaterThan(how === 'once' ? 1 : 15);
  expect(ends.get('done') ?? 0).toBeGreaterThan(0);
});
