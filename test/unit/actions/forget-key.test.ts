import { afterEach, describe, expect, it } from 'vitest';
import { actionKinds, forgetKey } from '../../../src/actions/index.ts';
import { openEngine } from '../../../src/engine/index.ts';
import { makePlan } from '../../../src/plan/index.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';

const { readFileSync, writeFileSync, existsSync } = process.getBuiltinModule('node:fs');
let temp: TempWorld;
afterEach(() => temp.remove());

async function applied(before: Record<string, string>, names = Object.keys(before)) {
  temp = tempWorld({ inMemory: true });
  for (const [name, text] of Object.entries(before)) temp.write(name, text);
  const files = names.map((name) => temp.path(name));
  const engine = openEngine({ world: temp.world, kinds: actionKinds, version: '1' });
  const words = { forward: { headline: 'Forget' }, backward: { headline: 'Forget again' } };
  const step = forgetKey('copies', { ...words, files, path: ['providers', 'ours'] });
  const receipt = await engine.apply(makePlan([step], {}), { title: 'x', about: {} });
  expect(receipt.outcome).toBe('applied');
  return { engine, id: receipt.id, read: (name: string) => readFileSync(temp.path(name), 'utf8') };
}

describe('forgetting a key of generated files', () => {
  it('takes it out, leaves the rest, and brings exact bytes back', async () => {
    const text = '{ "providers": { "ours": { "k": 1 }, "mine": 2 } } // c\n';
    const { engine, id, read } = await applied({ 'a.json': text, 'b.json': '{"x":1}' });
    expect(read('a.json')).not.toContain('ours');
    expect(read('a.json')).toContain('"mine": 2');
    expect(read('b.json')).toBe('{"x":1}');
    await engine.undo(id, {});
    expect(read('a.json')).toBe(text);
  });

  it('takes out what was written there since, also from a file that was not there', async () => {
    const { engine, id, read } = await applied({ 'b.json': '{"x":1}' }, ['a.json', 'b.json']);
    expect(existsSync(temp.path('a.json'))).toBe(false);
    writeFileSync(temp.path('a.json'), '{"providers":{"ours":{"apiKey":"k"},"mine":1}}');
    writeFileSync(temp.path('b.json'), '{"x":1,"y":2}');
    const { files } = await engine.previewUndo(id);
    const then = files.find(({ path }) => path === temp.path('a.json'))?.then;
    expect(new TextDecoder().decode(then ?? new Uint8Array())).toBe('{"providers":{"mine":1}}');
    const receipt = await engine.undo(id, {});
    expect(receipt.outcome).toBe('applied');
    expect(read('a.json')).toBe('{"providers":{"mine":1}}');
    expect(read('b.json')).toBe('{"x":1,"y":2}');
  });

  it('takes a file away that was made since for nothing but the key', async () => {
    const { engine, id } = await applied({ 'b.json': '{"providers":{}}' }, ['a.json', 'b.json']);
    for (const name of ['a.json', 'b.json']) writeFileSync(temp.path(name), '{"providers":{"ours":{"apiKey":"k"}}}');
    const { files } = await engine.previewUndo(id);
    expect(files.find(({ path }) => path === temp.path('a.json'))?.then).toBe(null);
    await engine.undo(id, {});
    expect(existsSync(temp.path('a.json'))).toBe(false);
    expect(readFileSync(temp.path('b.json'), 'utf8')).toBe('{"providers":{}}');
  });

  it('leaves a file that does not parse, and says so', async () => {
    const { engine, id, read } = await applied({ 'a.json': '{"providers":{"ours":1}}' });
    writeFileSync(temp.path('a.json'), '{ broken');
    const receipt = await engine.undo(id, {});
    expect(read('a.json')).toBe('{ broken');
    expect(receipt.steps[0]?.outcome?.notes.join()).toContain('does not parse');
  });
});
