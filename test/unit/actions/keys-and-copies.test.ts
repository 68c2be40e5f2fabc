import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionKinds, configEdit, copyFile, isUsableKey, randomKey } from '../../../src/actions/index.ts';
import { type Engine, openEngine } from '../../../src/engine/index.ts';
import type { Action } from '../../../src/engine/types.ts';
import { makePlan, previewPlan } from '../../../src/plan/index.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';
import { treeOf } from '../../support/tree.ts';

let at: TempWorld;
let engine: Engine;
let key: string;

beforeEach(() => {
  at = tempWorld({ inMemory: true });
  engine = openEngine({ world: at.world, kinds: actionKinds, version: '1' });
  key = at.path('data/clawauth-setup/normalizer.key');
});
afterEach(() => at.remove());

const words = { forward: { headline: 'Do' }, backward: { headline: 'Undo' } };
const apply = (...steps: Action[]) => engine.apply(makePlan(steps, {}), { title: 'T' });
const tree = () => treeOf(at.home, { skip: ['.local'] });
const text = (path: string) => readFileSync(path, 'utf8');
const mode = (path: string) => statSync(path).mode & 0o777;

describe('a random key', () => {
  const step = (mark?: string) => randomKey('key', { ...words, file: key, ...(mark ? { mark } : {}) });

  it('is made once, for its owner alone, another one each time, and goes with its folders', async () => {
    const before = tree();
    await apply(step());
    const first = text(key);
    expect(first).toMatch(/^[\w-]{43}\n$/);
    expect(mode(key)).toBe(0o600);
    expect(isUsableKey(first)).toBe(true);
    await apply(step());
    expect(text(key)).toBe(first);
    await engine.undo();
    await engine.undo();
    expect(tree()).toEqual(before);
    await apply(step('clawauth-'));
    expect(text(key)).toMatch(/^clawauth-[\w-]{43}\n$/);
    expect(text(key)).not.toContain(first.trim());
  });

  it('that is there is kept, and closed to others until the undo', async () => {
    at.write('data/clawauth-setup/normalizer.key', 'my-own-key-of-enough-letters\n', 0o644);
    const before = tree();
    await apply(step());
    expect(text(key)).toBe('my-own-key-of-enough-letters\n');
    expect(mode(key)).toBe(0o600);
    await engine.undo();
    expect(tree()).toEqual(before);
  });

  it.each(['short', '', 'two words that are long enough for it'])(
    'takes the place of %j, which comes back',
    async (old) => {
      at.write('data/clawauth-setup/normalizer.key', old);
      const before = tree();
      await apply(step());
      expect(isUsableKey(text(key))).toBe(true);
      await engine.undo();
      expect(tree()).toEqual(before);
    },
  );

  it('that was changed since goes as well, and its backup has it', async () => {
    const before = tree();
    await apply(step());
    writeFileSync(key, 'another-key-of-enough-letters\n');
    const undone = await engine.undo();
    expect(undone).toMatchObject({ outcome: 'applied' });
    expect(undone.steps[0]?.outcome?.notes.join()).toContain(key);
    expect(tree()).toEqual(before);
    await engine.undo(undone.id);
    expect(text(key)).toBe('another-key-of-enough-letters\n');
  });

  it('that is gone is no reason to stop', async () => {
    await apply(step());
    rmSync(key);
    expect(await engine.undo()).toMatchObject({ outcome: 'applied' });
  });

  it('is never shown', async () => {
    await apply(step());
    const preview = await previewPlan(makePlan([step()], {}), { world: at.world, kinds: actionKinds });
    const back = await engine.previewUndo('all');
    for (const seen of [preview, back]) expect(JSON.stringify(seen)).not.toContain(text(key).trim());
    expect(back.steps[0]?.changes).toEqual([{ outside: `removes the key in ${key}` }]);
  });
});

