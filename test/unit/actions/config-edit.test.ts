import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import json5 from 'json5';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionKinds, type ConfigEditParams, configEdit } from '../../../src/actions/index.ts';
import { type Engine, openEngine } from '../../../src/engine/index.ts';
import { makePlan, previewPlan } from '../../../src/plan/index.ts';
import { Secret } from '../../../src/system/secret.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';

const TOKEN = `sk-ant-oat01-FAKE${'k9Qw'.repeat(22)}`;
const TEXT = `// mine
{
  gateway: { auth: { token: 'a-gateway-secret' } },
  model: 'bridge/opus', // kept
}
`;

let at: TempWorld;
let engine: Engine;
let file: string;

beforeEach(() => {
  at = tempWorld();
  engine = openEngine({ world: at.world, kinds: actionKinds, version: '0.0.0' });
  file = at.write('openclaw.json', TEXT);
});
afterEach(() => at.remove());

const words = { forward: { headline: 'Use Claude' }, backward: { headline: 'Use the bridge' } };
const model = (): ConfigEditParams => ({
  ...words,
  file,
  name: 'openclaw.json',
  edits: [
    { op: 'set', path: ['model'], value: 'anthropic/opus' },
    { op: 'set', path: ['auth', 'profiles', 'anthropic:default'], value: { provider: 'anthropic', mode: 'token' } },
  ],
});
const store = (): ConfigEditParams => ({
  ...words,
  file: at.path('agents', 'lite', 'agent', 'auth-profiles.json'),
  name: 'auth-profiles.json',
  create: '{\n  "version": 1\n}\n',
  edits: [
    {
      op: 'set',
      path: ['profiles', 'a:b'],
      value: { type: 'token', provider: 'anthropic', token: { $secret: 'token' } },
    },
    { op: 'delete', path: ['usageStats', 'a:b'] },
  ],
});
const apply = (...steps: ConfigEditParams[]) =>
  engine.apply(
    makePlan(
      steps.map((params, index) => configEdit(`step-${index}`, params)),
      {},
    ),
    {
      title: 'test',
      secrets: { token: new Secret(TOKEN) },
    },
  );

