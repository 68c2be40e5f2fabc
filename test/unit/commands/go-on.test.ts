import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from '../../../src/commands/args.ts';
import { goOn, insteadOfUndo } from '../../../src/commands/go-on.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { Receipt } from '../../../src/engine/types.ts';
import { cannedAnswers } from '../../support/canned-services.ts';
import { editAction, editKinds } from '../../support/edit-kind.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';

let temp: TempWorld;
beforeEach(() => {
  temp = tempWorld();
});
afterEach(() => temp.remove());

const open = () => openEngine({ world: temp.world, kinds: editKinds, version: '1' });
const write = (name: string, content: string) => editAction(name, [{ op: 'write', path: temp.path(name), content }]);

/** The old way, and a switch that takes it back. */
async function switched(): Promise<readonly [Receipt, Receipt]> {
  const answers = { ...cannedAnswers, method: 'setup-token', primary: 'anthropic/claude-opus-5' };
  const old = await open().apply(
    { schema: 1, actions: [write('store', 'token')], madeFrom: {} },
    { title: 'Old', about: { method: 'setup-token', answers } },
  );
  const [standing] = await open().standing([old.id]);
  if (standing === undefined) throw new Error('nothing stands');
  const plan = { schema: 1, actions: [standing.action, write('new', 'x')], takes: [standing.take, null], madeFrom: {} };
  return [old, await open().apply(plan, { title: 'New', about: { method: 'proxy' } })];
}

const again = (command: string | null) => parse((command ?? '').split(' ').slice(1)).answers;

test('what cannot be brought back is applied again, with the answers of the run that brought it first', async () => {
  await switched();
  writeFileSync(temp.path('store'), 'theirs');
  const undone = await open().undo();
  expect(undone).toMatchObject({ outcome: 'partly applied' });
  const command = await goOn(open(), undone);
  expect(again(command)).toMatchObject({ method: 'setup-token', primary: 'anthropic/claude-opus-5' });
  expect(command).toContain('--token-stdin');
});

test('what cannot be taken back is tried again, and a whole run needs nothing more', async () => {
  const [, change] = await switched();
  writeFileSync(temp.path('new'), 'theirs');
  const undone = await open().undo();
  expect(undone).toMatchObject({ outcome: 'partly applied' });
  expect(await goOn(open(), undone)).toBe(`clawauth-setup undo ${change.id}`);
  expect(await goOn(open(), change)).toBe(null);
});

test('in the place of an undo of an undo the same answers are applied, or the run is undone again', async () => {
  const [old, change] = await switched();
  await open().undo(change.id);
  const undone = await open().undo(old.id);
  expect(again(await insteadOfUndo(open(), undone.id))).toMatchObject({ method: 'setup-token' });
  const redone = await open().undo(undone.id);
  expect(await insteadOfUndo(open(), redone.id)).toBe(`clawauth-setup undo ${old.id}`);
});
