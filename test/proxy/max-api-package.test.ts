import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { actionKinds } from '../../src/actions/index.ts';
import { type Engine, openEngine } from '../../src/engine/index.ts';
import { makePlan } from '../../src/plan/index.ts';
import { maxApiServer } from '../../src/services/max-api.ts';
import { maxApiStep } from '../../src/services/max-api-step.ts';
import { realWorld } from '../../src/system/real-world.ts';
import { buildEngineChild } from '../support/build-engine-child.ts';
import { folderOf, installClaude } from '../support/claude-stand-in.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/processes.ts';
import { removeTree, treeOf } from '../support/tree.ts';

// claude-max-api-proxy 1.0.0 from the real registry by the lock that comes with the package.

const npm = realpathSync(execFileSync('/bin/sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim());
let child: string;
let home: string;
let folder: string;
let engine: Engine;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  child = await buildEngineChild('steps-child');
});
afterAll(() => rmSync(dirname(child), { recursive: true, force: true }));
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'clawauth-npm-')));
  folder = join(home, 'data', 'clawauth-setup', 'claude-max-api-proxy-1.0.0');
  const own = Object.entries(process.env).filter(([name]) => !/^(?:npm_|xdg_)/i.test(name));
  env = { ...Object.fromEntries(own), HOME: home };
  engine = openEngine({ world: realWorld({ home, env, cwd: home }), kinds: actionKinds, version: '1' });
});
afterEach(() => removeTree(home));

const plan = (program = npm) => makePlan([maxApiStep(folder, program)], {});
const tree = () => treeOf(home, { skip: ['.local'] });

it('is fetched whole, starts, writes nowhere else, and goes without a trace', async () => {
  const before = tree();
  const receipt = await engine.apply(plan(), { title: 'T' });
  expect(receipt.steps[0]?.problem).toBeUndefined();
  expect(receipt.outcome).toBe('applied');
  expect(readdirSync(folder).sort()).toEqual(['.clawauth-setup', 'node_modules', 'package-lock.json', 'package.json']);
  expect(readdirSync(home).sort()).toEqual(['.local', 'data']);
  expect(await answers()).toMatchObject({ status: 'ok', provider: 'claude-code-cli' });
  // It is seen to be there, so npm is not asked again.
  expect(await engine.apply(plan('/bin/false'), { title: 'T' })).toMatchObject({ outcome: 'applied' });
  await engine.undoAll({ title: 'all' });
  expect(tree()).toEqual(before);
});

it('leaves nothing when it is killed in the middle, though npm itself lives on', async () => {
  const before = tree();
  const running = spawn(process.execPath, [child, 'apply'], { cwd: home, env, stdio: ['pipe', 'ignore', 'inherit'] });
  running.stdin?.end(JSON.stringify(plan()));
  await until(() => existsSync(join(folder, '.npm', '_cacache')) || running.exitCode !== null);
  const gone = new Promise((resolve) => running.once('exit', resolve));
  running.kill('SIGKILL');
  await gone;
  expect(await engine.pending()).toMatchObject({ steps: [{ state: 'cut off' }] });
  const atWork = () => execFileSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' }).includes(folder);
  expect(atWork()).toBe(true);
  expect(await engine.recover('undo')).toMatchObject({ outcome: 'put back' });
  expect(atWork()).toBe(false);
  expect(tree()).toEqual(before);
});

it('names what npm says when a package is not what the lock says', async () => {
  const { params, ...step } = maxApiStep(folder, npm);
  const wrong = { ...(params as { lock: string }) };
  const lock = JSON.parse(wrong.lock) as { packages: Record<string, { integrity?: string }> };
  const express = lock.packages['node_modules/express'];
  if (express) express.integrity = `sha512-${Buffer.alloc(64).toString('base64')}`;
  const actions = [{ ...step, params: { ...wrong, lock: JSON.stringify(lock) } }];
  const receipt = await engine.apply(makePlan(actions, {}), { title: 'T' });
  expect(receipt).toMatchObject({
    outcome: 'put back',
    steps: [{ problem: { code: 'npm-failed', why: expect.stringContaining('EINTEGRITY') } }],
  });
  expect(existsSync(join(home, 'data'))).toBe(false);
});

/** What the real server says of itself; it looks for a Claude Code before it starts. */
async function answers(): Promise<unknown> {
  const port = await freePort();
  const work = join(home, '.local', 'work');
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, '.keep'), '');
  const claude = folderOf(await installClaude('2.1.329'));
  let server: ChildProcess | undefined;
  try {
    server = spawn(process.execPath, [maxApiServer(folder), String(port)], {
      cwd: work,
      env: { HOME: work, PATH: `${claude}:/usr/bin:/bin` },
      stdio: 'ignore',
    });
    let answer: Response | null = null;
    await until(async () => {
      answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
      return answer !== null;
    });
    return await (answer as unknown as Response).json();
  } finally {
    const ended = new Promise((resolve) => server?.once('exit', resolve));
    server?.kill('SIGKILL');
    await ended;
  }
}