describe('editing a config as a step', () => {
  it('keeps every other byte, and gives all of them back', async () => {
    await apply(model());
    const text = readFileSync(file, 'utf8');
    expect(text).toContain("model: 'anthropic/opus', // kept");
    expect(text.startsWith('// mine\n')).toBe(true);
    await engine.undo();
    expect(readFileSync(file, 'utf8')).toBe(TEXT);
  });

  it('finds the place again that a step before it moved', async () => {
    const list = "{ agents: { list: [{ id: 'main' }, { id: 'lite', model: 'bridge/a' }] } } // mine\n";
    const entries = "{ agents: { entries: { main: {}, lite: { model: 'bridge/a' } } } } // mine\n";
    const edit = { op: 'set' as const, path: ['agents', 'list', 1, 'model'], value: 'anthropic/b' };
    const moves = [{ from: ['agents', 'list', 1], to: ['agents', 'entries', 'lite'] }];
    for (const text of [list, entries]) {
      writeFileSync(file, text);
      await apply({ ...model(), edits: [edit], moves });
      expect(readFileSync(file, 'utf8')).toBe(text.replace('bridge/a', 'anthropic/b'));
      await engine.undo();
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
  });

  it('takes out only its own keys when the file was changed since', async () => {
    await apply(model());
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('// mine', '// mine too').replace('{\n', '{\n  other: 1,\n'),
    );
    await engine.undo();
    expect(readFileSync(file, 'utf8')).toBe(TEXT.replace('// mine', '// mine too').replace('{\n', '{\n  other: 1,\n'));
  });

  it('leaves what somebody set after it, and says so', async () => {
    await apply(model());
    writeFileSync(file, readFileSync(file, 'utf8').replace('anthropic/opus', 'google/gemini'));
    const receipt = await engine.undo();
    expect(readFileSync(file, 'utf8')).toBe(TEXT.replace('bridge/opus', 'google/gemini'));
    expect(JSON.stringify(receipt)).toContain('openclaw.json: model was changed since and stays as it is now.');
  });

  it.each([
    ['beside others', { 'bridge/opus': {} }, ['bridge/opus'], { allow: ['bridge/opus'] }],
    ['alone', {}, [], undefined],
  ])('takes its keys out of a list that its owner made of them since, %s', async (_, models, list, policy) => {
    writeFileSync(file, JSON.stringify({ models }));
    const edits = [{ op: 'set' as const, path: ['models', 'proxy/opus', 'alias'], value: 'Opus' }];
    await apply({ ...model(), edits, copies: [{ from: ['models'], to: ['policy', 'allow'] }] });
    const now = json5.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...now, policy: { allow: [...list, 'proxy/opus'] }, moved: true }));
    await engine.undo();
    expect(json5.parse(readFileSync(file, 'utf8'))).toEqual({ models, ...(policy ? { policy } : {}), moved: true });
  });

  it('leaves a list that was there before to those who wrote into it', async () => {
    writeFileSync(file, JSON.stringify({ models: {}, policy: { allow: [] } }));
    const edits = [{ op: 'set' as const, path: ['models', 'proxy/opus'], value: {} }];
    await apply({ ...model(), edits, copies: [{ from: ['models'], to: ['policy', 'allow'] }] });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"allow":[]', '"allow":["proxy/opus"]'));
    await engine.undo();
    expect(json5.parse(readFileSync(file, 'utf8'))).toEqual({ models: {}, policy: { allow: ['proxy/opus'] } });
  });

  it('takes its keys out of a list that is made anew, and what was on the one before stays', async () => {
    const models = { 'bridge/opus': {}, 'mine/one': {} };
    writeFileSync(file, JSON.stringify({ models, policy: { allow: ['bridge/opus', 'mine/two'] } }));
    const edits = [
      { op: 'set' as const, path: ['models', 'proxy/opus', 'alias'], value: 'Opus' },
      { op: 'set' as const, path: ['models', 'mine/two'], value: {} },
    ];
    await apply({ ...model(), edits, copies: [{ from: ['models'], to: ['policy', 'allow'], anew: true }] });
    const { policy: _, ...now } = json5.parse(readFileSync(file, 'utf8'));
    const allow = ['bridge/opus', 'mine/one', 'proxy/opus', 'mine/two'];
    writeFileSync(file, JSON.stringify({ ...now, policy: { allow } }));
    await engine.undo();
    expect(json5.parse(readFileSync(file, 'utf8'))).toEqual({
      models,
      policy: { allow: ['bridge/opus', 'mine/one', 'mine/two'] },
    });
  });

  it('does not touch a file that does not parse any more', async () => {
    await apply(model());
    writeFileSync(file, '{ model: ');
    const receipt = await engine.undo();
    expect(readFileSync(file, 'utf8')).toBe('{ model: ');
    expect(JSON.stringify(receipt)).toContain('does not parse');
  });

  it('refuses a file that does not parse, with the place', async () => {
    writeFileSync(file, '{\n  model: ,\n}\n');
    const receipt = await apply(model());
    expect(receipt.outcome).toBe('put back');
    expect(readFileSync(file, 'utf8')).toBe('{\n  model: ,\n}\n');
  });

  it('makes a credential file for its owner alone, and takes it away with its folders', async () => {
    mkdirSync(at.path('agents'), { mode: 0o700 });
    const receipt = await apply(store());
    const { file: path } = store();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      version: 1,
      profiles: { 'a:b': { type: 'token', provider: 'anthropic', token: TOKEN } },
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(receipt)).not.toContain(TOKEN);
    await engine.undo();
    expect(() => statSync(at.path('agents', 'lite'))).toThrow(/ENOENT/);
  });

  it('takes the token out of a file that OpenClaw wrote to since', async () => {
    await apply(store());
    const { file: path } = store();
    const now = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...now, lastGood: { anthropic: 'a:b' } }));
    await engine.undo();
    // What made the file a store stays for what somebody else put there.
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ version: 1, lastGood: { anthropic: 'a:b' } });
  });

  it('shows neither its secret nor those around it', async () => {
    const plan = makePlan([configEdit('a', model()), configEdit('b', store())], {});
    const shown = JSON.stringify(await previewPlan(plan, { world: at.world, kinds: actionKinds }));
    expect(shown).toContain('anthropic/opus');
    expect(shown).not.toContain('a-gateway-secret');
    expect(shown).toContain('the token, kept out of this view');
  });
});

