import fc from 'fast-check';
import json5 from 'json5';
import { describe, expect, it } from 'vitest';
import { changedKeysBetween, takeBack } from '../../../src/actions/changed-keys.ts';
import { type Edit, edit } from '../../../src/json5/index.ts';

/** The document after our part was taken out of `current`. */
function without(before: unknown, after: unknown, current: unknown) {
  const { edits, kept } = takeBack(before, current, changedKeysBetween(before, after));
  const text = JSON.stringify(current, null, 2);
  return { value: json5.parse(edit(text, [...edits] as Edit[])), kept };
}

describe('taking our part out of a document that others wrote too', () => {
  const before = {
    agents: { primary: 'bridge/opus', list: [{ id: 'main' }, { id: 'lite', model: 'bridge/s' }] },
    x: 1,
  };
  const after = {
    agents: { primary: 'anthropic/opus', list: [{ id: 'main' }, { id: 'lite', model: 'anthropic/s' }] },
    auth: { profiles: { 'anthropic:default': { provider: 'anthropic', mode: 'token' } } },
    x: 1,
  };

  it('gives the old values back and prunes what only we made', () => {
    expect(without(before, after, after)).toEqual({ value: before, kept: [] });
  });

  it('keeps what somebody added, beside and inside our own objects', () => {
    const current = structuredClone(after) as Record<string, never> & typeof after;
    Object.assign(current.auth.profiles, { 'openai:work': { provider: 'openai', mode: 'api_key' } });
    Object.assign(current, { y: 2 });
    expect(without(before, after, current)).toEqual({
      value: { ...before, y: 2, auth: { profiles: { 'openai:work': { provider: 'openai', mode: 'api_key' } } } },
      kept: [],
    });
  });

  it('keeps a value that somebody changed after us, and names the place', () => {
    const current = structuredClone(after);
    current.agents.primary = 'google/gemini';
    const { value, kept } = without(before, after, current);
    expect(value.agents.primary).toBe('google/gemini');
    expect(value.auth).toBeUndefined();
    expect(kept).toEqual(['agents.primary']);
  });

  it('finds an agent by its id when the list was reordered', () => {
    const current = structuredClone(after);
    current.agents.list = [{ id: 'new' }, { id: 'lite', model: 'anthropic/s' }, { id: 'main' }];
    expect(without(before, after, current).value.agents.list).toEqual([
      { id: 'new' },
      { id: 'lite', model: 'bridge/s' },
      { id: 'main' },
    ]);
  });

  it('takes our items out of a list and brings back the ones we took, leaving the others', () => {
    const old = { allow: ['a', 'b'] };
    const ours = { allow: ['b', 'c'] };
    expect(without(old, ours, { allow: ['b', 'c', 'd'] }).value).toEqual({ allow: ['a', 'b', 'd'] });
  });

  it('looks at each item of a long list a few times, however many of them it takes back', () => {
    const COUNT = 2_000;
    let reads = 0;
    const jobs = (model: string, ours: boolean) =>
      Array.from({ length: COUNT }, (_, index) => ({
        get id() {
          reads++;
          return `job-${index}`;
        },
        model,
        name: ours ? 'seven' : 'job',
      }));
    const [old, now] = [{ jobs: jobs('bridge/opus', false) }, { jobs: jobs('anthropic/opus', false) }];
    const marks = changedKeysBetween(old, now);
    const current = { jobs: jobs('anthropic/opus', true) };
    reads = 0;
    expect(takeBack(old, current, marks).edits).toHaveLength(COUNT);
    expect(reads).toBeLessThan(20 * COUNT);
  });

  it('holds no value of the document in its marks', () => {
    const marks = changedKeysBetween({}, { token: 'sk-ant-oat01-FAKEFAKEFAKE' });
    expect(JSON.stringify(marks)).not.toContain('FAKE');
  });

  it('is an exact inverse where nobody else wrote', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const key = fc.constantFrom('a', 'b', 'c', 'model', 'x y');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.dictionary(key, fc.oneof({ maxDepth: 3 }, leaf, tie('tree'), fc.array(leaf, { maxLength: 3 })), {
        maxKeys: 4,
      }),
    }));
    fc.assert(
      fc.property(tree, tree, (old, ours) => {
        const { value } = without(old, ours, ours);
        expect(value).toEqual(old);
      }),
      { numRuns: 300 },
    );
  });
});
