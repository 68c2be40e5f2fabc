import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionKinds } from '../../../src/actions/index.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { Action } from '../../../src/engine/types.ts';
import { makePlan, previewPlan } from '../../../src/plan/index.ts';
import type { ServicePlace, ServiceSpec } from '../../../src/services/spec.ts';
import { dropInStep, removeForeignServiceStep, serviceStep } from '../../../src/services/steps.ts';
import { enableLinksOf } from '../../../src/services/systemd.ts';
import { type FakeManager, fakeManager } from '../../support/fake-manager.ts';
import { treeOf } from '../../support/tree.ts';

const UNIT = 'clawauth-normalizer.service';
let at: FakeManager;
let place: ServicePlace;
let file: string;
let link: string;

beforeEach(() => {
  at = fakeManager(UNIT);
  const { home } = at.temp;
  place = { manager: 'systemd-user', home, user: 'ada', uid: 1000, systemd: 252, configHome: `${home}/.config` };
  file = at.temp.path('.config/systemd/user', UNIT);
  link = at.temp.path('.config/systemd/user/default.target.wants', UNIT);
});
afterEach(() => at.temp.remove());

const engine = () => openEngine({ world: at.world, kinds: actionKinds, version: '1' });
const spec = (program = '/opt/node'): ServiceSpec => ({
  id: 'normalizer',
  argv: [program, '/opt/normalizer.mjs'],
  env: {},
  path: ['/usr/bin'],
  wants: [],
  before: [],
  memoryMb: 512,
});
const step = (program?: string) => serviceStep('normalizer', spec(program), place, { port: 3457 });
const apply = (...steps: Action[]) => engine().apply(makePlan(steps, {}), { title: 'T' });
const tree = () => treeOf(at.temp.home, { skip: ['.local', 'manager'] });

