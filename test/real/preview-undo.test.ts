import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import json5 from 'json5';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { actionKinds, type CommandParams, command } from '../../src/actions/index.ts';
import { openEngine } from '../../src/engine/index.ts';
import { makePlan } from '../../src/plan/index.ts';
import { installNode } from '../support/releases.ts';
import { type TempWorld, tempWorld } from '../support/temp-world.ts';
import { treeOf } from '../support/tree.ts';

// With a real SQLite: the preview of an undo and the undo itself come to the same end, whatever was written since.

let node: string;
let temp: TempWorld;
let holder: ChildProcess | undefined;
beforeAll(async () => {
  node = join(await installNode(), 'node');
});
beforeEach(() => {
  temp = tempWorld();
  temp.write('openclaw.json', CONFIG);
  temp.write('program.cjs', PROGRAM);
});
afterEach(async () => {
  const child = holder;
  holder = undefined;
  if (child !== undefined) {
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill();
    await gone;
  }
  temp.remove();
});

const CONFIG = '// mine\n{ model: "bridge/opus" }\n';

/** Keeps a credential, a stamp and notes of its own in a database, and moves a key of the config at its first write. */
const PROGRAM = `
const fs = require('node:fs');
const { DatabaseSync } = require('node:sqlite');
const [, , config, database, verb] = process.argv;
const db = new DatabaseSync(database);
db.exec('PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS t (x); CREATE TABLE IF NOT EXISTS notes (x); CREATE TABLE IF NOT EXISTS stamps (name, at)');
const rewrite = (change) => {
  const now = eval('(' + fs.readFileSync(config, 'utf8').replace(/^\\/\\/.*$/gm, '') + ')');
  fs.writeFileSync(config, JSON.stringify(change({ ...now, policy: { allow: [now.model] }, meta: { moved: true } })));
  db.exec("DELETE FROM stamps; INSERT INTO stamps VALUES ('wrote', '" + process.hrtime.bigint() + "')");
};
if (verb === 'store') { db.exec("INSERT INTO t VALUES ('token')"); rewrite((now) => ({ ...now, auth: 'token' })); }
if (verb === 'logout') { db.exec("DELETE FROM t WHERE x = 'token'"); rewrite(({ auth, ...now }) => now); }
if (verb === 'ask') db.exec("INSERT INTO notes VALUES ('asked')");
if (verb === 'set') rewrite((now) => ({ ...now, other: 1 }));
if (verb === 'write') db.exec("INSERT INTO t VALUES ('theirs')");
if (verb === 'stay') { db.exec("INSERT INTO notes VALUES ('up')"); console.log('up'); setInterval(() => {}, 1000); } else db.close();
`;

const argv = (verb: string) => [
  node,
  '--no-warnings',
  temp.path('program.cjs'),
  temp.path('openclaw.json'),
  temp.path('store.sqlite'),
  verb,
];
async function runs(verb: string): Promise<void> {
  const [program = '', ...args] = argv(verb);
  const ran = await temp.world.processes.run([program, ...args], { timeoutMs: 60_000 });
  expect(ran.exitCode, ran.stderr).toBe(0);
}
async function holds(): Promise<void> {
  const [program = '', ...args] = argv('stay');
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  holder = child;
  await new Promise((resolve) => child.stdout?.once('data', resolve));
}

function step(): CommandParams {
  const [config, database] = [temp.path('openclaw.json'), temp.path('store.sqlite')];
  return {
    forward: { headline: 'Store the token' },
    backward: { headline: 'Take it out' },
    program: { argv: argv('store'), timeoutMs: 60_000 },
    keepText: [{ file: config, name: 'openclaw.json' }],
    outside: [],
    undo: {
      by: 'files',
      databases: {
        node,
        paths: [database],
        bookkeeping: [{ table: 'notes' }, { table: 'stamps' }],
        stamps: [{ table: 'stamps', column: 'name', values: ['wrote'] }],
      },
      program: { argv: argv('logout'), timeoutMs: 60_000 },
      ownKeys: [['auth']],
      otherwise: 'It stays.',
    },
  };
}

const person = async () => {
  const file = temp.path('openclaw.json');
  writeFileSync(file, JSON.stringify({ ...json5.parse(readFileSync(file, 'utf8')), mine: 1 }));
};

test.each([
  ['nothing', [], false, /^puts back {2}store\.sqlite$/],
  ['the person wrote the config', [person], false, /^puts back/],
  ['the program was asked, and the person wrote', [() => runs('ask'), person], false, /^puts back/],
  ['the program wrote the config', [() => runs('set')], true, /^puts back/],
  ['the program wrote its database', [() => runs('write')], true, /was written to since, so it is not replaced/],
  ['the program wrote both', [() => runs('set'), () => runs('write')], true, /was written to since/],
  ['the program runs', [holds], true, /is open in another program/],
] as const)('shows what an undo leaves when since then: %s', async (_what, since, stays, says) => {
  const engine = openEngine({ world: temp.world, kinds: actionKinds, version: '1', sqliteNode: [node] });
  const touches = [
    { path: temp.path('openclaw.json'), as: 'file' },
    { path: temp.path('store.sqlite'), as: 'sqlite' },
  ] as const;
  expect(await engine.apply(makePlan([command('store', step(), touches)], {}), { title: 'T' })).toMatchObject({
    outcome: 'applied',
  });
  for (const happens of since) await happens();

  const before = treeOf(temp.home);
  const preview = await engine.previewUndo('all');
  expect(treeOf(temp.home)).toEqual(before);
  expect(preview.steps[0]?.changes[0]).toEqual({ outside: expect.stringMatching(says) });
  const shown = preview.files.find(({ path }) => path === temp.path('openclaw.json'))?.then;

  expect(await engine.undo()).toMatchObject({ outcome: 'applied' });
  const left = readFileSync(temp.path('openclaw.json'), 'utf8');
  expect(json5.parse(Buffer.from(shown ?? []).toString())).toEqual(json5.parse(left));
  expect(json5.parse(left)).not.toHaveProperty('auth');
  expect('policy' in json5.parse(left)).toBe(stays);
});
