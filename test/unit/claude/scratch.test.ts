import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeScratch } from '../../../src/claude/scratch.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';

const DAYS = 24 * 3_600_000;

let place: TempWorld;
beforeEach(() => {
  place = tempWorld();
  mkdirSync(place.path('tmp'));
  place = { ...place, world: { ...place.world, env: { ...place.world.env, TMPDIR: place.path('tmp') } } };
});
afterEach(() => place.remove());

/** A scratch folder as a killed run leaves it. */
function left(name: string, options: { daysAgo: number; mode?: number; pid?: number; without?: string }): string {
  const folder = place.path('tmp', name);
  mkdirSync(folder);
  for (const inside of ['cwd', 'config']) if (inside !== options.without) mkdirSync(`${folder}/${inside}`);
  writeFileSync(`${folder}/start.sh`, '');
  if (options.pid !== undefined) writeFileSync(`${folder}/pid`, `${options.pid}\n`);
  chmodSync(folder, options.mode ?? 0o700);
  const then = new Date(Date.now() - options.daysAgo * DAYS);
  utimesSync(folder, then, then);
  return folder;
}

it('deletes what a killed run left the day before', async () => {
  const stale = left('clawauth-setup-aB3dE6', { daysAgo: 1.5 });
  // A number that no process can have.
  const ended = left('clawauth-setup-ended1', { daysAgo: 30, pid: 2 ** 30 });
  const scratch = await makeScratch(place.world);
  expect(existsSync(stale)).toBe(false);
  expect(existsSync(ended)).toBe(false);
  await scratch.remove();
  expect(readdirSync(place.path('tmp'))).toEqual([]);
});

it('keeps everything that may be in use or somebody else’s', async () => {
  const kept = [
    left('clawauth-setup-young1', { daysAgo: 0.9 }),
    left('clawauth-setup-runs01', { daysAgo: 3, pid: process.pid }),
    left('clawauth-setup-open01', { daysAgo: 3, mode: 0o755 }),
    left('clawauth-setup-odd001', { daysAgo: 3, without: 'config' }),
    left('clawauth-setup-notes-2', { daysAgo: 3 }),
    left('another-aB3dE6', { daysAgo: 3 }),
  ];
  const far = left('far', { daysAgo: 3 });
  symlinkSync(far, place.path('tmp', 'clawauth-setup-link01'));
  const scratch = await makeScratch(place.world);
  for (const folder of [...kept, far]) expect(existsSync(`${folder}/cwd`), folder).toBe(true);
  expect(lstatSync(place.path('tmp', 'clawauth-setup-link01')).isSymbolicLink()).toBe(true);
  await scratch.remove();
});

it('keeps those of another user', async () => {
  const folder = left('clawauth-setup-theirs', { daysAgo: 3 });
  const scratch = await makeScratch({ ...place.world, uid: place.world.uid + 1 });
  expect(existsSync(folder)).toBe(true);
  await scratch.remove();
});
