import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { actionKinds, configEdit, copyFile, forgetKey, npmFolder, randomKey } from '../../../src/actions/index.ts';
import { parse } from '../../../src/commands/args.ts';
import { runUndo } from '../../../src/commands/undo.ts';
import { openEngine } from '../../../src/engine/index.ts';
import type { Action, Receipt } from '../../../src/engine/types.ts';
import { makePlan } from '../../../src/plan/index.ts';
import type { ServicePlace, ServiceSpec } from '../../../src/services/spec.ts';
import { dropInStep, removeForeignServiceStep, serviceStep } from '../../../src/services/steps.ts';
import { enableLinksOf } from '../../../src/services/systemd.ts';
import { type FakeManager, fakeManager } from '../../support/fake-manager.ts';
import { LOCK, npmStandIn, PACKAGE } from '../../support/npm-stand-in.ts';
import { treeOf } from '../../support/tree.ts';

// Runs that stand on each other, and an undo that is asked for an older one first.

vi.setConfig({ testTimeout: 300_000 });

const UNIT = 'clawauth-normalizer.service';
const GUIDE = 'openclaw-content-normalizer.service';
const words = { forward: { headline: 'Do' }, backward: { headline: 'Take away' } };
const RUNTIME = '// the normalizer\n';
const CONFIG = '{\n  // mine\n  model: "openai/gpt-5",\n}\n';

interface Machine extends FakeManager {
  readonly place: ServicePlace;
  readonly guideLinks: readonly string[];
}

async function machine(): Promise<Machine> {
  const at = fakeManager(UNIT, { inMemory: true });
  const { home } = at.temp;
  const configHome = `${home}/.config`;
  const place: ServicePlace = { manager: 'systemd-user', home, user: 'ada', uid: 1000, systemd: 252, configHome };
  at.temp.write('openclaw.json', CONFIG);
  at.temp.write('agent/models.json', '{"providers":{"claude-max-proxy":{"apiKey":"old"},"mine":{"a":1}}}');
  at.temp.write('package/normalizer.mjs', RUNTIME);
  at.temp.write(`.config/systemd/user/${GUIDE}`, '[Service]\nExecStart=/guide\n', 0o644);
  npmStandIn(at.temp, '');
  for (const told of [['daemon-reload'], ['enable', '--now', GUIDE]] as const) {
    await at.world.processes.run(['systemctl', '--user', ...told], { timeoutMs: 10_000 });
  }
  at.calls();
  return { ...at, place, guideLinks: await enableLinksOf(at.world, GUIDE, place) };
}

/** Every kind of step that a proxy is made of, `variant` of each. */
type Name = 'guide' | 'key' | 'runtime' | 'packages' | 'copies' | 'provider' | 'models' | 'service' | 'drop-in';
function step({ temp, place, guideLinks }: Machine, name: Name, variant: number): Action {
  const config = { ...words, file: temp.path('openclaw.json'), name: 'openclaw.json' };
  const key = temp.path('data/normalizer.key');
  switch (name) {
    case 'guide':
      return removeForeignServiceStep(
        { name: GUIDE, file: temp.path('.config/systemd/user', GUIDE), links: guideLinks, because: 'Ours does it.' },
        place,
      );
    case 'key':
      return randomKey('proxy-key', { ...words, file: key });
    case 'runtime': {
      const sha256 = createHash('sha256').update(RUNTIME).digest('hex');
      const from = temp.path('package/normalizer.mjs');
      return copyFile('proxy-runtime', { ...words, from, sha256, file: temp.path('data/normalizer.mjs'), mode: 0o644 });
    }
    case 'packages': {
      const folder = temp.path('data/packages');
      const program = npmStandIn(temp, folder);
      return npmFolder('proxy-packages', { ...words, folder, packageJson: PACKAGE, lock: LOCK, program });
    }
    case 'copies': {
      const files = [temp.path('agent/models.json')];
      return forgetKey('provider-copies', { ...words, files, path: ['providers', 'claude-max-proxy'] });
    }
    case 'provider': {
      const value = { baseUrl: `http://127.0.0.1:${variant}/v1`, api: 'openai', models: [{ id: `m${variant % 2}` }] };
      return configEdit('proxy-provider', {
        ...config,
        edits: [{ op: 'set', path: ['providers', 'claude-max-proxy'], value }],
      });
    }
    case 'models':
      return configEdit('use-claude', {
        ...config,
        edits: [{ op: 'set', path: ['model'], value: `claude-max-proxy/${variant}` }],
      });
    case 'service': {
      const argv = ['/opt/node', temp.path('data/normalizer.mjs'), '--port', String(variant)] as const;
      const more = { env: {}, path: ['/usr/bin'], wants: [], before: [], memoryMb: 512 };
      const spec: ServiceSpec = { id: 'normalizer', argv, ...more };
      return serviceStep('normalizer', spec, place, { port: variant });
    }
    case 'drop-in':
      return dropInStep('openclaw-gateway.service', place, { OPENCLAW_NO_RESPAWN: '1' }, `Because ${variant}.`);
  }
}

const NAMES = ['guide', 'key', 'runtime', 'packages', 'copies', 'provider', 'models', 'service', 'drop-in'] as const;

let at: Machine;
beforeEach(async () => {
  at = await machine();
});
afterEach(() => at.temp.remove());

