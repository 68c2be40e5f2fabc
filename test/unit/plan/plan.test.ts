import { linkSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ActionKind, ActionKinds } from '../../../src/engine/types.ts';
import { makePlan, previewPlan } from '../../../src/plan/index.ts';
import { editAction, editKinds } from '../../support/edit-kind.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { tempWorld } from '../../support/temp-world.ts';

const TOKEN = `sk-ant-oat01-FAKE${'x1'.repeat(45)}`;

/** Appends a line to a file, whatever is in it. */
const append: ActionKind<{ path: string; line: string }> = {
  kind: 'append',
  schema: 1,
  parse: (params) => params as { path: string; line: string },
  describe: ({ line }) => ({ forward: { headline: `Add ${line}` }, backward: { headline: `Remove ${line}` } }),
  async apply({ path, line }, { world, dry, door, backups }) {
    dry?.tell('something else');
    await door.replace(backups.of(path), `${(await world.files.readText(path)) ?? ''}${line}\n`);
  },
  revert: async () => ({ state: 'restored', notes: [] }),
};
const kinds: ActionKinds = new Map([...editKinds, ['append', append as ActionKind]]);
const add = (id: string, path: string, line: string) => ({
  id,
  kind: 'append',
  schema: 1,
  params: { path, line },
  touches: [{ path, as: 'file' as const }],
});

test('a step sees what the steps before it would leave, also through a link', async () => {
  const world = memoryWorld({ files: { '/home/ana/real': 'one\n', '/home/ana/link': { link: 'real' } } });
  const plan = makePlan([add('1', '/home/ana/real', 'two'), add('2', '/home/ana/link', 'three')], {});
  const preview = await previewPlan(plan, { world, kinds });
  expect(preview.steps.map(({ forward, backward }) => [forward.headline, backward.headline])).toEqual([
    ['Add two', 'Remove two'],
    ['Add three', 'Remove three'],
  ]);
  expect(preview.steps[1]?.changes).toEqual([
    { outside: 'something else' },
    { file: '/home/ana/link', patch: '@@ -1,2 +1,3 @@\n one\n two\n+three', added: 1, removed: 0 },
  ]);
  expect(preview.files).toEqual(['/home/ana/real', '/home/ana/link']);
  expect(await world.files.readText('/home/ana/real')).toBe('one\n');
});

test('secrets are masked in changed lines and in the lines around them', async () => {
  const path = '/home/ana/openclaw.json';
  const world = memoryWorld({
    files: { [path]: `{\n  token: "gateway-secret-1",\n  old: "${TOKEN}",\n  a: 1,\n}\n` },
  });
  const plan = makePlan([add('1', path, `"apiKey": "provider-secret-2", x: "${TOKEN}"`)], {});
  const text = JSON.stringify((await previewPlan(plan, { world, kinds })).steps[0]?.changes);
  expect(text).toContain('+');
  for (const secret of ['gateway-secret-1', 'provider-secret-2', 'FAKE']) expect(text).not.toContain(secret);
});

test('a file that is made and one that is left as it is', async () => {
  const world = memoryWorld({ files: { '/home/ana/same': 'same' } });
  const plan = makePlan(
    [
      editAction('1', [
        { op: 'write', path: '/home/ana/new', content: 'a\nb\n' },
        { op: 'write', path: '/home/ana/same', content: 'same' },
      ]),
    ],
    {},
  );
  const [step] = (await previewPlan(plan, { world, kinds })).steps;
  expect(step?.changes).toMatchObject([{ file: '/home/ana/new', added: 2, removed: 0 }]);
});

test('an unknown kind is a problem, two actions with one id are a mistake', async () => {
  const action = { ...add('1', '/a', 'x'), kind: 'later' };
  await expect(previewPlan(makePlan([action], {}), { world: memoryWorld(), kinds })).rejects.toMatchObject({
    code: 'unknown-action',
  });
  expect(() => makePlan([action, action], {})).toThrow('"1"');
});

test('a hard link is told of before it is cut, and only where the file changes', async () => {
  const temp = tempWorld();
  const [a, b] = [temp.write('a.json', 'old'), temp.write('b.json', 'old')];
  linkSync(a, temp.path('also-a.json'));
  linkSync(b, temp.path('also-b.json'));
  const edits = [
    { op: 'write' as const, path: a, content: 'new' },
    { op: 'write' as const, path: b, content: 'old' },
  ];
  const preview = await previewPlan(makePlan([editAction('1', edits)], {}), { world: temp.world, kinds: editKinds });
  const told = preview.steps
    .flatMap(({ changes }) => changes)
    .flatMap((change) => ('outside' in change ? [change.outside] : []));
  expect(told).toEqual([expect.stringMatching(/a\.json is a hard link, one of 2 names/)]);
  temp.remove();
});
