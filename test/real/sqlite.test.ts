import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/index.ts';
import type { Plan } from '../../src/engine/types.ts';
import { ordersIn, profilesIn, readDatabases } from '../../src/openclaw/stored-orders.ts';
import { editAction, editKinds } from '../support/edit-kind.ts';
import { installNode } from '../support/releases.ts';
import { type TempWorld, tempWorld } from '../support/temp-world.ts';
import { treeOf } from '../support/tree.ts';

let node: string;
let temp: TempWorld;
let holder: ChildProcess | undefined;
beforeAll(async () => {
  node = join(await installNode(), 'node');
});
afterEach(async () => {
  await letGo();
  temp.remove();
});

/** A program like the gateway: keeps the database open in WAL mode and says when its row is in. */
async function hold(database: string, insert: string): Promise<void> {
  const script = `
    const { DatabaseSync } = require('node:sqlite');
    const db = new DatabaseSync(process.argv[1]);
    db.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE IF NOT EXISTS t (x)");
    db.prepare('INSERT INTO t VALUES (?)').run(process.argv[2]);
    console.log('in');
    setInterval(() => {}, 1000);`;
  const child = spawn(node, ['--no-warnings', '-e', script, database, insert], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  holder = child;
  await new Promise((resolve) => child.stdout?.once('data', resolve));
}

async function letGo(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const child = holder;
  holder = undefined;
  if (child === undefined || child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  await gone;
}

async function rows(database: string): Promise<string[]> {
  const script = `
    const { DatabaseSync } = require('node:sqlite');
    console.log(JSON.stringify(new DatabaseSync(process.argv[1]).prepare('SELECT x FROM t ORDER BY rowid').all().map((r) => r.x)));`;
  const ran = await temp.world.processes.run([node, '--no-warnings', '-e', script, database], { timeoutMs: 60_000 });
  expect(ran.stderr).toBe('');
  return JSON.parse(ran.stdout);
}

const engine = (sqliteNode?: string) =>
  openEngine({
    world: temp.world,
    kinds: editKinds,
    version: '1',
    ...(sqliteNode ? { sqliteNode: [sqliteNode] } : {}),
  });

function planToAdd(database: string, value: string): Plan {
  const script = `'${node}' --no-warnings -e "
    const { DatabaseSync } = require('node:sqlite');
    new DatabaseSync('${database}').prepare('INSERT INTO t VALUES (?)').run('${value}')"`;
  return {
    schema: 1,
    madeFrom: {},
    actions: [editAction('1', [{ op: 'shell', script }], [{ path: database, as: 'sqlite' }])],
  };
}

test('a database in use is copied with what is still in its -wal, and put back once it is free', async () => {
  temp = tempWorld();
  const database = temp.path('openclaw.sqlite');
  await hold(database, 'before');
  expect(existsSync(`${database}-wal`)).toBe(true);

  // Without a Node that has SQLite there is no consistent copy: nothing is done.
  const refused = await engine().apply(planToAdd(database, 'ours'), { title: 'T' });
  expect(refused).toMatchObject({ outcome: 'put back', steps: [{ problem: { code: 'database-busy' } }] });

  const receipt = await engine(node).apply(planToAdd(database, 'ours'), { title: 'T' });
  expect(receipt.outcome).toBe('applied');
  expect(receipt.steps[0]?.notes.join()).toContain("SQLite's backup API");
  expect(readdirSync(join(engine().root, 'tmp'))).toEqual([]);
  expect(await rows(database)).toEqual(['before', 'ours']);

  // Still open: an undo must not pull the file from under the program.
  const busy = await engine(node).undo();
  expect(busy.steps[0]?.problem?.code).toBe('database-busy');
  await letGo('SIGKILL');
  await engine(node).undo();
  expect(await rows(database)).toEqual(['before']);
});

test('a free database comes back byte for byte, also one that a killed program left with a -wal', async () => {
  temp = tempWorld();
  const database = temp.path('openclaw.sqlite');
  await hold(database, 'before');
  await letGo('SIGKILL');
  expect(existsSync(`${database}-wal`)).toBe(true);
  const before = treeOf(temp.home, { skip: ['.local'] });
  const receipt = await engine(node).apply(planToAdd(database, 'ours'), { title: 'T' });
  expect(receipt.steps[0]?.notes.join()).toContain('while nobody had it open');
  await engine().undo();
  expect(treeOf(temp.home, { skip: ['.local'] })).toEqual(before);
  expect(await rows(database)).toEqual(['before']);
});

test('what somebody wrote into the database since is not thrown away', async () => {
  temp = tempWorld();
  const database = temp.path('openclaw.sqlite');
  await hold(database, 'before');
  await letGo();
  await engine().apply(planToAdd(database, 'ours'), { title: 'T' });
  await hold(database, 'theirs');
  await letGo('SIGKILL');
  const undo = await engine().undo();
  expect(undo.steps[0]?.outcome).toMatchObject({ state: 'left in place' });
  expect(await rows(database)).toEqual(['before', 'ours', 'theirs']);
  rmSync(`${database}-shm`, { force: true });
});

test('what credential databases say is read without a secret, and without a trace', async () => {
  temp = tempWorld();
  const agentDir = temp.path('agents/main/agent');
  const database = join(agentDir, 'openclaw-agent.sqlite');
  temp.write('agents/main/agent/.keep', '');
  const profiles = {
    'anthropic:default': { type: 'token', tokenRef: { source: 'env', id: 'MY_TOKEN' } },
    'anthropic:k': { type: 'api_key', key: 'sk-ant-api03-FAKE' },
  };
  const state = { order: { Anthropic: ['anthropic:k', 'anthropic:gone', 'anthropic:default'] } };
  const script = `
    const { DatabaseSync } = require('node:sqlite');
    const db = new DatabaseSync(process.argv[1]);
    db.exec('create table auth_profile_store (store_key, store_json, updated_at); create table auth_profile_state (store_key, state_json, updated_at)');
    db.prepare("insert into auth_profile_store values ('primary', ?, 1)").run(process.argv[2]);
    db.prepare("insert into auth_profile_state values ('primary', ?, 1)").run(process.argv[3]);`;
  const made = [node, '--no-warnings', '-e', script, database, JSON.stringify({ profiles }), JSON.stringify(state)];
  const ran = await temp.world.processes.run(made as [string, ...string[]], { timeoutMs: 60_000 });
  expect(ran.stderr).toBe('');
  const before = treeOf(temp.home);
  const where = {
    config: { agents: [{ id: 'main', agentDir }], declaredProfiles: {}, order: {} },
    state: { realStateDir: temp.home },
    release: { generation: 'G2', version: '2026.7.1', install: { node: { path: node } } },
  } as unknown as Parameters<typeof readDatabases>[1];
  const stores = await readDatabases(temp.world, where);
  if (typeof stores === 'string') throw new Error(stores);
  expect(ordersIn(stores)).toEqual({ main: ['anthropic:k', 'anthropic:default'] });
  const rows = profilesIn(stores, { ...where, now: 1 });
  const reference = (id: string) => rows.find((row) => row.id === id)?.reference;
  expect(reference('anthropic:default')).toBe('env MY_TOKEN');
  expect(rows.map(({ id }) => id)).toContain('anthropic:k');
  expect(reference('anthropic:k')).toBeUndefined();
  expect(JSON.stringify(stores)).not.toContain('sk-ant');
  expect(treeOf(temp.home)).toEqual(before);
});