const engine = () => openEngine({ world: at.world, kinds: actionKinds, version: '1' });
/** Steps that find nothing to do are left out of a plan, as the planner does. */
async function apply(method: string, names: readonly Name[], variant: number, more: object = {}): Promise<Receipt> {
  const there = (path: string) => existsSync(at.temp.path(path));
  const needed = names.filter((name) => name !== 'guide' || there(`.config/systemd/user/${GUIDE}`));
  const steps = needed.map((name) => step(at, name, variant));
  const about = { method, ...more };
  const receipt = await engine().apply(makePlan(steps, {}), { title: `${method} ${variant}`, about });
  expect(receipt.outcome).toBe('applied');
  return receipt;
}
const tree = () => treeOf(at.temp.home, { skip: ['.local', 'manager'] }).map((line) => line.replace(/ \d{13}$/, ''));
const whole = () => [...tree(), `${at.running(UNIT)}`, `${at.running(GUIDE)}`];

/** One command line, with the machine's stand-ins. */
async function ours(...argv: string[]) {
  let [out, err] = ['', ''];
  const stdin = new PassThrough() as unknown as NodeJS.ReadStream;
  const never = new AbortController().signal;
  const code = await runUndo({
    world: at.world,
    version: '1',
    args: parse(argv),
    streams: {
      stdin,
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      stdinTty: false,
      stdoutTty: false,
    },
    signal: never,
    force: never,
    cwd: at.temp.home,
  });
  return { code, out, err };
}

describe('the undo of an older run', () => {
  it('takes the newer one with it, which is shown before, and both come back together', async () => {
    const before = whole();
    const first = await apply('proxy', NAMES, 3457);
    const second = await apply('proxy', ['provider', 'service'], 4567);
    const keyless = () => whole().filter((line) => !/normalizer\.key|packages/.test(line));
    const both = keyless();

    const preview = await engine().previewUndo(first.id);
    expect(preview.steps.map(({ run }) => run)).toEqual([second.id, second.id, ...first.steps.map(() => first.id)]);
    const undone = await ours('undo', first.id);
    expect(undone).toMatchObject({ code: 0, out: expect.stringMatching(/^Undone\. /) });
    expect(whole()).toEqual(before);
    await expect(ours('undo', first.id)).rejects.toMatchObject({ code: 'already-undone' });
    expect((await ours('undo')).out).toContain('There is nothing to undo.');

    const [newest] = await engine().list();
    await engine().undo(newest?.id);
    expect(keyless()).toEqual(both);
    await engine().undo();
    await engine().undo();
    expect(whole()).toEqual(before);
  });

  it('takes a newer one of another method with it', async () => {
    const before = whole();
    const first = await apply('setup-token', ['key', 'models'], 1, { answers: {} });
    await apply('proxy', ['models', 'runtime'], 2, { answers: {} });
    await engine().undo(first.id);
    expect(whole()).toEqual(before);
  });

  it('is not held up by what of the newer one somebody made their own', async () => {
    const first = await apply('proxy', ['key'], 3457);
    await apply('proxy', ['service'], 4567);
    const unit = at.temp.path('.config/systemd/user', UNIT);
    at.temp.write(`.config/systemd/user/${UNIT}`, '[Service]\nExecStart=/mine\n', 0o644);
    expect(await engine().undo(first.id)).toMatchObject({ outcome: 'partly applied' });
    expect(existsSync(at.temp.path('data'))).toBe(false);
    expect(readFileSync(unit, 'utf8')).toContain('/mine');
  });
});

it('in any order of undoing, an uninstall at the end leaves the machine as if we had never come', async () => {
  const runs = fc.array(
    fc.record({
      method: fc.constantFrom('proxy', 'proxy', 'setup-token'),
      names: fc.subarray([...NAMES], { minLength: 1 }),
      variant: fc.integer({ min: 1000, max: 1003 }),
    }),
    { minLength: 2, maxLength: 3 },
  );
  const undos = fc.array(fc.oneof(fc.nat({ max: 2 }), fc.constant('back' as const)), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(runs, undos, async (given, order) => {
      at.temp.remove();
      at = await machine();
      const before = whole();
      const ids: string[] = [];
      for (const { method, names, variant } of given) {
        const { id, steps } = await apply(method, names, variant);
        // Nothing was left to do: no run is kept.
        if (steps.length > 0) ids.push(id);
      }
      const quietly = (error: Error & { code?: string }) => {
        if (!/^(already-undone|nothing-to-undo)$/.test(error.code ?? '')) throw error;
      };
      const undo = async (id: string | undefined) => {
        const receipt = id === undefined ? undefined : await engine().undo(id).catch(quietly);
        if (receipt)
          expect(receipt.outcome, JSON.stringify(receipt.steps.map((one) => [one.problem, one.outcome]))).toBe(
            'applied',
          );
      };
      for (const one of order) {
        const [newest] = await engine().list();
        if (one === 'back') await undo(newest?.purpose === 'undo' ? newest.id : undefined);
        else await undo(ids[one]);
      }
      await engine().undoAll({ title: 'Uninstall' }).catch(quietly);
      expect(whole()).toEqual(before);
      expect((await engine().backups()).filter(({ inForce }) => inForce)).toEqual([]);
    }),
    { numRuns: 20 },
  );
});
