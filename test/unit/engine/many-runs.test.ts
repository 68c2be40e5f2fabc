import { expect, it } from 'vitest';
import { openEngine } from '../../../src/engine/index.ts';
import { homeFacts } from '../../../src/history/overview.ts';
import { previewUninstall } from '../../../src/history/uninstall.ts';
import type { World } from '../../../src/system/world.ts';
import { editAction, editKinds, planOf } from '../../support/edit-kind.ts';
import { tempEach } from '../../support/temp-each.ts';

// People renew, switch and try things for years: what looks at all runs may cost no more than reading each once.

const temp = tempEach({ inMemory: true });

/** `count` runs in force, every fourth undone, all of one method. */
async function runs(count: number) {
  const engine = openEngine({ world: temp.world, kinds: editKinds, version: '1' });
  for (let n = 0; n < count; n++) {
    const path = temp.path(`file-${n % 7}.json`);
    const actions = [editAction('edit', [{ op: 'write', path, content: `text ${n} ${Math.random()}` }])];
    const about = { method: 'setup-token' };
    await engine.apply(planOf(...actions), { title: 'T', about });
    if (n % 4 === 3) await engine.undo();
  }
}

/** How often each receipt is read when `look` looks at the machine. */
async function receiptReads(look: (world: World) => Promise<unknown>): Promise<number> {
  let reads = 0;
  const { readTextNow } = temp.world.files;
  const counted = (path: string) => {
    if (path.endsWith('receipt.json')) reads++;
    return readTextNow?.(path) ?? null;
  };
  await look({ ...temp.world, files: { ...temp.world.files, readTextNow: counted } });
  return reads;
}

const engineOf = (world: World) => openEngine({ world, kinds: editKinds, version: '1' });

it.each([
  ['the overview', (world: World) => homeFacts({ world, engine: engineOf(world) })],
  ['the preview of an uninstall', (world: World) => previewUninstall({ world, engine: engineOf(world) })],
  ['the list', (world: World) => engineOf(world).backups()],
])('%s reads each receipt a few times, however many there are', async (_what, look) => {
  await runs(12);
  const few = await receiptReads(look);
  await runs(12);
  // Twice as many runs cost twice as many reads.
  expect(await receiptReads(look)).toBe(few * 2);
  expect(few).toBeLessThanOrEqual(15 * 3);
});