describe('a copied file', () => {
  const CONTENT = Buffer.from([0, 255, 10, 35]);
  const sha256 = createHash('sha256').update(CONTENT).digest('hex');
  const from = () => at.path('package/normalizer.mjs');
  const file = () => at.path('data/runtime/1/normalizer.mjs');
  const step = () => copyFile('copy', { ...words, from: from(), sha256, file: file(), mode: 0o644 });
  beforeEach(() => at.write('package/normalizer.mjs', CONTENT));

  it('comes byte for byte, and goes with its folders; what it was copied from may be gone by then', async () => {
    const before = tree();
    const preview = await previewPlan(makePlan([step()], {}), { world: at.world, kinds: actionKinds });
    expect(preview.steps[0]?.changes).toEqual([{ outside: `writes  ${file()}  (1 KB), a copy of  ${from()}` }]);
    await apply(step());
    expect(readFileSync(file())).toEqual(CONTENT);
    expect(mode(file())).toBe(0o644);
    const kept = readFileSync(from());
    rmSync(from());
    expect(await apply(step())).toMatchObject({ outcome: 'applied' });
    await engine.undo();
    const undone = await engine.undo();
    expect(existsSync(at.path('data'))).toBe(false);
    // The undo of the undo brings it from the backup.
    await engine.undo(undone.id);
    expect(readFileSync(file())).toEqual(CONTENT);
    await engine.undo();
    at.write('package/normalizer.mjs', kept);
    expect(tree().map((line) => line.replace(/ \d+$/, ''))).toEqual(before.map((line) => line.replace(/ \d+$/, '')));
  });

  it('is refused when it is another one by now, or gone', async () => {
    const before = tree();
    writeFileSync(from(), 'changed');
    expect(await apply(step())).toMatchObject({
      outcome: 'put back',
      steps: [{ problem: { code: 'copy-source-changed' } }],
    });
    rmSync(from());
    expect(await apply(step())).toMatchObject({ steps: [{ problem: { code: 'copy-source-missing' } }] });
    expect(tree()).toEqual(before.filter((line) => !line.includes('normalizer.mjs')));
  });

  it('that somebody changed since stays', async () => {
    await apply(step());
    writeFileSync(file(), 'mine');
    expect((await engine.previewUndo('all')).steps[0]?.changes).toEqual([
      { outside: `${file()} was changed since and stays as it is now.` },
    ]);
    expect(await engine.undo()).toMatchObject({ outcome: 'partly applied' });
    expect(text(file())).toBe('mine');
  });
});

describe('a value that comes from a secret file', () => {
  const CONFIG = "// mine\n{\n  model: 'x', // kept\n}\n";
  let config: string;
  const step = (more: object = {}) =>
    configEdit('config', {
      ...words,
      file: config,
      name: 'openclaw.json',
      edits: [
        {
          op: 'set',
          path: ['models', 'providers', 'claude-max-proxy'],
          value: { baseUrl: 'http://127.0.0.1:3457/v1', apiKey: { $secretFile: key }, ...more },
        },
        { op: 'set', path: ['alone'], value: { $secretFile: key } },
      ],
    });
  beforeEach(() => {
    config = at.write('openclaw.json', CONFIG);
    at.write('data/clawauth-setup/normalizer.key', 'a-key-of-enough-letters\n');
  });

  it('goes into the config, and into nothing else', async () => {
    const preview = await previewPlan(makePlan([step()], {}), { world: at.world, kinds: actionKinds });
    const shown = JSON.stringify(preview);
    expect(shown).toContain(`(the key in ${key}, kept out of this view)`);
    const receipt = await apply(step());
    expect(text(config).match(/'?"?a-key-of-enough-letters'?"?/g)?.length).toBe(2);
    const journal = text(`${engine.root}/runs/${receipt.id}/journal.jsonl`);
    for (const seen of [shown, journal, JSON.stringify(receipt)]) expect(seen).not.toContain('a-key-of-enough');
    await engine.undo();
    expect(text(config)).toBe(CONFIG);
  });

  it('is told from a later one without being written down', async () => {
    await apply(step());
    // Somebody adds a key of theirs: ours are still known as ours, though the file they came from is gone.
    rmSync(key);
    writeFileSync(config, text(config).replace("model: 'x'", "model: 'y'"));
    await engine.undo();
    expect(text(config)).toBe(CONFIG.replace("'x'", "'y'"));

    at.write('data/clawauth-setup/normalizer.key', 'a-key-of-enough-letters\n');
    await apply(step());
    writeFileSync(config, text(config).replaceAll('a-key-of-enough-letters', 'another-key'));
    const undone = await engine.undo();
    expect(text(config)).toContain('another-key');
    expect(text(config)).not.toContain('baseUrl');
    expect(undone.steps[0]?.outcome?.notes.join()).toContain('apiKey was changed since');
  });

  it('is found again after a crash that left no record of it', async () => {
    const dying = openEngine({
      world: at.world,
      kinds: actionKinds,
      version: '1',
      around: (call, go) => {
        // The write is done; the record of it is not.
        if (call.name === 'append' && text(config) !== CONFIG) throw new Error('crash');
        return go();
      },
    });
    await expect(dying.apply(makePlan([step()], {}), { title: 'T' })).rejects.toThrow('crash');
    writeFileSync(config, text(config).replace("model: 'x'", "model: 'y'"));
    await engine.recover('undo');
    expect(text(config)).toBe(CONFIG.replace("'x'", "'y'"));
  });

  it('has to be there', async () => {
    rmSync(key);
    expect(await apply(step())).toMatchObject({
      outcome: 'put back',
      steps: [{ problem: { code: 'secret-missing', what: `${key} is not there.` } }],
    });
    at.write('data/clawauth-setup/normalizer.key', ' \n');
    expect(await apply(step())).toMatchObject({ steps: [{ problem: { what: `${key} is empty.` } }] });
    chmodSync(key, 0o600);
    expect(text(config)).toBe(CONFIG);
  });
});
