import { readFileSync, writeFileSync } from 'node:fs';
import json5 from 'json5';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionKinds, type CommandParams, command, type Program, writeFile } from '../../../src/actions/index.ts';
import { type Engine, openEngine } from '../../../src/engine/index.ts';
import type { Touch } from '../../../src/engine/types.ts';
import { makePlan } from '../../../src/plan/index.ts';
import { Secret } from '../../../src/system/secret.ts';
import type { Answered } from '../../../src/system/world.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';

const TOKEN = 'sk-ant-oat01-FAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKE';
const CONFIG = "// mine\n{\n  model: 'bridge/opus', // kept\n}\n";

/** Stores its stdin, rewrites the config as strict JSON the way OpenClaw does, and takes both back with `logout`. */
const PROGRAM = `
const fs = require('node:fs');
const [, , config, store, verb, quirk] = process.argv;
const read = () => ({ model: 'bridge/opus', ...(/google/.test(fs.readFileSync(config, 'utf8')) ? { model: 'google/x' } : {}) });
const moved = quirk === 'moves' ? { policy: { allow: ['bridge/opus'] } } : {};
if (verb === 'logout') {
  fs.rmSync(store, { force: true });
  fs.writeFileSync(config, JSON.stringify({ ...read(), ...moved, meta: { by: 'program' } }, null, 2));
  console.log('Removed');
} else if (verb === 'show') {
  console.log('a notice first');
  console.log(JSON.stringify({ profiles: fs.existsSync(store) ? [{ id: 'anthropic:default', type: 'token' }] : [] }));
} else {
  const token = fs.readFileSync(0, 'utf8');
  if (quirk === 'fails') { console.error('no: ' + token); process.exit(3); }
  if (quirk === 'json') {
    const old = fs.existsSync(store) ? JSON.parse(fs.readFileSync(store, 'utf8')) : { version: 1 };
    const profiles = { ...old.profiles, ours: { type: 'token', token } };
    fs.writeFileSync(store, JSON.stringify({ ...old, profiles }), { mode: 0o600 });
  } else if (quirk !== 'forgets') fs.writeFileSync(store, token, { mode: 0o600 });
  const stamp = { by: 'program', ...(quirk === 'moves' ? { moved: true, at: 1 } : {}) };
  fs.writeFileSync(config, JSON.stringify({ ...read(), profile: 'token', ...moved, meta: stamp }, null, 2));
  if (quirk !== 'silent') console.log('Auth profile: anthropic:default (anthropic/token)');
}
`;

let at: TempWorld;
let engine: Engine;
let config: string;
let store: string;
let touches: Touch[];
const signal = new AbortController().signal;

beforeEach(() => {
  at = tempWorld();
  engine = openEngine({ world: at.world, kinds: actionKinds, version: '0.0.0' });
  config = at.write('config.json5', CONFIG);
  store = at.path('store');
  touches = [config, store].map((path) => ({ path, as: 'file' }));
  at.write('program.cjs', PROGRAM);
});
afterEach(() => at.remove());

const program = (verb: string, quirk = '') => ({
  argv: [process.execPath, at.path('program.cjs'), config, store, verb, quirk],
  timeoutMs: 30_000,
});

function params(quirk = '', more: Partial<CommandParams> = {}): CommandParams {
  return {
    forward: { headline: 'Store the token' },
    backward: { headline: 'Take it out' },
    program: { ...program('store', quirk), stdin: { secret: 'token' }, prints: '^Auth profile: anthropic:default' },
    readBack: { ...program('show'), holds: { at: ['profiles'], item: { id: 'anthropic:default', type: 'token' } } },
    keepText: [{ file: config, name: 'config.json5' }],
    outside: [],
    undo: { by: 'files', otherwise: 'It stays.' },
    ...more,
  };
}

const apply = (value: CommandParams, files: readonly Touch[] = touches) =>
  engine.apply(makePlan([command('store', value, files)], {}), {
    title: 'test',
    secrets: { token: new Secret(TOKEN) },
    signal,
  });