describe('a place where a service of ours goes on writing', () => {
  const OLD = `sk-ant-oat01-FAKE${'o1dT'.repeat(22)}`;
  const login = (token: string) =>
    JSON.stringify({ claudeAiOauth: { accessToken: token, refreshToken: 'sk-ant-ort01-FAKE', expiresAt: 1 } });
  const kept = (path: string): ConfigEditParams => ({
    ...words,
    file: path,
    name: 'auth-profiles.json',
    create: '{\n  "version": 1\n}\n',
    edits: [
      {
        op: 'set',
        path: ['profiles', 'a:sync'],
        value: { type: 'token', token: { $secretFile: at.path('login.json'), at: ['claudeAiOauth', 'accessToken'] } },
      },
    ],
    ours: [
      ['profiles', 'a:sync'],
      ['usageStats', 'a:sync'],
    ],
  });
  /** What the service and OpenClaw write. */
  const goOn = (path: string, more: object = {}) => {
    const text = readFileSync(path, 'utf8').replace('sk-ant-oat01-FAKE', 'sk-ant-oat01-FAKEnext');
    const value = JSON.parse(text);
    writeFileSync(
      path,
      JSON.stringify({ ...value, usageStats: { ...value.usageStats, 'a:sync': { lastUsed: 1 } }, ...more }),
    );
  };

  beforeEach(() => at.write('login.json', login(TOKEN)));

  it('takes its secret from a place in a file, and no copy of it into the receipt', async () => {
    const path = at.write('auth-profiles.json', '{"profiles":{}}');
    const receipt = await apply(kept(path));
    expect(json5.parse(readFileSync(path, 'utf8')).profiles['a:sync'].token).toBe(TOKEN);
    expect(JSON.stringify(receipt)).not.toContain(TOKEN.slice(20));
    at.write('login.json', login(''));
    const failed = await apply(kept(at.path('other.json')));
    expect(failed.steps[0]?.problem).toMatchObject({
      code: 'secret-missing',
      what: expect.stringContaining('accessToken'),
    });
  });

  it('takes no secret from a file that a link in a folder of a container leads to', async () => {
    mkdirSync(at.path('inside'));
    symlinkSync(at.path('login.json'), at.path('inside', 'login.json'));
    const source = { $secretFile: at.path('inside', 'login.json'), at: ['claudeAiOauth', 'accessToken'] };
    const edit = (within: readonly string[]): ConfigEditParams => ({
      ...kept(at.write('auth-profiles.json', '{}')),
      edits: [{ op: 'set', path: ['token'], value: { ...source, within } }],
    });
    const failed = await apply(edit([at.path('inside')]));
    expect(failed.steps[0]?.problem?.code).toBe('secret-elsewhere');
    expect(readFileSync(at.path('auth-profiles.json'), 'utf8')).toBe('{}');
    expect((await apply(edit([at.path('inside'), at.path()]))).outcome).toBe('applied');
  });

  it('is taken back whatever stands there by then, and the rest stays', async () => {
    const before = {
      profiles: { mine: { type: 'token' }, 'a:sync': { type: 'token', token: OLD } },
      usageStats: { mine: 1 },
    };
    for (const text of [JSON.stringify(before), JSON.stringify({ ...before, profiles: { mine: { type: 'token' } } })]) {
      const path = at.write('auth-profiles.json', text);
      const { id } = await apply(kept(path));
      goOn(path, { lastGood: { a: 'mine' } });
      const { steps } = await engine.undo(id);
      expect(steps[0]).toMatchObject({ notes: [] });
      expect(json5.parse(readFileSync(path, 'utf8'))).toEqual({ ...json5.parse(text), lastGood: { a: 'mine' } });
    }
  });

  it('goes with its file where that holds nothing else', async () => {
    const path = at.path('lite', 'auth-profiles.json');
    const { id } = await apply(kept(path));
    goOn(path);
    await engine.undo(id);
    expect(() => statSync(path)).toThrow('ENOENT');
  });

  it('stays gone where somebody took it away', async () => {
    const path = at.write('auth-profiles.json', '{"profiles":{"mine":1}}');
    const { id } = await apply(kept(path));
    writeFileSync(path, '{"profiles":{"mine":2}}');
    await engine.undo(id);
    expect(readFileSync(path, 'utf8')).toBe('{"profiles":{"mine":2}}');
  });
});

