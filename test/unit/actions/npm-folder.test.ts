import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Program } from '../../../src/actions/index.ts';
import { actionKinds, npmCi, npmFolder } from '../../../src/actions/index.ts';
import { type Engine, openEngine } from '../../../src/engine/index.ts';
import { makePlan, previewPlan } from '../../../src/plan/index.ts';
import { maxApiServer } from '../../../src/services/max-api.ts';
import { maxApiStep } from '../../../src/services/max-api-step.ts';
import { LOCK, npmStandIn, PACKAGE } from '../../support/npm-stand-in.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';
import { treeOf } from '../../support/tree.ts';

let at: TempWorld;
let engine: Engine;
let folder: string;
let program: Program;

beforeEach(() => {
  at = tempWorld({ inMemory: true });
  engine = openEngine({ world: at.world, kinds: actionKinds, version: '1' });
  folder = at.path('data/clawauth-setup/max-api');
  program = npmStandIn(at, folder);
});
afterEach(() => at.remove());

const step = (run = program) =>
  npmFolder('npm', {
    forward: { headline: 'Fetch' },
    backward: { headline: 'Remove' },
    folder,
    packageJson: PACKAGE,
    lock: LOCK,
    program: run,
  });
const apply = (run?: Program) => engine.apply(makePlan([step(run)], {}), { title: 'T' });
const tree = () => treeOf(at.home, { skip: ['.local'] });

it('fills a folder of its own, keeps no cache, and takes all of it away again', async () => {
  const before = tree();
  const preview = await previewPlan(makePlan([step()], {}), { world: at.world, kinds: actionKinds });
  expect(preview.files).toEqual([`${folder}/`]);
  expect(preview.steps[0]?.changes[0]).toMatchObject({ outside: expect.stringContaining('fetches 2 packages') });

  expect(await apply()).toMatchObject({ outcome: 'applied' });
  expect(readdirSync(folder).sort()).toEqual(['.clawauth-setup', 'node_modules', 'package-lock.json', 'package.json']);
  // Somebody, or the program itself, may add files: the folder is ours as a whole.
  writeFileSync(`${folder}/node_modules/one/later`, 'x');

  expect((await engine.previewUndo('all')).steps[0]?.changes).toEqual([{ outside: `removes  ${folder}` }]);
  const [backup] = await engine.backups();
  expect(backup).toMatchObject({ files: [folder], changedSince: [], bytes: 0 });
  expect(await engine.verifyBackups()).toMatchObject({ bad: [], copies: 0 });
  expect(await engine.undo()).toMatchObject({ outcome: 'applied', steps: [{ outcome: { notes: [] } }] });
  expect(tree()).toEqual(before);
});

it('does nothing where everything is there, and everything again where something is missing', async () => {
  await apply();
  const noted = await apply({ argv: ['/bin/false'], timeoutMs: 1000 });
  expect(noted).toMatchObject({ outcome: 'applied', steps: [{ notes: ['It is installed already.'] }] });
  rmSync(`${folder}/node_modules/one/node_modules`, { recursive: true });
  expect(await apply()).toMatchObject({ outcome: 'applied' });
  expect(existsSync(`${folder}/node_modules/one/node_modules/two/package.json`)).toBe(true);
  // Only the run that found nothing there takes the folder away.
  await engine.undo();
  await engine.undo();
  expect(existsSync(folder)).toBe(true);
  await engine.undo();
  expect(existsSync(at.path('data'))).toBe(false);
});

it('is fetched again by the undo of an undo, and goes with the next one', async () => {
  const before = tree();
  await apply();
  const undone = await engine.undo();
  expect(await engine.undo(undone.id)).toMatchObject({ outcome: 'applied' });
  expect(existsSync(`${folder}/node_modules/one/package.json`)).toBe(true);
  await engine.undoAll({ title: 'all' });
  expect(tree()).toEqual(before);
  expect((await engine.pruneBackups({ keep: 0 })).needed).toEqual([]);
});

it('leaves nothing of an npm that fails, with what npm said', async () => {
  at.write('npm-fails', '');
  const before = tree();
  expect(await apply()).toMatchObject({
    outcome: 'put back',
    steps: [
      {
        problem: {
          code: 'npm-failed',
          why: 'code ENOTFOUND; network request to https://registry.npmjs.org/one failed',
          next: 'npm ping',
        },
      },
    ],
  });
  expect(tree()).toEqual(before);
});