describe('running a program that rewrites files', () => {
  it('keeps the comments, with the program’s own changes in the text', async () => {
    expect((await apply(params())).outcome).toBe('applied');
    const text = readFileSync(config, 'utf8');
    expect(text).toContain('// mine');
    expect(text).toContain("model: 'bridge/opus', // kept");
    expect(text).toMatch(/profile: 'token'/);
    expect(text).toMatch(/meta/);
    expect(readFileSync(store, 'utf8')).toBe(TOKEN);
  });

  it.each(['', 'fails'])('hands a file over that is there only while the program runs %s', async (quirk) => {
    const input = { file: at.path('plan.json'), text: '{"targets":[]}\n' };
    const copied = at.path('copied');
    const argv = ['/bin/sh', '-c', `cp "$0" "$1" && exit ${quirk === '' ? 0 : 3}`, input.file, copied];
    const given = { program: { argv, timeoutMs: 30_000 }, keepText: [], input };
    const { readBack: _, ...wanted } = params('', given);
    const receipt = await apply(
      wanted,
      [input.file, copied].map((path) => ({ path, as: 'file' })),
    );
    expect(receipt.outcome).toBe(quirk === '' ? 'applied' : 'put back');
    expect(() => readFileSync(input.file)).toThrow(/ENOENT/);
    if (quirk === '') expect(readFileSync(copied, 'utf8')).toBe(input.text);
  });

  it('gives every byte back', async () => {
    await apply(params());
    const receipt = await engine.undo();
    expect(receipt.steps[0]?.state).toBe('reverted');
    expect(readFileSync(config, 'utf8')).toBe(CONFIG);
    expect(() => readFileSync(store)).toThrow(/ENOENT/);
  });

  it.each([
    ['fails', 'program-failed'],
    ['silent', 'program-unconfirmed'],
    ['forgets', 'program-not-saved'],
  ])('puts everything back when the program %s', async (quirk, code) => {
    const receipt = await apply(params(quirk));
    expect(receipt.outcome).toBe('put back');
    expect(receipt.steps[0]?.problem?.code).toBe(code);
    expect(JSON.stringify(receipt)).not.toContain(TOKEN);
    expect(readFileSync(config, 'utf8')).toBe(CONFIG);
    expect(() => readFileSync(store)).toThrow(/ENOENT/);
  });

  it('asks for the proof when all steps are done, where it is told to, and hands the answer on', async () => {
    const answers: Answered[] = [];
    const late = at.path('late');
    const see = `cat '${late}' >&2; exec "$0" "$@"`;
    const { argv, ...asked } = params().readBack as Program;
    const readBack = { ...asked, argv: ['/bin/sh', '-c', see, ...argv] };
    const words = { forward: { headline: 'Write' }, backward: { headline: 'Remove' } };
    const steps = [
      command('store', params('', { readBack, readBackLast: true }), touches),
      writeFile('later', { ...words, file: late, content: 'later', mode: 0o600, mark: 'later' }),
    ];
    const receipt = await engine.apply(makePlan(steps, {}), {
      ...{ title: 'test', secrets: { token: new Secret(TOKEN) }, signal },
      onAnswer: (answer) => answers.push(answer),
    });
    expect(receipt.outcome).toBe('applied');
    expect(answers.map(({ argv, ran }) => [argv, ran.stderr])).toEqual([[readBack.argv, 'later']]);
  });

  it('puts every step back where that proof is missing', async () => {
    const receipt = await apply(params('forgets', { readBackLast: true }));
    expect(receipt.outcome).toBe('put back');
    expect(receipt.steps[0]?.problem?.code).toBe('program-not-saved');
    expect(readFileSync(config, 'utf8')).toBe(CONFIG);
    expect(() => readFileSync(store)).toThrow(/ENOENT/);
  });

  it.each([
    ['fails', 'put back'],
    ['silent', 'partly applied'],
  ] as const)(
    'says that a part stays only where it was stored: the program %s, its undo too',
    async (quirk, outcome) => {
      const broken = { argv: ['/bin/false'], timeoutMs: 30_000 };
      const receipt = await apply(params(quirk, { undo: { by: 'program', program: broken, otherwise: 'It stays.' } }));
      expect(receipt.outcome).toBe(outcome);
    },
  );

  it('takes back only its own keys when somebody edited the file since', async () => {
    await apply(params());
    writeFileSync(config, readFileSync(config, 'utf8').replace("'bridge/opus'", "'google/x'"));
    await engine.undo();
    const text = readFileSync(config, 'utf8');
    expect(text).toBe(CONFIG.replace("'bridge/opus'", "'google/x'"));
  });

  it('asks the program where told to, and keeps the key that the program relies on', async () => {
    const undo = { by: 'program' as const, program: program('logout'), keepKeys: [['meta']], otherwise: 'It stays.' };
    await apply(params('', { undo }));
    const receipt = await engine.undo();
    expect(receipt.steps[0]?.state).toBe('reverted');
    const text = readFileSync(config, 'utf8');
    expect(text).toContain('// mine');
    expect(text).toContain('// kept');
    expect(text).toMatch(/meta/);
    expect(text).not.toMatch(/profile/);
    expect(() => readFileSync(store)).toThrow(/ENOENT/);
  });

  it('leaves what the program wrote for itself whole where the program takes its part out', async () => {
    const logout = program('logout', 'moves');
    const undo = { by: 'program' as const, program: logout, ownKeys: [['profile']], otherwise: 'It stays.' };
    await apply(params('moves', { undo }));
    const receipt = await engine.undo();
    expect(receipt.steps[0]?.outcome?.notes).toContainEqual(expect.stringContaining('stays'));
    const text = readFileSync(config, 'utf8');
    expect(text).toContain("model: 'bridge/opus', // kept");
    expect(json5.parse(text)).toMatchObject({ policy: { allow: ['bridge/opus'] }, meta: { by: 'program' } });
    expect(text).not.toMatch(/profile/);
  });

  it('leaves it whole as well where a stamp tells that the program wrote since, else takes all of it away', async () => {
    const undo = { by: 'files' as const, ownKeys: [['profile']], stampKeys: [['meta', 'at']], otherwise: 'It stays.' };
    const rewritten = (change: (now: Record<string, unknown>) => unknown) =>
      writeFileSync(config, JSON.stringify(change(json5.parse(readFileSync(config, 'utf8')))));
    await apply(params('moves', { undo }));
    rewritten((now) => ({ ...now, mine: 1 }));
    await engine.undo();
    expect(json5.parse(readFileSync(config, 'utf8'))).toEqual({ model: 'bridge/opus', mine: 1 });

    await apply(params('moves', { undo }));
    rewritten((now) => ({ ...now, mine: 2, meta: { by: 'program', moved: true, at: 2 } }));
    await engine.undo();
    expect(json5.parse(readFileSync(config, 'utf8'))).toEqual({
      model: 'bridge/opus',
      policy: { allow: ['bridge/opus'] },
      mine: 2,
      meta: { by: 'program', moved: true, at: 2 },
    });
  });

  it.each([
    ['nobody wrote since', 'files', (now: object) => now],
    ['somebody else wrote since', 'files', (now: object) => ({ ...now, mine: 1 })],
    ['the program wrote since', 'files', (now: object) => ({ ...now, mine: 1, meta: { moved: true, at: 2 } })],
    ['the program takes its part out', 'program', (now: object) => ({ ...now, model: 'google/x' })],
  ] as const)('shows before what an undo leaves of it, where %s', async (what, by, change) => {
    // Asked to take its part out, the program writes nothing of its own but its stamp, which nobody can know before.
    const undo = { by, ownKeys: [['profile']], stampKeys: [['meta', 'at']], otherwise: 'It stays.' };
    await apply(params('moves', { undo: by === 'program' ? { ...undo, program: program('logout', 'moves') } : undo }));
    const now = readFileSync(config, 'utf8');
    const next = JSON.stringify(change(json5.parse(now)));
    if (next !== JSON.stringify(json5.parse(now))) writeFileSync(config, next);
    const { files } = await engine.previewUndo('all');
    const then = files.find(({ path }) => path === config)?.then ?? null;
    await engine.undo();
    const meaning = (text: string) => {
      const { meta, ...rest } = json5.parse(text);
      return by === 'program' ? rest : { ...rest, meta };
    };
    const left = readFileSync(config, 'utf8');
    expect(then).not.toBeNull();
    expect(meaning(Buffer.from(then ?? []).toString())).toEqual(meaning(left));
    expect('policy' in json5.parse(left)).toBe(what.startsWith('the program'));
  });

  it('takes its own entries alone out of a store that others wrote into since, and brings the one before back', async () => {
    const shared = [{ file: store, name: 'store', keys: [['profiles']] }];
    const add = (id: string) => {
      const { profiles, ...rest } = JSON.parse(readFileSync(store, 'utf8'));
      writeFileSync(store, JSON.stringify({ ...rest, profiles: { ...profiles, [id]: { token: id } } }));
    };
    await apply(params('json', { shared }));
    add('mine');
    const renewed = TOKEN.replace('FAKE', 'FAKENEW');
    const receipt = await engine.apply(makePlan([command('store', params('json', { shared }), touches)], {}), {
      title: 'test',
      secrets: { token: new Secret(renewed) },
      signal,
    });
    expect(readFileSync(store, 'utf8')).toContain(renewed);
    add('other');
    await engine.undo();
    expect(JSON.parse(readFileSync(store, 'utf8'))).toEqual({
      version: 1,
      profiles: { ours: { type: 'token', token: TOKEN }, mine: { token: 'mine' }, other: { token: 'other' } },
    });
    const first = await engine.undo();
    // Nobody else made the file; without its version the program may not read the rest.
    expect(JSON.parse(readFileSync(store, 'utf8'))).toEqual({
      version: 1,
      profiles: { mine: { token: 'mine' }, other: { token: 'other' } },
    });
    await engine.undo(first.id);
    expect(JSON.parse(readFileSync(store, 'utf8')).profiles.ours).toEqual({ type: 'token', token: TOKEN });
    const written = JSON.stringify([await engine.receipt(receipt.id), await engine.receipt(first.id)]);
    for (const secret of [TOKEN, renewed]) expect(written).not.toContain(secret);
  });

  it('never puts the secret into a receipt, a journal or a preview', async () => {
    const receipt = await apply(params());
    expect(JSON.stringify(receipt)).not.toContain(TOKEN);
    expect(JSON.stringify(await engine.receipt(receipt.id))).not.toContain(TOKEN);
  });

  it('does nothing forwards without a program, and runs its undo when taken back', async () => {
    const undo = { by: 'program' as const, program: program('logout'), otherwise: '' };
    await apply(params('', { program: null, keepText: [], undo }), []);
    expect(readFileSync(config, 'utf8')).toBe(CONFIG);
    await engine.undo();
    expect(readFileSync(config, 'utf8')).toContain('"by": "program"');
  });
});