describe('what the owner of the file copies into others', () => {
  const names = ['main/models.json', 'lite/models.json', 'new/models.json'];
  const ours = (text: string) => `{"providers":{"ours":{"apiKey":"k"}${text}}}`;
  const provider = (): ConfigEditParams => ({
    ...words,
    file,
    name: 'openclaw.json',
    edits: [{ op: 'set', path: ['providers', 'ours'], value: { url: 'http://127.0.0.1:1' } }],
    copiedTo: { files: names.map((name) => at.path(name)), path: ['providers', 'ours'] },
  });
  const read = (name: string) => readFileSync(at.path(name), 'utf8');

  it('is left alone by the edit, and goes with it', async () => {
    at.write('main/models.json', '{"providers":{"mine":1}}');
    at.write('lite/models.json', '{ "providers": {} } // generated\n');
    const preview = await previewPlan(makePlan([configEdit('a', provider())], {}), {
      world: at.world,
      kinds: actionKinds,
    });
    expect(preview.steps[0]?.changes.map((change) => 'file' in change && change.file)).toEqual([file]);
    const { id } = await apply(provider());
    expect(read('main/models.json')).toBe('{"providers":{"mine":1}}');
    for (const name of ['main/models.json', 'new/models.json']) at.write(name, ours(',"mine":1'));
    const { files } = await engine.previewUndo(id);
    const told = files.find(({ path }) => path === at.path('new/models.json'))?.then;
    expect(new TextDecoder().decode(told ?? new Uint8Array())).toBe('{"providers":{"mine":1}}');
    const undone = await engine.undo(id, {});
    expect(undone.steps[0]?.outcome).toMatchObject({ state: 'ours removed', notes: [] });
    expect(read('openclaw.json')).toBe(TEXT);
    for (const name of ['main/models.json', 'new/models.json']) expect(read(name)).toBe('{"providers":{"mine":1}}');
    expect(read('lite/models.json')).toBe('{ "providers": {} } // generated\n');
    const redone = await engine.undo(undone.id, {});
    expect(redone.steps[0]?.outcome).toMatchObject({ state: 'restored' });
    expect(read('openclaw.json')).toContain('http://127.0.0.1:1');
    expect(read('new/models.json')).toBe(ours(',"mine":1'));
  });

  it('goes also where the file itself was changed since, and comes back only where nobody wrote then', async () => {
    at.write('main/models.json', '{"providers":{}}');
    const { id } = await apply(provider());
    at.write('main/models.json', ours(''));
    writeFileSync(file, read('openclaw.json').replace('bridge/opus', 'other/one'));
    const undone = await engine.undo(id, {});
    expect(read('main/models.json')).toBe('{"providers":{}}');
    expect(json5.parse(read('openclaw.json'))).toMatchObject({ model: 'other/one' });
    expect(read('openclaw.json')).not.toContain('127.0.0.1');
    writeFileSync(file, read('openclaw.json').replace('other/one', 'yet/another'));
    at.write('main/models.json', '{"providers":{},"written":"since"}');
    await expect(engine.undo(undone.id, {})).rejects.toMatchObject({ code: 'changed-since' });
    expect(json5.parse(read('openclaw.json'))).toMatchObject({ model: 'yet/another' });
    expect(read('openclaw.json')).not.toContain('127.0.0.1');
    expect(read('main/models.json')).toBe('{"providers":{},"written":"since"}');
  });

  it('stays where it does not parse, which is said', async () => {
    const { id } = await apply(provider());
    at.write('new/models.json', '{ broken');
    const undone = await engine.undo(id, {});
    expect(read('openclaw.json')).toBe(TEXT);
    expect(read('new/models.json')).toBe('{ broken');
    expect(undone.steps[0]?.outcome?.state).toBe('left in place');
    expect(undone.steps[0]?.outcome?.notes.join()).toContain('new/models.json was changed since and does not parse');
  });
});