describe('a service of ours', () => {
  it('is written, enabled and started, and goes without a trace', async () => {
    const before = tree();
    const preview = await previewPlan(makePlan([step()], {}), { world: at.world, kinds: actionKinds });
    expect(preview.steps[0]?.changes).toContainEqual({ outside: `starts  ${UNIT}, now and at every start` });
    expect(preview.files).toEqual([file, link]);

    expect(await apply(step())).toMatchObject({ outcome: 'applied' });
    expect(at.running(UNIT)).toBe(readFileSync(file, 'utf8'));
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(at.calls()).toEqual(['daemon-reload', `enable ${UNIT}`]);

    const undo = await engine().previewUndo('all');
    expect(undo.steps.map(({ changes }) => changes)).toEqual([[{ outside: `stops  ${UNIT}` }]]);
    expect(undo.files.map(({ path }) => path)).toEqual([file]);
    expect(await engine().undo()).toMatchObject({ outcome: 'applied', steps: [{ outcome: { notes: [] } }] });
    expect(at.running(UNIT)).toBeNull();
    expect(at.calls()).toEqual([`stop ${UNIT}`, 'daemon-reload', `reset-failed ${UNIT}`]);
    expect(tree()).toEqual(before);
  });

  it('is left running when it runs as it should, and is started again when its unit is another one', async () => {
    await apply(step());
    at.calls();
    await apply(step());
    expect(at.calls()).toEqual(['daemon-reload', `enable ${UNIT}`]);
    await apply(step('/opt/node22'));
    expect(at.calls().at(-1)).toBe(`restart ${UNIT}`);
    expect(at.running(UNIT)).toContain('/opt/node22');
    await engine().undo();
    expect(at.running(UNIT)).not.toContain('/opt/node22');
    expect(at.calls()).toEqual([`stop ${UNIT}`, 'daemon-reload', `restart ${UNIT}`]);
  });

  it.each([
    ['failed too often', ['failed', 'limit'], `reset-failed ${UNIT}`],
    ['waits to be started again', ['waiting'], `restart ${UNIT}`],
  ])('is started although an older one %s', async (_what, marks, told) => {
    await apply(step());
    rmSync(at.temp.path('manager', `running-${UNIT}`));
    for (const mark of marks) at.temp.write(`manager/${mark}-${UNIT}`, '');
    at.calls();
    expect(await apply(step('/opt/node22'))).toMatchObject({ outcome: 'applied' });
    expect(at.calls()).toContain(told);
    expect(at.running(UNIT)).toContain('/opt/node22');
  });

  it('is brought back by the undo of an undo', async () => {
    await apply(step());
    const undone = await engine().undo();
    expect(await engine().undo(undone.id)).toMatchObject({ outcome: 'applied' });
    expect(at.running(UNIT)).toContain('/opt/node');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    await engine().undo();
    expect(at.running(UNIT)).toBeNull();
    expect(existsSync(file)).toBe(false);
  });

  it.each(['daemon-reload', 'enable'])('is put back when %s fails', async (verb) => {
    const before = tree();
    at.fail(verb);
    const receipt = await apply(step());
    expect(receipt).toMatchObject({
      outcome: 'put back',
      steps: [{ problem: { code: 'service-not-started', why: expect.stringContaining('Connection refused') } }],
    });
    expect(tree()).toEqual(before);
    expect(at.running(UNIT)).toBeNull();
  });

  it('is put back to the older one when its restart fails', async () => {
    await apply(step());
    const before = tree();
    at.fail('restart');
    expect(await apply(step('/opt/node22'))).toMatchObject({ outcome: 'put back' });
    expect(tree()).toEqual(before);
  });

  it('that ends at once is put back, with what it said last', async () => {
    const before = tree();
    at.log('one line\n\u001b[31mThe key file\tcannot be read (ENOENT).\u001b[0m\n');
    const receipt = await apply(step('/opt/BROKEN'));
    expect(receipt).toMatchObject({ outcome: 'put back' });
    const problem = receipt.steps[0]?.problem;
    expect(problem?.why).toContain('The key file cannot be read (ENOENT).');
    expect(problem?.next).toContain(`journalctl --user-unit=${UNIT}`);
    expect(tree()).toEqual(before);
    expect(existsSync(at.temp.path('manager', `failed-${UNIT}`))).toBe(false);
  });

  it('does not take a port that another program has', async () => {
    const before = tree();
    const taken = { ...at.world, network: { listening: async () => true } };
    const receipt = await openEngine({ world: taken, kinds: actionKinds, version: '1' }).apply(makePlan([step()], {}), {
      title: 'T',
    });
    expect(receipt.steps[0]?.problem).toMatchObject({ code: 'port-taken', next: expect.stringContaining('3457') });
    expect(at.calls()).not.toContain(`enable ${UNIT}`);
    expect(tree()).toEqual(before);
  });

  it('goes although somebody edited its unit, which the backup keeps', async () => {
    const before = tree();
    await apply(step());
    writeFileSync(file, `${readFileSync(file, 'utf8')}# tried something\n`);
    const undone = await engine().undo();
    expect(undone.steps[0]?.outcome?.notes.join()).toContain('had been changed');
    expect(tree()).toEqual(before);
    expect(at.running(UNIT)).toBeNull();
  });

  it('stays, and goes on, when its unit is somebody else’s by now', async () => {
    await apply(step());
    writeFileSync(file, '[Service]\nExecStart=/mine\n');
    expect(await engine().undo()).toMatchObject({ outcome: 'partly applied' });
    expect(readFileSync(file, 'utf8')).toContain('/mine');
    expect(at.running(UNIT)).not.toBeNull();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it.each([
    ['its link is gone', () => rmSync(link)],
    ['its unit is gone', () => rmSync(file)],
    [
      'both and their folder are gone',
      () => {
        rmSync(file);
        rmSync(dirname(link), { recursive: true });
      },
    ],
  ])('is taken back when %s', async (_what, drift) => {
    const before = tree();
    await apply(step());
    drift();
    expect(await engine().undo()).toMatchObject({ outcome: 'applied' });
    expect(at.running(UNIT)).toBeNull();
    expect(tree()).toEqual(before);
  });

  it('leaves a link that leads elsewhere by now', async () => {
    await apply(step());
    rmSync(link);
    symlinkSync('/dev/null', link);
    expect((await engine().undo()).steps[0]?.outcome?.notes.join()).toContain(link);
    expect(existsSync(file)).toBe(false);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it('goes from the disk although there is no manager any more', async () => {
    const before = tree();
    await apply(step());
    at.vanish();
    const undone = await engine().undo();
    expect(undone.outcome).toBe('applied');
    expect(undone.steps[0]?.outcome?.notes[0]).toContain(`systemctl --user stop ${UNIT}: `);
    expect(tree()).toEqual(before);
  });
});

describe('a service of somebody else', () => {
  const GUIDE = 'openclaw-content-normalizer.service';
  const foreign = async () => ({
    name: GUIDE,
    file: at.temp.path('.config/systemd/user', GUIDE),
    links: await enableLinksOf(at.world, GUIDE, place),
    because: 'Ours does its work.',
  });
  const systemctl = (...words: string[]) =>
    at.world.processes.run(['systemctl', '--user', ...words], { timeoutMs: 10_000 });

  async function set(...told: string[][]) {
    at.temp.write(`.config/systemd/user/${GUIDE}`, '[Service]\nExecStart=/guide\n', 0o644);
    await systemctl('daemon-reload');
    for (const words of told) await systemctl(...words, GUIDE);
    at.calls();
  }

  it.each([
    ['enabled and running', [['enable', '--now']], true],
    ['enabled and stopped', [['enable', '--now'], ['stop']], false],
    ['running and not enabled', [['start']], true],
    ['neither', [], false],
  ])('that is %s goes, and comes back as it was', async (_what, told, runs) => {
    await set(...told);
    const before = tree();
    const leftover = await foreign();
    expect(leftover.links.length).toBe(told[0]?.[0] === 'enable' ? 1 : 0);
    expect(await apply(removeForeignServiceStep(leftover, place))).toMatchObject({ outcome: 'applied' });
    expect(at.running(GUIDE)).toBeNull();
    expect(existsSync(leftover.file)).toBe(false);
    expect(await enableLinksOf(at.world, GUIDE, place)).toEqual([]);
    const undone = await engine().undo();
    expect(undone).toMatchObject({ outcome: 'applied' });
    expect(at.running(GUIDE) !== null).toBe(runs);
    expect(tree()).toEqual(before);
    await engine().undo(undone.id);
    expect(at.running(GUIDE)).toBeNull();
    expect(existsSync(leftover.file)).toBe(false);
  });

  it('is started by several links and names, and all of them are found', async () => {
    await set(['enable', '--now']);
    const units = at.temp.path('.config/systemd/user');
    mkdirSync(`${units}/openclaw-gateway.service.requires`);
    symlinkSync(`../${GUIDE}`, `${units}/openclaw-gateway.service.requires/${GUIDE}`);
    symlinkSync(GUIDE, `${units}/normalizer.service`);
    const before = tree();
    const leftover = await foreign();
    expect(leftover.links.length).toBe(3);
    await apply(removeForeignServiceStep(leftover, place));
    expect(tree().filter((line) => line.includes('normalizer'))).toEqual([]);
    await engine().undo();
    expect(tree()).toEqual(before);
  });

  it('keeps what it was when it cannot be stopped', async () => {
    await set(['enable', '--now']);
    const before = tree();
    at.fail('stop');
    expect(await apply(removeForeignServiceStep(await foreign(), place))).toMatchObject({ outcome: 'put back' });
    expect(tree()).toEqual(before);
    expect(at.running(GUIDE)).not.toBeNull();
  });

  it('makes room for ours on the same port', async () => {
    await set(['enable', '--now']);
    const before = tree();
    expect(await apply(removeForeignServiceStep(await foreign(), place), step())).toMatchObject({
      outcome: 'applied',
    });
    await engine().undo();
    expect(tree()).toEqual(before);
    expect(at.running(GUIDE)).not.toBeNull();
    expect(at.running(UNIT)).toBeNull();
  });
});

it('a drop-in for a unit of somebody else comes and goes, and the manager is told', async () => {
  const before = tree();
  await apply(dropInStep('openclaw-gateway.service', place, { OPENCLAW_NO_RESPAWN: '1' }, 'It would start twice.'));
  const dropIn = at.temp.path('.config/systemd/user/openclaw-gateway.service.d/clawauth-setup.conf');
  expect(readFileSync(dropIn, 'utf8')).toContain('\nEnvironment=OPENCLAW_NO_RESPAWN=1\n');
  expect(at.calls()).toEqual(['daemon-reload']);
  await engine().undo();
  expect(at.calls()).toEqual(['daemon-reload']);
  expect(tree()).toEqual(before);
});