it('tells of an npm that did less than it was asked for, or is not there', async () => {
  at.write('npm-lazy', '');
  const before = tree();
  expect(await apply()).toMatchObject({ outcome: 'put back', steps: [{ problem: { code: 'npm-incomplete' } }] });
  expect(await apply(npmCi('/no/such/npm', folder))).toMatchObject({
    outcome: 'put back',
    steps: [{ problem: { code: 'npm-missing', why: expect.stringContaining('/no/such/npm') } }],
  });
  expect(tree()).toEqual(before);
});

it.each([
  ['a folder', () => at.write('data/clawauth-setup/max-api/mine', 'x')],
  ['a file', () => at.write('data/clawauth-setup/max-api', 'mine')],
  [
    'a link',
    () => {
      at.write('elsewhere/mine', 'x');
      mkdirSync(at.path('data/clawauth-setup'), { recursive: true });
      symlinkSync(at.path('elsewhere'), folder);
    },
  ],
])('touches nothing where %s of somebody else is', async (_what, make) => {
  make();
  const before = tree();
  expect(await apply()).toMatchObject({ outcome: 'put back', steps: [{ problem: { code: 'folder-not-ours' } }] });
  expect(tree()).toEqual(before);
});

it('leaves a folder that took its place since', async () => {
  await apply();
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  writeFileSync(`${folder}/mine`, 'x');
  expect(await engine.undo()).toMatchObject({ outcome: 'partly applied' });
  expect(readFileSync(`${folder}/mine`, 'utf8')).toBe('x');
});

it('counts a folder that is gone as gone', async () => {
  const before = tree();
  await apply();
  rmSync(folder, { recursive: true });
  expect(await engine.undo()).toMatchObject({ outcome: 'applied' });
  expect(tree()).toEqual(before);
});

it('ends an npm that a crash left at work, and then leaves nothing', async () => {
  const before = tree();
  // The engine dies as soon as npm runs, which would go on for long and write then.
  const script = `touch "$HOME/.local/at-work"; sleep 300; mkdir -p '${folder}/node_modules'`;
  const slow: Program = { argv: ['/bin/sh', '-c', script], timeoutMs: 600_000 };
  const { processes } = at.world;
  let dead = false;
  let npm: ReturnType<typeof processes.run> | undefined;
  const dying = openEngine({
    world: {
      ...at.world,
      processes: {
        run: async (argv, options) => {
          npm = processes.run(argv, { ...options, signal: new AbortController().signal });
          while (!existsSync(at.path('.local/at-work'))) await new Promise((resolve) => setTimeout(resolve, 10));
          dead = true;
          throw new Error('crash');
        },
      },
    },
    kinds: actionKinds,
    version: '1',
    around: (_call, go) => {
      if (dead) throw new Error('crash');
      return go();
    },
  });
  await expect(dying.apply(makePlan([step(slow)], {}), { title: 'T' })).rejects.toThrow('crash');
  expect(await engine.recover('undo')).toMatchObject({ outcome: 'put back' });
  expect(await npm).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
  expect(tree()).toEqual(before);
});

it('has a lock that names every package of claude-max-api-proxy by version and hash', () => {
  const { params } = maxApiStep('/data/max-api', '/usr/bin/npm');
  const { lock, packageJson } = params as { lock: string; packageJson: string };
  expect(JSON.parse(packageJson).dependencies).toEqual({ 'claude-max-api-proxy': '1.0.0' });
  const { '': root, ...packages } = JSON.parse(lock).packages as Record<
    string,
    { version: string; integrity: string; hasInstallScript?: boolean }
  >;
  expect(root).toMatchObject({ dependencies: { 'claude-max-api-proxy': '1.0.0' } });
  expect(packages['node_modules/claude-max-api-proxy']?.version).toBe('1.0.0');
  for (const [path, { version, integrity, hasInstallScript }] of Object.entries(packages)) {
    expect(version, path).toMatch(/^\d+\.\d+\.\d+/);
    expect(integrity, path).toMatch(/^sha512-/);
    expect(hasInstallScript, path).toBeUndefined();
  }
  expect(maxApiServer('/data/max-api')).toBe(
    '/data/max-api/node_modules/claude-max-api-proxy/dist/server/standalone.js',
  );
});
