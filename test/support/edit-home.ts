import { chmodSync } from 'node:fs';
import type { Around } from '../../src/engine/disk.ts';
import { openEngine } from '../../src/engine/index.ts';
import type { Plan } from '../../src/engine/types.ts';
import { editAction, editKinds, planOf } from './edit-kind.ts';
import { type TempWorld, tempWorld } from './temp-world.ts';
import { treeOf } from './tree.ts';

/** The home without the engine's own state directory. */
export const tree = (temp: TempWorld) => treeOf(temp.home, { skip: ['.local'] });
/** Times and the order of folders aside: what a run that was resumed must have in common with one that was not. */
export const bytes = (temp: TempWorld) => tree(temp).map((line) => line.replace(/ \d{13}$/, ''));

export const engineOf = (temp: TempWorld, around?: Around) =>
  openEngine({ world: temp.world, kinds: editKinds, version: '1', ...(around ? { around } : {}) });

/** A home with a file to change, one to remove, one whose mode changes, and a folder to come. */
export function prepare(): { temp: TempWorld; plan: Plan } {
  const temp = tempWorld({ inMemory: true });
  const a = temp.write('a.json', 'old a', 0o640);
  const b = temp.write('dir/b.json', 'old b');
  const c = temp.write('c.json', 'old c', 0o600);
  chmodSync(temp.path('dir'), 0o750);
  const plan: Plan = planOf(
    editAction('1', [
      { op: 'write', path: a, content: 'new a' },
      { op: 'write', path: temp.path('made/deep/d.json'), content: 'd' },
    ]),
    editAction('2', [
      { op: 'remove', path: b },
      { op: 'write', path: a, content: 'newer a', mode: 0o600 },
      { op: 'chmod', path: c, mode: 0o644 },
    ]),
  );
  return { temp, plan };
}

/** Numbers of the changing calls that `work` makes, from 1. */
export async function callsOf(work: (around: Around) => Promise<unknown>): Promise<number[]> {
  const calls: number[] = [];
  await work((_call, go) => {
    calls.push(calls.length + 1);
    return go();
  });
  return calls;
}

/** Temporary files of ours anywhere outside of the state directory. */
export const leftBehind = (temp: TempWorld) => tree(temp).filter((line) => line.includes('.tmp '));
