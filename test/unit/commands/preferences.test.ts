import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  forgetPreferences,
  keepChanges,
  notKept,
  readPreferences,
  rememberAnswers,
} from '../../../src/commands/preferences.ts';
import type { Answers, Drift } from '../../../src/methods/types.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';
import { treeOf } from '../../support/tree.ts';

let at: TempWorld;
beforeEach(() => {
  at = tempWorld();
});
afterEach(() => at.remove());

const primary = (now: string): Drift => ({ what: 'primary', says: 'You changed it.', was: 'a/one', now });

it('remembers which changes the person keeps: these, and not another one of the same kind', async () => {
  expect(await notKept(at.world, 'run-1', [primary('b/two')])).toEqual([primary('b/two')]);
  await keepChanges(at.world, 'run-1', [primary('b/two')]);
  await rememberAnswers(at.world, { method: 'setup-token', role: 'everything' } as Answers);
  expect(await notKept(at.world, 'run-1', [primary('b/two'), primary('c/three')])).toEqual([primary('c/three')]);
  // What a newer run had set up is another question.
  expect(await notKept(at.world, 'run-2', [primary('b/two')])).toEqual([primary('b/two')]);
});

it('forgets them with the preferences', async () => {
  await keepChanges(at.world, 'run-1', [primary('b/two')]);
  await forgetPreferences(at.world);
  expect(await notKept(at.world, 'run-1', [primary('b/two')])).toEqual([primary('b/two')]);
});

it('leaves no folder behind where it only asks', async () => {
  const before = treeOf(at.home);
  expect(await readPreferences(at.world)).toEqual({});
  expect(await notKept(at.world, 'run-1', [primary('b/two')])).toEqual([primary('b/two')]);
  expect(treeOf(at.home)).toEqual(before);
  const liked = { method: 'proxy', role: 'agent', cron: 'keep', liveCheck: true, restartGateway: false };
  await rememberAnswers(at.world, liked as unknown as Answers);
  expect(await readPreferences(at.world)).toEqual(liked);
});
