import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import json5 from 'json5';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionKinds, type ConfigEditParams, command, configEdit } from '../../../src/actions/index.ts';
import { type Engine, openEngine, type StandingStep } from '../../../src/engine/index.ts';
import type { Action } from '../../../src/engine/types.ts';
import { makePlan } from '../../../src/plan/index.ts';
import { type TempWorld, tempWorld } from '../../support/temp-world.ts';

// Two ways that take each other's place in a config whose program makes a list of its keys, once, with its first write.

const TEXT = "// mine\n{\n  models: { 'bridge/a': {}, 'bridge/b': {} }, // kept\n}\n";

/** Any write of the program: as strict JSON, with the list where there was none, and a stamp of its own. */
const PROGRAM = `
const fs = require('node:fs');
const [, , json5, config, key] = process.argv;
const now = require(json5).parse(fs.readFileSync(config, 'utf8'));
const policy = now.policy ?? { allow: Object.keys(now.models) };
const meta = { moved: true, at: Number(process.hrtime.bigint()) };
fs.writeFileSync(config, JSON.stringify({ ...now, ...(key ? { [key]: true } : {}), policy, meta }, null, 2));
`;

let at: TempWorld;
let engine: Engine;
let config: string;

beforeEach(() => {
  at = tempWorld();
  engine = openEngine({ world: at.world, kinds: actionKinds, version: '0.0.0' });
  config = at.write('config.json5', TEXT);
  at.write('program.cjs', PROGRAM);
});
afterEach(() => at.remove());

const words = { forward: { headline: 'There' }, backward: { headline: 'Back' } };
const copy = { from: ['models'], to: ['policy', 'allow'] };
const argv = (key: string) => [
  process.execPath,
  at.path('program.cjs'),
  createRequire(import.meta.url).resolve('json5'),
  config,
  key,
];
const store = (): Action =>
  command(
    'store',
    {
      ...words,
      program: { argv: argv('token'), timeoutMs: 30_000 },
      keepText: [{ file: config, name: 'config.json5', copies: [copy] }],
      outside: [],
      undo: { by: 'files', ownKeys: [['token']], stampKeys: [['meta', 'at']], otherwise: 'It stays.' },
    },
    [{ path: config, as: 'file' }],
  );
const use = (ref: string, more: ConfigEditParams['edits'] = []): Action =>
  configEdit('use', {
    ...words,
    file: config,
    name: 'config.json5',
    edits: [{ op: 'set', path: ['models', ref], value: {} }, ...more],
    copies: [{ ...copy, anew: true }],
  });
/** With a list of its own: the program makes one before this edit. */
const useToken = () =>
  use('token/a', [{ op: 'set', path: ['policy', 'allow'], value: ['bridge/a', 'bridge/b', 'token/a'] }]);

const read = () => json5.parse(readFileSync(config, 'utf8'));
const run = async (...sequence: (Action | StandingStep)[]) => {
  const actions = sequence.map((one) => ('take' in one ? one.action : one));
  const takes = sequence.map((one) => ('take' in one ? one.take : null));
  // A plan may hold a step and the one of the same name whose place it takes.
  const receipt = await engine.apply({ ...makePlan([], {}), actions, takes }, { title: 'test' });
  expect(receipt.outcome).toBe('applied');
  return receipt.id;
};
const standing = async (id: string, name: string) =>
  (await engine.standing([id])).find(({ action }) => action.id === name) as StandingStep;
/** The program is asked for something else. */
const programWrites = () => execFileSync(process.execPath, argv('').slice(1));

describe('a list that a program makes of keys which two ways of ours put there', () => {
  /** From the token to the proxy: the list goes with the token, and the program makes another one. */
  const toProxy = async () => {
    const token = await run(store(), useToken());
    expect(read().policy.allow).toEqual(['bridge/a', 'bridge/b', 'token/a']);
    await run(await standing(token, 'use'), use('proxy/a'), await standing(token, 'store'));
    expect(read()).toEqual({ models: { 'bridge/a': {}, 'bridge/b': {}, 'proxy/a': {} } });
  };
  /** From the proxy to the token: the list that the program makes meanwhile has the proxy in it. */
  const toToken = async () => {
    const proxy = await run(use('proxy/a'));
    await run(store(), await standing(proxy, 'use'), useToken());
    expect(read().policy.allow).toEqual(['bridge/a', 'bridge/b', 'token/a']);
  };

  it('has nothing of the second way after the program made it anew', async () => {
    await toProxy();
    programWrites();
    expect(read().policy.allow).toEqual(['bridge/a', 'bridge/b', 'proxy/a']);
    await engine.undoAll({ title: 'all' });
    const { models, policy } = read();
    expect({ models, policy }).toEqual({
      models: { 'bridge/a': {}, 'bridge/b': {} },
      policy: { allow: ['bridge/a', 'bridge/b'] },
    });
  });

  it('goes whole where it was made during the change, and every byte is back', async () => {
    await toToken();
    await engine.undoAll({ title: 'all' });
    expect(readFileSync(config, 'utf8')).toBe(TEXT);
  });

  it('goes whole after there and back as well', async () => {
    await toProxy();
    const [proxy] = await engine.list();
    await run(store(), await standing(proxy?.id ?? '', 'use'), useToken());
    await engine.undoAll({ title: 'all' });
    expect(readFileSync(config, 'utf8')).toBe(TEXT);
  });

  it('stays without both ways where the program wrote since', async () => {
    await toToken();
    programWrites();
    await engine.undoAll({ title: 'all' });
    expect(read()).toMatchObject({
      models: { 'bridge/a': {}, 'bridge/b': {} },
      policy: { allow: ['bridge/a', 'bridge/b'] },
      meta: { moved: true },
    });
  });

  it.each([
    ['took out of it', ['bridge/a', 'token/a'], ['bridge/a']],
    ['put into it', ['bridge/a', 'bridge/b', 'token/a', 'mine/a'], ['bridge/a', 'bridge/b', 'mine/a']],
  ])('keeps what a person %s', async (_, allow, left) => {
    await toToken();
    writeFileSync(config, JSON.stringify({ ...read(), policy: { allow } }));
    await engine.undoAll({ title: 'all' });
    expect(read().policy).toEqual({ allow: left });
  });
});