describe('work that is the program’s own', () => {
  it('is never taken back, which is said before and after, and the copies are kept', async () => {
    const own = params('', { undo: { by: 'nothing', otherwise: 'What it took over stays.' } });
    const plan = makePlan([command('own', own, touches)], {});
    const done = await engine.apply(plan, { title: 'Own', secrets: { token: new Secret(TOKEN) }, signal });
    const written = readFileSync(config, 'utf8');
    expect(json5.parse(written)).toMatchObject({ profile: 'token' });
    const preview = await engine.previewUndo(done.id);
    expect(JSON.stringify(preview.steps)).toContain('What it took over stays.');
    const undone = await engine.undo(done.id, { signal });
    expect(undone.outcome).toBe('applied');
    expect(undone.steps[0]?.outcome).toMatchObject({ state: 'kept', notes: ['What it took over stays.'] });
    expect(readFileSync(config, 'utf8')).toBe(written);
    expect(readFileSync(store, 'utf8')).toBe(TOKEN);
    expect(done.steps[0]?.checkpoint?.before.map(({ path }) => path)).toEqual([config, store]);
    const redone = await engine.undo(undone.id, { signal });
    expect(redone.outcome).toBe('applied');
    expect(readFileSync(config, 'utf8')).toBe(written);
  });
});
