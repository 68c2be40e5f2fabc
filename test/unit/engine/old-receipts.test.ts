import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openEngine } from '../../../src/engine/index.ts';
import { editKinds } from '../../support/edit-kind.ts';
import { tempWorld } from '../../support/temp-world.ts';

const FIXTURES = new URL('../../fixtures/receipts/', import.meta.url);

/**
 * One file per release that changed how receipts are written: the receipt as it was left, and the copies beside it.
 * They are never regenerated: a release that cannot undo them has broken somebody's way back.
 */
test.each(readdirSync(FIXTURES))('a receipt of release %s is undone by this one', async (name) => {
  const temp = tempWorld();
  const owner = statSync(temp.home);
  const text = readFileSync(new URL(name, FIXTURES), 'utf8')
    .replaceAll('{{HOME}}', temp.home)
    .replaceAll('"{{uid}}"', String(owner.uid))
    .replaceAll('"{{gid}}"', String(owner.gid));
  const { receipt, blobs } = JSON.parse(text) as { receipt: { id: string }; blobs: Record<string, string> };
  const engine = openEngine({ world: temp.world, kinds: editKinds, version: '9.9.9' });
  const put = (path: string, content: string) => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, content, { mode: 0o600 });
  };
  put(join(engine.root, 'runs', receipt.id, 'receipt.json'), JSON.stringify(receipt));
  for (const [sha, content] of Object.entries(blobs)) put(join(engine.root, 'blobs', sha.slice(0, 2), sha), content);
  temp.write('a.json', '// mine\n{ a: 2 }\n', 0o640);
  temp.write('made/b.json', 'b');
  temp.write('real/linked.json', 'new');
  symlinkSync('real/linked.json', temp.path('linked.json'));
  utimesSync(temp.path('a.json'), 1, 1);

  expect(await engine.list()).toMatchObject([{ id: receipt.id, outcome: 'applied', title: 'Setup token for main' }]);
  const undo = await engine.undo();
  expect(undo.outcome).toBe('applied');
  expect(readdirSync(temp.home).sort()).toEqual(['.local', 'a.json', 'gone.json', 'linked.json', 'real']);
  expect(readFileSync(temp.path('a.json'), 'utf8')).toBe('// mine\n{ a: 1 }\n');
  expect(statSync(temp.path('a.json')).mode & 0o777).toBe(0o640);
  expect(readFileSync(temp.path('linked.json'), 'utf8')).toBe('old');
  temp.remove();
});
